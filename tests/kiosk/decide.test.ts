import { describe, expect, test } from 'vitest';
import {
  afterRestart,
  type CommandKind,
  levels,
  memory,
  openOrders,
  orderOf,
  repeatedOrders,
} from '../../kiosk/command.ts';
import { createDiagnostics } from '../../kiosk/diagnostics.ts';
import { type Decision, decide } from '../../kiosk/decide.ts';
import { type EntryBody, entryClass, type EntryKind } from '../../kiosk/entry.ts';
import type { FactBody } from '../../kiosk/fact.ts';
import { apply, type Kiosk } from '../../kiosk/kiosk.ts';
import { kindOf } from '../../hardware/catalog.ts';
import { VirtualClock } from '../../hardware/clock.ts';
import { faultOf } from '../../hardware/faults.ts';
import { tillTable } from '../../kiosk/server/staff-tables.ts';
import type { ChargeMethod, Intent } from '../../kiosk/server/wire.ts';
import type { StageName } from '../../kiosk/session/stage.ts';
import { due } from '../../kiosk/session/time.ts';
import type { Case } from '../../kiosk/case.ts';
import type { MoveRecord } from '../../kiosk/staff/record.ts';
import {
  bill,
  goodsBy,
  lookUpAt,
  order,
  Visit,
  withChange,
  withCharges,
  withGoods,
  withRecycler,
} from './view/visit.ts';

/** A way into each stage, told in facts. */
const ways: Readonly<Record<StageName | 'nobody', (visit: Visit) => Visit>> = {
  nobody: (visit) => visit,
  welcome: (visit) => visit.begin(),
  shop: (visit) => visit.begin().filledBasket(),
  'find-bill': (visit) => visit.begin().ask({ do: 'task', task: 'pay-bill' }),
  'find-receipt': (visit) => visit.begin().ask({ do: 'task', task: 'receipt' }),
  refund: (visit) => visit.begin().payingCash().note(10_000).printed().wantedBack(),
  review: (visit) => visit.begin().found(),
  choose: (visit) => visit.begin().confirmed(),
  promise: (visit) => visit.begin().confirmed().ask({ do: 'method', method: 'cash' }),
  voucher: (visit) => visit.begin().confirmed().ask({ do: 'method', method: 'voucher' }),
  'pay-cash': (visit) => visit.begin().payingCash().note(5_000),
  'pay-charge': (visit) => visit.reached().begin().confirmed().charging('card'),
  'part-approved': (visit) => visit.reached().begin().confirmed().charging('card').approved(2_000),
  closing: (visit) => visit.begin().payingCash().escrow(1_000).ask({ do: 'cancel' }),
  giving: (visit) => visit.filled().begin().payingCash().note(10_000),
  settling: (visit) => visit.begin().payingCash().note(10_000),
  settled: (visit) => visit.begin().payingCash().note(10_000).printed(),
  returned: (visit) => visit.begin().payingCash().note(1_000).ask({ do: 'cancel' }).printed(),
  documents: (visit) => visit.begin().payingCash().note(10_000).printed().ask({ do: 'finish' }),
  case: (visit) => visit.begin().payingCash().escrow(1_000).waits(20_000),
  thanks: (visit) =>
    visit.begin().payingCash().note(10_000).printed().ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' }),
};

const cabinets: Partial<Record<StageName | 'nobody', typeof withChange>> = {
  giving: withChange,
  shop: withGoods,
  'pay-charge': withCharges,
  'part-approved': withCharges,
};
const at = (stage: StageName | 'nobody') => ways[stage](new Visit(cabinets[stage]).boot());
const charging = (method: ChargeMethod) => new Visit(withCharges).boot().reached().begin().confirmed().charging(method);
const doubted = (visit: Visit) => {
  const { device: who, command } = visit.charge();
  return visit.step({ fact: 'charge.unknown', device: who, command, key: 'doubt', reason: 'silent' });
};

const closing = () => {
  const visit = charging('card').approved().confirmedCharge();
  return visit.step({ fact: 'terminal.close-asked', device: 'terminal', by: '1' });
};
const dayOrder = (kiosk: Kiosk) => {
  const [who = 'terminal', day] = Object.entries(kiosk.terminals)[0] ?? [];
  return { device: who, command: (day?.order ?? day?.unheard)?.command ?? 'nobody-asked' };
};

/** A note of the change waits between the lips. */
const presented = (visit: Visit) => {
  const order = Object.values(visit.kiosk.payouts).find((payout) => payout.device === 'tens');
  const command = order?.command ?? '';
  return visit.step({ fact: 'cash.presented', device: 'tens', command, currency: 'CNY', minor: 1_000 });
};
/** Moments that no stage tells apart. */
const moments: Readonly<Record<string, () => Visit>> = {
  'a note to take': () => presented(at('giving')),
  'a note left, while coins come': () => presented(at('giving')).waits(46_000),
  'a note left, and nobody here': () => presented(at('giving')).waits(46_000).waits(61_000),
  'a note left, and somebody else here': () => {
    const visit = presented(at('giving')).waits(46_000).waits(61_000);
    const { device = '', command = '' } = Object.values(visit.kiosk.left)[0] ?? {};
    visit.step({ fact: 'cash.taken', device, command, currency: 'CNY', minor: 1_000 }).waits(61_000);
    return presented(visit.begin());
  },
};
const buying = () => new Visit(withGoods).boot().begin();
const goodsMoments: Readonly<Record<string, () => Visit>> = {
  'goods being ordered': () => buying().filledBasket().ask({ do: 'order' }),
  'goods to be checked': () => buying().ordered(),
  'goods paid, and their number coming': () => buying().goodsPaid(),
  'goods paid, and nobody who tells their number': () => buying().goodsPaid().waits(31_000),
  'a ticket being printed': () => buying().goodsPaid().booked(),
  'a ticket that did not come out': () => buying().goodsPaid().booked().refusedPrint(),
  'goods paid by somebody who has left': () => buying().goodsPaid().waits(31_000).over(),
};
const chargeMoments: Readonly<Record<string, () => Visit>> = {
  'a wallet asked': () => charging('alipay'),
  'a card wanted': () => charging('card').approved(),
  'a card called off': () => charging('card').ask({ do: 'other-way' }),
  'a card on its way back': () => charging('card').ask({ do: 'cancel' }).approved(),
  'a code that is watched': () => {
    const visit = charging('wechat').ask({ do: 'cancel' });
    const { device: who, command } = visit.charge();
    const told = { reason: 'cancelled', code: '', watched: 2_000_000_000_000 } as const;
    return visit.step({ fact: 'charge.declined', device: who, command, key: 'no', ...told });
  },
  'a day that is being closed': () => closing(),
  'a day of which the terminal says nothing': () => closing().waits(300_000),
  'a day that may have been closed': () => {
    const visit = closing();
    const { device: who, command } = dayOrder(visit.kiosk);
    return visit.step({ fact: 'command.refused', device: who, command, sent: true, reason: 'lost' });
  },
  'a charge in doubt': () => doubted(charging('wechat')),
  'a charge in doubt, and nobody here': () => doubted(charging('card')).ask({ do: 'finish' }).ask({ do: 'finish' }),
};
const voucherMoments: Readonly<Record<string, () => Visit>> = {
  'the office asked about a slip': () =>
    at('voucher').step({ fact: 'voucher.presented', serial: '000009', record: slip, askable: true }),
};
const stageOf = (kiosk: Kiosk) => kiosk.session?.stage.at ?? 'nobody';

const device = 'acceptor';
const note = { device, currency: 'CNY', minor: 1_000 } as const;
const intents: readonly Intent[] = [
  { do: 'begin' },
  { do: 'language', lang: 'en' },
  { do: 'help' },
  { do: 'close-help' },
  { do: 'extend' },
  { do: 'back' },
  { do: 'cancel' },
  { do: 'task', task: 'pay-bill' },
  { do: 'task', task: 'receipt' },
  { do: 'task', task: 'buy' },
  { do: 'basket', product: 'tea', count: 3 },
  { do: 'basket', product: 'nothing', count: 3 },
  { do: 'order' },
  { do: 'find-bill', number: '1001' },
  { do: 'find-receipt', number: '1', bill: '1' },
  { do: 'confirm-bill' },
  { do: 'method', method: 'cash' },
  { do: 'method', method: 'voucher' },
  { do: 'method', method: 'card' },
  { do: 'method', method: 'alipay' },
  { do: 'agree' },
  { do: 'other-way' },
  { do: 'voucher', serial: '000001', code: 'ABCDE' },
  { do: 'document', choice: 'paper' },
  { do: 'document', choice: 'phone' },
  { do: 'document', choice: 'none' },
  { do: 'finish' },
];
const slip = { serial: '000009', currency: 'CNY', minor: 500, issuedAt: '2026-03-30T02:00:00.000Z', spent: false };

const tampered: readonly EntryKind[] = ['case.opened', 'cabinet.tampered'];
/** Of an I/O module; that one is there, lost or at fault is told as of every device. What follows from each, where nobody has logged in. */
const moduleTells: readonly (readonly [FactBody, readonly EntryKind[]])[] = [
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'door', state: 'open' }, tampered],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'vault', state: 'open' }, tampered],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'vault', state: 'closed' }, []],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'mains', state: 'off' }, ['mains.lost']],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'mains', state: 'on' }, []],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'ups-low', state: 'on' }, []],
  [{ fact: 'contact.changed', device: 'cabinet', contact: 'key', state: 'on' }, []],
  [{ fact: 'vibration', device: 'cabinet' }, tampered],
  [{ fact: 'temperature', device: 'cabinet', celsiusTenths: 520, limit: 'high' }, []],
  [{ fact: 'temperature', device: 'cabinet', celsiusTenths: 215, limit: 'ok' }, []],
];
const cabinetFacts: readonly FactBody[] = [
  ...moduleTells.map(([body]) => body),
  { fact: 'alarm.acknowledged', by: '1' },
  { fact: 'lamp.done', device: 'cabinet', command: 'nobody-knows', lamp: 'cup', how: 'blink' },
  { fact: 'relay.done', device: 'cabinet', command: 'nobody-knows', relay: 'goods' },
  { fact: 'relay.unknown', device: 'cabinet', command: 'nobody-knows', relay: null, reason: 'restarted' },
];

const ordered = {
  orderedAt: '2026-03-31T01:00:00.000Z',
  deadline: '2027-03-31T01:00:00.000Z',
  problem: null,
} as const;
/** Of the office. */
const remoteFacts: readonly FactBody[] = [
  { fact: 'remote.ordered', seq: 1, order: { act: 'lock' }, priority: 'now', ...ordered },
  { fact: 'remote.ordered', seq: 2, order: { act: 'restart' }, priority: 'idle', ...ordered },
  { fact: 'remote.ordered', seq: 3, order: { act: 'send-log' }, priority: 'now', ...ordered },
  { fact: 'remote.ordered', seq: 4, order: { act: 'close-day' }, priority: 'after-customer', ...ordered },
  { fact: 'remote.ordered', seq: 5, order: { act: 'unlock' }, priority: 'now', ...ordered, problem: 'clock' },
  { fact: 'remote.answered', seq: 3, outcome: 'done', result: null },
  { fact: 'remote.unlock-asked', by: '1' },
];

/** Every fact, about the order or paper that is open here, about one that nobody knows, and about none. */
function factsFor(kiosk: Kiosk): readonly FactBody[] {
  const orders = [kiosk.stacks[device]?.command ?? null, 'nobody-knows', null];
  const prints = [...Object.keys(kiosk.prints), 'nobody-knows'];
  const lookUp = lookUpAt(kiosk.session?.stage);
  const asked = [lookUp ?? 'nobody-knows', ...Object.keys(kiosk.posts), 'nobody-knows'];
  const { stage } = kiosk.session ?? {};
  const question = (stage?.at === 'voucher' ? stage.asking?.command : null) ?? 'nobody-knows';
  return [
    ...orders.flatMap((command): FactBody[] => [
      { fact: 'note.stacked', command, key: `key ${command}`, ...note },
      { fact: 'note.returned', command, ...note },
      { fact: 'note.unknown', command, ...note },
      { fact: 'device.powered-up', device, found: 'stacker', command, key: `up ${command}` },
      { fact: 'device.powered-up', device, found: 'acceptor', command, key: `up ${command}` },
      { fact: 'device.powered-up', device, found: 'nothing', command, key: `up ${command}` },
    ]),
    { fact: 'note.accepting', device },
    { fact: 'note.escrowed', seenMs: kiosk.monoMs, deadlineMs: kiosk.monoMs + 9_000, ...note },
    { fact: 'note.escrowed', seenMs: 0, deadlineMs: 0, ...note, currency: 'EUR' },
    { fact: 'note.rejected', device, reason: 'damaged', code: 'id003.reject-79' },
    { fact: 'note.suspect', device, code: 'id003.cheated' },
    { fact: 'cashbox.removed', device },
    { fact: 'cashbox.inserted', device },
    { fact: 'command.refused', device, command: 'nobody-knows', sent: false, reason: 'no-note' },
    {
      fact: 'device.identified',
      device,
      protocol: 'id003',
      maker: null,
      model: null,
      serial: null,
      firmware: null,
      denominations: [{ currency: 'CNY', minor: 100 }],
    },
    { fact: 'table.confirmed', device, serial: null, denominations: [{ currency: 'CNY', minor: 100 }], by: 'anna' },
    { fact: 'device.ready', device: 'printer' },
    { fact: 'device.disabled', device },
    { fact: 'device.lost', device, reason: 'lost', message: 'gone' },
    { fact: 'device.fault', device, code: 'id003.acceptor-jam' },
    { fact: 'device.cleared', device, code: 'id003.acceptor-jam' },
    { fact: 'paper.changed', device: 'printer', paper: 'out' },
    ...prints.flatMap((command): FactBody[] => [
      { fact: 'print.done', device: 'printer', command },
      { fact: 'print.refused', device: 'printer', command, reason: 'paper-out' },
      { fact: 'print.unknown', device: 'printer', command, reason: 'silent' },
    ]),
    ...asked.flatMap((command): FactBody[] => [
      { fact: 'bill.found', command, bill },
      { fact: 'bill.found', command, bill: order },
      { fact: 'bill.found', command, bill: { ...bill, minor: 100, currency: 'EUR' } },
      { fact: 'bill.not-found', command },
      { fact: 'bill.already-paid', command, paidOn: '2026-03-30T02:00:00.000Z' },
      { fact: 'bill.unavailable', command, reason: 'slow' },
      { fact: 'bill.posted', command, reference: 'REF' },
      { fact: 'bill.refused', command, reason: 'paid-elsewhere' },
    ]),
    ...intents.map((intent): FactBody => ({ fact: 'intent', intent, screen: 'welcome' })),
    { fact: 'voucher.presented', serial: '000009', record: slip },
    { fact: 'voucher.presented', serial: '000009', record: null },
    { fact: 'voucher.presented', serial: '000009', record: { ...slip, issuer: 'LAB-02' }, askable: true },
    ...[null, { spent: null }, { spent: { kiosk: 'LAB-02', at: slip.issuedAt } }].map(
      (word): FactBody => ({ fact: 'voucher.told', command: question, word, record: slip }),
    ),
    { fact: 'voucher.told', command: question, word: { spent: null }, record: slip, behind: true },
    { fact: 'uplink.stored', seq: 9 },
    { fact: 'receipt.asked', number: 'R000001', record: null },
    { fact: 'bill.scanned', number: '1001' },
    { fact: 'payment-code.presented', method: 'wechat', code: 'handle' },
    ...[...Object.keys(kiosk.payouts), 'nobody-knows'].flatMap((command): FactBody[] => {
      const key = `payout ${command}`;
      const paying = kiosk.payouts[command]?.device ?? 'yuan';
      const told = { device: paying, command, key, counters: { events: 7 } } as const;
      const paid = { currency: 'CNY', minor: 300 };
      const pieces = [{ minor: 100, count: 3 }];
      const owed = { currency: 'CNY', minor: 100 };
      return [
        { fact: 'payout.starting', ...told },
        { fact: 'payout.progress', device: paying, command, paid },
        { fact: 'payout.done', ...told, paid, pieces },
        { fact: 'payout.partial', ...told, paid, owed, pieces },
        { fact: 'payout.unknown', device: paying, command, key, reason: 'exchanged' },
        { fact: 'command.refused', device: paying, command, sent: false, reason: 'disabled' },
        { fact: 'command.refused', device: paying, command, sent: true, reason: 'busy' },
        { fact: 'cash.presented', device: paying, command, ...paid },
        { fact: 'cash.taken', device: paying, command, ...paid },
        { fact: 'cash.retracted', device: paying, command, key, ...paid },
        { fact: 'cash.emptied', device: paying, command, key },
      ];
    }),
    ...[...Object.keys(kiosk.charges), 'nobody-knows'].flatMap((command): FactBody[] => {
      const { device: who = 'terminal', minor = 500 } = kiosk.charges[command] ?? {};
      const told = { device: who, command, key: `charge ${command}` } as const;
      const counters = { receipt: 7 };
      const declined = { fact: 'charge.declined', ...told, reason: 'refused', code: '05' } as const;
      const approved = {
        fact: 'charge.approved',
        ...told,
        card: null,
        reference: {},
        counters,
        currency: 'CNY',
      } as const;
      return [
        { fact: 'charge.starting', ...told, counters },
        { fact: 'charge.prompt', device: who, command, prompt: 'pin' },
        { fact: 'charge.code', device: who, command, code: 'https://qr', untilMs: 1e6 },
        { ...approved, held: true, minor },
        { ...approved, held: false, minor },
        { ...approved, held: true, minor: minor - 100 },
        { ...approved, held: true, minor: minor + 100 },
        { ...approved, held: false, minor, currency: 'EUR' },
        { ...declined, watched: null },
        { ...declined, watched: 2_000_000_000_000 },
        { fact: 'charge.expired', ...told },
        { fact: 'charge.confirmed', ...told, counters },
        { fact: 'charge.reversed', ...told, by: 'kiosk', counters },
        { fact: 'charge.reversed', ...told, by: 'other-side', counters },
        { fact: 'charge.irreversible', ...told, code: 'B5' },
        { fact: 'charge.unknown', ...told, reason: 'silent' },
      ];
    }),
    ...[dayOrder(kiosk), { device: 'terminal', command: 'nobody-knows' }].flatMap((of): FactBody[] => {
      const closed = { fact: 'terminal.day-closed', ...of, key: `${of.command}/closed`, currency: 'CNY' } as const;
      return [
        { ...closed, minor: 8_650, count: 1 },
        { ...closed, minor: 500, count: 3 },
        { ...closed, minor: 0, count: 0 },
        { ...closed, minor: 8_650, count: 1, currency: 'EUR' },
        { fact: 'command.refused', ...of, sent: false, reason: 'busy' },
        { fact: 'command.refused', ...of, sent: true, reason: 'lost' },
      ];
    }),
    { fact: 'device.ready', device: 'terminal' },
    { fact: 'day.close-asked', by: '1', lang: 'en' },
    { fact: 'clock.judged', offMs: 150_000 },
    { fact: 'clock.judged', offMs: 0 },
    { fact: 'day.signed', z: 1, hash: '0'.repeat(64), signed: { key: 'key', signature: 'ab' } },
    { fact: 'day.read-asked', by: '1', lang: 'zh-CN' },
    { fact: 'day.paper-asked', z: 1, copy: true, lang: 'en' },
    { fact: 'terminal.close-asked', device: 'terminal', by: '1' },
    { fact: 'terminal.close-asked', device: 'nobody', by: '1', second: '2' },
    { fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' },
    { fact: 'terminal.printed', device: 'terminal', command: null, audience: 'staff', lines: ['TOTAL'] },
    { fact: 'code.scanned', device: 'scanner', text: '1001' },
    ...cabinetFacts,
    ...remoteFacts,
    { fact: 'coin.credited', key: 'coin', counter: 3, afterMs: 1e9, to: 'yuan', counters: { total: 3 }, ...note },
    {
      fact: 'coin.credited',
      key: 'coin',
      counter: 3,
      afterMs: 1e9,
      to: null,
      counters: { total: 3 },
      ...note,
      currency: 'EUR',
    },
    { fact: 'coin.counting', device, key: 'counting', counters: { total: 3 } },
    { fact: 'coin.lost', device, key: 'lost', count: 3, counters: { total: 9 } },
    { fact: 'coin.rejected', device, code: 'cctalk.reject' },
    { fact: 'cash.levels', device: 'yuan', levels: [{ currency: 'CNY', minor: 100, count: 3, state: 'low' }] },
    {
      fact: 'cash.moved',
      device,
      key: 'moved',
      command: null,
      from: 'recycler',
      to: 'box',
      count: 2,
      currency: 'CNY',
      minor: 1_000,
    },
    {
      fact: 'cash.filled',
      device: 'yuan',
      unit: 'hopper',
      currency: 'CNY',
      pieces: [{ minor: 100, count: 5 }],
      by: 'anna',
    },
    {
      fact: 'cash.removed',
      device: 'yuan',
      unit: 'hopper',
      currency: 'CNY',
      pieces: [{ minor: 100, count: 5 }],
      by: 'anna',
    },
    {
      fact: 'cash.declared',
      device: 'yuan',
      unit: 'hopper',
      currency: 'CNY',
      pieces: [{ minor: 100, count: 5 }],
      by: '1',
    },
    { fact: 'cashbox.changed', device, by: '1' },
    { fact: 'cash.counted', bag: 'B00001', pieces: [{ minor: 100, count: 5 }], by: '1', second: '2' },
    { fact: 'count.held', of: 'yuan', by: '1' },
    { fact: 'cash.corrected', record: moveBooked, pieces: [{ minor: 100, count: 5 }], by: '1', second: '2' },
    { fact: 'empty.asked', device: 'tens', by: '1' },
    { fact: 'cash.emptied', device: 'tens', command: 'none', key: 'emptied' },
    { fact: 'case.settled', record: caseOf, slip, how: 'paid', minor: 500, reason: null, by: '1', second: '2' },
    { fact: 'case.settled', record: caseOf, slip, how: 'void', minor: null, reason: 'found', by: '1' },
    { fact: 'slip.told', serial: '000009', word: { spent: { kiosk: 'LAB-02', at: slip.issuedAt } } },
    { fact: 'voucher.voided', record: slip, by: '1' },
    { fact: 'staff.added', person: '1', role: 'administrator', pin: 'p1', by: null },
    { fact: 'staff.role-changed', person: '1', role: 'collector', by: '1' },
    { fact: 'staff.pin-changed', person: '1', pin: 'p2', by: '1' },
    { fact: 'staff.removed', person: '1', by: '1' },
    { fact: 'staff.identified', person: '1' },
    { fact: 'staff.approved', person: '1' },
    { fact: 'staff.refused', person: null },
    { fact: 'staff.touched' },
    { fact: 'staff.left' },
    { fact: 'time.reached' },
    { fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null },
  ];
}

const caseOf: Case = {
  case: 'C00001',
  about: 'voucher-not-printed',
  status: 'open',
  outcome: null,
  session: null,
  sale: null,
  currency: 'CNY',
  minor: slip.minor,
  subject: slip.serial,
  retractedMinor: 0,
};

const moveBooked: MoveRecord = {
  move: 'M00001',
  at: '2026-03-31T01:20:00.000Z',
  kind: 'cash.filled',
  device: 'yuan',
  unit: 'hopper',
  currency: 'CNY',
  pieces: [{ minor: 100, count: 50 }],
  expected: null,
  difference: null,
  effect: 'unit',
  by: '1',
  second: null,
  corrects: null,
  correctedBy: null,
};

/** What follows from a fact a moment later. */
function after(kiosk: Kiosk, body: FactBody): Decision {
  const monoMs = kiosk.monoMs + 100;
  return decide(kiosk, { seq: 99, at: kiosk.wallMs + 100, monoMs, bootId: 'boot', chance: 'cafe', body });
}

/** Minor units that the entries credit. */
const creditsOf = (entries: readonly EntryBody[]) =>
  entries.reduce((sum, entry) => (entry.kind === 'note.stacked' ? sum + entry.minor : sum), 0);

test.each(Object.keys(ways) as (StageName | 'nobody')[])('the way to %s leads there', (stage) => {
  expect(stageOf(at(stage).kiosk)).toBe(stage);
});

test('the moments of a note between the lips are those', () => {
  const seen = Object.values(moments).map((moment) => {
    const { kiosk } = moment();
    return [stageOf(kiosk), Object.keys(kiosk.left).length, kiosk.devices.tens?.presented !== null];
  });
  expect(seen).toEqual([
    ['giving', 0, true],
    ['giving', 1, true],
    ['nobody', 1, true],
    ['welcome', 1, true],
  ]);
});

const everywhere: readonly (readonly [string, () => Visit])[] = [
  ...(Object.keys(ways) as (StageName | 'nobody')[]).map((stage) => [stage, () => at(stage)] as const),
  ...Object.entries(moments),
  ...Object.entries(chargeMoments),
  ...Object.entries(voucherMoments),
  ...Object.entries(goodsMoments),
];

describe.each(everywhere)('at %s', (_, there) => {
  const start = there();
  const facts = factsFor(start.kiosk);

  test('every fact is decided; what is decided can be written, read and folded', () => {
    for (const fact of facts) {
      const { entries, kiosk } = after(start.kiosk, fact);
      const stored = entries.map((entry) => JSON.parse(JSON.stringify(entry)) as EntryBody);
      const label = JSON.stringify(fact);
      expect(stored.reduce(apply, start.kiosk), label).toEqual(kiosk);
      const { rules: _, ...kept } = kiosk;
      expect(JSON.parse(JSON.stringify(kept)), label).toEqual(kept);
      expect(due(kiosk), label).toBeGreaterThan(0);
    }
  });

  test('only evidence about the open order credits a note, and once', () => {
    const ordered = start.kiosk.stacks[device];
    const open = ordered?.status === 'open' || ordered?.status === 'doubt';
    for (const fact of facts) {
      const evidence = fact.fact === 'note.stacked' || (fact.fact === 'device.powered-up' && fact.found === 'stacker');
      const mine = open && evidence && fact.command === ordered.command;
      const once = after(start.kiosk, fact);
      expect(creditsOf(once.entries), JSON.stringify(fact)).toBe(mine ? ordered.minor : 0);
      expect(creditsOf(after(once.kiosk, fact).entries), `again ${JSON.stringify(fact)}`).toBe(0);
    }
  });
});

describe('what a restart does with an open order', () => {
  /** One visit each, in which just this order is open. */
  const open: Readonly<Record<CommandKind, () => Visit>> = {
    'note.stack': () => at('closing'),
    'note.return': () => at('pay-cash').escrow(700),
    'cash.dispense': () => at('giving'),
    'cash.empty': () =>
      new Visit(withRecycler)
        .boot()
        .step({ fact: 'device.ready', device: 'recycler' })
        .step({ fact: 'empty.asked', device: 'recycler', by: '1' }),
    'goods.release': () => new Visit((config) => goodsBy(config, 'relay')).boot().begin().goodsPaid().booked(),
    'charge.start': () => charging('card'),
    'charge.confirm': () => charging('card').approved(),
    'charge.cancel': () => charging('alipay').ask({ do: 'other-way' }),
    'charge.reverse': () => charging('card').ask({ do: 'cancel' }).approved(),
    'charge.refund': () => charging('alipay').approved().wantedBack().ask({ do: 'agree' }).billReversed(),
    'bill.reverse': () => charging('alipay').approved().wantedBack().ask({ do: 'agree' }),
    'terminal.close-day': () =>
      new Visit(withCharges).boot().reached().step({ fact: 'terminal.close-asked', device: 'terminal', by: '1' }),
    'statement.fetch': () =>
      charging('alipay')
        .approved()
        .waits(40 * 3_600_000),
    'document.print': () =>
      at('settling').step({ fact: 'bill.posted', command: postOf(at('settling')), reference: 'R' }),
    'bill.find': () => at('find-bill').ask({ do: 'find-bill', number: '1001' }),
    'order.place': () => at('shop').ask({ do: 'order' }),
    'voucher.ask': () =>
      at('voucher').step({ fact: 'voucher.presented', serial: '000009', record: slip, askable: true }),
    'bill.recheck': () => at('review').ask({ do: 'confirm-bill' }),
    'bill.post': () => at('settled'),
  };
  const postOf = (visit: Visit) => Object.keys(visit.kiosk.posts)[0] as string;

  test.each(Object.keys(open) as CommandKind[])('%s: what its rule says, and nothing else', (kind) => {
    const { kiosk } = open[kind]();
    const rules = ['ask', 'repeat', 'copy', 'abandon'] as const;
    const found = rules.filter((rule) => openOrders(kiosk, rule).some((order) => order.kind === kind));
    // Of a note on its way back nothing is kept: nobody asks for it again.
    expect(found).toEqual(kind === 'note.return' ? [] : [afterRestart[kind]]);
    const days = Object.values(kiosk.terminals).filter(({ order }) => order !== null).length;
    const reversals = Object.values(kiosk.refunds).filter(({ reverse }) => reverse !== null).length;
    const again = Object.keys(kiosk.posts).length + days + reversals;
    expect(repeatedOrders(kiosk)).toHaveLength(again);
    expect(again).toBeGreaterThanOrEqual(afterRestart[kind] === 'repeat' ? 1 : 0);
    expect(memory(kiosk, device).lastStack?.open === true).toBe(kind === 'note.stack');
    expect(memory(kiosk, 'tens').lastPayout?.open === true).toBe(kind === 'cash.dispense');
    expect(memory(kiosk, 'printer').openPrints).toHaveLength(afterRestart[kind] === 'copy' ? 1 : 0);
  });

  const boot = { fact: 'kiosk.booted', version: '2', config: 'other', lastAt: null } as const;

  test('ask: the driver is told of the open stack, and nothing is ordered again', () => {
    const visit = at('closing');
    const command = visit.kiosk.stacks[device]?.command;
    visit.step(boot);
    expect(visit.entries.filter((entry) => orderOf(entry) !== null)).toEqual([]);
    expect(memory(visit.kiosk, device).lastStack).toMatchObject({ command, open: true, minor: 1_000 });
  });

  test('ask: the visit waits for the answer, unless a case stands for the note already', () => {
    expect(at('closing').step(boot).kiosk.session).not.toBeNull();
    expect(at('case').kiosk.stacks[device]?.status).toBe('doubt');
    expect(at('case').step(boot).kiosk.session).toBeNull();
  });

  test('a closed stack is remembered as closed, so that its repetition is known', () => {
    expect(memory(at('pay-cash').step(boot).kiosk, device).lastStack).toMatchObject({ open: false, minor: 5_000 });
  });

  test('repeat: the same post goes again, under the same id', () => {
    const visit = at('settled');
    const posts = Object.keys(visit.kiosk.posts);
    expect(posts).toHaveLength(1);
    visit.step(boot);
    expect(repeatedOrders(visit.kiosk)).toMatchObject([
      { to: 'biller', order: { command: 'bill.post', id: posts[0] } },
    ]);
  });

  test('repeat ends with the answer', () => {
    const visit = at('settled');
    const [command] = Object.keys(visit.kiosk.posts) as [string];
    visit.step({ fact: 'bill.posted', command, reference: 'REF' });
    expect(repeatedOrders(visit.kiosk)).toEqual([]);
  });

  test('copy: the printer is asked for nothing, the driver says unknown, and a marked copy follows', () => {
    const visit = at('settling');
    const prints = Object.keys(visit.kiosk.prints);
    visit.step(boot);
    expect(memory(visit.kiosk, 'printer').openPrints).toEqual(prints);
    visit.step({ fact: 'device.ready', device: 'printer' });
    visit.step({ fact: 'print.unknown', device: 'printer', command: prints[0] as string, reason: 'restarted' });
    visit.step({ fact: 'time.reached' }, due(visit.kiosk) - visit.kiosk.monoMs);
    const copies = visit.entries.filter((entry) => entry.kind === 'document.print');
    expect(copies).toMatchObject([{ copy: true, document: { paper: 'voucher', serial: '000001' } }]);
  });

  test.each([
    ['a minute', 60_000, 'pay-cash'],
    ['more than a minute', 60_001, undefined],
  ])('a clock that went back %s tells whether the person who paid is still there', (_, backMs, stage) => {
    const visit = at('pay-cash');
    // Visit.step decides 100 ms later.
    visit.step({ ...boot, lastAt: visit.kiosk.wallMs + 100 + backMs });
    expect(visit.kiosk.session?.stage.at).toBe(stage);
    const owed = visit.entries.flatMap((entry) => (entry.kind === 'voucher.issued' ? [entry.minor] : []));
    expect(owed).toEqual(stage === undefined ? [5_000] : []);
  });

  test('abandon: a look-up of before counts for nothing', () => {
    const visit = at('find-bill').ask({ do: 'find-bill', number: '1001' });
    const stage = visit.kiosk.session?.stage;
    const command = stage?.at === 'find-bill' ? (stage.lookup as string) : '';
    visit.step(boot);
    visit.step({ fact: 'bill.found', command, bill });
    expect(visit.kiosk.session).toBeNull();
  });
});

describe('an entry becomes an order', () => {
  const ordersAt = (visit: Visit) => visit.entries.map(orderOf).filter((order) => order !== null);

  test('of the very kind, to whom it concerns', () => {
    const find = at('find-bill').ask({ do: 'find-bill', number: '1001' });
    expect(ordersAt(find)).toMatchObject([{ to: 'biller', order: { command: 'bill.find', number: '1001' } }]);
    const recheck = at('review').ask({ do: 'confirm-bill' });
    expect(ordersAt(recheck)).toMatchObject([{ to: 'biller', order: { command: 'bill.recheck', number: '1001' } }]);
    const stack = at('pay-cash').escrow(1_000);
    expect(ordersAt(stack)).toMatchObject([{ to: 'device', order: { command: 'note.stack', device, minor: 1_000 } }]);
    const back = at('pay-cash').escrow(700);
    expect(ordersAt(back)).toMatchObject([{ to: 'device', order: { command: 'note.return', device } }]);
    const paid = at('pay-cash').note(5_000);
    expect(ordersAt(paid)).toMatchObject([
      { to: 'biller', order: { command: 'bill.post', number: '1001', currency: 'CNY', minor: 8_650 } },
      { to: 'printer', print: { document: { paper: 'voucher', serial: '000001' }, copy: false } },
    ]);
  });

  test('only those that order something', () => {
    expect(orderOf({ kind: 'cashbox.removed', device })).toBeNull();
  });
});

describe('the wishes at the acceptor', () => {
  test('are none outside cash payment', () => {
    for (const stage of ['nobody', 'welcome', 'choose', 'settled'] as const) {
      expect(levels(at(stage).kiosk, device)).toEqual({ accept: [] });
    }
  });

  test('stay as they are while a note moves', () => {
    expect(levels(at('closing').kiosk, device)).toBe('unchanged');
  });
});

describe('a note', () => {
  const escrowed = (seenMs: number, nowMs: number): FactBody => ({
    fact: 'note.escrowed',
    ...note,
    seenMs,
    deadlineMs: nowMs + 9_000,
  });
  const orders = (entries: readonly EntryBody[]) =>
    entries.filter(({ kind }) => kind === 'note.stack' || kind === 'note.return').map(({ kind }) => kind);

  test('that came in before this visit began is nobody’s here: it goes back', () => {
    const { kiosk } = at('pay-cash');
    const startedMs = kiosk.session?.startedMs ?? 0;
    expect(orders(after(kiosk, escrowed(kiosk.monoMs, kiosk.monoMs)).entries)).toEqual(['note.stack']);
    const soon = { ...kiosk, session: kiosk.session && { ...kiosk.session, startedMs: kiosk.monoMs } };
    expect(startedMs).toBeLessThan(kiosk.monoMs);
    expect(orders(after(soon, escrowed(kiosk.monoMs - 1, kiosk.monoMs)).entries)).toEqual(['note.return']);
  });

  test.each([
    ['as late as may be', 0, 'note.stack'],
    ['later', 1, 'note.return'],
  ])('judged %s after it was seen, or before the machine gives it back by itself', (_, lateMs, order) => {
    // The visit began long ago, so that nothing but the time decides.
    const { kiosk } = at('pay-cash').ask({ do: 'extend' }, 30_000);
    // `after` decides 100 ms later.
    const nowMs = kiosk.monoMs + 100;
    const seen = { fact: 'note.escrowed', ...note, seenMs: nowMs, deadlineMs: nowMs + 60_000 } as const;
    const slow = { ...seen, seenMs: nowMs - kiosk.rules.noteDecisionMs - lateMs };
    expect(orders(after(kiosk, slow).entries)).toEqual([order]);
    const pressed = { ...seen, deadlineMs: nowMs + 300 - lateMs };
    expect(orders(after(kiosk, pressed).entries)).toEqual([order]);
  });

  test('whose evidence comes when its owner has left is his, with a case, and the next sees nothing of it', () => {
    const first = at('case').ask({ do: 'cancel' }).ask({ do: 'finish' }).ask({ do: 'cancel' });
    const stack = first.kiosk.stacks[device];
    while (first.kiosk.session !== null) first.waits(200_000);
    const visit = first.begin().payingCash();
    const command = stack?.command as string;
    visit.step({ fact: 'note.stacked', command, key: 'late', ...note });
    expect(visit.entries.find(({ kind }) => kind === 'note.stacked')).toMatchObject({
      session: stack?.session,
      sale: stack?.sale,
    });
    expect(visit.entries.find(({ kind }) => kind === 'case.resolved')).toMatchObject({ outcome: 'owed', minor: 1_000 });
    expect(visit.kiosk.session?.sale?.notes).toEqual([]);
  });
});

describe('a paper', () => {
  test('of which nobody says anything for a minute is unknown, and its voucher a case', () => {
    const visit = at('settling').waits(61_000);
    expect(Object.values(visit.kiosk.cases)).toMatchObject([{ about: 'voucher-not-printed', subject: '000001' }]);
    expect(visit.entries.map(({ kind }) => kind)).toContain('document.unknown');
  });

  test.each<[string, StageName]>([
    ['slip', 'settling'],
    ['number of a case', 'case'],
  ])('with a %s that is refused is sent three times in a visit, and no more', (_, stage) => {
    const visit = at(stage);
    for (let refusals = 1; refusals < 3; refusals++) visit.refusedPrint().waits(8_000);
    expect(Object.keys(visit.kiosk.prints)).toHaveLength(1);
    visit.refusedPrint().waits(8_000);
    expect(Object.keys(visit.kiosk.prints)).toEqual([]);
    expect(visit.kiosk.session?.stage.at).toBe('case');
    expect(visit.recorded.filter(({ kind }) => kind === 'document.print')).toHaveLength(3);
  });
});

describe('an I/O module', () => {
  test.each(moduleTells)('tells %j, and what follows is kept in every stage of a visit: %j', (body, follows) => {
    for (const stage of ['nobody', 'pay-cash', 'settling'] as const) {
      const kept = (told: FactBody) =>
        after(at(stage).kiosk, told)
          .entries.map(({ kind }) => kind)
          .filter((kind) => entryClass(kind) === 'durable');
      // What was due anyway is not its doing.
      const idle = kept({ fact: 'device.cleared', device: 'nobody', code: 'none' });
      expect(kept(body), stage).toEqual([...follows, ...idle]);
    }
  });

  test('that knows of no order changes nothing by how it ended', () => {
    for (const body of cabinetFacts.filter((told) => 'command' in told)) {
      expect(after(at('nobody').kiosk, body).entries).toMatchObject([{ kind: 'time.passed' }]);
    }
  });

  test('is ready, at fault and lost as every device is, and stands so on the staff’s page', () => {
    const visit = at('nobody');
    const module = { id: 'cabinet', protocol: 'modbus', port: '/dev/cabinet', settings: { unit: 1 } };
    const parts = {
      config: { ...visit.config, devices: [...visit.config.devices, module] },
      kindOf,
      remedyOf: (code: string) => faultOf(code)?.remedy ?? null,
      diagnostics: createDiagnostics({
        screen: null,
        configs: [],
        clock: new VirtualClock(0),
        identity: () => null,
        device: () => undefined,
      }),
    };
    const onPage = () => tillTable(visit.kiosk, parts).devices.find(({ device: id }) => id === 'cabinet');
    const state = () => {
      const { ready, lost, faults } = visit.kiosk.devices.cabinet ?? { ready: false, lost: null, faults: [] };
      return { ready, lost: lost !== null, faults };
    };
    visit.step({ fact: 'device.ready', device: 'cabinet' });
    expect(state()).toEqual({ ready: true, lost: false, faults: [] });
    visit.step({ fact: 'device.fault', device: 'cabinet', code: 'modbus.busy' });
    expect(state().faults).toEqual(['modbus.busy']);
    expect(onPage()).toMatchObject({
      kind: 'cabinet-io',
      ready: true,
      faults: [{ code: 'modbus.busy', remedy: { en: expect.stringContaining('busy') } }],
      boxOut: false,
      minors: [],
    });
    visit.step({ fact: 'device.cleared', device: 'cabinet', code: 'modbus.busy' });
    visit.step({ fact: 'device.lost', device: 'cabinet', reason: 'silent', message: 'gone' });
    expect(state()).toMatchObject({ lost: true, faults: [] });
    expect(onPage()).toMatchObject({ lost: true });
    expect(tillTable(visit.kiosk, parts).units.filter(({ device: id }) => id === 'cabinet')).toEqual([]);
  });
});
