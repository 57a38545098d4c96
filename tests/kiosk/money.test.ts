/** Where the money goes when things do not go the usual way, told in facts. */
import { describe, expect, test } from 'vitest';
import type { EntryBody, EntryKind } from '../../kiosk/entry.ts';
import type { VoucherRecord } from '../../kiosk/sale/voucher.ts';
import type { Bill } from '../../kiosk/services/biller/contract.ts';
import { bill, Visit } from './view/visit.ts';

const device = 'acceptor';
const twenty = { device, currency: 'CNY', minor: 2_000 } as const;

function kinds(visit: Visit): readonly EntryKind[] {
  return visit.entries.map(({ kind }) => kind);
}

function only<K extends EntryKind>(visit: Visit, kind: K): Extract<EntryBody, { kind: K }> {
  const found = visit.entries.filter((entry): entry is Extract<EntryBody, { kind: K }> => entry.kind === kind);
  expect(found, kind).toHaveLength(1);
  return found[0] as Extract<EntryBody, { kind: K }>;
}

function box(visit: Visit, minor: number): number {
  return visit.kiosk.till.units.find((stock) => stock.unit === 'box' && stock.minor === minor)?.count ?? 0;
}

describe('a note that nobody ordered', () => {
  test('is in the box, belongs to nobody, and is a case, however often the machine says so', () => {
    const visit = new Visit().boot();
    const stacked = { fact: 'note.stacked', command: null, key: 'acceptor/unordered/1', ...twenty } as const;
    visit.step(stacked);
    expect(only(visit, 'note.unowned')).toMatchObject({ minor: 2_000, key: stacked.key });
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'note-unowned', minor: 2_000, session: null });
    expect(box(visit, 2_000)).toBe(1);
    visit.step(stacked);
    expect(kinds(visit)).not.toContain('note.unowned');
    expect(box(visit, 2_000)).toBe(1);
  });

  test('whose value the machine does not know is a case without an amount, and counts for nothing in the till', () => {
    const visit = new Visit().boot();
    const before = visit.kiosk.till;
    visit.step({ fact: 'device.powered-up', device, found: 'stacker', command: null, key: 'acceptor/power-up/1' });
    expect(only(visit, 'note.unowned').minor).toBeNull();
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'note-unowned', minor: null });
    expect(visit.kiosk.till).toBe(before);
  });

  test('is known again after 255 others, and no longer after 256: the keys that are kept have an end', () => {
    const visit = new Visit().boot();
    const stacked = (n: number) =>
      visit.step({ fact: 'note.stacked', command: null, key: `acceptor/unordered/${n}`, ...twenty });
    for (let n = 0; n < 256; n++) stacked(n);
    expect(kinds(stacked(0))).not.toContain('note.unowned');
    stacked(256);
    expect(visit.kiosk.evidence).toHaveLength(256);
    expect(kinds(stacked(1))).not.toContain('note.unowned');
    expect(kinds(stacked(0))).toContain('note.unowned');
  });

  test('is not the customer’s who happens to stand there', () => {
    const visit = new Visit().boot().begin().payingCash();
    visit.step({ fact: 'note.stacked', command: null, key: 'acceptor/unordered/2', ...twenty });
    expect(visit.kiosk.session?.sale?.notes).toEqual([]);
  });
});

describe('a note that was told as returned and then lies in the box', () => {
  test.each(['zh-CN', 'en'] as const)('is not credited, and its owner reads its number, in %s', (lang) => {
    const visit = new Visit().boot().begin(lang).payingCash().escrow(2_000);
    const { command } = only(visit, 'note.stack');
    const session = visit.kiosk.session?.id;
    visit.step({ fact: 'note.returned', command, ...twenty });
    visit.step({ fact: 'note.stacked', command, key: `acceptor/${command}`, ...twenty });
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'note-unowned', minor: 2_000, session });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', case: 'C00001', back: 'pay-cash' });
    expect(visit.view().body).toMatchObject({
      screen: 'case',
      title: { 'zh-CN': '有一张纸币正在核实', en: 'We are checking one note' }[lang],
    });
    expect(visit.kiosk.session?.sale?.notes).toEqual([]);
  });

  test('of another visit is not shown to whoever stands there', () => {
    const visit = new Visit().boot().begin().payingCash().escrow(2_000);
    const { command } = only(visit, 'note.stack');
    visit.step({ fact: 'note.returned', command, ...twenty }).ask({ do: 'cancel' });
    visit.begin().step({ fact: 'note.stacked', command, key: `acceptor/${command}`, ...twenty });
    expect(only(visit, 'case.opened').session).not.toBe(visit.kiosk.session?.id);
    expect(visit.kiosk.session?.stage.at).toBe('welcome');
  });
});

describe('a power-up', () => {
  test('that finds the ordered note in the stacker credits it, and nothing says that it came back', () => {
    const visit = new Visit().boot().begin().payingCash().escrow(2_000);
    const { command } = only(visit, 'note.stack');
    visit.step({ fact: 'device.powered-up', device, found: 'stacker', command, key: `acceptor/${command}` });
    expect(only(visit, 'note.stacked')).toMatchObject({ command, evidence: 'power-up', confirmByCount: true });
    expect(kinds(visit)).not.toContain('note.returned');
    expect(kinds(visit)).not.toContain('note.unowned');
    expect(visit.kiosk.devices[device]?.found).toBe('stacker');
  });

  test('that finds a note which is credited already finds nothing new', () => {
    const visit = new Visit().boot().begin().payingCash().note(2_000);
    const { command } = only(visit, 'note.stacked');
    visit.step({ fact: 'device.powered-up', device, found: 'stacker', command, key: `acceptor/${command}` });
    expect(kinds(visit)).not.toContain('note.unowned');
    expect(kinds(visit)).not.toContain('note.stacked');
  });
});

describe('a note of which the machine names another value than was ordered', () => {
  const other = { fact: 'note.stacked', device, currency: 'CNY', minor: 500 } as const;

  test('is credited as ordered, to be counted, with its case and what the machine named', () => {
    const visit = new Visit().boot().begin('en').payingCash().escrow(2_000);
    const { command } = only(visit, 'note.stack');
    visit.step({ ...other, command, key: 'k' });
    const named = { currency: 'CNY', minor: 500 };
    expect(only(visit, 'note.stacked')).toMatchObject({
      minor: 2_000,
      evidence: 'stacked',
      confirmByCount: true,
      named,
    });
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'note-to-count', minor: 2_000, subject: command });
    expect(visit.view().body).toMatchObject({
      screen: 'case',
      certain: ['Received ¥20, counted for you', '¥66.50 of your bill is still to go'],
      checking: ['One ¥20 note is counted for you; we check it when the box is emptied'],
    });
    visit.step({ ...other, command, key: 'k' });
    expect(kinds(visit)).not.toContain('case.opened');
    expect(visit.ask({ do: 'finish' }).kiosk.session?.stage.at).toBe('pay-cash');
  });

  test('counts as another also in another currency', () => {
    const visit = new Visit().boot().begin().payingCash().escrow(2_000);
    const { command } = only(visit, 'note.stack');
    visit.step({ ...other, command, key: 'k', currency: 'XXX', minor: 2_000 });
    expect(only(visit, 'case.opened').about).toBe('note-to-count');
  });

  test('as ordered has no case and nothing to count', () => {
    const visit = new Visit().boot().begin().payingCash().note(2_000);
    expect(only(visit, 'note.stacked')).toMatchObject({ confirmByCount: false });
    expect(only(visit, 'note.stacked').named).toBeUndefined();
    expect(kinds(visit)).not.toContain('case.opened');
  });

  test('that comes when its owner has asked to cancel: the number first, then the money back', () => {
    const visit = new Visit().boot().begin().payingCash().escrow(2_000).ask({ do: 'cancel' });
    const command = visit.kiosk.stacks[device]?.command ?? '';
    visit.step({ ...other, command, key: 'k' });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', back: 'cancel' });
    visit.ask({ do: 'finish' });
    expect(only(visit, 'voucher.issued')).toMatchObject({ minor: 2_000, reason: 'cancel' });
  });
});

describe('a bill that is another at the re-check', () => {
  const [first, second] = bill.lines as [Bill['lines'][number], Bill['lines'][number]];
  const again = (now: Bill, shown = bill) => {
    const visit = new Visit().boot().begin('en').found(shown).ask({ do: 'confirm-bill' });
    const stage = visit.kiosk.session?.stage;
    const command = stage?.at === 'review' ? (stage.recheck ?? '') : '';
    return visit.step({ fact: 'bill.found', command, bill: now });
  };
  const notice = 'The bill has just changed. Please read it again and confirm';

  test.each<[string, Partial<Bill>, string]>([
    ['its amount', { minor: 8_050 }, 'The amount is now ¥80.50 (it was ¥86.50). Please confirm'],
    ['its payer', { payer: '李*' }, notice],
    ['its payee in Chinese', { payee: { ...bill.payee, 'zh-CN': '湖滨小馆' } }, notice],
    ['its payee in English', { payee: { ...bill.payee, en: 'Lakeside Kitchen' } }, notice],
    ['what it is for', { title: { ...bill.title, en: 'Inpatient stay' } }, notice],
    ['the name of a line', { lines: [{ ...first, name: { ...first.name, en: 'X-ray' } }, second] }, notice],
    ['the quantity of a line', { lines: [{ ...first, quantity: 2 }, second] }, notice],
    [
      'how the sum is made up',
      {
        lines: [
          { ...first, minor: 2_001 },
          { ...second, minor: 6_649 },
        ],
      },
      notice,
    ],
    ['a line more', { lines: [first, second, { ...second, minor: 0 }] }, notice],
  ])('in %s is shown again, and nothing is paid for it yet', (_, change, text) => {
    const visit = again({ ...bill, ...change });
    expect(kinds(visit)).not.toContain('sale.opened');
    expect(visit.view().body).toMatchObject({ screen: 'review', notice: { tone: 'caution', text } });
    expect(visit.kiosk.session?.stage).toMatchObject({ bill: { ...bill, ...change }, recheck: null });
  });

  test('for want of its last line, which cost nothing, is shown again', () => {
    const visit = again(bill, { ...bill, lines: [first, second, { ...second, minor: 0 }] });
    expect(kinds(visit)).not.toContain('sale.opened');
    expect(visit.view().body).toMatchObject({ notice: { text: notice } });
  });

  test('in nothing is paid', () => {
    const same = { ...bill, payee: { en: bill.payee.en, 'zh-CN': bill.payee['zh-CN'] } };
    expect(only(again(same), 'sale.opened').bill).toEqual(bill);
  });
});

describe('an order to stack that is refused', () => {
  const refused = (visit: Visit, sent: boolean) => {
    const command = visit.kiosk.stacks[device]?.command ?? '';
    return visit.step({ fact: 'command.refused', device, command, sent, reason: 'any words' });
  };
  const ordered = () => new Visit().boot().begin().payingCash().escrow(2_000);

  test('and never left for the machine is closed as returned, whatever the words', () => {
    const visit = refused(ordered(), false);
    expect(only(visit, 'note.returned').minor).toBe(2_000);
    expect(visit.kiosk.stacks[device]?.status).toBe('returned');
  });

  test('and may have left stays open: what comes of it is the machine’s to say', () => {
    const visit = refused(ordered(), true);
    expect(kinds(visit)).not.toContain('note.returned');
    expect(visit.kiosk.stacks[device]?.status).toBe('open');
  });
});

describe('a sale that is given up', () => {
  test('with nothing inside ends the visit, and prints nothing', () => {
    const visit = new Visit().boot().begin().confirmed().ask({ do: 'cancel' });
    expect(only(visit, 'sale.cancelled').minor).toBe(0);
    expect(kinds(visit)).not.toContain('document.print');
    expect(only(visit, 'session.ended').reason).toBe('left');
    expect(visit.kiosk.session).toBeNull();
  });

  test('takes no more into it', () => {
    const visit = new Visit().boot().begin().payingCash().note(1_000).escrow(2_000);
    const { command } = only(visit, 'note.stack');
    visit.step({ fact: 'note.unknown', command, ...twenty });
    visit.ask({ do: 'finish' }).ask({ do: 'cancel' });
    expect(visit.kiosk.session?.sale?.state).toBe('cancelled');
    visit.step({ fact: 'note.stacked', command, key: 'late', ...twenty });
    expect(visit.kiosk.session?.sale?.notes).toHaveLength(1);
    expect(only(visit, 'case.resolved').outcome).toBe('owed');
    expect(Object.values(visit.kiosk.cases)).toMatchObject([{ status: 'open', outcome: 'owed', minor: 2_000 }]);
  });
});

describe('a payment that the biller refuses', () => {
  const paid = () => new Visit().boot().begin().payingCash().note(10_000);
  const refused = (visit: Visit) => {
    const [command] = Object.keys(visit.kiosk.posts) as [string];
    return visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
  };

  test('comes back as a slip while its owner stands here: what was paid after change, and a case', () => {
    const visit = refused(paid().printed());
    expect(only(visit, 'refund.done')).toMatchObject({ method: 'voucher', minor: bill.minor });
    expect(only(visit, 'voucher.issued')).toMatchObject({ minor: bill.minor, reason: 'refund', serial: '000002' });
    const paper = visit.entries.find((entry) => entry.kind === 'document.print' && entry.document.paper === 'voucher');
    expect(paper).toMatchObject({ document: { serial: '000002' }, copy: false });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', back: 'settled' });
  });

  test('for which nothing was taken, because its sum is below the smallest coin, gives nothing back', () => {
    const visit = refused(
      new Visit()
        .boot()
        .begin()
        .payingCash({ ...bill, minor: 4 }),
    );
    expect(kinds(visit)).toContain('bill.refused');
    expect(visit.kiosk.session?.sale).toMatchObject({ state: 'paid', slips: [] });
    expect(kinds(visit)).not.toContain('voucher.issued');
    expect(kinds(visit)).not.toContain('case.opened');
  });

  test('is printed for nobody when its owner has gone: the case stands for it', () => {
    const visit = paid().printed().ask({ do: 'finish' }).ask({ do: 'document', choice: 'none' }).ask({ do: 'finish' });
    expect(visit.kiosk.session).toBeNull();
    visit.begin();
    refused(visit);
    expect(only(visit, 'refund.done').minor).toBe(bill.minor);
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'post-refused', subject: '000002' });
    expect(kinds(visit)).not.toContain('document.print');
    expect(visit.kiosk.session?.stage.at).toBe('welcome');
  });
});

describe('a voucher', () => {
  const record = (minor: number, serial = '000009'): VoucherRecord => ({
    serial,
    currency: 'CNY',
    minor,
    issuedAt: '2026-03-30T02:00:00.000Z',
    spent: false,
  });
  const typing = () => new Visit().boot().begin().confirmed().ask({ do: 'method', method: 'voucher' });
  const present = (visit: Visit, of: VoucherRecord) =>
    visit.step({ fact: 'voucher.presented', serial: of.serial, record: of });

  test('of just the amount pays the sale at once, without rounding and without cash', () => {
    const visit = present(typing(), record(bill.minor));
    expect(only(visit, 'tender.opened')).toMatchObject({ method: 'voucher', agreed: false });
    expect(only(visit, 'sale.paid')).toMatchObject({
      tenders: [{ method: 'voucher', minor: bill.minor }],
      rounding: 0,
      change: { cash: 0, voucher: 0, owed: 0 },
    });
    expect(kinds(visit)).not.toContain('voucher.issued');
  });

  test('of more comes back as a voucher for the rest', () => {
    const visit = present(typing(), record(bill.minor + 350));
    expect(only(visit, 'sale.paid').change).toEqual({ cash: 0, voucher: 350, owed: 0 });
    expect(only(visit, 'voucher.issued')).toMatchObject({ minor: 350, reason: 'change' });
  });

  test('of less leaves the choice of how to pay the rest', () => {
    const visit = present(typing(), record(650));
    expect(visit.kiosk.session?.stage.at).toBe('choose');
    expect(visit.kiosk.session?.sale?.method).toBe('voucher');
    expect(visit.kiosk.session?.sale?.vouchers).toEqual([{ serial: '000009', minor: 650 }]);
  });

  test('that had not come out of the printer and is spent closes its case', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000).refusedPrint();
    const case_ = Object.keys(visit.kiosk.cases)[0] as string;
    expect(visit.kiosk.cases[case_]).toMatchObject({ about: 'voucher-not-printed', subject: '000001' });
    while (visit.kiosk.session !== null) visit.waits(200_000);
    visit
      .begin()
      .confirmed({ ...bill, number: '1002' })
      .ask({ do: 'method', method: 'voucher' });
    present(visit, record(1_350, '000001'));
    expect(only(visit, 'case.resolved')).toMatchObject({ case: case_, outcome: 'explained' });
  });

  test('typed is somebody at work: the visit does not time out under it', () => {
    const visit = typing();
    const beforeMs = visit.kiosk.session?.touchedMs ?? 0;
    visit.step({ fact: 'voucher.presented', serial: '000009', record: null }, 5_000);
    expect(visit.kiosk.session?.touchedMs).toBe(beforeMs + 5_000);
  });
});

describe('a note that stays in the mouth', () => {
  const stuck = () => {
    const visit = new Visit().boot().begin().payingCash().note(1_000);
    visit.step({ fact: 'note.accepting', device });
    visit.step({ fact: 'device.fault', device, code: 'id003.jam-acceptor' });
    return visit;
  };

  test('gets a number after its time, on the glass and for the office, and nothing is credited', () => {
    const visit = stuck();
    visit.step({ fact: 'time.reached' }, 20_000);
    expect(kinds(visit)).not.toContain('case.opened');
    visit.step({ fact: 'time.reached' }, 6_000);
    expect(only(visit, 'case.opened')).toMatchObject({
      about: 'note-stuck',
      minor: null,
      session: visit.kiosk.session?.id,
    });
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', back: 'pay-cash' });
    expect(visit.kiosk.session?.sale?.notes).toHaveLength(1);
  });

  test('keeps the visit open on cancel until it is out or has a number', () => {
    const visit = stuck().ask({ do: 'cancel' });
    expect(visit.kiosk.session?.stage.at).toBe('closing');
    visit.step({ fact: 'time.reached' }, 26_000);
    expect(only(visit, 'case.opened').about).toBe('note-stuck');
    expect(visit.kiosk.session?.stage).toMatchObject({ at: 'case', back: 'cancel' });
    visit.ask({ do: 'finish' });
    expect(visit.kiosk.session?.sale).toMatchObject({ state: 'cancelled', slips: [{ minor: 1_000 }] });
  });

  test('that came between two visits is a case of its own, and nothing to the one who stands here now', () => {
    const visit = new Visit().boot();
    visit.step({ fact: 'note.accepting', device }).begin();
    visit.step({ fact: 'time.reached' }, 26_000);
    expect(only(visit, 'case.opened')).toMatchObject({ about: 'note-stuck', session: null, sale: null });
    expect(visit.kiosk.session?.stage.at).toBe('welcome');
  });

  test('that comes out while its owner stands here is settled, and the way to pay is open again', () => {
    const visit = stuck().step({ fact: 'time.reached' }, 26_000);
    visit.step({ fact: 'device.powered-up', device, found: 'acceptor', command: null, key: 'up' });
    expect(only(visit, 'case.resolved').outcome).toBe('returned');
    expect(visit.kiosk.session?.stage.at).toBe('pay-cash');
    expect(visit.kiosk.session?.notice).toMatchObject({ what: 'power' });
  });

  test('that comes out before somebody else stays an open case', () => {
    const visit = stuck().ask({ do: 'cancel' }).step({ fact: 'time.reached' }, 26_000);
    visit.ask({ do: 'finish' }).printed().ask({ do: 'finish' });
    while (visit.kiosk.session !== null) visit.step({ fact: 'time.reached' }, 60_000);
    visit.begin().step({ fact: 'note.rejected', device, reason: 'other', code: 'id003.reject-75' });
    expect(kinds(visit)).not.toContain('case.resolved');
  });
});

test('a note of today that comes back does not settle the lost one of yesterday', () => {
  const visit = new Visit().boot().begin().payingCash().escrow(2_000);
  const { command } = only(visit, 'note.stack');
  visit.step({ fact: 'device.powered-up', device, found: 'nothing', command, key: 'up-1' });
  expect(only(visit, 'case.opened').about).toBe('note-unknown');
  visit.step({ fact: 'device.ready', device }).ask({ do: 'finish' });
  visit.step({ fact: 'note.accepting', device });
  visit.step({ fact: 'device.powered-up', device, found: 'acceptor', command, key: 'up-2' });
  expect(kinds(visit)).not.toContain('case.resolved');
  expect(kinds(visit)).not.toContain('note.returned');
});

describe('two slips of one sale', () => {
  test('are told apart: the paper of one says nothing of the other', () => {
    const visit = new Visit().boot().begin().payingCash().note(10_000);
    const [post] = Object.keys(visit.kiosk.posts) as [string];
    visit.step({ fact: 'bill.refused', command: post, reason: 'cancelled' });
    const first = Object.values(visit.kiosk.prints).find(
      ({ document }) => document.paper === 'voucher' && document.serial === '000001',
    );
    visit.step({ fact: 'print.done', device: 'printer', command: first?.command as string });
    expect(visit.kiosk.session?.sale?.slips).toMatchObject([
      { serial: '000001', printed: true, prints: 1 },
      { serial: '000002', printed: false, prints: 1 },
    ]);
  });
});

test('a receipt that does not come out says so where it was asked for, and may be asked for again', () => {
  const visit = new Visit().boot().begin().payingCash().note(10_000).printed().ask({ do: 'finish' });
  visit.ask({ do: 'document', choice: 'paper' }).refusedPrint();
  expect(visit.kiosk.session?.stage).toMatchObject({ at: 'documents', print: null, noPaper: true });
});
