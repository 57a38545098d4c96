/** The lines of a wire as they come, and which of them are shown. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StaffTraceLine } from '../../kiosk/server/staff-wire.ts';
import { askTable } from './api.ts';

const readEveryMs = 1_000;
/** Lines kept; older ones are let go. */
const linesKept = 2_000;

export interface ShownLine extends StaffTraceLine {
  /** Tells it from the others that came at once. */
  readonly key: string;
  /** Since the line before it, milliseconds; null: it is the first. */
  readonly afterMs: number | null;
}

export interface Filter {
  /** In its words or its bytes, large or small; empty: all. */
  readonly text: string;
  readonly direction: 'all' | 'in' | 'out';
  readonly onlyErrors: boolean;
  readonly hideAgain: boolean;
}

/** What a filter lets through. A crash is of both directions. */
export function fitting({ text, direction, onlyErrors, hideAgain }: Filter): (line: StaffTraceLine) => boolean {
  const wanted = text.trim().toLowerCase();
  return (line) => {
    if (direction !== 'all' && line.direction !== direction && line.direction !== 'crash') return false;
    if (onlyErrors && !line.error) return false;
    if (hideAgain && line.again) return false;
    return wanted === '' || `${line.name} ${line.fields} ${line.bytes}`.toLowerCase().includes(wanted);
  };
}

/** The lines so far with those that came: from the first of these on they take the place of what was there. */
export function joined(before: readonly ShownLine[], came: readonly StaffTraceLine[]): readonly ShownLine[] {
  const first = came[0];
  if (first === undefined) return before;
  const all: ShownLine[] = before.filter(({ seq }) => seq < first.seq);
  let index = 0;
  for (const line of came) {
    const last = all.at(-1);
    index = last?.seq === line.seq ? index + 1 : 0;
    all.push({ ...line, key: `${line.seq}.${index}`, afterMs: last === undefined ? null : line.atMs - last.atMs });
  }
  return all.slice(-linesKept);
}

interface Trace {
  readonly lines: readonly ShownLine[];
  /** none: nothing is kept of this device. */
  readonly state: 'asked' | 'there' | 'none';
}

/** Asks every second for what came, while it is not paused. */
export function useTrace(device: string, paused: boolean): Trace {
  const [trace, set] = useState<Trace>({ lines: [], state: 'asked' });
  const next = useRef(0);
  useEffect(() => {
    if (paused) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      const answer = await askTable('trace', { from: next.current, device });
      if (over) return;
      const found = answer?.found ?? null;
      if (answer !== null && found === null) set({ lines: [], state: 'none' });
      if (found !== null) {
        next.current = found.next;
        set(({ lines }) => ({ lines: joined(lines, found.lines), state: 'there' }));
      }
      timer = setTimeout(() => void read(), found?.more ? 0 : readEveryMs);
    };
    void read();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [device, paused]);
  return trace;
}
