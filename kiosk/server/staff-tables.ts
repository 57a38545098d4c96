/** What the staff's page reads: the till beside what the machines say, open cases, booked moves, persons. Paged. */
import type { Config } from '../../config/schema.ts';
import type { DeviceKind } from '../../hardware/device.ts';
import { displayId } from '../../hardware/display/watch.ts';
import type { Entry, EntryBody, EntryKind } from '../entry.ts';
import { newestOwed, seenNow } from '../day/close.ts';
import { figuresNow } from '../day/day.ts';
import { shownSigns, type ZRecord, zRecord } from '../day/record.ts';
import { dayRows } from '../day/rows.ts';
import { deviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import { movePaperOf, movePaperState } from '../documents/move-papers.ts';
import type { EvidenceFrame } from '../evidence.ts';
import { zKey } from '../journal/derive.ts';
import { paidSale, sealOf, voucherEnd, voucherRecord } from '../lookup.ts';
import { dayOf, isCharging, isClosing } from '../methods/charge/day.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { Pins } from '../pins.ts';
import { deviceOfLevels, isOpen, isOwed, levelsSubject } from '../case.ts';
import { refundWaiting } from '../sale/refund.ts';
import { caseNumber, caseRecord, maybeOwed, slipOf } from '../staff/cases.ts';
import { correctionRefused, hasBox, minorsOf, payingUnitOf } from '../staff/moves.ts';
import { moveNumber, moveRecord, type MoveRecord } from '../staff/record.ts';
import { lockedSeconds, personHere } from '../staff/rights.ts';
import type { DayEnd } from '../till/terminal-day.ts';
import { stockOf } from '../till/till.ts';
import { dayNames } from '../text/day.ts';
import { caseAbout } from '../turn.ts';
import type { GoodsService } from '../services/goods/contract.ts';
import type { Lang } from './wire.ts';
import type {
  CaseWord,
  StaffCase,
  StaffDay,
  StaffMoves,
  StaffOrders,
  StaffPersons,
  StaffProblem,
  StaffRefunds,
  StaffSlip,
  StaffTill,
  StaffZs,
  UnitName,
} from './staff-wire.ts';

const movesOnPage = 10;
const ordersOnPage = 10;
const guarded = ['door', 'vault', 'vibration'] as const;
const zsOnPage = 8;

export interface TableParts {
  readonly config: Config;
  readonly pins: Pins;
  /** Entries under an index key, in order. */
  readonly find: (key: string) => readonly Entry[];
  /** Every entry after this sequence, in order. */
  readonly entriesAfter: (seq: number) => Iterable<Entry>;
  /** What went over the wire of its device when a case was opened; null: nothing was kept. */
  readonly traceOf: (number: string) => readonly EvidenceFrame[] | null;
  readonly kindOf: (device: Config['devices'][number]) => DeviceKind;
  /** Who sells goods here; null: nobody does. */
  readonly goods: Pick<GoodsService, 'paidOrders' | 'handOver'> | null;
  readonly remedyOf: (fault: string) => Readonly<Record<Lang, string>> | null;
  readonly diagnostics: Diagnostics;
}

export function tillTable(
  kiosk: Kiosk,
  { config, kindOf, remedyOf, diagnostics }: Pick<TableParts, 'config' | 'kindOf' | 'remedyOf' | 'diagnostics'>,
): StaffTill {
  const units = config.devices.flatMap(({ id, capacity }) => {
    const paying = payingUnitOf(kiosk, id);
    const own: UnitName[] = [...(paying === null ? [] : [paying]), ...(hasBox(kiosk, id) ? (['box'] as const) : [])];
    return own.map((unit) => ({ ...unitOf(kiosk, id, unit), capacity: capacity?.[unit] ?? null }));
  });
  // What should be in them is told to nobody who has not counted.
  const bags = kiosk.till.bags.map(({ bag, device, seal }) => ({ bag, device, seal: seal ?? null }));
  const kinds = config.devices.map((device) => ({ id: device.id, kind: kindOf(device) }));
  if (config.display !== undefined) kinds.push({ id: displayId, kind: 'display' });
  const devices = kinds.map(({ id, kind }) => {
    const state = deviceState(kiosk, id);
    const { ready, lost, faults, mismatch, denominations } = state;
    const troubles = diagnostics.troubles(id);
    const last = troubles.find(({ what }) => what === 'fault' || what === 'lost');
    return {
      device: id,
      kind,
      ready,
      lost: lost !== null,
      faults: faults.map((code) => ({ code, remedy: remedyOf(code) })),
      paper: kind === 'printer' ? state.paper : null,
      boxOut: kiosk.till.open.includes(id),
      emptying: Object.values(kiosk.emptyings).some((one) => one.device === id),
      minors: minorsOf(kiosk, id),
      newTable: mismatch ? denominations.map(({ minor }) => minor) : null,
      since: troubles[0]?.at ?? null,
      lastFault: last === undefined || last.code === null ? null : { code: last.code, at: last.at },
    };
  });
  const terminals = config.devices
    .filter(({ id }) => kiosk.rules.chargers.card === id)
    .map(({ id }) => terminalOf(kiosk, id));
  const wallets = Object.keys(kiosk.rules.chargers).some((method) => method !== 'card');
  return {
    units,
    bags,
    cases: Object.keys(kiosk.cases).length,
    refunds: refundsTable(kiosk).refunds.length,
    zOwed: zOwedOf(kiosk),
    wallets,
    terminals,
    devices,
    cabinet: cabinetOf(kiosk),
    locked: lockedOf(kiosk),
  };
}

function lockedOf({ remote: { locked } }: Kiosk): StaffTill['locked'] {
  return locked === null ? null : { order: locked.seq, at: locked.at };
}

function zOwedOf(kiosk: Kiosk): StaffTill['zOwed'] {
  const owed = newestOwed(kiosk);
  return owed === null ? null : { z: owed.newest.z, perhaps: owed.newest.perhaps, more: owed.more };
}

function cabinetOf({ rules, cabinet }: Kiosk): StaffTill['cabinet'] {
  if (rules.cabinet.modules.length === 0) return null;
  const { contacts, temperature, alarms } = cabinet;
  const { door = null, vault = null, mains = null, key = null, 'ups-low': low = null } = contacts;
  return {
    door,
    vault,
    mains,
    'ups-low': low,
    key,
    celsiusTenths: temperature?.celsiusTenths ?? null,
    alarms: guarded.filter((contact) => alarms[contact] !== undefined),
  };
}

function terminalOf(kiosk: Kiosk, device: string): StaffTill['terminals'][number] {
  const { minor, count, order, last } = dayOf(kiosk, device);
  const closing = isClosing(kiosk, device) ? 'asked' : order === null ? null : 'silent';
  const ended = last === null ? null : endOf(last);
  return { device, minor, count, closing, charging: isCharging(kiosk, device), last: ended };
}

function endOf({ command, ...end }: DayEnd): NonNullable<StaffTill['terminals'][number]['last']> {
  return { order: command, ...end };
}

function unitOf(kiosk: Kiosk, device: string, unit: UnitName): Omit<StaffTill['units'][number], 'capacity'> {
  const { currency } = kiosk.rules;
  const levels = unit === 'box' ? [] : deviceState(kiosk, device).levels.filter((one) => one.currency === currency);
  const held = stockOf(kiosk.till, device, unit, currency);
  const stocks = minorsOf(kiosk, device).map((minor) => ({
    minor,
    count: held.find((one) => one.minor === minor)?.count ?? 0,
    machine: levels.find((one) => one.minor === minor)?.count ?? null,
  }));
  const states = levels.map(({ state }) => state);
  const state = (['empty', 'low', 'full', 'ok'] as const).find((one) => states.includes(one)) ?? null;
  const differs = caseAbout(kiosk, levelsSubject(device)) !== null && unit !== 'box';
  const declared = unit === 'box' || kiosk.till.units.some((stock) => stock.device === device && stock.unit === unit);
  const pieces = held.reduce((total, { count }) => total + count, 0);
  const told = unit === 'box' ? { minor: null, stocks: [] } : { minor: sum(held), stocks };
  return { device, unit, ...told, pieces, declared, state, differs };
}

/** A move or device; commands and keys say nothing to people. */
export function told(subject: string | null): string | null {
  if (subject === null) return null;
  const name = deviceOfLevels(subject) ?? subject;
  return /^[A-Z][0-9]+$|^[0-9]+$|^[a-z][a-z0-9-]{0,31}$/.test(name) ? name : null;
}

/** The slip as the journal has it; null when there is none of that number. */
export function slipNow({ find, pins }: Pick<TableParts, 'find' | 'pins'>, serial: string): StaffSlip | null {
  const entries = find(`voucher:${serial}`);
  const record = voucherRecord(entries);
  if (record === null) return null;
  const end = voucherEnd(entries);
  const sale = end?.how === 'redeemed' ? paidSale(find(`sale:${end.sale}`)) : null;
  return {
    serial,
    minor: record.minor,
    issuedAt: record.issuedAt,
    state: end?.how === 'elsewhere' ? 'redeemed' : (end?.how ?? 'open'),
    at: end?.at ?? null,
    receipt: sale?.receipt ?? null,
    by: end?.how === 'paid' ? called(pins, end.by) : null,
    ...(end?.how === 'elsewhere' ? { kiosk: end.kiosk } : {}),
  };
}

/**
 * The nth case with what the journal has of it. The numbers of the bill and its receipt give a sale back to whoever types both:
 * they are for those who decide (`mayDecide`), while there is something to decide.
 */
export function caseTable(parts: TableParts, n: number, mayDecide: boolean): StaffCase {
  const record = caseRecord(parts.find(`case:${caseNumber(n)}`));
  if (record === null) return { found: null };
  const { one, at, entries } = record;
  const isShown = mayDecide && one.status === 'open' && one.sale !== null;
  const sale = isShown ? paidSale(parts.find(`sale:${one.sale}`)) : null;
  const serial = slipOf(one);
  const hatchShut = entries.some(({ body }) => body.kind === 'goods.not-released' && body.hatch === 'shut');
  const device = entries.map(({ body }) => ('device' in body ? body.device : null)).find((name) => name !== null);
  const end = entries.find(({ body }) => body.kind === 'case.settled');
  return {
    found: {
      case: one.case,
      about: one.about,
      ...(hatchShut ? { hatchShut } : {}),
      at,
      open: one.status === 'open',
      owed: isOpen(one) && isOwed(one),
      minor: one.minor,
      subject: serial === null ? told(one.subject) : null,
      device: device ?? null,
      bill: sale === null ? null : { number: sale.bill.number, title: sale.bill.title },
      receipt: sale?.receipt ?? null,
      slip: serial === null ? null : slipNow(parts, serial),
      told: entries.flatMap((entry) => {
        const what = wordOf(entry.body);
        const minor = 'minor' in entry.body ? (entry.body.minor ?? null) : null;
        return what === null ? [] : [{ at: entry.at, what, minor }];
      }),
      payable: maybeOwed(one),
      settled: end === undefined ? null : settledAs(parts, end),
    },
  };
}

export function dayTable(kiosk: Kiosk): StaffDay {
  const figures = figuresNow(kiosk, kiosk.rules.currency);
  return { ...seenNow(kiosk), minor: figures.sales.minor, sections: dayRows(figures), names: dayNames };
}

/** The closed days, newest first. */
export function zTable({ day }: Kiosk, { find, pins }: Pick<TableParts, 'find' | 'pins'>, from: number): StaffZs {
  const newest = day.z - from;
  const oldest = Math.max(1, newest - zsOnPage + 1);
  const zs: StaffZs['zs'][number][] = [];
  for (let z = newest; z >= oldest; z--) {
    const record = zRecord(find(zKey(z)));
    if (record !== null) zs.push(zRow(record, pins));
  }
  return { zs, next: oldest > 1 ? from + zsOnPage : null, names: dayNames };
}

function zRow(record: ZRecord, pins: Pins): StaffZs['zs'][number] {
  const { z, opened, at, from, to, figures, signed, paper, matched } = record;
  const named = (person: string | null) => (person === null ? null : called(pins, person));
  return {
    z,
    opened,
    at,
    by: named(record.by),
    second: named(record.second),
    from,
    to,
    minor: figures.sales.minor,
    sections: dayRows(figures),
    seal: signed === null ? null : { signature: signed.signature.slice(0, shownSigns), key: signed.key },
    paper,
    matched: matched.map(({ at: toldAt, method, expected, told }) => {
      return { at: toldAt, method, expected: expected.minor, told: told.minor };
    }),
  };
}

/** What stands before the glass and waits for a person. */
export function refundsTable(kiosk: Kiosk): StaffRefunds {
  const waiting = refundWaiting(kiosk);
  if (waiting === null) return { refunds: [] };
  const { sale, receipt, bill, minor, voucherMinor, charges } = waiting.plan;
  const parts = charges.map((part) => ({ method: part.method, minor: part.minor }));
  return { refunds: [{ sale, receipt, bill, minor, voucherMinor, charges: parts }] };
}

/** What was sold on the newest business day that has a paid order, and what waits to be handed over. */
export function ordersTable({ config, goods }: TableParts, from: number): StaffOrders {
  const orders = goods?.paidOrders() ?? [];
  const names = new Map((config.goods?.products ?? []).map(({ id, name }) => [id, name]));
  const shown = orders.slice(from, from + ordersOnPage).map(({ number, pickUp, paidAt, items, handedOver }) => {
    const lines = items.map(({ product, count }) => {
      return { name: names.get(product) ?? { 'zh-CN': product, en: product }, count };
    });
    return { number, pickUp, at: paidAt, lines, handedOver };
  });
  const next = from + ordersOnPage;
  return { orders: shown, next: next < orders.length ? next : null };
}

function settledAs(parts: TableParts, { at, body }: Entry): NonNullable<StaffCase['found']>['settled'] {
  if (body.kind !== 'case.settled') return null;
  const { how, minor, reason, by, second, serial } = body;
  const { pins } = parts;
  const who = { by: called(pins, by), second: second === null ? null : called(pins, second) };
  return { at, how, minor, reason, ...who, slip: serial === undefined ? null : slipNow(parts, serial) };
}

const caseWords: Readonly<Partial<Record<EntryKind, CaseWord>>> = {
  'case.opened': 'opened',
  'note.unknown': 'note-unknown',
  'note.suspect': 'note-suspect',
  'note.unowned': 'note-unowned',
  'coin.unowned': 'coin-unowned',
  'coin.lost': 'coins-lost',
  'payout.partial': 'part-paid',
  'payout.unknown': 'payout-unknown',
  'cash.retracted': 'retracted',
  'change.left': 'left',
  'change.gone': 'gone',
  'terminal.close-unknown': 'day-silent',
};

function wordOf(body: EntryBody): CaseWord | null {
  if (body.kind === 'case.resolved') return body.outcome;
  if (body.kind === 'case.settled') return body.how;
  if (body.kind === 'statement.matched') return 'statement-differs';
  if (body.kind === 'case.reconciled') return 'reconciled';
  if (body.kind === 'terminal.day-closed') return body.outcome === 'lost' ? 'day-lost' : 'day-differs';
  return caseWords[body.kind] ?? null;
}

const whats: Readonly<Record<MoveRecord['kind'], StaffMoves['moves'][number]['what']>> = {
  'cash.filled': 'filled',
  'cash.removed': 'removed',
  'cash.declared': 'declared',
  'cashbox.taken': 'box-taken',
  'cashbox.changed': 'box-changed',
  'cash.counted': 'counted',
  'cash.corrected': 'corrected',
  'cash.emptied': 'emptied',
};

/** From this move down; `from` 0: from the newest. */
export function movesTable(kiosk: Kiosk, parts: TableParts, from: number): StaffMoves {
  const newest = from === 0 ? kiosk.staff.moves : Math.min(from, kiosk.staff.moves);
  const moves: StaffMoves['moves'][number][] = [];
  let at = newest;
  for (; at > 0 && moves.length < movesOnPage; at -= 1) {
    const move = moveNumber(at);
    const entries = parts.find(`move:${move}`);
    const record = moveRecord(move, entries);
    if (record === null) continue;
    const bag = bagOfMove(entries, move);
    const { device, unit, pieces, expected, difference, corrects, correctedBy, second } = record;
    moves.push({
      move,
      at: record.at,
      what: whats[record.kind],
      device,
      unit,
      minor: leftUncounted(record) ? null : sum(pieces),
      pieces: leftUncounted(record) ? [] : pieces,
      expected,
      difference,
      fixed: fixed(correctionRefused(kiosk, record)),
      case: caseAbout(kiosk, move),
      by: record.by === null ? null : called(parts.pins, record.by),
      second: second === null ? null : called(parts.pins, second),
      corrects,
      correctedBy,
      bag,
      seal: bag === null ? null : sealOf(parts.find(`bag:${bag}`)),
      paper: movePaperOf(record) === null ? null : movePaperState(entries).state,
    });
  }
  return { moves, next: at > 0 ? at : null };
}

/** The box that a move took out, or that was counted with it. */
function bagOfMove(entries: readonly Entry[], move: string): string | null {
  for (const { body } of entries) if ('bag' in body && 'move' in body && body.move === move) return body.bag ?? null;
  return null;
}

function leftUncounted({ kind }: MoveRecord): boolean {
  return kind === 'cashbox.taken' || kind === 'cashbox.changed';
}

function fixed(problem: StaffProblem | null): StaffMoves['moves'][number]['fixed'] {
  return problem === null || problem === 'counted-since' ? problem : 'other';
}

export function personsTable(kiosk: Kiosk, pins: Pins): StaffPersons {
  const persons = Object.keys(kiosk.staff.persons).flatMap((number) => {
    const person = personHere(kiosk, number);
    if (person === null) return [];
    const locked = lockedSeconds(kiosk, number) !== null;
    return [{ number, name: pins.name(number) ?? '', role: person.role, locked }];
  });
  return { persons };
}

/** The number stays when the name is forgotten. */
function called(pins: Pins, number: string): string {
  const name = pins.name(number);
  return name === null ? number : `${number} ${name}`;
}

function sum(pieces: readonly { readonly minor: number; readonly count: number }[]): number {
  return pieces.reduce((total, { minor, count }) => total + minor * count, 0);
}
