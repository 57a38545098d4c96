/**
 * Where people who work here are let in and asked what they did. It checks PINs and rights, and only what may be goes up as
 * a fact. PINs end here.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../hardware/clock.ts';
import type { ByHand } from '../by-hand.ts';
import type { Probes } from '../probes.ts';
import type { EntryBody } from '../entry.ts';
import type { FactBody } from '../fact.ts';
import { isAlarmed } from '../cabinet/contacts.ts';
import { paysOut } from '../checks/checks.ts';
import { readinessRefused } from '../checks/run.ts';
import { closingRefused, paperRefused, readRefused } from '../day/close.ts';
import { zRecord } from '../day/record.ts';
import { zKey } from '../journal/derive.ts';
import { closeRefused } from '../methods/charge/day.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import { paidSale, type VoucherRecord, voucherRecord } from '../lookup.ts';
import { goodPin } from '../pins.ts';
import { refundWaiting } from '../sale/refund.ts';
import type { Search } from '../search.ts';
import type { SetUpCode } from '../setup-code.ts';
import { movePaperOf, movePaperState } from '../documents/move-papers.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { caseRecord, settleRefused, slipOf, soldIn } from '../staff/cases.ts';
import { stockOf } from '../till/till.ts';
import {
  bagOf,
  boxRefused,
  correctionRefused,
  countRefused,
  differenceOf,
  emptyRefused,
  inBag,
  payingUnitOf,
  piecesRefused,
  sealRefused,
  unitRefused,
} from '../staff/moves.ts';
import { addingRefused, changeRefused, enteringRefused, nextPerson, serviceSeconds } from '../staff/persons.ts';
import { moveRecord } from '../staff/record.ts';
import { askingRefused } from '../statements/statements.ts';
import {
  forTwo,
  lockedSeconds,
  mayDecide,
  needsTwo,
  personHere,
  refusal,
  refusalOfAny,
  rightsOf,
} from '../staff/rights.ts';
import { settleWeight, slipWeight } from '../staff/weight.ts';
import { casesTable, evidenceTable } from './staff-cases.ts';
import { checkNotOffered, checksTable, readinessNow, type ReadinessParts, readinessTable } from './staff-checks.ts';
import {
  type ConfigurationParts,
  configurationRefused,
  configurationTable,
  keepConfiguration,
} from './staff-configuration.ts';
import { sweepPins } from './staff-pins.ts';
import { statementRows, statementsTable } from './statement-table.ts';
import type { Download, ReportDesk } from './staff-reports.ts';
import { fromOf, readQuery } from './staff-query.ts';
import {
  caseTable,
  dayTable,
  movesTable,
  ordersTable,
  personsTable,
  refundsTable,
  slipNow,
  type TableParts,
  tillTable,
  zTable,
} from './staff-tables.ts';
import { consoleTable, requestRefused } from './staff-console.ts';
import { deviceTable, traceFile, traceTable } from './staff-devices.ts';
import {
  type Enter,
  nameMaximum,
  type Right,
  type Role,
  type Second,
  type SetUp,
  type StaffAct,
  type StaffAnswer,
  type StaffNow,
  type StaffProblem,
} from './staff-wire.ts';

const tokenBytes = 24;

/** What a machine is to do, or is known by from now on: booked, though no move. */
const orders: ReadonlySet<string> = new Set<EntryBody['kind']>([
  'cash.empty',
  'cash.sealed',
  'device.known',
  'terminal.close-day',
  'check.started',
  'device.asked',
  'check.ended',
  'readiness.reported',
  'statement.fetch',
  'day.closed',
  'document.print',
  'config.changed',
]);

/** How a case, a slip, a wish for a refund or an alarm ends by a person. */
const ends: ReadonlySet<string> = new Set<EntryBody['kind']>([
  'case.settled',
  'voucher.voided',
  'refund.asked',
  'refund.declined',
  'order.handed-over',
  'alarm.acknowledged',
]);

export interface DeskParts extends TableParts {
  readonly code: SetUpCode;
  readonly clock: Clock;
  readonly kiosk: () => Kiosk;
  readonly search: Search;
  readonly configuration: Pick<ConfigurationParts, 'kept' | 'check' | 'onFailure'>;
  readonly probes: Probes;
  readonly byHand: ByHand;
  readonly machine: ReadinessParts;
  readonly reports: ReportDesk;
  /** Whether a typed code belongs to the voucher found under its serial. */
  readonly voucherFits: (typed: { serial: string; code: string }, record: VoucherRecord | null) => boolean;
  /** Decides a fact; answers what was recorded. */
  readonly take: (fact: FactBody) => readonly EntryBody[];
}

/** Whoever came in gets a token, which is theirs until they leave. */
export interface Entered {
  readonly answer: StaffAnswer;
  readonly token: string | null;
}

export interface Desk {
  now(token: string | null): StaffNow;
  setUp(asked: SetUp): Promise<Entered>;
  enter(asked: Enter): Promise<Entered>;
  act(token: string | null, act: StaffAct): Promise<StaffAnswer>;
  /** Null: this token may not read it, or there is no such table. Throws BadQuery. */
  table(token: string | null, name: string, query: unknown): unknown;
  /** The same for what is taken away as a file. */
  download(token: string | null, name: string, query: unknown): Promise<Download | null>;
}

interface NewPerson {
  readonly name: string;
  readonly role: Role;
  readonly pin: string;
}

const done: StaffAnswer = { ok: true, move: null, case: null };

function no(problem: StaffProblem, seconds: number | null = null): StaffAnswer {
  return { ok: false, problem, seconds };
}

export function createDesk(parts: DeskParts): Desk {
  const { pins, code, take, config } = parts;
  let inside: { readonly hash: Buffer; readonly service: string } | null = null;
  let checking = false;

  /** The state with the moments of just now. */
  const kiosk = (): Kiosk => ({ ...parts.kiosk(), monoMs: parts.clock.monoMs() });

  const serviceOf = (token: string | null): string | null => {
    if (token === null || inside === null) return null;
    return timingSafeEqual(hashOf(token), inside.hash) && kiosk().staff.service?.id === inside.service
      ? inside.service
      : null;
  };

  /** One PIN at a time, so that none is tried that the count of wrong ones does not know yet. */
  const one = async <T>(run: () => Promise<T>): Promise<T | 'busy'> => {
    if (checking) return 'busy';
    checking = true;
    try {
      return await run();
    } finally {
      checking = false;
    }
  };

  /** Whether this is the PIN of somebody who works here. What is wrong is counted. */
  const check = async ({ number, pin }: Second): Promise<'right' | 'wrong' | 'locked' | 'busy'> => {
    const found = await one(async () => {
      const person = personHere(kiosk(), number);
      const who = person === null ? null : number;
      if (lockedSeconds(kiosk(), who) !== null) return 'locked';
      const fits = await pins.fits(person?.pin ?? null, pin);
      if (fits && personHere(kiosk(), number)?.pin === person?.pin) return 'right';
      take({ fact: 'staff.refused', person: who });
      return lockedSeconds(kiosk(), who) === null ? 'wrong' : 'locked';
    });
    return found;
  };

  const lockOf = (number: string) => lockedSeconds(kiosk(), personHere(kiosk(), number) === null ? null : number);

  const letIn = (number: string): Entered => {
    const problem = enteringRefused(kiosk(), number);
    if (problem !== null) return { answer: no(problem, lockOf(number)), token: null };
    take({ fact: 'staff.identified', person: number });
    const service = kiosk().staff.service;
    if (service?.person !== number) return { answer: no('not-ready'), token: null };
    const token = randomBytes(tokenBytes).toString('base64url');
    inside = { hash: hashOf(token), service: service.id };
    return { answer: done, token };
  };

  const second = async (me: string, asked: Second | null): Promise<StaffProblem | null> => {
    if (asked === null) return 'second-needed';
    if (asked.number === me) return 'second-wrong';
    const found = await check(asked);
    if (found === 'right') return null;
    return found === 'busy' ? 'busy' : found === 'locked' ? 'second-locked' : 'second-wrong';
  };

  /** The PIN is kept and put in force by what `then` takes; without it, it is forgotten again. */
  const withPin = async (pin: string, then: (id: string) => readonly EntryBody[]): Promise<boolean> => {
    const id = await pins.keep(pin);
    const recorded = then(id).some((entry) => 'pin' in entry && entry.pin === id);
    sweepPins(kiosk(), pins);
    return recorded;
  };

  /** A name and the person it belongs to are made in one moment: the number is the next that is free. */
  const add = (asked: NewPerson, by: string | null) =>
    withPin(asked.pin, (pin) => {
      const person = nextPerson(kiosk());
      pins.rename(person, asked.name);
      return take({ fact: 'staff.added', person, role: asked.role, pin, by });
    });

  const acts = createActs({ ...parts, now: kiosk, check, add, withPin });

  return {
    now: (token) => nowOf(parts, kiosk(), serviceOf(token)),
    async setUp(asked) {
      const refused = (problem: StaffProblem) => ({ answer: no(problem, lockedSeconds(kiosk(), null)), token: null });
      if (!code.waits()) return refused('no-set-up');
      const name = nameOf(asked.name);
      if (name === null) return refused('bad-name');
      if (!goodPin(asked.pin)) return refused('weak-pin');
      const problem = addingRefused(kiosk());
      if (problem !== null) return refused(problem);
      if (lockedSeconds(kiosk(), null) !== null) return refused('locked');
      if (!code.take(asked.code)) {
        take({ fact: 'staff.refused', person: null });
        return refused(lockedSeconds(kiosk(), null) === null ? 'wrong' : 'locked');
      }
      const number = nextPerson(kiosk());
      if (!(await add({ name, role: 'administrator', pin: asked.pin }, null))) {
        code.again();
        return refused('not-ready');
      }
      code.end();
      return letIn(number);
    },
    async enter(asked) {
      const found = await check(asked);
      return found === 'right' ? letIn(asked.number) : { answer: no(found, lockOf(asked.number)), token: null };
    },
    async act(token, act) {
      const service = serviceOf(token);
      const me = kiosk().staff.service?.person;
      if (service === null || me === undefined) return no('not-logged-in');
      if (act.do === 'leave') {
        take({ fact: 'staff.left' });
        return done;
      }
      take({ fact: 'staff.touched' });
      if (act.do === 'touch') return done;
      const rights = rightsFor(act, me);
      const alone = refusalOfAny(kiosk(), service, rights, null);
      if (alone !== null && alone !== 'second-needed') return no(alone);
      const problem = acts.refused(act, me);
      if (problem !== null) return no(problem);
      const asked = 'second' in act ? act.second : null;
      if (rights.some((right) => needsTwo(kiosk(), right, acts.weight(act)))) {
        if (asked === null) acts.hold(act);
        const wrong = await second(me, asked);
        if (wrong !== null) return no(wrong, asked === null ? null : lockOf(asked.number));
        const approved = refusalOfAny(kiosk(), service, rights, asked?.number ?? null, acts.weight(act));
        const both = approved ?? acts.refused(act, me);
        if (both !== null) return no(both);
        take({ fact: 'staff.approved', person: asked?.number ?? '' });
        return acts.book(act, me, asked?.number ?? null);
      }
      return acts.book(act, me, null);
    },
    async download(token, name, query) {
      if (refusal(kiosk(), serviceOf(token), tableRight(name), null) !== null) return null;
      if (name === 'report') return parts.reports.download(query);
      return name === 'trace' ? traceFile(parts, readQuery(query, ['device'])) : null;
    },
    table(token, name, query) {
      if (refusal(kiosk(), serviceOf(token), tableRight(name), null) !== null) return null;
      if (name === 'report') return parts.reports.report(query);
      if (name === 'entries') return parts.reports.entries(query);
      if (name === 'device') return deviceTable(kiosk(), parts, readQuery(query, ['device']));
      if (name === 'console') return consoleTable(kiosk(), parts, readQuery(query, ['device']));
      if (name === 'trace') return traceTable(parts, readQuery(query, ['device', 'from']));
      if (name === 'statement-rows') {
        return statementRows(parts.find, readQuery(query, ['device', 'day', 'from']));
      }
      if (name === 'cases') return casesTable(kiosk(), parts, query);
      if (name === 'evidence') return evidenceTable(parts, query);
      const from = fromOf(query);
      switch (name) {
        case 'till':
          return tillTable(kiosk(), parts);
        case 'case':
          return caseTable(parts, from, mayDecide(kiosk()));
        case 'refunds':
          return refundsTable(kiosk());
        case 'orders':
          return ordersTable(parts, from);
        case 'statements':
          return statementsTable(kiosk(), parts.find, from);
        case 'moves':
          return movesTable(kiosk(), parts, from);
        case 'day':
          return dayTable(kiosk());
        case 'z':
          return zTable(kiosk(), parts, from);
        case 'persons':
          return personsTable(kiosk(), pins);
        case 'search':
          return parts.search.now();
        case 'configuration':
          return configurationTable(kiosk(), configurationParts(parts));
        case 'checks':
          return checksTable(kiosk(), parts);
        case 'readiness':
          return readinessTable(kiosk(), parts);
        default:
          return null;
      }
    },
  };

  function nowOf({ code: setUp }: DeskParts, state: Kiosk, service: string | null): StaffNow {
    const { merchant, place, money, glass, timeZone } = config;
    const number = service === null ? null : (state.staff.service?.person ?? null);
    const person = number === null ? null : personHere(state, number);
    return {
      at: person !== null ? 'in' : setUp.waits() ? 'set-up' : 'log-in',
      merchant: { name: merchant.legalName, mark: merchant.mark, accent: merchant.accent },
      place,
      kiosk: config.kiosk,
      money: { currency: money.currency, exponent: money.exponent },
      timeZone,
      glass,
      me:
        person === null || number === null
          ? null
          : {
              number,
              name: pins.name(number) ?? '',
              role: person.role,
              rights: rightsOf(person.role).filter((right) => right !== 'hand-over' || parts.goods !== null),
              seconds: serviceSeconds(state),
            },
      twoPersons: forTwo(state),
    };
  }
}

const tableRights: Readonly<Partial<Record<string, Right>>> = {
  persons: 'persons',
  evidence: 'evidence',
  search: 'find-devices',
  configuration: 'find-devices',
  report: 'report',
  entries: 'report',
  trace: 'trace',
  console: 'console',
  checks: 'check',
  readiness: 'check',
  statements: 'read-day',
  'statement-rows': 'read-day',
  day: 'read-day',
  z: 'read-day',
};

/** The right to read a table, or to take it away. */
function tableRight(name: string): Right {
  return Object.hasOwn(tableRights, name) ? (tableRights[name] ?? 'look') : 'look';
}

/** All rights that an act needs. A check that pays out takes cash from its place, as emptying does. */
function rightsFor(act: StaffAct, me: string): readonly Right[] {
  const right = rightFor(act, me);
  if (right === null) return [];
  return act.do === 'check' && paysOut(act.check) ? [right, 'empty'] : [right];
}

/** The right that an act needs; null when everybody may. */
function rightFor(act: StaffAct, me: string): Right | null {
  switch (act.do) {
    case 'touch':
    case 'leave':
      return null;
    case 'print-x':
    case 'print-z':
      return 'read-day';
    case 'print-move':
      return 'look';
    case 'change-pin':
      return act.number === me ? null : 'persons';
    case 'add-person':
    case 'change-role':
    case 'remove-person':
      return 'persons';
    case 'tell-check':
    case 'end-check':
    case 'print-readiness':
      return 'check';
    case 'fetch-statement':
      return 'close-terminal';
    case 'acknowledge':
      return 'look';
    case 'use-device':
    case 'take-out':
    case 'undo-configuration':
      return 'configure';
    default:
      return act.do;
  }
}

interface Acts {
  /** The sum for which one person may not be enough, minor units: by how much a count differs, what a case or refund is about. */
  weight(act: StaffAct): number;
  /** Whoever was told once that a count takes two cannot feel their way to what is expected: it takes two from then on. */
  hold(act: StaffAct): void;
  /** Why it cannot be done as things stand; null when it can. */
  refused(act: StaffAct, me: string): StaffProblem | null;
  book(act: StaffAct, by: string, second: string | null): Promise<StaffAnswer>;
}

interface ActParts extends DeskParts {
  readonly now: () => Kiosk;
  readonly check: (asked: Second) => Promise<'right' | 'wrong' | 'locked' | 'busy'>;
  readonly add: (asked: NewPerson, by: string) => Promise<boolean>;
  readonly withPin: (pin: string, then: (id: string) => readonly EntryBody[]) => Promise<boolean>;
}

function createActs(parts: ActParts): Acts {
  const { now, check, add, withPin, take, find, pins, search, probes, byHand, voucherFits } = parts;
  const record = (move: string) => moveRecord(move, find(`move:${move}`));
  /** Counts that take two persons, by the bag or device that they are of, until one is booked. */
  const held = new Set<string>();

  const caseOf = (number: string) => {
    const record = caseRecord(find(`case:${number}`));
    const one = record?.one ?? null;
    const serial = one === null ? null : slipOf(one);
    const slip = serial === null ? null : voucherRecord(find(`voucher:${serial}`));
    return { one, slip, sold: record === null ? null : soldIn(record, find) };
  };

  const countWeight = (kiosk: Kiosk, act: StaffAct): number => {
    switch (act.do) {
      case 'count': {
        const bag = bagOf(kiosk, act.bag);
        return bag === null ? 0 : differenceOf(act.pieces, inBag(kiosk, bag));
      }
      case 'remove':
      case 'declare': {
        const unit = payingUnitOf(kiosk, act.device) ?? 'hopper';
        const inside = stockOf(kiosk.till, act.device, unit, kiosk.rules.currency);
        return act.do === 'declare' && inside.length === 0 ? 0 : differenceOf(act.pieces, inside);
      }
      case 'correct':
        return differenceOf(act.pieces, record(act.move)?.expected ?? null);
      default:
        return 0;
    }
  };

  /** Null unless number and code belong together. */
  const slipOfCode = (typed: { readonly serial: string; readonly code: string }): VoucherRecord | null => {
    const serial = typed.serial.padStart(6, '0');
    const found = voucherRecord(find(`voucher:${serial}`));
    return voucherFits({ serial, code: typed.code }, found) ? found : null;
  };

  /** Booked when the entry that a fact is about was recorded. */
  const booked = (fact: FactBody): StaffAnswer => {
    const entries = take(fact);
    const move = entries.find((entry) => 'move' in entry);
    const opened = entries.find((entry) => entry.kind === 'case.opened');
    const ordered = entries.some((entry) => orders.has(entry.kind));
    const person = entries.some((entry) => entry.kind.startsWith('staff.') && entry.kind !== 'staff.touched');
    const settled = entries.some((entry) => ends.has(entry.kind));
    if (move === undefined && !ordered && !person && !settled) return no('not-ready');
    const number = move !== undefined && 'move' in move ? move.move : null;
    return { ok: true, move: number, case: opened?.kind === 'case.opened' ? opened.case : null };
  };

  /** It has begun; what no device can show is tried outside, and answered when that is over. */
  const begin = (fact: Extract<FactBody, { fact: 'check.asked' }>): StaffAnswer => {
    const started = take(fact).find((entry) => entry.kind === 'check.started');
    if (started === undefined) return no('not-ready');
    const { check, device, command } = started;
    void probes.run(check, device)?.then((answer) => take({ fact: 'check.answered', command, ...answer }));
    return done;
  };

  /** Recorded first; then it leaves, and its answer comes as a fact. */
  const send = (fact: Extract<FactBody, { fact: 'request.asked' }>): StaffAnswer => {
    const asked = take(fact).find((entry) => entry.kind === 'device.asked');
    if (asked === undefined) return no('not-ready');
    const { device, request, command } = asked;
    const nothing = Promise.resolve({ outcome: 'refused', answer: [] } as const);
    void (byHand.ask(device, request) ?? nothing).then((end) => take({ fact: 'request.answered', command, ...end }));
    return done;
  };

  const withSet = async (work: Promise<boolean>): Promise<StaffAnswer> => ((await work) ? done : no('not-ready'));

  return {
    weight(act) {
      const kiosk = now();
      const key = counted(act);
      if (key !== null && held.has(key)) return Number.POSITIVE_INFINITY;
      if (act.do === 'settle') return settleWeight(kiosk, caseOf(act.case), act, find);
      if (act.do === 'pay-slip') return act.pay ? slipWeight(kiosk, slipOfCode(act), find) : 0;
      if (act.do === 'judge-refund') return act.approve ? (refundWaiting(kiosk)?.plan.minor ?? 0) : 0;
      return countWeight(kiosk, act);
    },
    hold(act) {
      const key = counted(act);
      if (key !== null) held.add(key);
    },
    refused(act, me) {
      const kiosk = now();
      switch (act.do) {
        case 'touch':
        case 'leave':
        case 'find-devices':
          return null;
        case 'print-readiness':
          return readinessRefused(kiosk);
        case 'fill':
          return unitRefused(kiosk, act.device) ?? piecesRefused(kiosk, act.device, act.pieces, true);
        case 'remove':
        case 'declare':
          return unitRefused(kiosk, act.device) ?? piecesRefused(kiosk, act.device, act.pieces, false);
        case 'empty':
          return emptyRefused(kiosk, act.device, act.keep);
        case 'close-terminal':
          return closeRefused(kiosk, act.device);
        case 'fetch-statement':
          return askingRefused(kiosk, act.device, act.day);
        case 'close-day':
          return closingRefused(kiosk, act.seen);
        case 'print-x':
          return readRefused(kiosk);
        case 'print-z':
          return paperRefused(kiosk, act.z);
        case 'change-box':
          return boxRefused(kiosk, act.device);
        case 'count': {
          const bag = bagOf(kiosk, act.bag);
          if (bag === null) return 'unknown-bag';
          return countRefused(kiosk, act.bag, act.seal) ?? piecesRefused(kiosk, bag.device, act.pieces, false);
        }
        case 'seal-bag':
          return sealRefused(kiosk, act.bag, act.seal, find(`seal:${act.seal}`).length > 0);
        case 'print-move': {
          const found = record(act.move);
          if (found === null || movePaperOf(found) === null) return 'unknown-move';
          if (movePaperState(find(`move:${act.move}`)).state === 'printing') return 'printing';
          return printerUsable(kiosk) ? null : 'no-printer';
        }
        case 'correct': {
          const found = record(act.move);
          const problem = correctionRefused(kiosk, found);
          return problem ?? (found === null ? 'unknown-move' : piecesRefused(kiosk, found.device, act.pieces, false));
        }
        case 'settle': {
          const { one, slip } = caseOf(act.case);
          return settleRefused(kiosk, one, slip, act);
        }
        case 'pay-slip': {
          const found = slipOfCode(act);
          if (found === null) return 'unknown-slip';
          return act.pay && found.spent ? 'slip-spent' : null;
        }
        case 'judge-refund':
          return refundWaiting(kiosk)?.plan.sale === act.sale ? null : 'nothing';
        case 'hand-over':
          if (!waitsToBeHandedOver(parts, act.order)) return 'nothing';
          return Object.values(kiosk.releases).some(({ order }) => order === act.order) ? 'not-ready' : null;
        case 'confirm-table': {
          const { mismatch, denominations } = deviceState(kiosk, act.device);
          if (!mismatch) return 'nothing';
          return act.minors.join() === denominations.map(({ minor }) => minor).join() ? null : 'table-changed';
        }
        case 'console':
        case 'console-move':
          return requestRefused(kiosk, parts.byHand, act);
        case 'use-device':
        case 'take-out':
        case 'undo-configuration':
          return configurationRefused(kiosk, configurationParts(parts), act);
        case 'check':
          return checkNotOffered(kiosk, parts, act);
        case 'tell-check':
        case 'end-check':
          return kiosk.checks.open?.command === act.command ? null : 'nothing';
        case 'acknowledge':
          return isAlarmed(kiosk) ? null : 'nothing';
        case 'add-person':
          if (nameOf(act.name) === null) return 'bad-name';
          return goodPin(act.pin) ? addingRefused(kiosk) : 'weak-pin';
        case 'change-role':
          return changeRefused(kiosk, act.number, act.role);
        case 'remove-person':
          return changeRefused(kiosk, act.number, null);
        case 'change-pin':
          if (personHere(kiosk, act.number) === null) return 'unknown-person';
          if (act.number === me && act.present === null) return 'wrong';
          return goodPin(act.pin) ? null : 'weak-pin';
        default:
          return act satisfies never;
      }
    },
    async book(act, by, second) {
      const kiosk = now();
      const { currency } = kiosk.rules;
      switch (act.do) {
        case 'touch':
        case 'leave':
          return done;
        case 'find-devices':
          search.start();
          return done;
        case 'fill':
        case 'remove':
        case 'declare': {
          const unit = payingUnitOf(kiosk, act.device) ?? 'hopper';
          const fact = ({ fill: 'cash.filled', remove: 'cash.removed', declare: 'cash.declared' } as const)[act.do];
          held.delete(act.device);
          return booked({ fact, device: act.device, unit, currency, pieces: act.pieces, by, second });
        }
        case 'empty':
          return booked({ fact: 'empty.asked', device: act.device, keep: act.keep, by, second });
        case 'close-terminal':
          return booked({ fact: 'terminal.close-asked', device: act.device, by, second });
        case 'fetch-statement':
          return booked({ fact: 'statement.asked', device: act.device, day: act.day, by });
        case 'close-day':
          return booked({ fact: 'day.close-asked', lang: act.lang, seen: act.seen, by, second });
        case 'print-x':
          return booked({ fact: 'day.read-asked', lang: act.lang, by });
        case 'print-z': {
          const copy = zRecord(find(zKey(act.z)))?.paper !== 'none';
          return booked({ fact: 'day.paper-asked', z: act.z, copy, lang: act.lang });
        }
        case 'change-box':
          return booked({ fact: 'cashbox.changed', device: act.device, by, second });
        case 'count':
          held.delete(act.bag);
          return booked({ fact: 'cash.counted', bag: act.bag, pieces: act.pieces, ...read(act.seal), by, second });
        case 'seal-bag': {
          const used = find(`seal:${act.seal}`).length > 0;
          return booked({ fact: 'cash.sealed', bag: act.bag, seal: act.seal, used, by });
        }
        case 'print-move': {
          const found = record(act.move);
          const document = found === null ? null : movePaperOf(found);
          if (document === null) return no('unknown-move');
          const { mayBeOut } = movePaperState(find(`move:${act.move}`));
          return booked({ fact: 'move-paper.wanted', document, copy: mayBeOut, lang: act.lang });
        }
        case 'correct': {
          const found = record(act.move);
          if (found === null) return no('unknown-move');
          return booked({ fact: 'cash.corrected', record: found, pieces: act.pieces, by, second });
        }
        case 'settle': {
          const { one, slip, sold } = caseOf(act.case);
          if (one === null) return no('unknown-case');
          const { how, minor, reason } = act;
          return booked({ fact: 'case.settled', record: one, slip, sold, how, minor, reason, by, second });
        }
        case 'pay-slip': {
          const found = slipOfCode(act);
          if (found === null) return no('unknown-slip');
          const answer = act.pay ? booked({ fact: 'voucher.voided', record: found, by, second }) : done;
          const slip = slipNow(parts, found.serial);
          return answer.ok && slip !== null ? { ...answer, slip } : answer;
        }
        case 'judge-refund':
          return booked({ fact: 'refund.judged', sale: act.sale, approve: act.approve, by, second });
        case 'hand-over': {
          const sale = paidSale(find(`bill:${act.order}`))?.sale ?? null;
          // The seller first: what it has not written down could be given back yet.
          if (!isHandedOver(parts, act.order)) return no('not-ready');
          return booked({ fact: 'order.handed-over', order: act.order, sale, by });
        }
        case 'confirm-table': {
          const { denominations } = deviceState(kiosk, act.device);
          return booked({ fact: 'table.confirmed', device: act.device, serial: null, denominations, by });
        }
        case 'console':
        case 'console-move':
          return send({ fact: 'request.asked', device: act.device, request: act.request, by, second });
        case 'use-device':
        case 'take-out':
        case 'undo-configuration': {
          const kept = keepConfiguration(kiosk, configurationParts(parts), act, { by, second });
          return kept.ok ? booked({ fact: 'config.changed', ...kept.change }) : { ...kept, seconds: null };
        }
        case 'check':
          return begin({ fact: 'check.asked', check: act.check, device: act.device, by, second });
        case 'tell-check':
          return booked({ fact: 'check.told', command: act.command, told: act.told });
        case 'print-readiness':
          return booked({ fact: 'readiness.asked', readiness: readinessNow(kiosk, parts), lang: act.lang, by });
        case 'end-check':
          return booked({ fact: 'check.cancelled', command: act.command });
        case 'acknowledge':
          return booked({ fact: 'alarm.acknowledged', by });
        case 'add-person':
          return withSet(add({ name: nameOf(act.name) ?? '', role: act.role, pin: act.pin }, by));
        case 'change-role':
          return booked({ fact: 'staff.role-changed', person: act.number, role: act.role, by });
        case 'remove-person': {
          const answer = booked({ fact: 'staff.removed', person: act.number, by });
          sweepPins(now(), pins);
          return answer;
        }
        case 'change-pin': {
          if (act.number === by) {
            const found = await check({ number: by, pin: act.present ?? '' });
            if (found !== 'right') return no(found, lockedSeconds(now(), by));
          }
          return withSet(withPin(act.pin, (pin) => take({ fact: 'staff.pin-changed', person: act.number, pin, by })));
        }
        default:
          return act satisfies never;
      }
    },
  };
}

function configurationParts({ configuration, search, kindOf }: DeskParts): ConfigurationParts {
  return { ...configuration, search, kindOf };
}

/** What is counted by this act, as a key; null: nothing is. */
function counted(act: StaffAct): string | null {
  switch (act.do) {
    case 'count':
      return act.bag;
    case 'remove':
    case 'declare':
      return act.device;
    default:
      return null;
  }
}

function read(seal: string | null): { readonly seal?: string } {
  return seal === null ? {} : { seal };
}

/** False when the disk does not take it: it can be said again. */
function isHandedOver({ goods }: TableParts, order: string): boolean {
  try {
    return goods?.handOver(order) ?? false;
  } catch {
    return false;
  }
}

function waitsToBeHandedOver({ goods }: TableParts, order: string): boolean {
  return goods?.paidOrders().some(({ number, handedOver }) => number === order && !handedOver) ?? false;
}

/** One line without blanks at its ends; null for anything else. */
function nameOf(text: string): string | null {
  const name = text.trim().normalize('NFC');
  return name !== '' && [...name].length <= nameMaximum && !/\p{C}/u.test(name) ? name : null;
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
