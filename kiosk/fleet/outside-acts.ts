/** What the office orders and nothing here decides: the log, what went over a wire, a picture of the glass, a reboot. */
import { execFile } from 'node:child_process';
import type { Clock } from '../../hardware/clock.ts';
import type { Diagnostics, WireTrace } from '../diagnostics.ts';
import type { OutsideAct, RemoteOutcome } from '../remote/order.ts';
import type { Brought } from './done-shelf.ts';

/** Signs of a record that are sent. */
const traceMaximum = 512 * 1024;
/** A reboot that has been agreed to takes this process with it within so long; then it is said that it did not. Milliseconds. */
const rebootMs = 60_000;
/** The hook itself may take so long, milliseconds. */
const hookMs = 30_000;

export interface OutsideEnd {
  readonly outcome: Extract<RemoteOutcome, 'done' | 'failed' | 'refused'>;
  readonly result: string | null;
  readonly brought: readonly Brought[];
}

export interface OutsideHands {
  /** The last lines of the log, as text. */
  readonly log: () => string;
  /** Of a device; null: none of this name has a record. */
  readonly trace: Diagnostics['wholeTrace'];
  /** A PNG of the glass; null: it is not this program's to look at, or cannot be seen now. */
  readonly picture: () => Promise<Uint8Array | null>;
  /** The program that reboots the machine; null: there is none. */
  readonly reboot: string | null;
  readonly clock: Clock;
}

export async function carryOutside(act: OutsideAct, hands: OutsideHands): Promise<OutsideEnd> {
  switch (act.act) {
    case 'send-log':
      return brings('kiosk.log', 'text/plain', Buffer.from(hands.log()));
    case 'send-trace': {
      const trace = hands.trace(act.device);
      return trace === null ? refused('no-device') : brings('trace.jsonl', 'text/plain', lastOf(trace));
    }
    case 'screenshot': {
      const picture = await hands.picture();
      return picture === null ? refused('no-display') : brings('screen.png', 'image/png', picture);
    }
    case 'reboot':
      return hands.reboot === null ? refused('no-hook') : reboot(hands.reboot, hands.clock);
    default:
      return act satisfies never;
  }
}

function brings(name: string, media: Brought['media'], bytes: Uint8Array): OutsideEnd {
  return { outcome: 'done', result: null, brought: [{ name, media, bytes }] };
}

/** A line of JSON each, the newest last; of a long record the end. */
function lastOf({ lines }: WireTrace): Buffer {
  const kept: string[] = [];
  let signs = 0;
  for (const line of lines.toReversed()) {
    const text = `${JSON.stringify(line)}\n`;
    signs += text.length;
    if (signs > traceMaximum) break;
    kept.push(text);
  }
  return Buffer.from(kept.toReversed().join(''));
}

function refused(result: string): OutsideEnd {
  return { outcome: 'refused', result, brought: [] };
}

/** Its end is told only when the machine is still there long after: else the next start tells it. */
async function reboot(path: string, clock: Clock): Promise<OutsideEnd> {
  const code = await new Promise<number | null>((ended) => {
    execFile(path, [], { timeout: hookMs, killSignal: 'SIGKILL' }, (error) => {
      ended(error === null ? 0 : typeof error.code === 'number' ? error.code : null);
    });
  });
  if (code !== 0) return { outcome: 'failed', result: code === null ? 'hook' : `exit-${code}`, brought: [] };
  await new Promise<void>((passed) => clock.after(rebootMs, passed));
  return { outcome: 'failed', result: 'still-here', brought: [] };
}
