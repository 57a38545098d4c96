/** The last frames of a wire, kept in memory for a technician. */

/** Entries kept; older ones are overwritten. */
const TRACE_ENTRIES = 2_000;
/** Bytes kept of one entry. */
const TRACE_BYTES = 512;

export interface TraceEntry {
  /** Monotonic, milliseconds. */
  readonly atMs: number;
  readonly direction: 'in' | 'out' | 'crash';
  /** Name of the message sent, or what a crash said; empty for bytes received. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

export class Trace {
  private readonly ring: TraceEntry[] = [];
  private next = 0;

  add(atMs: number, direction: TraceEntry['direction'], what: string, bytes: Uint8Array): void {
    const kept = bytes.length > TRACE_BYTES ? bytes.slice(0, TRACE_BYTES) : bytes;
    this.ring[this.next] = { atMs, direction, what, bytes: kept };
    this.next = (this.next + 1) % TRACE_ENTRIES;
  }

  /** Oldest first. */
  entries(): readonly TraceEntry[] {
    if (this.ring.length < TRACE_ENTRIES) return [...this.ring];
    return [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)];
  }
}
