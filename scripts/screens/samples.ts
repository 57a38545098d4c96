/**
 * Every screen in every state that matters, as a kiosk shows it: each sample leads a kiosk of its own there by facts.
 * A name is the screen's, with its state behind it.
 */
import type { Config } from '../../config/schema.ts';
import type { ChargePrompt } from '../../hardware/charge.ts';
import type { Lang, View } from '../../kiosk/server/wire.ts';
import type { SampleBook } from '../../ui/gallery/book.ts';
import { messageMaximum, type RemoteAct } from '../../kiosk/remote/order.ts';
import { billsTogetherMaximum } from '../../kiosk/sale/together.ts';
import { floats, type Visit, withCharges, withScanner } from '../../tests/kiosk/view/visit.ts';
import { goodsSamples } from './goods.ts';
import { cash, exampleBill, paidOut, shown, slip, Stage, type StageOptions } from './stage.ts';

type Sample = (stage: Stage) => Visit;

const acceptor = 'acceptor';
const printer = 'printer';
const paperOut = { fact: 'paper.changed', device: printer, paper: 'out' } as const;
const jammed = { fact: 'device.fault', device: acceptor, code: 'id003.jam' } as const;
/** Longer than an acceptor may take to say what became of a note, milliseconds. */
const noteDoubtMs = 16_000;

const contact = { fact: 'contact.changed', device: 'cabinet' } as const;

/** A cabinet in which nobody begins above 60 degrees. */
function measured(config: Config): Config {
  const settings = { kind: 'cabinet-io', temperature: { stopHigh: 60 } };
  const module = { id: 'cabinet', protocol: 'modbus', port: 'DATA/ports/cabinet', settings };
  return { ...config, devices: [...config.devices, module] };
}

function withoutMains(visit: Visit): Visit {
  return visit.step({ ...contact, contact: 'mains', state: 'off' });
}

/** The office's words, of as many signs as they may have where texts are long. */
function message(stage: Stage): RemoteAct {
  const text = { 'zh-CN': '今天18:00闭馆，请提前缴费', en: 'We close at 18:00 today. Please pay before then' };
  const signs = (words: string) => (stage.long ? words.repeat(6).slice(0, messageMaximum) : words);
  return { act: 'message', text: { 'zh-CN': signs(text['zh-CN']), en: signs(text.en) } };
}

function ordered(visit: Visit, order: RemoteAct): Visit {
  const orderedAt = new Date(visit.kiosk.wallMs).toISOString();
  const deadline = new Date(visit.kiosk.wallMs + 60_000).toISOString();
  return visit.step({ fact: 'remote.ordered', seq: 1, order, priority: 'now', orderedAt, deadline, problem: null });
}

const before: Readonly<Record<string, Sample>> = {
  attract: (stage) => stage.kiosk().boot(),
  'attract-code': (stage) => stage.kiosk().boot().asksOffice(),
  'attract-message': (stage) => ordered(stage.kiosk().boot(), message(stage)),
  'partly-available-message': (stage) => ordered(stage.kiosk().boot('out'), message(stage)),
  'partly-available': (stage) => stage.kiosk().boot('out'),
  'partly-available-no-window': (stage) => stage.unstaffed().boot(),
  'out-of-service': (stage) => stage.kiosk().boot().step(jammed),
  'out-of-service-code': (stage) => stage.kiosk().boot().step(jammed).asksOffice(),
  'out-of-service-staff': (stage) =>
    stage
      .kiosk()
      .boot()
      .step({ fact: 'staff.added', person: '1', role: 'administrator', pin: 'p1', by: null })
      .step({ fact: 'staff.identified', person: '1' }),
  'out-of-service-note': (stage) => presented(givingNotes(stage)).waits(46_000),
  'out-of-service-changed': (stage) => otherNotes(stage.kiosk().boot()),
  'out-of-service-mains': (stage) => withoutMains(stage.kiosk().boot()),
  'out-of-service-key': (stage) =>
    stage
      .kiosk()
      .boot()
      .step({ ...contact, contact: 'key', state: 'on' }),
  'out-of-service-office': (stage) => ordered(stage.kiosk().boot(), { act: 'lock' }),
  'out-of-service-hot': (stage) =>
    stage.kiosk(measured).boot().step({ fact: 'temperature', device: 'cabinet', celsiusTenths: 612, limit: 'high' }),
  welcome: (stage) => stage.begun(),
  'welcome-code': (stage) => stage.begun().asksOffice(),
  'welcome-no-paper': (stage) => stage.begun().step(paperOut),
  'find-bill': findBill,
  'find-bill-busy': (stage) => findBill(stage).ask({ do: 'find-bill', number: '1001' }),
  'find-bill-none': (stage) => answered(stage, { fact: 'bill.not-found' }),
  'find-bill-down': (stage) => answered(stage, { fact: 'bill.unavailable', reason: 'down' }),
  'find-bill-paid': (stage) => answered(stage, { fact: 'bill.already-paid', paidOn: '2026-03-30T02:00:00Z' }),
  'find-receipt': findReceipt,
  'find-receipt-none': (stage) => findReceipt(stage).step({ fact: 'receipt.asked', number: 'R000009', record: null }),
  'find-receipt-slip': (stage) => findReceipt(stage).step({ fact: 'receipt.asked', number: '000002', record: null }),
  'find-receipt-case': (stage) => findReceipt(stage).step({ fact: 'receipt.asked', number: 'C00001', record: null }),
  'find-receipt-busy': (stage) => reprinting(stage),
  'find-receipt-out': (stage) => reprinting(stage).printed(),
  'find-receipt-no-paper': (stage) => reprinting(stage).refusedPrint(),
  refund: (stage) => halves(stage).wantedBack(stage.lang),
  'refund-old': (stage) =>
    halves(stage)
      .over()
      .waits(8 * 86_400_000)
      .wantedBack(stage.lang),
  'refund-waiting': (stage) => waitsForPerson(stage),
  'refund-declined': (stage) => judged(waitsForPerson(stage), false),
  'refund-asked': (stage) => refundAsked(stage),
  'refund-given': (stage) => refundAsked(stage).billReversed().printed(),
  'refund-done': (stage) => {
    const visit = refundAsked(stage).billReversed().printed();
    for (const { parts } of Object.values(visit.kiosk.refunds))
      for (const { command, part } of parts)
        visit.step({ fact: 'refund.made', device: part.device, command, key: 'made', reference: {} });
    return visit;
  },
  'refund-owed': (stage) => {
    const visit = refundAsked(stage).billReversed().printed();
    const [part] = Object.values(visit.kiosk.refunds).flatMap(({ parts }) => parts);
    const command = part?.command ?? '';
    return visit.step({ fact: 'refund.refused', device: 'wechat', command, key: 'no', code: 'NO' });
  },
  review: (stage) => stage.begun().found(stage.bill),
  'review-busy': (stage) => rechecking(stage),
  'review-changed': (stage) => {
    const visit = rechecking(stage);
    const [first, ...others] = stage.bill.lines;
    const lines = first === undefined ? [] : [{ ...first, minor: first.minor - 600 }, ...others];
    const bill = { ...stage.bill, lines, minor: stage.bill.minor - 600 };
    return visit.step({ fact: 'bill.found', command: visit.pending(), bill });
  },
  'review-several': (stage) => several(stage, billsTogetherMaximum),
  'find-bill-next': (stage) => several(stage, 2).ask({ do: 'another-bill' }),
  'find-bill-other-payee': (stage) => {
    const visit = several(stage, 2).ask({ do: 'another-bill' }).ask({ do: 'find-bill', number: '7' });
    const payee = { 'zh-CN': '南山水务', en: 'South Hill Water' };
    return visit.step({ fact: 'bill.found', command: visit.pending(), bill: { ...stage.bill, number: '7', payee } });
  },
  'review-many': (stage) => {
    const [line] = stage.bill.lines;
    const lines = line === undefined ? [] : Array.from({ length: 30 }, () => line);
    const minor = lines.reduce((sum, one) => sum + one.minor, 0);
    return stage.begun().found({ ...stage.bill, lines, minor });
  },
};

const choosing: Readonly<Record<string, Sample>> = {
  'choose-mains': (stage) => withoutMains(stage.charged()),
  choose: (stage) => stage.choosing(),
  'choose-off': (stage) => stage.choosing().step(jammed),
  'choose-inside': (stage) => stage.paying().note(5000).ask({ do: 'other-way' }),
  promise: (stage) => stage.choosing().ask({ do: 'method', method: 'cash' }),
  'promise-inside': (stage) => {
    const slipMinor = stage.long ? 10_003_888 : 1350;
    return slip(stage.choosing(), '000007', slipMinor).ask({ do: 'method', method: 'cash' });
  },
  'choose-coins': (stage) => stage.withChange().confirmed(stage.bill),
  'promise-short': (stage) =>
    withoutTens(stage.withChange()).confirmed(stage.bill).ask({ do: 'method', method: 'cash' }),
  'promise-gone': (stage) => stage.choosing().ask({ do: 'method', method: 'cash' }).step(paperOut),
  voucher: (stage) => stage.choosing().ask({ do: 'method', method: 'voucher' }),
  'voucher-none': (stage) =>
    stage
      .choosing()
      .ask({ do: 'method', method: 'voucher' })
      .step({ fact: 'voucher.presented', serial: '000009', record: null }),
  'voucher-asked': (stage) => othersSlip(stage, { askable: true }),
  'voucher-spent': (stage) => othersSlip(stage, { spentAt: '2026-03-30T06:25:00.000Z' }),
  'voucher-unchecked': (stage) => othersSlip(stage, {}),
};

/** The slip of another kiosk is presented. */
function othersSlip(stage: Stage, { askable, spentAt }: { readonly askable?: true; readonly spentAt?: string }): Visit {
  const visit = stage.choosing();
  const { currency } = visit.config.money;
  const paper = { serial: '000042', currency, minor: 1_350, issuedAt: '2026-03-29T02:00:00.000Z', issuer: 'LAB-02' };
  const record = spentAt === undefined ? { ...paper, spent: false } : { ...paper, spent: true, spentAt };
  return visit.step({ fact: 'voucher.presented', serial: paper.serial, record, ...(askable ? { askable } : {}) });
}

const paying: Readonly<Record<string, Sample>> = {
  'pay-cash': (stage) => stage.paying().note(5000),
  'pay-cash-first': (stage) => stage.first(),
  'pay-cash-mains': (stage) => withoutMains(stage.paying().note(5000)),
  'pay-cash-no-change': (stage) => {
    // A sum that the notes can make: without a printer there is no change for any other.
    const bill = stage.long ? { ...exampleBill('1003'), payee: stage.bill.payee } : exampleBill('1003');
    return cash(stage.kiosk().boot('out').begin(stage.lang).confirmed(bill));
  },
  'pay-cash-checking': (stage) => stage.paying().note(5000).step({ fact: 'note.accepting', device: acceptor }),
  'pay-cash-moving': (stage) => stage.paying().note(5000).escrow(2000),
  'pay-cash-returned': (stage) => rejected(stage.paying().note(5000)),
  'pay-cash-returned-twice': (stage) => rejected(rejected(stage.paying().note(5000))),
  'pay-cash-many': (stage) => {
    const visit = suspected(stage.paying().note(500)).ask({ do: 'finish' });
    for (let put = 0; put < 30; put++) visit.note(put % 5 === 0 ? 500 : 100);
    return visit;
  },
  'pay-cash-closing': (stage) => stage.paying().note(5000).escrow(2000).ask({ do: 'cancel' }),
  'pay-cash-off': (stage) => stage.paying().note(5000).step(jammed),
  'pay-cash-no-paper': (stage) => stage.paying().note(5000).step(paperOut),
  'pay-cash-coins': (stage) => payingWithCoins(stage).note(5000).coin(100).coin(50),
  'pay-cash-asked': (stage) => stage.paying().note(2000),
  'pay-cash-part-asked': (stage) => {
    const bill = { ...(stage.long ? { ...exampleBill('1001'), payee: stage.bill.payee } : stage.bill), minor: 60_000 };
    const visit = cash(stage.withChange().confirmed(bill));
    for (let put = 0; put < 4; put++) visit.note(10_000);
    return visit.note(5000);
  },
  'pay-cash-not-yours': (stage) => {
    const visit = payingWithCoins(stage).note(5000);
    const { currency } = visit.config.money;
    return visit.step({
      fact: 'cash.presented',
      device: 'tens',
      command: 'of-before',
      currency,
      minor: floats.tens.minor,
    });
  },
  'pay-cash-short': (stage) => cash(withoutTens(stage.withChange()).confirmed(stage.bill)),
  warning: (stage) => stage.paying().note(5000).waits(160_000),
  'warning-empty': (stage) => stage.begun().waits(60_000),
  help: (stage) => stage.begun().ask({ do: 'help' }),
  'help-inside': (stage) => stage.paying().note(5000).ask({ do: 'help' }),
  'power-notice': (stage) => stage.paying().note(5000).boot(),
};

const after: Readonly<Record<string, Sample>> = {
  settling: (stage) => stage.paid(),
  'settling-back': (stage) => cancelled(stage),
  'settling-cash': (stage) => {
    const visit = payingWithCoins(stage).note(10_000);
    const [payout] = Object.values(visit.kiosk.payouts);
    if (payout === undefined) return visit;
    const { device, command, currency, minor } = payout;
    return visit.step({ fact: 'payout.progress', device, command, paid: { currency, minor: minor / 2 } });
  },
  'settling-cash-back': (stage) => payingWithCoins(stage).note(5000).ask({ do: 'cancel' }),
  'take-note': (stage) => presented(givingNotes(stage)),
  'take-note-of-several': (stage) => taken(presented(givingNotes(stage, notesOfSeveral))),
  'take-note-last': (stage) => taken(taken(presented(givingNotes(stage, notesOfSeveral)))),
  settled: (stage) => stage.settled(),
  'settled-cash': (stage) => paidOut(payingWithCoins(stage).note(10_000)),
  'settled-cash-slip': (stage) =>
    paidOut(cash(withoutTens(stage.withChange()).confirmed(exampleBill('1002'))).note(10_000)).printed(),
  'returned-cash': (stage) => paidOut(payingWithCoins(stage).note(5000).ask({ do: 'cancel' })),
  'settled-exact': (stage) => {
    if (stage.long) return slip(stage.choosing(), '000007', stage.bill.minor);
    const visit = cash(stage.begun().confirmed(exampleBill('1003')));
    for (let put = 0; put < 12; put++) visit.note(10_000);
    return visit.note(5000).note(2000).note(1000);
  },
  'settled-owed': (stage) => stage.paid().refusedPrint().ask({ do: 'finish' }),
  'settled-refund': (stage) => refused(stage).ask({ do: 'finish' }),
  returned: (stage) => cancelled(stage).printed(),
  'returned-note': (stage) => {
    const visit = stage.paying().note(5000).step({ fact: 'note.accepting', device: acceptor }).ask({ do: 'cancel' });
    const { currency } = visit.config.money;
    visit.escrow(2000).step({ fact: 'note.returned', device: acceptor, command: null, currency, minor: 2000 });
    return visit.printed();
  },
  documents: (stage) => stage.documents(),
  'documents-no-paper': (stage) => stage.documents().step(paperOut),
  'documents-phone': (stage) => stage.documents().ask({ do: 'document', choice: 'phone' }),
  'documents-printing': (stage) => stage.documents().ask({ do: 'document', choice: 'paper' }),
  'documents-out': (stage) => stage.documents().ask({ do: 'document', choice: 'paper' }).printed(),
  thanks: (stage) => stage.documents().ask({ do: 'document', choice: 'none' }),
  case: (stage) => doubtful(stage).printed(),
  'case-printing': (stage) => doubtful(stage),
  'case-suspect': (stage) => suspected(stage.paying().note(5000)),
  'case-change': (stage) => shortOfChange(stage),
  'settled-change-owed': (stage) => shortOfChange(stage).printed().ask({ do: 'finish' }),
  'case-change-back-in': (stage) => {
    const visit = presented(givingNotes(stage));
    const [payout] = Object.values(visit.kiosk.payouts);
    if (payout === undefined) return visit;
    const { device, command, currency, minor } = payout;
    return paidOut(visit.step({ fact: 'cash.retracted', device, command, key: 'back', currency, minor }));
  },
  'case-change-unknown': (stage) => payingWithCoins(stage).note(10_000).waits(61_000),
  'case-slip': (stage) => stage.paid().refusedPrint(),
  'case-refund': (stage) => refused(stage),
};

/** Cards and wallets. */
const charging: Readonly<Record<string, Sample>> = {
  'attract-charges': (stage) => stage.kiosk(withCharges).boot().reached(),
  'partly-available-charges': (stage) =>
    stage
      .kiosk(withCharges)
      .boot()
      .reached()
      .step({ fact: 'device.fault', device: 'terminal', code: 'zvt.repair' })
      .step({ fact: 'device.fault', device: 'wechat', code: 'wallet.unreachable' }),
  'find-bill-checking': (stage) => {
    const visit = doubted(stage).printed().ask({ do: 'finish' }).ask({ do: 'finish' }).begin(stage.lang);
    return visit.ask({ do: 'task', task: 'pay-bill' }).ask({ do: 'find-bill', number: stage.bill.number });
  },
  'choose-charges': (stage) => stage.charged(),
  'choose-policies': (stage) => stage.charged(withPolicies),
  'choose-charges-off': (stage) =>
    stage.charged().step(jammed).step({ fact: 'device.fault', device: 'alipay', code: 'wallet.unreachable' }),
  'choose-declined': (stage) => stage.charged().charging('card').prompted('insert-card', 'bank').declined('refused'),
  'choose-card-left': (stage) =>
    stage
      .charged()
      .charging('card')
      .prompted('bank')
      .declined('limit')
      .step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' }),
  'choose-declined-balance': (stage) => stage.charged().charging('card').prompted('bank').declined('insufficient'),
  'choose-declined-pin': (stage) => stage.charged().charging('card').prompted('wrong-pin').declined('wrong-pin'),
  'choose-declined-offline': (stage) => stage.charged().charging('card').prompted('wait').declined('offline'),
  'choose-declined-code': (stage) => coded(stage, 'wechat').declined('timeout', Date.UTC(2026, 2, 31, 2)),
  'choose-declined-inside': (stage) =>
    cash(stage.charged()).note(5000).ask({ do: 'other-way' }).charging('alipay').declined('limit'),
  'choose-going-back': (stage) => partly(stage).ask({ do: 'other-way' }),
  'pay-charge': (stage) => atTerminal(stage, 'insert-card'),
  'pay-charge-waiting': (stage) => atTerminal(stage, 'wait'),
  'pay-charge-pin': (stage) => atTerminal(stage, 'insert-card', 'pin'),
  'pay-charge-wrong-pin': (stage) => atTerminal(stage, 'pin', 'wrong-pin'),
  'pay-charge-bank': (stage) => atTerminal(stage, 'pin', 'bank'),
  'pay-charge-approved': (stage) => atTerminal(stage, 'bank').approved(),
  'pay-charge-take-card': (stage) => atTerminal(stage, 'bank').approved().prompted('remove-card'),
  'pay-charge-not-approved': (stage) => atTerminal(stage, 'bank', 'remove-card'),
  'pay-charge-going-back': (stage) => atTerminal(stage, 'bank', 'reversing'),
  'pay-charge-inside': (stage) => {
    const visit = cash(stage.charged()).note(5000).ask({ do: 'other-way' });
    return visit.charging('card').prompted('insert-card');
  },
  'pay-charge-code-wait': (stage) => stage.charged().charging('wechat'),
  'pay-charge-wechat': (stage) => coded(stage, 'wechat').waits(30_000),
  'pay-charge-alipay': (stage) => coded(stage, 'alipay').waits(75_000),
  'pay-charge-own-code': (stage) => besideScanner(stage),
  'pay-charge-phone': (stage) => coded(stage, 'wechat').prompted('password'),
  'pay-charge-phone-alipay': (stage) => coded(stage, 'alipay').prompted('password'),
  'pay-charge-restarted': (stage) => atTerminal(stage, 'bank').boot().reached(),
  'pay-charge-closing': (stage) => atTerminal(stage, 'insert-card').ask({ do: 'cancel' }),
  'pay-charge-closing-code': (stage) => coded(stage, 'alipay').ask({ do: 'cancel' }),
  'part-approved': (stage) => partly(stage),
  'choose-split': (stage) => cash(partPaid(stage)).note(1000).ask({ do: 'other-way' }),
  'choose-part-asked': (stage) => partPaid(stage),
  'pay-cash-split-asked': (stage) => cash(partPaid(stage)).note(1000),
  'settled-card': (stage) => atTerminal(stage, 'bank').approved().confirmedCharge(),
  'pay-charge-card-left': (stage) => {
    const visit = atTerminal(stage, 'bank').approved().confirmedCharge();
    return visit.step({ fact: 'charge.prompt', device: 'terminal', command: null, prompt: 'remove-card' });
  },
  'settled-wallet': (stage) => coded(stage, 'wechat').approved(),
  'settled-split': (stage) => split(stage),
  'settled-refund-card': (stage) =>
    refusedCharge(atTerminal(stage, 'bank').approved().confirmedCharge()).ask({ do: 'finish' }),
  'case-refund-card': (stage) => refusedCharge(atTerminal(stage, 'bank').approved().confirmedCharge()),
  'returned-card': (stage) => partPaid(stage).ask({ do: 'cancel' }),
  'returned-split': (stage) => cash(partPaid(stage)).note(1000).ask({ do: 'cancel' }).printed(),
  'warning-split': (stage) => cash(partPaid(stage)).note(1000).waits(160_000),
  'case-charge': (stage) => doubted(stage).printed(),
  'case-charge-inside': (stage) => {
    const visit = cash(stage.charged()).note(5000).ask({ do: 'other-way' }).charging('wechat').coded(walletCode, 120);
    return unknown(visit).printed();
  },
  'case-charge-differs': (stage) => {
    const visit = coded(stage, 'alipay');
    return visit.approved(visit.charge().minor + 100).printed();
  },
  'help-charges': (stage) => stage.charged().ask({ do: 'help' }),
};

const samples: Readonly<Record<string, Sample>> = {
  ...before,
  ...choosing,
  ...paying,
  ...charging,
  ...after,
  ...goodsSamples,
};

export const sampleNames: readonly string[] = Object.keys(samples);

/** The View of one sample. Throws when there is no sample of that name. */
export function sampleView(name: string, options: StageOptions): View {
  const sample = samples[name];
  if (sample === undefined) throw new Error(`No screen is named ${name}: one of ${sampleNames.join(', ')}`);
  return shown(sample(new Stage(options)));
}

/** All of them, for the gallery to load. */
export function sampleBook(): SampleBook {
  const both = (name: string, lang: Lang) => ({
    ordinary: sampleView(name, { lang, long: false }),
    long: sampleView(name, { lang, long: true }),
  });
  return Object.fromEntries(sampleNames.map((name) => [name, { 'zh-CN': both(name, 'zh-CN'), en: both(name, 'en') }]));
}

/** A bill that notes and coins pay, at a machine that gives change in cash. */
function payingWithCoins(stage: Stage): Visit {
  return cash(
    stage.withChange().confirmed(stage.long ? { ...exampleBill('1001'), payee: stage.bill.payee } : stage.bill),
  );
}

const notesOfSeveral = 3;

/** One machine pays nothing of its part, the others all of theirs. */
function shortOfChange(stage: Stage): Visit {
  const visit = payingWithCoins(stage).note(10_000);
  const [payout] = Object.values(visit.kiosk.payouts);
  if (payout === undefined) return visit;
  const { device, command, currency, minor } = payout;
  const ended = { device, command, key: 'end', counters: {}, paid: { currency, minor: 0 }, pieces: [] };
  return paidOut(visit.step({ fact: 'payout.partial', ...ended, owed: { currency, minor } }));
}

/** So many notes of ¥10 are on their way out. */
function givingNotes(stage: Stage, notes = 1): Visit {
  const bill = stage.long ? { ...exampleBill('1001'), payee: stage.bill.payee } : stage.bill;
  const minor = 10_000 - floats.tens.minor * notes;
  return cash(stage.withChange().confirmed({ ...bill, minor })).note(10_000);
}

/** The next note of the machine that pays notes waits between its lips. */
function presented(visit: Visit): Visit {
  const [payout] = Object.values(visit.kiosk.payouts);
  if (payout === undefined) return visit;
  const { device, command, currency, pieces } = payout;
  return visit.step({ fact: 'cash.presented', device, command, currency, minor: pieces[0]?.minor ?? 0 });
}

/** Somebody takes it, and the next one comes. */
function taken(visit: Visit): Visit {
  const [payout] = Object.values(visit.kiosk.payouts);
  if (payout === undefined) return visit;
  const { device, command, currency, pieces } = payout;
  return presented(visit.step({ fact: 'cash.taken', device, command, currency, minor: pieces[0]?.minor ?? 0 }));
}

/** The largest change is no longer sure. */
function withoutTens(visit: Visit): Visit {
  const { currency } = visit.config.money;
  return visit.step({
    fact: 'cash.removed',
    device: 'tens',
    unit: 'hopper',
    currency,
    pieces: [floats.tens],
    by: 'anna',
  });
}

/** The acceptor came back with other notes than those that the kiosk knows of it. */
function otherNotes(visit: Visit): Visit {
  const { currency } = visit.config.money;
  return visit.step({
    fact: 'device.identified',
    device: acceptor,
    protocol: 'id003',
    maker: null,
    model: null,
    serial: 'A1',
    firmware: null,
    denominations: [{ currency, minor: 50_000 }],
  });
}

/** More than the longest sum to pay. */
const longestBillMinor = 18_888_900;
const walletCode = 'weixin://wxpay/bizpayurl?pr=4kQ2mN7zz';

function atTerminal(stage: Stage, ...prompts: readonly ChargePrompt[]): Visit {
  return stage
    .charged()
    .charging('card')
    .prompted(...prompts);
}

function coded(stage: Stage, wallet: 'alipay' | 'wechat'): Visit {
  const code = wallet === 'wechat' ? walletCode : 'https://qr.alipay.com/bax03206ug0kulveltqc80a8';
  return stage.charged().charging(wallet).coded(code, 120);
}

/** A fee elsewhere, a least sum and hours: one of each. */
function withPolicies(config: Config): Config {
  const always = { leastMinor: 1, mostMinor: null, hours: null, feePercent: 0 };
  return {
    ...config,
    policies: [
      { ...always, method: 'card', feePercent: 1.5 },
      { ...always, method: 'wechat', hours: { from: '10:00', to: '16:30' } },
      { ...always, method: 'alipay', leastMinor: longestBillMinor + 100 },
    ],
  };
}

/** The code of a wallet is shown where a scanner would read the customer's own. */
function besideScanner(stage: Stage): Visit {
  const visit = stage.kiosk(withScanner).boot().reached().step({ fact: 'device.ready', device: 'scanner' });
  return visit.begin(stage.lang).confirmed(stage.bill).charging('wechat').coded(walletCode, 120);
}

/** The bank approves less than was asked. */
function partly(stage: Stage): Visit {
  return atTerminal(stage, 'bank').approved(2000);
}

/** That much is paid by card, and the rest is still to go. */
function partPaid(stage: Stage): Visit {
  return partly(stage).ask({ do: 'agree' }).confirmedCharge();
}

/** A note first, and the rest by card. */
function split(stage: Stage): Visit {
  const visit = cash(stage.charged()).note(5000).ask({ do: 'other-way' }).charging('card').prompted('bank');
  return visit.approved().confirmedCharge();
}

function unknown(visit: Visit): Visit {
  const { device, command } = visit.charge();
  return visit.step({ fact: 'charge.unknown', device, command, key: 'unknown', reason: 'no answer' });
}

/** The terminal does not know whether the bank has taken it. */
function doubted(stage: Stage): Visit {
  return unknown(atTerminal(stage, 'bank'));
}

/** Paid, and then the payee did not take it. */
function refusedCharge(visit: Visit): Visit {
  const command = Object.keys(visit.kiosk.posts)[0];
  if (command === undefined) throw new Error('no payment is being booked');
  return visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' }).printed();
}

function findBill(stage: Stage): Visit {
  return stage.begun().ask({ do: 'task', task: 'pay-bill' });
}

type Answer =
  | { readonly fact: 'bill.not-found' }
  | { readonly fact: 'bill.unavailable'; readonly reason: 'down' }
  | { readonly fact: 'bill.already-paid'; readonly paidOn: string };

function answered(stage: Stage, answer: Answer): Visit {
  const visit = findBill(stage).ask({ do: 'find-bill', number: '1001' });
  return visit.step({ ...answer, command: visit.pending() });
}

function findReceipt(stage: Stage): Visit {
  return stage.begun().ask({ do: 'task', task: 'receipt' });
}

/** Somebody asks for the receipt of a payment that was made here. */
function reprinting(stage: Stage): Visit {
  const paid = stage.documents();
  const record = paid.recorded.find((entry) => entry.kind === 'sale.paid') ?? null;
  paid.ask({ do: 'document', choice: 'none' }).ask({ do: 'finish' });
  const visit = paid.begin(stage.lang).ask({ do: 'task', task: 'receipt' });
  return visit.step({ fact: 'receipt.asked', number: record?.receipt ?? '', record });
}

/** Paid half with a note and half by phone; the longest sum with two slips before. */
function halves(stage: Stage): Visit {
  const visit = stage.charged();
  if (stage.long) slip(visit, '000007', stage.bill.minor - 10_000_000);
  else cash(visit).note(5_000).ask({ do: 'other-way' });
  return visit.charging('wechat').approved();
}

/** A sum that is not given back without a person. */
function waitsForPerson(stage: Stage): Visit {
  if (stage.long) return halves(stage).wantedBack(stage.lang).ask({ do: 'agree' });
  const room = exampleBill('1003');
  const visit = stage
    .kiosk(withCharges)
    .boot()
    .reached()
    .begin(stage.lang)
    .confirmed(room)
    .charging('wechat')
    .approved();
  return visit.wantedBack(stage.lang).ask({ do: 'agree' });
}

function judged(visit: Visit, approve: boolean): Visit {
  const waiting = visit.kiosk.session?.stage;
  const sale = waiting?.at === 'refund' ? (waiting.plan?.sale ?? '') : '';
  return visit.step({ fact: 'refund.judged', sale, approve, by: '1' });
}

/** The biller is asked: half of it comes as a slip, to which a person has agreed. */
function refundAsked(stage: Stage): Visit {
  return judged(halves(stage).wantedBack(stage.lang).ask({ do: 'agree' }), true);
}

/** So many bills of one payee, found one after the other. */
function several(stage: Stage, count: number): Visit {
  const visit = stage.begun().found(stage.bill);
  for (let n = 1; n < count; n++) {
    const bill = { ...stage.bill, number: `${stage.bill.number.slice(0, -1)}${n + 3}` };
    visit.ask({ do: 'another-bill' }).ask({ do: 'find-bill', number: bill.number });
    visit.step({ fact: 'bill.found', command: visit.pending(), bill });
  }
  return visit;
}

function rechecking(stage: Stage): Visit {
  return stage.begun().found(stage.bill).ask({ do: 'confirm-bill' });
}

function rejected(visit: Visit): Visit {
  visit.step({ fact: 'note.accepting', device: acceptor });
  return visit.step({ fact: 'note.rejected', device: acceptor, reason: 'unreadable', code: '71' });
}

/** The last note was pulled out again. */
function suspected(visit: Visit): Visit {
  return visit.step({ fact: 'note.suspect', device: acceptor, code: 'id003.cheat' });
}

function doubtful(stage: Stage): Visit {
  return stage.paying().note(5000).escrow(2000).waits(noteDoubtMs);
}

function cancelled(stage: Stage): Visit {
  return stage.paying().note(5000).ask({ do: 'cancel' });
}

/** Paid, and then the payee did not take it. */
function refused(stage: Stage): Visit {
  const visit = stage.settled();
  const command = Object.keys(visit.kiosk.posts)[0];
  if (command === undefined) throw new Error('no payment is being booked');
  return visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' }).printed();
}
