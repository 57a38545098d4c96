/**
 * The front door of a protocol folder: what its `index.ts` exports as `frontDoor`, and what the catalog,
 * the Link, the fault list, discovery and `scripts/device.ts` know of it. Everything here is data or pure.
 */
import type { DeviceKind } from './device.ts';
import type { Driver } from './driver.ts';
import type { Inquiry, Surroundings } from './inquiry.ts';
import type { LineSettings } from './port.ts';
import type { Both } from './setting-words.ts';

/** One stable fault code with what a technician does about it. */
export interface FaultEntry {
  /** `protocol.what`, lower case, never reused for another meaning. */
  readonly code: string;
  /** True when the device takes no money (or prints nothing) as long as the fault stands. */
  readonly stopsAcceptance: boolean;
  readonly remedy: Both;
}

/** One thing wrong with a device's settings: where (`countries.2A`) and, in words, what and what to do. */
export interface SettingsProblem {
  readonly path: string;
  readonly problem: Both;
}

/** Where simulated machines stand. */
export interface SimulatedPlace {
  /** IANA, that of the kiosk. */
  readonly timeZone: string;
}

export interface DriverOptions {
  /** The device's id, which every fact carries. */
  readonly device: string;
  /** As configured; `checkSettings` found nothing wrong with them. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Who spoke: some protocols use the same bytes for an order and a report. */
export type Speaker = 'host' | 'device' | 'either';

/** One message of a recording, for people: JSON-safe; `apdu` its bytes in hex, `command` its name in the protocol's table. */
export type MessageLine =
  | {
      readonly apdu: string;
      readonly command: string;
      readonly direction: Speaker;
      readonly fields: Readonly<Record<string, unknown>>;
      /** The other reading, when direction alone decides and is not known. */
      readonly otherwise?: string;
    }
  | { readonly error: string; readonly apdu: string };

/**
 * What a request by hand does. reads: nothing but an answer; moves: the machine does something; books: it takes, pays out or
 * erases, or its answer is one that the driver has to hear, so that it is no request for a running kiosk.
 */
export type RequestEffect = 'reads' | 'moves' | 'books';

/** Handing `unknown` for both parameters is how the catalog keeps protocols of different frames side by side. */
export interface ProtocolFrontDoor<State = unknown, Frame = unknown> {
  /** The name used in configurations and commands: `id003`. */
  readonly protocol: string;
  readonly line: LineSettings;
  /** The line of a device with these settings, where one can be set to another speed; absent: `line`. */
  lineWith?(settings: Readonly<Record<string, unknown>>): LineSettings;
  /** What its devices say may be a secret: of its wire only how much went over it is kept for a technician. */
  readonly secret?: true;
  /** Names (`DriverSend.name`) of messages that move money or paper: the Link probes crash boundaries b4 to b8 on them. */
  readonly moneyMessages: readonly string[];
  /** Names of messages that carry what is worth money, as the codes of vouchers: only how long they were is kept for a technician. */
  readonly hiddenMessages?: readonly string[];
  readonly faults: readonly FaultEntry[];
  /** Every problem at once; empty when the settings can be used. Unknown settings are problems too. */
  checkSettings(settings: Readonly<Record<string, unknown>>): readonly SettingsProblem[];
  /** What a device with these settings is, and in the next two its address and its width; `checkSettings` found nothing wrong. */
  kindOf(settings: Readonly<Record<string, unknown>>): DeviceKind;
  /** Where the device answers among others on its wire; null: it has to be alone there. */
  addressOf(settings: Readonly<Record<string, unknown>>): number | null;
  /** Printers only: characters of a line. */
  columns?(settings: Readonly<Record<string, unknown>>): number;
  /** Settings with which the simulated device, as it is by itself, is understood. */
  readonly labSettings: Readonly<Record<string, unknown>>;
  /** The settings for `--help`, a line each. */
  readonly settingsHelp: readonly string[];
  /**
   * What the simulated device must be set to (as `--set`) to be the one that these settings describe; absent: nothing.
   * `place` is for those that have a clock of their own.
   */
  simulatorSettings?(
    settings: Readonly<Record<string, unknown>>,
    place?: SimulatedPlace,
  ): Readonly<Record<string, string>>;
  createDriver(options: DriverOptions): Driver<State, Frame>;
  /** Asks whoever stands at a port whether it speaks this protocol, and who it is. */
  inquire(surroundings: Surroundings): Inquiry<Frame>;
  /** Its inquiry takes seconds even where nobody is, so that it comes after the others. */
  readonly asksLong?: true;
  /** Speeds that such a device may be set to and that this program does not use, so that one of them can be told. */
  readonly otherSpeeds?: readonly number[];
  /** Requests that a technician may send by hand, ready to leave, by name (`status`, `reset`). */
  requests(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, Uint8Array>>;
  /** What each of them does; one that is not named here moves. */
  readonly requestEffects: Readonly<Record<string, RequestEffect>>;
  /** The request that goes before each, where messages are numbered and nobody knows how far the driver had counted. */
  readonly requestsBegin?: string;
  /**
   * Names the messages of a recording in order; bytes that are no message become `error` lines. `asked`: the message before
   * it, for protocols whose answers do not say what they answer. Codes that are worth money are not repeated. Never throws.
   */
  describe(bytes: Uint8Array, from: Speaker, asked?: Uint8Array): readonly MessageLine[];
}
