/**
 * What can be asked of a device by hand, and the asking: the requests of its protocol that read or move, ready to leave, and
 * its answer in words. Nothing here records; whoever asks has done so before.
 */
import { protocolNamed } from '../hardware/catalog.ts';
import type { Clock } from '../hardware/clock.ts';
import type { ByHandEnd, Device, DeviceConfig } from '../hardware/device.ts';
import type { ProtocolFrontDoor, RequestEffect } from '../hardware/protocol.ts';
import type { RequestOutcome } from './server/staff-wire.ts';

/** Whatever the wire does, an answer is there by then, milliseconds. */
const answerMs = 30_000;
/** Messages of an answer that are told, and characters of each. */
const messagesTold = 16;
const longestMessage = 300;
/** As long as a card's number, in one piece or in groups of four. */
const cardNumber = /\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}/g;

export interface RequestAnswer {
  readonly outcome: Exclude<RequestOutcome, 'given-up'>;
  readonly answer: readonly string[];
}

export interface ByHand {
  /** In the protocol's order; empty: nothing is asked of it by hand. */
  requests(device: string): readonly { readonly request: string; readonly effect: RequestEffect }[];
  /** Never rejects. Null: the device has no such request, or none that may be sent to a running kiosk. */
  ask(device: string, request: string): Promise<RequestAnswer> | null;
}

export interface ByHandParts {
  readonly configs: readonly DeviceConfig[];
  readonly clock: Clock;
  /** The running device; undefined: it is not running. */
  readonly device: (id: string) => Pick<Device, 'ask'> | undefined;
}

export function createByHand({ configs, clock, device }: ByHandParts): ByHand {
  const byId = new Map(configs.map((config) => [config.id, config]));
  const effectOf = (door: ProtocolFrontDoor, request: string): RequestEffect =>
    Object.hasOwn(door.requestEffects, request) ? (door.requestEffects[request] ?? 'moves') : 'moves';
  return {
    requests(id) {
      const config = byId.get(id);
      if (config === undefined) return [];
      const { driver: door } = protocolNamed(config.protocol);
      if (door.secret === true) return [];
      return Object.keys(door.requests(config.settings)).map((request) => ({
        request,
        effect: effectOf(door, request),
      }));
    },
    ask(id, request) {
      const config = byId.get(id);
      if (config === undefined) return null;
      const { driver: door } = protocolNamed(config.protocol);
      const all = door.requests(config.settings);
      const asked = Object.hasOwn(all, request) ? all[request] : undefined;
      if (asked === undefined || door.secret === true || effectOf(door, request) === 'books') return null;
      const begin = door.requestsBegin === undefined || door.requestsBegin === request ? [] : [door.requestsBegin];
      const messages = [...begin.flatMap((name) => all[name] ?? []), asked];
      const { promise, resolve } = Promise.withResolvers<ByHandEnd>();
      const ask = device(id)?.ask;
      if (ask === undefined) resolve({ end: 'refused', why: 'not-asked' });
      else ask(request, messages, resolve);
      const callOff = clock.after(answerMs, () => resolve({ end: 'silent' }));
      return promise.finally(callOff).then((end) => inWords(end, door, asked));
    },
  };
}

/** As it is recorded: bounded, without the bytes, and without what may be a card's number. */
export function inWords(end: ByHandEnd, door: Pick<ProtocolFrontDoor, 'describe'>, asked: Uint8Array): RequestAnswer {
  switch (end.end) {
    case 'silent':
      return { outcome: 'silent', answer: [] };
    case 'refused':
      return { outcome: 'refused', answer: [end.why] };
    case 'answered': {
      const lines = door.describe(end.bytes, 'device', asked).slice(0, messagesTold);
      return { outcome: 'answered', answer: lines.map((line) => bounded(lineOf(line))) };
    }
    default:
      return end satisfies never;
  }
}

/** The bytes themselves stand in the record of the wire. */
function lineOf(line: ReturnType<ProtocolFrontDoor['describe']>[number]): string {
  if ('error' in line) return line.error;
  const told = Object.entries(line.fields).map(
    ([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return [line.command, ...told].join(' · ');
}

function bounded(words: string): string {
  const safe = words.replaceAll(cardNumber, '••••');
  return safe.length > longestMessage ? `${safe.slice(0, longestMessage)}…` : safe;
}
