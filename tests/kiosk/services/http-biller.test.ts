import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BillerSimulator, createBillerSimulator } from '../../../hardware/bench/biller.ts';
import { createBiller } from '../../../kiosk/services/biller/index.ts';
import { type Asker, createAsker, find, post, recheck, reverse } from './ask.ts';

let simulator: BillerSimulator;
let askers: Asker[] = [];

function asker(url = simulator.url, timeoutMs = 20_000): Asker {
  const config = { kind: 'http', file: null, url } as const;
  const made = createAsker(createBiller({ config, currency: 'CNY', dataDir: '/nowhere' }), { timeoutMs });
  askers.push(made);
  return made;
}

async function act(action: string, more: { value?: string; text?: string; minor?: number } = {}): Promise<void> {
  expect(await simulator.act({ action, ...more })).toEqual({ ok: true });
}

beforeEach(async () => {
  simulator = await createBillerSimulator({ port: 0, slowMs: 60_000 });
});

afterEach(async () => {
  for (const one of askers) one.runner.close();
  askers = [];
  await simulator.close();
});

describe('a biller that behaves', () => {
  it('is asked for a bill, whose payer arrives masked', async () => {
    const fact = await asker().ask(find('1001'));
    expect(fact).toMatchObject({
      fact: 'bill.found',
      command: 'find-1001',
      bill: { number: '1001', payer: '周*, 9 栋***', currency: 'CNY', minor: 8_650 },
    });
    expect(JSON.stringify(fact)).not.toContain('海燕');
  });

  it('knows no bill under an unknown number', async () => {
    expect(await asker().ask(find('9999'))).toEqual({ fact: 'bill.not-found', command: 'find-9999' });
  });

  it('tells the amount of now at the re-check', async () => {
    await act('set amount', { text: '1001', minor: 9_000 });
    expect(await asker().ask(recheck('1001'))).toMatchObject({ fact: 'bill.found', bill: { minor: 9_000 } });
    expect(simulator.requests()).toEqual(['POST /bills/1001/check']);
  });

  it('books a payment once, however often it is told', async () => {
    const one = asker();
    const first = await one.ask(post('1001', 8_650));
    const again = await one.ask(post('1001', 8_650));
    expect(first).toMatchObject({ fact: 'bill.posted', command: 'pay-1001' });
    expect(again).toEqual(first);
    expect(simulator.ledger()).toHaveLength(1);
    expect(await one.ask(find('1001'))).toEqual({
      fact: 'bill.already-paid',
      command: 'find-1001',
      paidOn: '2026-03-31T08:00:00.000Z',
    });
  });

  it.each([
    ['pay elsewhere', '1002', 3_750, 'paid-elsewhere'],
    ['cancel bill', '1002', 3_750, 'cancelled'],
    ['set amount', '1002', 3_750, 'other'],
    [null, '9999', 3_750, 'unknown-bill'],
  ] as const)('refuses a payment after %s, and says why', async (action, number, minor, reason) => {
    if (action !== null) await act(action, { text: number, minor: 4_000 });
    const fact = await asker().ask(post(number, minor));
    expect(fact).toEqual({ fact: 'bill.refused', command: `pay-${number}`, reason });
    expect(simulator.ledger()).toEqual([]);
  });

  it('counts a withdrawn bill as none', async () => {
    await act('cancel bill', { text: '1003' });
    expect(await asker().ask(find('1003'))).toMatchObject({ fact: 'bill.not-found' });
  });
});

describe('a biller that does not', () => {
  it.each([
    ['down', undefined, 'down'],
    ['failing', undefined, 'down'],
    ['wrong', 'nonsense', 'nonsense'],
    ['wrong', 'another-bill', 'nonsense'],
    ['wrong', 'other-amount', 'nonsense'],
  ])('%s %s makes no sale', async (value, text, reason) => {
    await act('misbehave', text === undefined ? { value } : { value, text });
    const one = asker();
    expect(await one.ask(find('1001'))).toEqual({ fact: 'bill.unavailable', command: 'find-1001', reason });
    expect(await one.ask(recheck('1001'))).toEqual({ fact: 'bill.unavailable', command: 'check-1001', reason });
    await act('misbehave', { value: 'off' });
    expect(await one.ask(find('1001', 'again'))).toMatchObject({ fact: 'bill.found' });
  });

  it('slow is given up at the time limit', async () => {
    await act('misbehave', { value: 'slow' });
    expect(await asker(simulator.url, 200).ask(find('1001'))).toMatchObject({
      fact: 'bill.unavailable',
      reason: 'slow',
    });
  });

  it('forgetful loses the answer after booking: told again with the same id, one booking', async () => {
    await act('misbehave', { value: 'forgetful' });
    const one = asker();
    const answer = one.ask(post('1001', 8_650));
    await one.attempts(1);
    expect(one.facts).toEqual([]);
    expect(simulator.ledger()).toHaveLength(1);
    await act('misbehave', { value: 'off' });
    expect(await answer).toMatchObject({ fact: 'bill.posted' });
    expect(simulator.ledger()).toHaveLength(1);
    expect(simulator.requests().filter((line) => line === 'PUT /payments/pay-1001').length).toBeGreaterThan(1);
  });

  it.each([
    ['down', undefined],
    ['failing', undefined],
    ['wrong', 'nonsense'],
    ['wrong', 'another-bill'],
    ['wrong', 'other-amount'],
  ])('%s %s settles no payment; it is told again until it is answered rightly', async (value, text) => {
    await act('misbehave', text === undefined ? { value } : { value, text });
    const one = asker();
    const answer = one.ask(post('1001', 8_650));
    await one.attempts(1);
    expect(one.facts).toEqual([]);
    await act('misbehave', { value: 'off' });
    expect(await answer).toMatchObject({ fact: 'bill.posted' });
    expect(simulator.ledger()).toHaveLength(1);
  });
});

describe('answers that cannot be right', () => {
  let server: Server | null = null;

  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
    server = null;
  });

  async function answering(listener: RequestListener): Promise<string> {
    const made = createServer(listener);
    server = made;
    await new Promise<void>((listening) => made.listen(0, '127.0.0.1', listening));
    return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  }

  const words = { 'zh-CN': '费', en: 'Fee' };
  const good = {
    number: '1001',
    status: 'open',
    title: words,
    payee: words,
    payer: { name: '张伟', place: null },
    lines: [{ name: words, quantity: 1, minor: 100 }],
    currency: 'CNY',
    minor: 100,
  };

  async function lookUp(body: string, status = 200, type = 'application/json'): Promise<unknown> {
    const url = await answering((_request, response) => {
      response.writeHead(status, { 'content-type': type });
      response.end(body);
    });
    return asker(url).ask(find('1001'));
  }

  it('a good one is found, so that the others differ in one thing', async () => {
    expect(await lookUp(JSON.stringify({ ...good, more: 'ignored' }))).toMatchObject({ fact: 'bill.found' });
  });

  it.each([
    ['another number', { number: '1002' }],
    ['another currency', { currency: 'EUR' }],
    ['an amount that is text', { minor: '100' }],
    ['a fraction', { minor: 100.5, lines: [{ name: words, quantity: 1, minor: 100.5 }] }],
    ['nothing to pay', { minor: 0, lines: [{ name: words, quantity: 1, minor: 0 }] }],
    ['a negative amount', { minor: -100, lines: [{ name: words, quantity: 1, minor: -100 }] }],
    ['lines that do not add up', { minor: 101 }],
    ['no lines', { lines: [] }],
    ['quantity 0', { lines: [{ name: words, quantity: 0, minor: 100 }] }],
    ['an unknown status', { status: 'unknown' }],
    ['paid without a day', { status: 'paid' }],
    ['paid on no day', { status: 'paid', paidOn: '2026-13-45T00:00:00Z' }],
    ['a title of control signs', { title: { 'zh-CN': '费\u001b@', en: 'Fee' } }],
    ['a title that turns the line around', { title: { 'zh-CN': '\u202e费', en: 'Fee' } }],
    ['one language only', { title: { en: 'Fee' } }],
    ['no payer', { payer: null }],
  ])('%s', async (_name, change) => {
    expect(await lookUp(JSON.stringify({ ...good, ...change }))).toMatchObject({ reason: 'nonsense' });
  });

  it.each([
    ['not JSON', '<html>', 200, 'application/json'],
    ['HTML', JSON.stringify(good), 200, 'text/html'],
    ['a key twice', JSON.stringify(good).replace('"minor":100}', '"minor":1,"minor":100}'), 200, 'application/json'],
    ['an amount of 1e400', JSON.stringify(good).replaceAll('100', '1e400'), 200, 'application/json'],
    ['a redirect', '', 302, 'application/json'],
    ['a 404 of a wrong address', '{"error":"not found"}', 404, 'application/json'],
    ['another 404 in JSON', '{"code":"other","message":"x"}', 404, 'application/json'],
    ['more than 256 kB', JSON.stringify({ ...good, more: 'x'.repeat(262_144) }), 200, 'application/json'],
    ['empty', '', 200, 'application/json'],
  ])('%s', async (_name, body, status, type) => {
    expect(await lookUp(body, status, type)).toMatchObject({ fact: 'bill.unavailable', reason: 'nonsense' });
  });

  it('bytes that are not UTF-8', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.concat([Buffer.from('{"number":"'), Buffer.from([0xff]), Buffer.from('"}')]));
    });
    expect(await asker(url).ask(find('1001'))).toMatchObject({ reason: 'nonsense' });
  });

  it('an answer cut off in the middle is no answer', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"number":', () => response.destroy());
    });
    expect(await asker(url).ask(find('1001'))).toMatchObject({ reason: 'down' });
  });

  it('an answer that drips for ever ends at the time limit', async () => {
    const url = await answering((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    });
    expect(await asker(url, 300).ask(find('1001'))).toMatchObject({ reason: 'slow' });
  });

  it('a refusal of a payment that does not fit its status is no refusal', async () => {
    let asked = 0;
    const url = await answering((_request, response) => {
      asked += 1;
      const answers = [
        [404, { code: 'paid-elsewhere', message: '' }],
        [409, { code: 'cancelled', message: '' }],
      ] as const;
      const [status, body] = answers[Math.min(asked, 2) - 1] as (typeof answers)[number];
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
    expect(await asker(url).ask(post('1001', 100))).toMatchObject({ fact: 'bill.refused', reason: 'cancelled' });
    expect(asked).toBe(2);
  });

  it.each(['1001/../../payments/x', '1001?x=1', '..', '', '1001#', '１００１'])(
    'the number %j is nobody’s, and not asked for',
    async (number) => {
      let asked = 0;
      const url = await answering((_request, response) => {
        asked += 1;
        response.end();
      });
      expect(await asker(url).ask(find(number))).toMatchObject({ fact: 'bill.not-found' });
      expect(asked).toBe(0);
    },
  );
});

it('the simulated biller remembers what it was asked the last thousand times', async () => {
  for (let round = 0; round <= 10; round++) {
    const numbers = Array.from({ length: round === 10 ? 1 : 100 }, (_, at) => 2_000 + round * 100 + at);
    await Promise.all(numbers.map(async (number) => (await fetch(`${simulator.url}/bills/${number}`)).text()));
  }
  const asked = simulator.requests();
  expect(asked).toHaveLength(1_000);
  expect(asked.at(-1)).toBe('GET /bills/3000');
});

describe('a booking that is taken back', () => {
  const paid = async () => {
    const one = asker();
    await one.ask(post('1001', 8_650));
    return one;
  };

  it('opens the bill again, once, however often it is told', async () => {
    const one = await paid();
    const first = await one.ask(reverse('1001', 8_650));
    expect(first).toEqual({ fact: 'bill.reversed', command: 'back-1001' });
    expect(await one.ask(reverse('1001', 8_650))).toEqual(first);
    expect(simulator.reversals()).toHaveLength(1);
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.found' });
    expect(await one.ask(reverse('1001', 8_650, 'back-b'))).toMatchObject({ reason: 'reversed-before' });
  });

  it.each([
    ['nothing was booked', reverse('1001', 8_650, 'back', 'pay-x'), 'unknown-payment'],
    ['another amount', reverse('1001', 8_600), 'other'],
  ])('%s: refused, and the bill stays paid', async (_, order, reason) => {
    const one = await paid();
    expect(await one.ask(order)).toEqual({ fact: 'bill.reverse-refused', command: order.id, reason });
    expect(await one.ask(find('1001'))).toMatchObject({ fact: 'bill.already-paid' });
  });

  it('is refused when the books are closed', async () => {
    const one = await paid();
    await act('close books');
    expect(await one.ask(reverse('1001', 8_650))).toMatchObject({ reason: 'too-late' });
    expect(simulator.reversals()).toEqual([]);
  });

  it.each([
    ['down', undefined],
    ['failing', undefined],
    ['forgetful', undefined],
    ['wrong', 'nonsense'],
    ['wrong', 'another-bill'],
    ['wrong', 'other-amount'],
  ])(
    '%s %s settles nothing: asked again under the same id until it is answered, and taken back once',
    async (value, text) => {
      const one = await paid();
      await act('misbehave', text === undefined ? { value } : { value, text });
      const answer = one.ask(reverse('1001', 8_650));
      await one.attempts(1);
      expect(one.runner.open().posts).toBe(1);
      await act('misbehave', { value: 'off' });
      expect(await answer).toEqual({ fact: 'bill.reversed', command: 'back-1001' });
      expect(simulator.reversals()).toHaveLength(1);
    },
  );
});
