/** The last frames of a wire, kept in memory for a technician. */

/** Entries kept; older ones are overwritten. */
const TRACE_ENTRIES = 2_000;
/** Bytes kept of one entry. */
const TRACE_BYTES = 512;
const NO_BYTES = new Uint8Array(0);

export interface TraceEntry {
  /** Counts the entries of a wire from 1, those that were overwritten too. */
  readonly seq: number;
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly direction: 'in' | 'out' | 'crash';
  /**
   * Name of the message sent, or what a crash said; empty for bytes received. Of bytes that may be a secret it says
   * how many there were, and of a wire that is one what its driver shows of a message received.
   */
  readonly what: string;
  /** The first of them; none where they may be a secret. */
  readonly bytes: Uint8Array;
}

export class Trace {
  private readonly ring: TraceEntry[] = [];
  private next = 0;
  private added = 0;
  private readonly secret: boolean;

  /** `secret`: the bytes of this wire are counted and not kept. */
  constructor(secret: boolean) {
    this.secret = secret;
  }

  /** `hidden`: the bytes of this one are counted and not kept, whatever the wire. */
  add(atMs: number, direction: TraceEntry['direction'], what: string, bytes: Uint8Array, hidden = false): void {
    const seq = ++this.added;
    this.ring[this.next] =
      this.secret || hidden
        ? { seq, atMs, direction, what: withCount(what, bytes.length), bytes: NO_BYTES }
        : { seq, atMs, direction, what, bytes: bytes.length > TRACE_BYTES ? bytes.slice(0, TRACE_BYTES) : bytes };
    this.next = (this.next + 1) % TRACE_ENTRIES;
  }

  /** Oldest first. */
  entries(): readonly TraceEntry[] {
    if (this.ring.length < TRACE_ENTRIES) return [...this.ring];
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
  }
}

function withCount(what: string, bytes: number): string {
  if (bytes === 0) return what;
  return what === '' ? `${bytes} bytes` : `${what} ${bytes} bytes`;
}
