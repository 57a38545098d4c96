/**
 * Where people who work here are let in and asked what they did. It checks PINs and rights, and only what may be goes up as
 * a fact. PINs end here.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../hardware/clock.ts';
import type { ByHand } from '../by-hand.ts';
import type { Probes } from '../probes.ts';
import type { EntryBody, EntryKind } from '../entry.ts';
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
import { forTwo, lockedSeconds, needsTwo, personHere, refusal, refusalOfAny, rightsOf } from '../staff/rights.ts';
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
  type Tables,
} from './staff-wire.ts';

const tokenBytes = 24;

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
  /** For the log: what went wrong, and where. */
  readonly onFailure: (error: unknown, where: string) => void;
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
  /** Null: this token may not read it. Throws BadQuery. */
  table(token: string | null, name: keyof Tables, query: unknown): unknown;
  /** The same for what is taken away as a file; null too: it is none. */
  download(token: string | null, name: keyof Tables, query: unknown): Promise<Download | null>;
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

  /** Whether this is the PIN of somebody who works here, and it is none of `otherThan`. What is wrong is counted. */
  const check = async (
    { number, pin }: Second,
    otherThan: string | null = null,
  ): Promise<'right' | 'wrong' | 'locked' | 'busy'> => {
    const found = await one(async () => {
      const person = personHere(kiosk(), number);
      const who = person === null ? null : number;
      if (lockedSeconds(kiosk(), who) !== null) return 'locked';
      const fits = (await pins.fits(person?.pin ?? null, pin)) && number !== otherThan;
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
    if (service?.person !== number) return { answer: no('not-done'), token: null };
    const token = randomBytes(tokenBytes).toString('base64url');
    inside = { hash: hashOf(token), service: service.id };
    return { answer: done, token };
  };

  const second = async (me: string, asked: Second | null): Promise<StaffProblem | null> => {
    if (asked === null) return 'second-needed';
    const found = await check(asked, me);
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
        return refused('not-done');
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
        acts.hold(act, me);
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
      if (refusal(kiosk(), serviceOf(token), tableRights[name], null) !== null) return null;
      if (name === 'report') return parts.reports.download(query);
      return name === 'trace' ? traceFile(parts, readQuery(query, ['device'])) : null;
    },
    table(token, name, query) {
      if (refusal(kiosk(), serviceOf(token), tableRights[name], null) !== null) return null;
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
          return caseTable(parts, from);
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
          return name satisfies never;
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

/** The right to read each table, or to take it away. */
const tableRights: Readonly<Record<keyof Tables, Right>> = {
  till: 'look',
  cases: 'look',
  case: 'look',
  device: 'look',
  moves: 'look',
  orders: 'look',
  refunds: 'look',
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

export function isTable(name: string): name is keyof Tables {
  return Object.hasOwn(tableRights, name);
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
  /** From here on a count takes two persons, whatever is counted, until it is booked. */
  hold(act: StaffAct, by: string): void;
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
  const { now, check, add, withPin, take, find, pins, search, probes, byHand, voucherFits, onFailure } = parts;
  const record = (move: string) => moveRecord(move, find(`move:${move}`));

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

  /** Booked when an entry of one of these kinds was recorded: what the act is about. */
  const booked = (fact: FactBody, ...kinds: readonly [EntryKind, ...EntryKind[]]): StaffAnswer => {
    const entries = take(fact);
    const own = entries.find(({ kind }) => kinds.includes(kind));
    if (own === undefined) return no('not-done');
    const opened = entries.find((entry) => entry.kind === 'case.opened');
    return {
      ok: true,
      move: 'move' in own ? own.move : null,
      case: opened?.kind === 'case.opened' ? opened.case : null,
    };
  };

  /** It has begun; what no device can show is tried outside, and answered when that is over. */
  const begin = (fact: Extract<FactBody, { fact: 'check.asked' }>): StaffAnswer => {
    const started = take(fact).find((entry) => entry.kind === 'check.started');
    if (started === undefined) return no('not-done');
    const { check, device, command } = started;
    later(async () => {
      const answer = await endOf(() => probes.run(check, device), { outcome: 'failed', read: {}, fault: 'program' });
      if (answer !== null) take({ fact: 'check.answered', command, ...answer });
    });
    return done;
  };

  /** Recorded first; then it leaves, and its answer comes as a fact. */
  const send = (fact: Extract<FactBody, { fact: 'request.asked' }>): StaffAnswer => {
    const asked = take(fact).find((entry) => entry.kind === 'device.asked');
    if (asked === undefined) return no('not-done');
    const { device, request, command } = asked;
    later(async () => {
      // Of one that failed nobody knows whether it had left.
      const end = await endOf(() => byHand.ask(device, request), { outcome: 'silent', answer: [] });
      take({ fact: 'request.answered', command, ...(end ?? { outcome: 'refused', answer: [] }) });
    });
    return done;
  };

  /** What was begun outside has an end, also when this program fails at it. Null: there was nothing to do. */
  const endOf = async <End>(begin: () => Promise<End> | null, failed: End): Promise<End | null> => {
    try {
      return await begin();
    } catch (error) {
      onFailure(error, 'what staff had asked of a machine');
      return failed;
    }
  };

  const later = (run: () => Promise<void>): void => {
    run().catch((error: unknown) => onFailure(error, 'the end of what staff had asked of a machine'));
  };

  const withSet = async (work: Promise<boolean>): Promise<StaffAnswer> => ((await work) ? done : no('not-done'));

  return {
    weight(act) {
      const kiosk = now();
      const key = counted(act);
      if (key !== null && kiosk.staff.held.includes(key)) return Number.POSITIVE_INFINITY;
      if (act.do === 'settle') return act.minor ?? caseOf(act.case).one?.minor ?? 0;
      if (act.do === 'judge-refund') return act.approve ? (refundWaiting(kiosk)?.plan.minor ?? 0) : 0;
      return countWeight(kiosk, act);
    },
    hold(act, by) {
      const key = counted(act);
      if (key !== null) take({ fact: 'count.held', of: key, by });
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
          return Object.values(kiosk.releases).some(({ order }) => order === act.order) ? 'releasing' : null;
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
          if (personHere(kiosk, act.number)?.role === act.role) return 'nothing';
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
          return booked({ fact, device: act.device, unit, currency, pieces: act.pieces, by, second }, fact);
        }
        case 'empty':
          return booked({ fact: 'empty.asked', device: act.device, keep: act.keep, by, second }, 'cash.empty');
        case 'close-terminal':
          return booked({ fact: 'terminal.close-asked', device: act.device, by, second }, 'terminal.close-day');
        case 'fetch-statement':
          return booked({ fact: 'statement.asked', device: act.device, day: act.day, by }, 'statement.fetch');
        case 'close-day':
          return booked({ fact: 'day.close-asked', lang: act.lang, seen: act.seen, by, second }, 'day.closed');
        case 'print-x':
          return booked({ fact: 'day.read-asked', lang: act.lang, by }, 'day.read');
        case 'print-z': {
          const copy = zRecord(find(zKey(act.z)))?.paper !== 'none';
          return booked({ fact: 'day.paper-asked', z: act.z, copy, lang: act.lang }, 'document.print');
        }
        case 'change-box':
          return booked({ fact: 'cashbox.changed', device: act.device, by, second }, 'cashbox.changed');
        case 'count':
          return booked(
            { fact: 'cash.counted', bag: act.bag, pieces: act.pieces, ...read(act.seal), by, second },
            'cash.counted',
          );
        case 'seal-bag': {
          const used = find(`seal:${act.seal}`).length > 0;
          return booked({ fact: 'cash.sealed', bag: act.bag, seal: act.seal, used, by }, 'cash.sealed');
        }
        case 'print-move': {
          const found = record(act.move);
          const document = found === null ? null : movePaperOf(found);
          if (document === null) return no('unknown-move');
          const { mayBeOut } = movePaperState(find(`move:${act.move}`));
          return booked({ fact: 'move-paper.wanted', document, copy: mayBeOut, lang: act.lang }, 'document.print');
        }
        case 'correct': {
          const found = record(act.move);
          if (found === null) return no('unknown-move');
          return booked({ fact: 'cash.corrected', record: found, pieces: act.pieces, by, second }, 'cash.corrected');
        }
        case 'settle': {
          const { one, slip, sold } = caseOf(act.case);
          if (one === null) return no('unknown-case');
          const { how, minor, reason } = act;
          return booked(
            { fact: 'case.settled', record: one, slip, sold, how, minor, reason, by, second },
            'case.settled',
          );
        }
        case 'pay-slip': {
          const found = slipOfCode(act);
          if (found === null) return no('unknown-slip');
          const answer = act.pay
            ? booked({ fact: 'voucher.voided', record: found, by, second }, 'voucher.voided')
            : done;
          const slip = slipNow(parts, found.serial);
          return answer.ok && slip !== null ? { ...answer, slip } : answer;
        }
        case 'judge-refund':
          return booked(
            { fact: 'refund.judged', sale: act.sale, approve: act.approve, by, second },
            act.approve ? 'refund.asked' : 'refund.declined',
          );
        case 'hand-over': {
          const sale = paidSale(find(`bill:${act.order}`))?.sale ?? null;
          // The seller first: what it has not written down could be given back yet.
          const kept = handOver(parts, act.order);
          if (kept !== null) return no(kept);
          return booked({ fact: 'order.handed-over', order: act.order, sale, by }, 'order.handed-over');
        }
        case 'confirm-table': {
          const { denominations } = deviceState(kiosk, act.device);
          return booked(
            { fact: 'table.confirmed', device: act.device, serial: null, denominations, by },
            'device.known',
          );
        }
        case 'console':
        case 'console-move':
          return send({ fact: 'request.asked', device: act.device, request: act.request, by, second });
        case 'use-device':
        case 'take-out':
        case 'undo-configuration': {
          const kept = keepConfiguration(kiosk, configurationParts(parts), act, { by, second });
          return kept.ok
            ? booked({ fact: 'config.changed', ...kept.change }, 'config.changed')
            : { ...kept, seconds: null };
        }
        case 'check':
          return begin({ fact: 'check.asked', check: act.check, device: act.device, by, second });
        case 'tell-check':
          return booked({ fact: 'check.told', command: act.command, told: act.told }, 'check.seen', 'check.ended');
        case 'print-readiness':
          return booked(
            { fact: 'readiness.asked', readiness: readinessNow(kiosk, parts), lang: act.lang, by },
            'readiness.reported',
          );
        case 'end-check':
          return booked({ fact: 'check.cancelled', command: act.command }, 'check.ended');
        case 'acknowledge':
          return booked({ fact: 'alarm.acknowledged', by }, 'alarm.acknowledged');
        case 'add-person':
          return withSet(add({ name: nameOf(act.name) ?? '', role: act.role, pin: act.pin }, by));
        case 'change-role':
          return booked({ fact: 'staff.role-changed', person: act.number, role: act.role, by }, 'staff.role-changed');
        case 'remove-person': {
          const answer = booked({ fact: 'staff.removed', person: act.number, by }, 'staff.removed');
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

/** Why the seller has not written it down; null when it has. What the disk did not take can be said again. */
function handOver({ goods, onFailure }: Pick<DeskParts, 'goods' | 'onFailure'>, order: string): StaffProblem | null {
  try {
    return goods?.handOver(order) ? null : 'nothing';
  } catch (error) {
    onFailure(error, 'an order was not written down as handed over');
    return 'not-kept';
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
