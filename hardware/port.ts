/** The only door to a wire. A Port moves bytes and knows nothing of what they mean. */

/** Why a port is not, or no longer, open. `message` names what is wrong and what to do. */
export interface PortProblem {
  readonly code: 'missing' | 'busy' | 'denied' | 'lost' | 'refused' | 'closed';
  readonly message: string;
}

export interface PortListener {
  opened(): void;
  received(bytes: Uint8Array): void;
  /** Once, whether opening failed, the line was lost or `close` was called. */
  closed(problem: PortProblem): void;
}

export interface Port {
  /** As configured: a path, `host:port`, or a simulated name. */
  readonly name: string;
  /** Answers through the listener with `opened` or `closed`. May be called again after `closed`. */
  open(listener: PortListener): void;
  /** Hands bytes to the operating system; `sent` is called when it took them all. Lost silently when not open. */
  send(bytes: Uint8Array, sent?: () => void): void;
  close(): void;
}

export interface LineSettings {
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/**
 * The steps at which a crash is provoked (tests/faults.md): b0 fact read, b1 decided, b2 in append, b3 synced,
 * b4 bytes half out, b5 bytes out, b6 device acted, b7 reply half in, b8 reply read, b9 in recovery.
 */
export type Boundary = 'b0' | 'b1' | 'b2' | 'b3' | 'b4' | 'b5' | 'b6' | 'b7' | 'b8' | 'b9';

/** Called at each boundary; does nothing unless a crash run or the simulation listens. It may throw or never return. */
export type Probe = (boundary: Boundary, what: string) => void;
export const noProbe: Probe = () => {};
