/**
 * The connection to the broker: MQTT 3.1.1 over TLS, both sides known by their certificates. Nothing waits in it: what is
 * published while it is down is not sent. A broker that is away is tried again, ever later, for as long as it takes.
 */
import { connect, type MqttClient } from 'mqtt';
import type { Clock } from '../../hardware/clock.ts';
import type { UplinkPairing } from './pairing.ts';

export interface LineTimings {
  /** Between two tries, doubling up to the maximum; half of each wait is left to chance. Milliseconds. */
  readonly againMs: number;
  readonly againMaximumMs: number;
  /** After a connection that stood so long it begins with the first wait again, milliseconds. */
  readonly steadyMs: number;
}

export const lineTimings: LineTimings = { againMs: 1_000, againMaximumMs: 300_000, steadyMs: 30_000 };

/** A connection that has not come about after so long has failed, milliseconds. */
const connectMs = 15_000;
/** Between two signs of life where nothing else is said, seconds. */
const keepaliveSeconds = 30;
/** The last words may take so long, milliseconds. */
const closeMs = 400;
/** The office says nothing longer than this. */
const messageMaximumBytes = 64 * 1024;

export interface LineParts {
  readonly pairing: UplinkPairing;
  readonly client: string;
  readonly topics: readonly string[];
  /** Retained: what the broker says of this client when its connection breaks, as of the moment at which it began. */
  readonly will: () => { readonly topic: string; readonly text: string };
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly timings: LineTimings;
  /** All topics are subscribed. */
  readonly onUp: () => void;
  readonly onDown: () => void;
  readonly onMessage: (topic: string, text: string) => void;
  readonly onProblem: (problem: string) => void;
}

export interface Line {
  /** Quality of service 1. */
  publish(topic: string, text: string, retain: boolean): void;
  close(): Promise<void>;
}

/** `failures`: tries without a steady connection, 1 after the first. */
export function waitBefore(failures: number, { againMs, againMaximumMs }: LineTimings, chance: number): number {
  const most = Math.min(againMs * 2 ** (failures - 1), againMaximumMs);
  return most * (0.5 + chance / 2);
}

export function openLine(parts: LineParts): Line {
  const { clock, timings } = parts;
  let client: MqttClient | null = null;
  let up = false;
  let upMs = 0;
  let failures = 0;
  let over = false;
  let callOff = () => {};

  const begin = () => {
    const own = connectTo(parts);
    client = own;
    let problem: string | null = null;
    own.on('error', (error) => {
      problem ??= error.message;
      // Some of its errors leave the connection half open.
      own.end(true);
    });
    own.on('connect', () => {
      own.subscribe([...parts.topics], { qos: 1 }, (error, granted) => {
        if (own !== client || over) return;
        const refused = granted?.find(({ qos }) => qos === 128);
        problem = error?.message ?? (refused === undefined ? null : `the broker refuses ${refused.topic}`);
        if (problem !== null) {
          own.end(true);
          return;
        }
        up = true;
        upMs = clock.monoMs();
        parts.onUp();
      });
    });
    own.on('message', (topic, payload) => {
      if (own !== client || !up) return;
      if (payload.length <= messageMaximumBytes) parts.onMessage(topic, payload.toString('utf8'));
      else parts.onProblem(`${topic}: ${payload.length} bytes are more than the office says`);
    });
    own.on('close', () => {
      if (own !== client || over) return;
      client = null;
      own.end(true);
      failures = up && clock.monoMs() - upMs >= timings.steadyMs ? 1 : failures + 1;
      if (up) parts.onDown();
      up = false;
      parts.onProblem(problem ?? 'the connection ended');
      callOff = clock.after(waitBefore(failures, timings, parts.chance()), begin);
    });
  };
  begin();
  return {
    publish(topic, text, retain) {
      if (up && !over) client?.publish(topic, text, { qos: 1, retain });
    },
    async close() {
      if (over) return;
      over = true;
      callOff();
      const last = client;
      if (last === null) return;
      await new Promise<void>((ended) => {
        const giveUp = clock.after(up ? closeMs : 0, () => last.end(true, () => ended()));
        if (!up) return;
        last.end(false, {}, () => {
          giveUp();
          ended();
        });
      });
    },
  };
}

function connectTo({ pairing, client, will }: LineParts): MqttClient {
  const { url, ca, certificate, key } = pairing;
  const { topic, text } = will();
  return connect(url, {
    ca,
    cert: certificate,
    key,
    rejectUnauthorized: true,
    clientId: client,
    protocolVersion: 4,
    clean: true,
    keepalive: keepaliveSeconds,
    connectTimeout: connectMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    will: { topic, payload: Buffer.from(text), qos: 1, retain: true },
  });
}
