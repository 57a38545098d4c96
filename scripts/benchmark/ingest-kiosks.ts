/** Kiosks of the benchmark `ingest`, in a process of their own: each sends its journal as far as the office's word lets it. */
import { connectAsync, type MqttClient } from 'mqtt';
import { kioskTopics, officeTopics, type StoredMessage } from '../../kiosk/fleet/wire.ts';
import type { BrokerIdentity } from '../../kiosk/office/broker.ts';

export interface Sent {
  readonly url: string;
  readonly kiosks: readonly { readonly name: string; readonly identity: BrokerIdentity }[];
  /** Journal messages as text, in order; the office's word on each has the sequence that stands with it. */
  readonly messages: readonly { readonly last: number; readonly text: string }[];
  /** Every so many a message is sent twice. */
  readonly twiceEvery: number;
}

/** Ends when the office has said that it holds all. */
async function sendAll(client: MqttClient, name: string, { messages, twiceEvery }: Sent): Promise<void> {
  let next = 0;
  const send = () => {
    const message = messages[next] as Sent['messages'][number];
    client.publish(kioskTopics.journal(name), message.text, { qos: 1 });
    if (next % twiceEvery === twiceEvery - 1) client.publish(kioskTopics.journal(name), message.text, { qos: 1 });
  };
  await new Promise<void>((done, failed) => {
    client.on('message', (_topic, payload) => {
      const word = JSON.parse(payload.toString('utf8')) as StoredMessage;
      if (word.refused !== null) failed(new Error(`the office answered ${name} ${payload.toString('utf8')}`));
      // Of what was sent twice the second word says nothing new.
      if (word.seq !== messages[next]?.last) return;
      next++;
      if (next < messages.length) send();
      else done();
    });
    send();
  });
  client.removeAllListeners('message');
}

process.once('message', async (sent: Sent) => {
  const clients = await Promise.all(
    sent.kiosks.map(async ({ name, identity }) => {
      const { key, certificate: cert, authority: ca } = identity;
      const client = await connectAsync(sent.url, { clientId: name, key, cert, ca });
      await client.subscribeAsync(officeTopics.stored(name), { qos: 1 });
      return { client, name };
    }),
  );
  process.on('message', async () => {
    await Promise.all(clients.map(({ client, name }) => sendAll(client, name, sent)));
    process.send?.('done');
  });
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
