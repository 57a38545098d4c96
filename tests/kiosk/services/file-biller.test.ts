import { mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import { createFileBiller } from '../../../kiosk/services/biller/file.ts';
import { createBiller } from '../../../kiosk/services/biller/index.ts';
import { openLedger } from '../../../kiosk/services/biller/ledger.ts';
import { createAsker, find, post, recheck, reverse } from './ask.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-biller-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ledgerPath = () => join(folder, 'biller.jsonl');

function ledger(): readonly { readonly id: string }[] {
  const lines = readFileSync(ledgerPath(), 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as { id: string });
}

function open(file: string | null = null, currency = 'CNY') {
  return createAsker(createBiller({ config: { kind: 'file', file, url: null }, currency, dataDir: folder }));
}

describe('the example bills', () => {
  it.each([
    ['1001', 8_650],
    ['1002', 3_750],
    ['1003', 128_000],
    ['1004', 21_456],
  ])('%s asks %i', async (number, minor) => {
    const fact = await open().ask(find(number));
    expect(fact).toMatchObject({ fact: 'bill.found', bill: { number, currency: 'CNY', minor } });
    const { bill } = fact as unknown as { bill: Bill };
    expect(bill.lines.length).toBeGreaterThan(2);
    expect(bill.lines.reduce((sum, line) => sum + line.minor, 0)).toBe(minor);
    expect(bill.payer).toMatch(/\*/);
  });

  it('go on to 1200, one of them withdrawn, and end there', async () => {
    const one = open();
    expect(await one.ask(find('1200'))).toMatchObject({ fact: 'bill.found', bill: { minor: 21_456 } });
    expect(await one.ask(find('1099'))).toMatchObject({ fact: 'bill.not-found' });
    expect(await one.ask(find('1201'))).toMatchObject({ fact: 'bill.not-found' });
  });
});

describe('bookings', () => {
  it('outlive the process, and are told apart by id', async () => {
    const posted = await open().ask(post('1001', 8_650, 'pay-a'));
    expect(posted).toMatchObject({ fact: 'bill.posted' });
    const later = open();
    expect(await later.ask(post('1001', 8_650, 'pay-a'))).toEqual(posted);
    expect(await later.ask(post('1001', 8_650, 'pay-b'))).toMatchObject({ reason: 'paid-elsewhere' });
    expect(await later.ask(recheck('1001'))).toMatchObject({
      fact: 'bill.already-paid',
      paidOn: '2026-03-31T08:00:00.000Z',
    });
    expect(ledger().map(({ id }) => id)).toEqual(['pay-a']);
  });

  it('are kept in a file that is made with the data folder', () => {
    open();
    expect(readFileSync(ledgerPath(), 'utf8')).toBe('');
  });

  it.each([
    ['another amount', post('1001', 8_600), 'other'],
    ['another currency', { ...post('1001', 8_650), currency: 'EUR' }, 'other'],
    ['an unknown bill', post('7777', 100), 'unknown-bill'],
    ['a withdrawn bill', post('1099', 128_000), 'cancelled'],
  ])('refuse %s', async (_name, command, reason) => {
    expect(await open().ask(command)).toMatchObject({ fact: 'bill.refused', reason });
  });

  it('refuse an id that comes again with another bill', async () => {
    const one = open();
    await one.ask(post('1001', 8_650, 'pay-a'));
    const other = open();
    expect(await other.ask(post('1002', 3_750, 'pay-a'))).toMatchObject({ fact: 'bill.refused', reason: 'other' });
  });

  it('are added at the end: what stands there is not written again', async () => {
    const one = open();
    await one.ask(post('1001', 8_650, 'pay-a'));
    const first = readFileSync(ledgerPath(), 'utf8');
    const before = statSync(ledgerPath()).ino;
    await one.ask(post('1002', 3_750, 'pay-b'));
    const both = readFileSync(ledgerPath(), 'utf8');
    expect(both.startsWith(first)).toBe(true);
    expect(both.slice(first.length).split('\n')).toEqual([expect.stringContaining('"pay-b"'), '']);
    expect(statSync(ledgerPath()).ino).toBe(before);
  });

  it('of which the last was cut off by a power loss: it is dropped, and booked again under its id', async () => {
    const first = open();
    await first.ask(post('1001', 8_650, 'pay-a'));
    const answer = await first.ask(post('1002', 3_750, 'pay-b'));
    const whole = readFileSync(ledgerPath());
    truncateSync(ledgerPath(), whole.length - 20);
    const later = open();
    expect(await later.ask(recheck('1002'))).toMatchObject({ fact: 'bill.found' });
    expect(await later.ask(post('1002', 3_750, 'pay-b'))).toEqual(answer);
    expect(readFileSync(ledgerPath())).toEqual(whole);
  });

  it.each([
    ['no JSON', '{"id":"x"'],
    ['no booking', '{"id":"x"}'],
    ['half a line of zeros', '\0\0\0'],
  ])('that are damaged are named with their line, never forgotten: %s', async (_, damage) => {
    await open().ask(post('1001', 8_650, 'pay-a'));
    writeFileSync(ledgerPath(), `${readFileSync(ledgerPath(), 'utf8')}${damage}\n`);
    expect(() => open()).toThrow(/biller\.jsonl: line 2: .*restore the file from a backup/);
  });

  it('that are too many: no bill is found any more, and what was paid before is still booked', async () => {
    const one = createFileBiller({ ledgerPath: ledgerPath(), billsPath: null, currency: 'CNY', bookingsMaximum: 1 });
    const { signal } = new AbortController();
    expect(await one.lookUp(find('1001'), signal)).toMatchObject({ fact: 'bill.found' });
    await one.post(post('1001', 8_650, 'pay-a'), signal);
    expect(await one.lookUp(find('1002'), signal)).toMatchObject({ fact: 'bill.unavailable', reason: 'down' });
    expect(await one.post(post('1002', 3_750, 'pay-b'), signal)).toMatchObject({ fact: 'bill.posted' });
    expect(ledger().map(({ id }) => id)).toEqual(['pay-a', 'pay-b']);
  });

  it('are a hundred thousand at most, where nothing else is said', () => {
    const one = { id: 'pay', bill: '1', currency: 'CNY', minor: 1, method: 'cash', paidAt: '', reference: 'R' };
    const lines = Array.from({ length: 99_999 }, (_, n) => `${JSON.stringify({ ...one, id: `pay-${n}` })}\n`);
    writeFileSync(ledgerPath(), lines.join(''));
    const bookings = openLedger(ledgerPath());
    expect(bookings.full).toBe(false);
    bookings.add(one);
    expect(bookings.full).toBe(true);
  });

  it('that the disk does not take are not answered, and leave nothing behind', async () => {
    const one = createFileBiller({ ledgerPath: ledgerPath(), billsPath: null, currency: 'CNY' });
    const { signal } = new AbortController();
    await one.post(post('1001', 8_650, 'pay-a'), signal);
    renameSync(ledgerPath(), `${ledgerPath()}.away`);
    await expect(one.post(post('1002', 3_750, 'pay-b'), signal)).rejects.toThrow();
    renameSync(`${ledgerPath()}.away`, ledgerPath());
    expect(await one.lookUp(find('1002'), signal)).toMatchObject({ fact: 'bill.found' });
    // A try whose sync failed left a whole line, longer than what comes.
    writeFileSync(ledgerPath(), `${readFileSync(ledgerPath(), 'utf8')}{"id":"${'b'.repeat(1_000)}"}\n`);
    expect(await one.post(post('1002', 3_750, 'pay-b'), signal)).toMatchObject({ fact: 'bill.posted' });
    expect(ledger().map(({ id }) => id)).toEqual(['pay-a', 'pay-b']);
  });
});

describe('a file of bills', () => {
  const words = { 'zh-CN': '费', en: 'Fee' };
  const bill = {
    number: 'A-1',
    status: 'open',
    title: words,
    payee: words,
    payer: { name: '张伟', place: null },
    lines: [{ name: words, quantity: 2.5, minor: 100 }],
    currency: 'CNY',
    minor: 100,
  };
  const write = (content: unknown) =>
    writeFileSync(join(folder, 'bills.json'), typeof content === 'string' ? content : JSON.stringify(content));

  it('replaces the examples', async () => {
    write({ bills: [bill] });
    const one = open('DATA/bills.json');
    expect(await one.ask(find('A-1'))).toMatchObject({ fact: 'bill.found', bill: { payer: '张*' } });
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.not-found' });
  });

  it('has two thousand bills at most', () => {
    const bills = Array.from({ length: 2_001 }, (_, n) => ({ ...bill, number: `A-${n}` }));
    write({ bills: bills.slice(1) });
    expect(() => open('DATA/bills.json')).not.toThrow();
    write({ bills });
    expect(() => open('DATA/bills.json')).toThrow(/bills\.json/);
  });

  it('in another currency than the kiosk takes is not believed', async () => {
    write({ bills: [bill] });
    expect(await open('DATA/bills.json', 'EUR').ask(find('A-1'))).toMatchObject({ reason: 'nonsense' });
  });

  it.each([
    ['is missing', null, /bills\.json: cannot be read \(ENOENT\)/],
    ['is no JSON', '{', /bills\.json/],
    ['has a bill that does not add up', { bills: [{ ...bill, minor: 99 }] }, /bills\.0 .*do not add up/],
    ['has a number twice', { bills: [bill, bill] }, /A-1 stands there twice/],
  ])('that %s stops the start with its name and what to do', (_name, content, problem) => {
    if (content !== null) write(content);
    expect(() => open('DATA/bills.json')).toThrow(problem);
  });
});

describe('a booking that is taken back', () => {
  it('opens the bill again, once, and stays taken back over a restart', async () => {
    const one = open();
    await one.ask(post('1001', 8_650));
    const back = await one.ask(reverse('1001', 8_650));
    expect(back).toEqual({ fact: 'bill.reversed', command: 'back-1001' });
    const later = open();
    expect(await later.ask(find('1001'))).toMatchObject({ fact: 'bill.found' });
    expect(await later.ask(reverse('1001', 8_650))).toEqual(back);
    expect(ledger()).toHaveLength(2);
    expect(await later.ask(reverse('1001', 8_650, 'back-b'))).toMatchObject({ reason: 'reversed-before' });
  });

  it('is paid again under another id, and the old reversal does not open that', async () => {
    const one = open();
    await one.ask(post('1001', 8_650));
    await one.ask(reverse('1001', 8_650));
    expect(await one.ask(post('1001', 8_650, 'pay-b'))).toMatchObject({ fact: 'bill.posted' });
    expect(await one.ask(reverse('1001', 8_650))).toMatchObject({ fact: 'bill.reversed' });
    expect(await open().ask(find('1001'))).toMatchObject({ fact: 'bill.already-paid' });
  });

  it.each([
    ['a payment that was never booked', reverse('1001', 8_650, 'back', 'pay-x'), 'unknown-payment'],
    ['another amount', reverse('1001', 8_651), 'other'],
    ['another bill', reverse('1002', 8_650, 'back', 'pay-1001'), 'other'],
  ])('%s is refused, and nothing is taken back', async (_, order, reason) => {
    const one = open();
    await one.ask(post('1001', 8_650));
    expect(await one.ask(order)).toEqual({ fact: 'bill.reverse-refused', command: order.id, reason });
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.already-paid' });
    expect(ledger()).toHaveLength(1);
  });
});
