/**
 * The office's post: a broker of its own over TLS, or one elsewhere by its URL. Either way a kiosk is who its certificate says, writes
 * below its own topics, and is told only what is meant for it or for all (`fleet/wire.ts`). A broker elsewhere must be set up so.
 */
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { Aedes, type AuthenticateError, type Client, type PublishPacket } from 'aedes';
import { connectAsync } from 'mqtt';
import { kioskName, kioskTopics, officeTopics } from '../fleet/wire.ts';

export type KioskTopic = keyof typeof kioskTopics;

/** What a kiosk wrote. */
export interface Post {
  readonly kiosk: string;
  readonly topic: KioskTopic;
  readonly payload: Buffer;
}

export interface Broker {
  /** Where kiosks connect. */
  readonly url: string;
  publish(topic: string, payload: string, options: { readonly retain: boolean }): Promise<void>;
  /** With another certificate from the next connection on. */
  renew(identity: BrokerIdentity): void;
  close(): Promise<void>;
}

/** PEM. `authority`: who signs the certificates of kiosks and office. */
export interface BrokerIdentity {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

const brokerLimits = {
  connections: 5_000,
  /** Bytes of a message that are read; a larger one is dropped. */
  message: 4 * 1024 * 1024,
  /** A connection that takes nothing for so long is closed, milliseconds. */
  drainMs: 30_000,
  /** Seconds between two signs of life that a kiosk may ask for. */
  keepalive: 300,
} as const;

/** Those that the broker keeps for who asks later: the newest only. */
const retained: ReadonlySet<KioskTopic> = new Set(['state', 'alive', 'running']);

export interface EmbeddedOptions extends BrokerIdentity {
  readonly host: string;
  readonly port: number;
  readonly take: (post: Post) => void;
  /** Whether the certificate with this serial number, hex, still counts for the kiosk; left out: each that the authority signed does. */
  readonly believes?: (kiosk: string, serial: string) => boolean;
}

/** @throws Error when it cannot listen there, or key and certificate do not fit */
export async function openEmbeddedBroker(options: EmbeddedOptions): Promise<Broker> {
  const { host, port, take, believes = () => true, ...identity } = options;
  const isReplaced = (client: Client) => !believes(nameOf(client), serialOf(client));
  const aedes = new Aedes({
    drainTimeout: brokerLimits.drainMs,
    keepaliveLimit: brokerLimits.keepalive,
    // Nothing is kept for a kiosk that is away: it asks when it is back.
    preConnect: (_client, packet, decided) => {
      (packet as { clean: boolean }).clean = true;
      decided(null, true);
    },
    authenticate: (client, _user, _password, decided) => {
      if (!isItself(client)) {
        decided(refusal('the client id must be the name in the certificate, or begin with it and a colon'), false);
      } else if (isReplaced(client)) decided(refusal('another certificate counts for this kiosk now'), false);
      else decided(null, true);
    },
    authorizePublish: (client, packet, decided) => {
      if (client === null) decided(null);
      else decided(isReplaced(client) ? new Error('replaced') : publishProblem(client, packet));
    },
    authorizeSubscribe: (client, subscription, decided) =>
      decided(null, !isReplaced(client) && mayRead(nameOf(client), subscription.topic) ? subscription : null),
    // One that came before another certificate took the place of its own hears nothing more.
    authorizeForward: (client, packet) => (isReplaced(client) ? null : packet),
    published: (packet, client, done) => {
      const post = client === null ? null : postOf(packet.topic, packet.payload as Buffer);
      if (post !== null) take(post);
      done();
    },
  });
  // A connection that fails is closed by the broker; its kiosk comes back.
  aedes.on('clientError', () => undefined);
  aedes.on('connectionError', () => undefined);
  await aedes.listen();
  // A word is short: held back until something else is acknowledged, it would come 40 ms late.
  const asked = { requestCert: true, rejectUnauthorized: true, noDelay: true } as const;
  const server = createServer({ ...shown(identity), ...asked }, (socket) => void aedes.handle(socket));
  server.maxConnections = brokerLimits.connections;
  server.on('tlsClientError', () => undefined);
  const ended = () => new Promise<void>((closed) => aedes.close(() => closed()));
  await new Promise<void>((listening, failed) => {
    server.once('error', (error) => void ended().then(() => failed(error)));
    server.listen(port, host, listening);
  });
  return {
    url: `mqtts://${host}:${(server.address() as AddressInfo).port}`,
    publish: (topic, payload, { retain }) =>
      new Promise((sent, failed) => {
        const packet = { cmd: 'publish', topic, payload, qos: 1, retain, dup: false } as const;
        aedes.publish(packet, (error) => (error ? failed(error) : sent()));
      }),
    renew: (renewed) => server.setSecureContext(shown(renewed)),
    close: async () => {
      const shut = new Promise<void>((closed) => server.close(() => closed()));
      await ended();
      await shut;
    },
  };
}

/** As TLS names them. */
function shown({ key, certificate, authority }: BrokerIdentity) {
  return { key, cert: certificate, ca: authority, minVersion: 'TLSv1.2' } as const;
}

const names = new WeakMap<Client, string>();

/** The common name of its certificate; empty where it is no name of a kiosk. */
function nameOf(client: Client): string {
  const known = names.get(client);
  if (known !== undefined) return known;
  const said: unknown = (client.conn as TLSSocket).getPeerCertificate().subject?.CN;
  const name = typeof said === 'string' && kioskName.test(said) ? said : '';
  names.set(client, name);
  return name;
}

const serials = new WeakMap<Client, string>();

function serialOf(client: Client): string {
  const known = serials.get(client);
  if (known !== undefined) return known;
  const serial = (client.conn as TLSSocket).getPeerCertificate().serialNumber ?? '';
  serials.set(client, serial);
  return serial;
}

/** Nobody takes the place of another on the broker. */
function isItself(client: Client): boolean {
  const name = nameOf(client);
  return name !== '' && (client.id === name || client.id.startsWith(`${name}:`));
}

function refusal(message: string): AuthenticateError {
  const notAuthorized = 5;
  return Object.assign(new Error(message), { returnCode: notAuthorized });
}

function publishProblem(client: Client, { topic, payload, retain }: PublishPacket): Error | null {
  const name = nameOf(client);
  const post = postOf(topic, payload as Buffer);
  if (post === null || post.kiosk !== name) return new Error(`${name} may not write ${topic}`);
  if (retain && !retained.has(post.topic)) return new Error(`${topic} is not kept; it must not be retained`);
  if (payload.length > brokerLimits.message) return new Error(`a message on ${topic} of ${payload.length} bytes`);
  return null;
}

function mayRead(kiosk: string, topic: string): boolean {
  const own = [officeTopics.stored, officeTopics.told, officeTopics.command, officeTopics.look].map((of) => of(kiosk));
  return topic === officeTopics.lookAll || own.includes(topic);
}

const written = /^kiosk\/([^/]+)\/([a-z]+)$/;

/** Null: no kiosk writes there. */
function postOf(topic: string, payload: Buffer): Post | null {
  const [, kiosk = '', what = ''] = written.exec(topic) ?? [];
  return Object.hasOwn(kioskTopics, what) ? { kiosk, topic: what as KioskTopic, payload } : null;
}

export interface ExternalOptions {
  /** `mqtts://host:8883`, or `mqtt:` on this machine. */
  readonly url: string;
  /** Null where the broker asks for none. */
  readonly identity: BrokerIdentity | null;
  readonly take: (post: Post) => void;
}

/** Comes back by itself when the broker was away. @throws Error when it is not there at the beginning */
export async function openExternalBroker({ url, identity, take }: ExternalOptions): Promise<Broker> {
  const tls = identity === null ? {} : shown(identity);
  const client = await connectAsync(url, { ...tls, clean: true, reconnectPeriod: 1_000, queueQoSZero: false }, false);
  // It tries again by itself.
  client.on('error', () => undefined);
  client.on('message', (topic, payload) => {
    const post = payload.length > brokerLimits.message ? null : postOf(topic, payload);
    if (post !== null && kioskName.test(post.kiosk)) take(post);
  });
  await client.subscribeAsync(
    (Object.keys(kioskTopics) as KioskTopic[]).map((topic) => kioskTopics[topic]('+')),
    { qos: 1 },
  );
  return {
    url,
    publish: async (topic, payload, { retain }) => {
      // What waits for the broker would grow without an end; kiosks ask again.
      if (client.connected) await client.publishAsync(topic, payload, { qos: 1, retain });
    },
    renew: (renewed) => void Object.assign(client.options, shown(renewed)),
    // With the broker away, what waits for its word would wait for ever.
    close: () => client.endAsync(!client.connected),
  };
}
