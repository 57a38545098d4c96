/** The conversation with one address, as a pure step function. Link gives it the turn and its frames. */
import type { DeviceCommand, DeviceFact, DeviceLevels, DeviceMemory } from './device.ts';
import type { PortProblem } from './port.ts';

/** Bytes in, frames out. Bounded; what is thrown away is an output too. All drivers of one wire share one. */
export interface Decoder<Frame> {
  push(bytes: Uint8Array): readonly Decoded<Frame>[];
  /**
   * These bytes leave now. On a wire that gives the host its own bytes back they come first of all: what equals them,
   * before anything else, is that echo and no message. Some adapters give no echo, so that nothing may come as well.
   */
  sent?(bytes: Uint8Array): void;
  /** The line was silent longer than the inter-byte limit: drop a half frame, so that the next one decodes. */
  silence(): readonly Decoded<Frame>[];
  /** True while a frame has begun and not ended. */
  readonly pending: boolean;
}

export type Decoded<Frame> =
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'discarded'; readonly bytes: Uint8Array; readonly why: string };

export type DriverInput<Frame> = {
  readonly nowMs: number;
} /** `chance`: 64 bytes that nobody can guess, new each time; keys are made of them. */ & (
  | { readonly type: 'opened'; readonly chance: Uint8Array }
  | { readonly type: 'closed'; readonly problem: PortProblem }
  /** The wire is free and is this driver's: it may send one request. */
  | { readonly type: 'turn' }
  | { readonly type: 'frame'; readonly frame: Frame }
  | { readonly type: 'discarded'; readonly bytes: Uint8Array; readonly why: string }
  /** No reply came within `replyWithinMs`. */
  | { readonly type: 'silence' }
  | { readonly type: 'command'; readonly command: DeviceCommand }
  | { readonly type: 'levels'; readonly levels: DeviceLevels }
  | { readonly type: 'recorded'; readonly key: string }
);

export interface DriverSend {
  /** Name of the message, for trace. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The turn is kept until this driver's answer comes or this long; 0: no reply is expected and the turn ends. */
  readonly replyWithinMs: number;
}

export interface DriverStep<State> {
  readonly state: State;
  readonly facts: readonly DeviceFact[];
  /** Only on `turn`, or on a `frame` while the turn is held. */
  readonly send?: DriverSend;
  /** When (monotonic) the driver wants the turn again; null: never of itself. */
  readonly turnAtMs: number | null;
  /** A money command waits: this driver's turn comes before others'. */
  readonly urgent: boolean;
}

export interface Driver<State, Frame> {
  /** Longest silence inside a frame, milliseconds. */
  readonly interByteMs: number;
  /** The wire is left silent this long behind the last byte that came, before anybody on it sends; absent: not at all. */
  readonly restMs?: number;
  decoder(): Decoder<Frame>;
  /** Whether a frame comes from this driver's device; absent: every frame does, because the device is alone on its wire. */
  answers?(frame: Frame): boolean;
  /** Of a wire whose bytes may be a secret: what of a frame may be kept for a technician; absent: nothing. */
  shown?(frame: Frame): string;
  start(memory: DeviceMemory): State;
  step(state: State, input: DriverInput<Frame>): DriverStep<State>;
}
