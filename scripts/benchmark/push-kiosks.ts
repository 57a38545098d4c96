/**
 * Kiosks of the benchmark `push`, many in one process: each is connected as a kiosk is, and once more, plainly, to a broker
 * without rules. The process says when the last of them has heard a number on either line.
 */
import { connectAsync } from 'mqtt';
import * as v from 'valibot';
import { systemClock } from '../../hardware/clock.ts';
import { lineTimings, openLine } from '../../kiosk/fleet/line.ts';
import { kioskTopics, lookMessage, officeTopics } from '../../kiosk/fleet/wire.ts';
import type { BrokerIdentity } from '../../kiosk/office/broker.ts';

/** What is published on the floor's line. */
export const plainTopic = 'plain';

export interface Listening {
  readonly office: string;
  readonly plain: string;
  readonly kiosks: readonly { readonly name: string; readonly identity: BrokerIdentity }[];
}

/** All kiosks of the process have it. */
export interface Heard {
  readonly line: 'office' | 'plain';
  readonly version: number;
}

type Kiosk = Listening['kiosks'][number];

/** Handshakes side by side. */
const connecting = 25;

function tally(line: Heard['line'], kiosks: number): (version: number) => void {
  const counts = new Map<number, number>();
  return (version) => {
    const count = (counts.get(version) ?? 0) + 1;
    counts.set(version, count);
    if (count === kiosks) process.send?.({ line, version } satisfies Heard);
  };
}

function listenAsKiosk(url: string, { name, identity }: Kiosk, heard: (version: number) => void): Promise<void> {
  const { authority: ca, certificate, key } = identity;
  return new Promise((up) => {
    openLine({
      pairing: { url, ca, certificate, key },
      client: name,
      topics: [officeTopics.stored(name), officeTopics.look(name), officeTopics.lookAll],
      will: () => ({ topic: kioskTopics.alive(name), text: '{"alive":false,"at":""}' }),
      clock: systemClock,
      chance: Math.random,
      timings: lineTimings,
      onUp: up,
      onDown: () => process.stderr.write(`${name} is away\n`),
      onMessage: (_topic, text) => heard(v.parse(lookMessage, JSON.parse(text)).version),
      onProblem: (problem) => process.stderr.write(`${name}: ${problem}\n`),
    });
  });
}

async function listenPlainly(url: string, { name, identity }: Kiosk, heard: (version: number) => void): Promise<void> {
  const client = await connectAsync(url, { clientId: name, ca: identity.authority, keepalive: 30 });
  client.on('message', (_topic, payload) => heard(JSON.parse(payload.toString('utf8')).version));
  await client.subscribeAsync(plainTopic, { qos: 1 });
}

process.once('message', async ({ office, plain, kiosks }: Listening) => {
  const toOffice = tally('office', kiosks.length);
  const toPlain = tally('plain', kiosks.length);
  for (let at = 0; at < kiosks.length; at += connecting) {
    const some = kiosks.slice(at, at + connecting);
    await Promise.all(some.map((kiosk) => listenAsKiosk(office, kiosk, toOffice)));
    await Promise.all(some.map((kiosk) => listenPlainly(plain, kiosk, toPlain)));
  }
  process.send?.('ready');
});
process.on('disconnect', () => process.exit());
