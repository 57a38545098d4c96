/**
 * What a running check makes of each fact: it goes on, ends, or has nothing to do with it. Pure; `before` is the kiosk as it
 * was before the fact, `after` as the fact left it.
 */
import type { Counters, DeviceFact } from '../../hardware/device.ts';
import { deviceState } from '../device-state.ts';
import type { FactBody } from '../fact.ts';
import type { CheckEnd, CheckName, CheckRead } from '../server/staff-wire.ts';
import { expected, waitsForPerson } from './catalog.ts';
import { lampTold, watchLamp } from './lamps.ts';
import { relayTold, watchRelay } from './relay.ts';
import { failed, type Moment, passed, sinceStep, type Word } from './word.ts';

/** Notes that a machine may throw out as unreadable before it counts as broken. */
const rejectsMaximum = 3;

/** Null: it waits on. */
export function watch(moment: Moment, body: FactBody): Word | null {
  const { open } = moment;
  if (body.fact === 'check.told') return body.command === open.command ? told(moment, body.told) : null;
  if (body.fact === 'check.answered') {
    const { command, outcome, read, fault } = body;
    const end: CheckEnd = { outcome, read, fault };
    return command === open.command ? end : null;
  }
  if (!('device' in body) || body.device !== open.device) return null;
  if (body.fact === 'device.lost') return failed(open.read, `lost-${body.reason}`);
  return watchers[open.check]?.(moment, body as DeviceFact) ?? null;
}

type Watcher = (moment: Moment, fact: DeviceFact) => Word | null;

/** Those that are watched through the device's own facts; the others are answered, or told by the person. */
const watchers: Readonly<Partial<Record<CheckName, Watcher>>> = {
  'take-note': takeNote,
  'take-coin': takeCoin,
  'pay-one': payOne,
  'test-page': testPage,
  cutter: testPage,
  'paper-sensor': paperSensor,
  'read-code': readCode,
  contacts,
  lamps: watchLamp,
  relay: watchRelay,
  terminal,
};

/** What only somebody who stands there can say is compared with what the machine was told to do. */
function told(moment: Moment, said: number | boolean): Word | null {
  const { open } = moment;
  const right = expected(open);
  if (right === null || typeof said !== typeof right) return null;
  // Before the machine has done its part nobody can have seen it.
  if (!waitsForPerson(open)) return null;
  if (open.check === 'lamps') return lampTold(moment, said === true);
  if (open.check === 'relay' && open.step === 'begun') return relayTold(moment, said === true);
  const read = { ...open.read, told: said, wanted: right };
  return said === right ? passed(read) : failed(read, 'otherwise');
}

/** A note is read in escrow and goes back; one that is stacked all the same is money, and booked as such elsewhere. */
function takeNote(moment: Moment, fact: DeviceFact): Word | null {
  const { open } = moment;
  switch (fact.fact) {
    case 'note.escrowed': {
      const { currency, minor } = fact;
      return { step: 'returning', read: { ...open.read, currency, minor, readMs: sinceStep(moment) } };
    }
    case 'note.returned':
      if (open.step !== 'returning') return null;
      return passed({ ...open.read, returnedMs: sinceStep(moment) });
    case 'note.rejected': {
      if (open.step === 'returning') return failed(open.read, `rejected-${fact.code}`);
      const rejected = Number(open.read.rejected ?? 0) + 1;
      const read = { ...open.read, rejected, code: fact.code };
      return rejected >= rejectsMaximum ? failed(read, `rejected-${fact.reason}`) : { step: 'begun', read };
    }
    case 'note.stacked':
      return failed({ ...open.read, stackedMinor: fact.minor }, 'stacked');
    case 'device.fault':
      return failed(open.read, fact.code);
    default:
      return null;
  }
}

function takeCoin(moment: Moment, fact: DeviceFact): Word | null {
  const { open, before } = moment;
  switch (fact.fact) {
    case 'coin.credited': {
      // Told again, it is the coin of before.
      if (before.evidence.includes(fact.key)) return null;
      const { currency, minor, counter, to } = fact;
      const read = { ...open.read, currency, minor, counter, to: to ?? 'box' };
      return passed({ ...read, readMs: sinceStep(moment) });
    }
    case 'coin.lost':
      return failed({ ...open.read, lost: fact.count }, 'coins-lost');
    case 'coin.rejected': {
      const rejected = Number(open.read.rejected ?? 0) + 1;
      const read = { ...open.read, rejected, code: fact.code };
      return rejected >= rejectsMaximum ? failed(read, `rejected-${fact.code}`) : { step: 'begun', read };
    }
    case 'device.fault':
      return failed(open.read, fact.code);
    default:
      return null;
  }
}

/** One piece leaves the machine, its counter moves by one, and a person has it in hand. */
function payOne(moment: Moment, fact: DeviceFact): Word | null {
  const { open, before } = moment;
  if (!('command' in fact) || fact.command !== open.command) return null;
  switch (fact.fact) {
    case 'payout.done':
    case 'payout.partial': {
      const { currency, minor } = fact.paid;
      const read = { ...open.read, currency, minor, paidMs: sinceStep(moment) };
      if (minor === 0) return failed(read, 'nothing-came');
      const moved = movedByOne(before.deviceCounters[fact.device] ?? {}, fact.counters);
      if (moved === null) return failed(read, 'counter-stood');
      return { step: 'came', read: { ...read, ...moved } };
    }
    case 'payout.unknown':
      return failed(open.read, `unknown-${fact.reason}`);
    case 'command.refused':
      return fact.sent ? null : failed(open.read, `refused-${fact.reason}`);
    default:
      return null;
  }
}

/** The counter that went one on, or the stock that went one down: with its name, and from where to where. */
function movedByOne(before: Counters, after: Counters): CheckRead | null {
  for (const [counter, now] of Object.entries(after)) {
    const was = before[counter];
    if (was !== undefined && (Math.abs(now - was) === 1 || wrapped(was, now))) return { counter, was, now };
  }
  return null;
}

/** Counters of one byte go from 255 to 1: 0 stands for a machine that began anew. */
function wrapped(was: number, now: number): boolean {
  return was === 255 && now === 1;
}

/** The printer's own word that all of the page came out; then the number on it, which only the paper has, or how it was cut. */
function testPage(moment: Moment, fact: DeviceFact): Word | null {
  const { open } = moment;
  if (!('command' in fact) || fact.command !== open.command) return null;
  switch (fact.fact) {
    case 'print.done':
      return { step: open.check === 'cutter' ? 'out' : 'number', read: { ...open.read, printedMs: sinceStep(moment) } };
    case 'print.refused':
    case 'print.unknown':
      return failed(open.read, fact.reason);
    default:
      return null;
  }
}

/** The paper is taken away, or the cover lifted: the sensors have to say so, and that all is well again. */
function paperSensor(moment: Moment): Word | null {
  const { open, after } = moment;
  const { paper, faults } = deviceState(after, open.device ?? '');
  const seen = paper === 'out' ? 'out' : (faults[0] ?? null);
  if (open.step === 'begun' && seen !== null)
    return { step: 'away', read: { ...open.read, saw: seen, seenMs: sinceStep(moment) } };
  if (open.step === 'away' && seen === null) return passed({ ...open.read, paper, backMs: sinceStep(moment) });
  return null;
}

/** The terminal spoke with its host, or said that it cannot, and says how it is. */
function terminal({ open }: Moment, fact: DeviceFact): Word | null {
  if (!('command' in fact) || fact.command !== open.command) return null;
  if (fact.fact === 'command.refused') return failed(open.read, `refused-${fact.reason}`);
  if (fact.fact !== 'terminal.diagnosed') return null;
  const { diagnosis, status, well, firmware, terminal: number, receipt, tookMs } = fact;
  const told = { ...(firmware !== null && { firmware }), ...(number !== null && { terminal: number }) };
  const read = { diagnosis, status, ...told, ...(receipt !== null && { receipt }), tookMs };
  return well ? passed(read) : failed(read, `status-${status}`);
}

function readCode({ open }: Moment, fact: DeviceFact): Word | null {
  if (fact.fact !== 'code.seen') return null;
  const { length, begins } = fact;
  if (length === 0) return failed(open.read, 'empty');
  return passed({ length, begins });
}

/** One contact of the module changes, and changes back. */
function contacts(moment: Moment, fact: DeviceFact): Word | null {
  const { open } = moment;
  if (fact.fact !== 'contact.changed') return null;
  const { contact, state } = fact;
  if (open.step === 'begun') return { step: 'back', read: { contact, first: state, seenMs: sinceStep(moment) } };
  if (contact !== open.read.contact || state === open.read.first) return null;
  return passed({ ...open.read, second: state, backMs: sinceStep(moment) });
}
