/** What the driver keeps in mind, and the words that its parts share. */
import type { ContactName, LampHow, LampName, StandingContact } from '../cabinet-io.ts';
import type { DeviceFact } from '../device.ts';
import type { Request } from './messages.ts';
import type { Settings } from './settings.ts';

/** What a request is for. */
export type Purpose = 'inputs' | 'coils' | 'identity' | 'temperature' | 'lamps' | 'release' | 'job';

export interface Asked {
  readonly purpose: Purpose;
  readonly request: Request;
}

export interface ContactSeen {
  /** The last reading, and since when it is the same. */
  readonly closed: boolean;
  readonly sinceMs: number;
  /** As it was last told; null: it was not yet. */
  readonly told: boolean | null;
}

export interface LampWish {
  readonly how: LampHow;
  /** The order that is not carried out yet; null: none. */
  readonly command: string | null;
  /** A write with this wish has left. */
  readonly sent: boolean;
  /** The wish before that order. */
  readonly before: LampHow;
}

/**
 * Where a relay's order stands. `free`: the coil has to be off; `count-before`; `on`: the one message that switches it on;
 * `seen-on`: the coil is read; `hold`; `held`: it is read again; `off`; `seen-off`; `count-after`.
 */
export type Stage = 'free' | 'count-before' | 'on' | 'seen-on' | 'hold' | 'held' | 'off' | 'seen-off' | 'count-after';

export interface Job {
  readonly command: string;
  readonly relay: string;
  readonly ms: number;
  readonly stage: Stage;
  /** The one message has left. */
  readonly sent: boolean;
  /** The coil was read as on since. */
  readonly wasOn: boolean;
  /** When its time is over, counted from when the message left. */
  readonly offAtMs: number;
  /** Why its end is in doubt; null: it is not. */
  readonly doubt: string | null;
  readonly before: number | null;
  /** Readings of the counter that stood still, one after the other. */
  readonly stood: number;
  /** Requests of this stage that came to nothing. */
  readonly tries: number;
}

export interface State {
  readonly open: boolean;
  /** As which loss it was told, and not yet found again. */
  readonly lost: string | null;
  /** Relay orders of an earlier run whose end nobody knows. */
  readonly owed: readonly string[];
  readonly asked: Asked | null;
  readonly misses: number;
  readonly quietUntilMs: number;
  readonly identified: boolean;
  readonly identityTries: number;
  readonly ready: boolean;
  /** What was read well since the line was opened or the module came back. */
  readonly read: ReadonlySet<Purpose>;
  /** Exceptions that stand, by what was asked. */
  readonly exceptions: ReadonlyMap<Purpose, string>;
  readonly toldFaults: readonly string[];
  readonly dueMs: Readonly<Record<'inputs' | 'coils' | 'temperature' | 'lamps' | 'release', number>>;
  readonly contacts: ReadonlyMap<StandingContact, ContactSeen>;
  /** It counts as shaken until then. */
  readonly shakenUntilMs: number;
  /** Coils as they were last read or written. */
  readonly coils: ReadonlyMap<number, boolean>;
  readonly lamps: ReadonlyMap<LampName, LampWish>;
  /** The module does not know 0F. */
  readonly oneByOne: boolean;
  readonly job: Job | null;
  /** Readings in which a relay was on without an order. */
  readonly strays: number;
  readonly temperature: { readonly tenths: number; readonly limit: 'low' | 'ok' | 'high' } | null;
  readonly sensorBad: boolean;
}

export interface Work {
  readonly device: string;
  readonly settings: Settings;
  readonly nowMs: number;
  readonly s: { -readonly [Name in keyof State]: State[Name] };
  readonly facts: DeviceFact[];
}

/** What `T` is but for the device's name, for each fact by itself. */
type Untold<T> = T extends unknown ? Omit<T, 'device'> : never;

export function tell({ device, facts }: Work, fact: Untold<DeviceFact>): void {
  facts.push({ device, ...fact } as DeviceFact);
}

export function refuse(work: Work, command: string, sent: boolean, reason: string): void {
  tell(work, { fact: 'command.refused', command, sent, reason });
}

export function isStanding(name: ContactName): name is StandingContact {
  return name !== 'vibration';
}
