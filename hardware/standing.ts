/**
 * What stands about an acceptor until it changes: that it is lost, its fault, that its cash box is out. Each is told once
 * when it begins and once when it ends, however often the machine says so. Pure; the driver of every protocol has one.
 */
import type { DeviceFact } from './device.ts';

export interface Standing {
  /** Why it is lost; null: it answers. */
  readonly lost: string | null;
  /** The fault that its last report stood for. */
  readonly fault: string | null;
  readonly boxOut: boolean;
}

/** One step's workplace; a driver's own is this one and more. */
export interface StandingWork {
  readonly device: string;
  readonly s: { -readonly [Name in keyof Standing]: Standing[Name] };
  readonly facts: DeviceFact[];
}

export const allWell: Standing = { lost: null, fault: null, boxOut: false };

/** The line or the machine behind it is gone; the first word from it ends that. */
export function lose(
  { s, facts, device }: StandingWork,
  reason: (DeviceFact & { fact: 'device.lost' })['reason'],
  message: string,
): void {
  if (s.lost === reason) return;
  s.lost = reason;
  facts.push({ device, fact: 'device.lost', reason, message });
}

export function tellFault({ facts, device }: StandingWork, code: string): void {
  facts.push({ device, fact: 'device.fault', code });
}

export function tellCleared({ facts, device }: StandingWork, code: string): void {
  facts.push({ device, fact: 'device.cleared', code });
}

/** What a report stands for; null: all is well. `suspect`: it says that a note was pulled out again. */
export function faultStands(work: StandingWork, code: string | null, suspect: boolean): void {
  const { s, facts, device } = work;
  if (code === s.fault) return;
  if (s.fault !== null) tellCleared(work, s.fault);
  s.fault = code;
  if (code === null) return;
  tellFault(work, code);
  if (suspect) facts.push({ device, fact: 'note.suspect', code });
}

/** The cash box is told apart from faults, because hands are at work there. */
export function boxStands({ s, facts, device }: StandingWork, out: boolean): void {
  if (out === s.boxOut) return;
  s.boxOut = out;
  facts.push({ device, fact: out ? 'cashbox.removed' : 'cashbox.inserted' });
}

/** A fault that stands by itself until its cause is gone. */
export function flag(
  work: StandingWork & { readonly s: { flags: ReadonlySet<string> } },
  code: string,
  on: boolean,
): void {
  const { s } = work;
  if (s.flags.has(code) === on) return;
  const flags = new Set(s.flags);
  if (on) {
    flags.add(code);
    tellFault(work, code);
  } else {
    flags.delete(code);
    tellCleared(work, code);
  }
  s.flags = flags;
}
