import { rmSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock, VirtualClock } from '../../../hardware/clock.ts';
import { type DeviceCommand, type DeviceFact, type DeviceMemory, emptyMemory } from '../../../hardware/device.ts';
import type { Gateway, GatewayAnswer, GatewayRequest } from '../../../kiosk/services/wallet/contract.ts';
import { createGateway } from '../../../kiosk/services/wallet/index.ts';
import { PaymentCodes, Secret } from '../../../kiosk/services/wallet/payment-codes.ts';
import { openWallet, type Wallet } from '../../../kiosk/services/wallet/wallet.ts';
import { dataFolder, scriptedServer } from './wallet-gateways.ts';
import { timings } from './wallet-model.ts';

const code = '287634438256643940';

/** Lets everything that waits for nothing but promises go on. */
const settle = () => new Promise<void>((done) => setImmediate(done));

type Attempt = (request: GatewayRequest, signal: AbortSignal) => Promise<GatewayAnswer>;

function bench(attempt: Attempt, memory: () => DeviceMemory = () => emptyMemory) {
  const clock = new VirtualClock(1_774_944_000_000);
  const codes = new PaymentCodes(clock, (bytes) => new Uint8Array(bytes).fill(1));
  const facts: DeviceFact[] = [];
  const log: string[] = [];
  const crashes: string[] = [];
  const gateway: Gateway = {
    currency: 'CNY',
    merchant: 'M',
    attempt,
    notified: (_, body) => (body === '' ? null : body),
  };
  const wallet: Wallet = openWallet({
    id: 'w',
    gateway,
    timings,
    clock,
    memory,
    codes,
    onFact: (fact) => facts.push(fact),
    onUndecided: (...words) => log.push(words.join(' ')),
    onCrash: (words) => crashes.push(words),
  });
  const run = async (byMs: number) => {
    for (const untilMs = clock.monoMs() + byMs; clock.monoMs() < untilMs; ) {
      clock.runUntil(Math.min(untilMs, clock.monoMs() + 250));
      await settle();
    }
  };
  const start = (handle: string | null, id = 'C-1') => {
    const more = handle === null ? {} : { code: handle };
    const command: DeviceCommand = {
      id,
      device: 'w',
      command: 'charge.start',
      lang: 'en',
      currency: 'CNY',
      minor: 100,
      subject: 'S',
      ...more,
    };
    wallet.obey(command);
  };
  return { clock, codes, facts, log, crashes, wallet, run, start, names: () => facts.map(({ fact }) => fact) };
}

const paid: GatewayAnswer = { came: 'paid', currency: 'CNY', minor: 100, transaction: 'T', merchant: 'M' };

describe('a wallet', () => {
  it('takes the code of its handle once, and tells its facts later, never from within a call', async () => {
    const seen: string[] = [];
    const one = bench(async (request) => {
      if (request.ask === 'pay') seen.push(request.authCode.reveal());
      return paid;
    });
    await one.run(250);
    expect(one.names()).toEqual(['device.ready']);
    one.start(one.codes.put(code));
    expect(one.names()).toEqual(['device.ready']);
    await one.run(500);
    expect(one.names()).toEqual(['device.ready', 'charge.prompt', 'charge.approved']);
    expect(seen).toEqual([code]);
    expect(one.codes.size).toBe(0);
  });

  it('whose code is gone sends nothing, and declines when a question has confirmed that', async () => {
    const asks: string[] = [];
    const one = bench(async ({ ask }) => {
      asks.push(ask);
      return { came: 'not-exist' };
    });
    one.start('gone');
    await one.run(500);
    expect(asks).toEqual(['query']);
    expect(one.facts.at(-1)).toMatchObject({ fact: 'charge.declined', reason: 'stale-code' });
  });

  it('gives up an attempt at its time limit, aborts it, and takes no answer of it afterwards', async () => {
    let aborted = false;
    let late: (answer: GatewayAnswer) => void = () => {};
    const one = bench(({ ask }, signal) => {
      if (ask !== 'create') return Promise.resolve({ came: 'not-exist' });
      return new Promise((resolve) => {
        late = resolve;
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      });
    });
    one.start(null);
    await one.run(10_500);
    expect(aborted).toBe(true);
    expect(one.log[0]).toMatch(/^create [0-9a-f]{32} unreachable: no answer in time$/);
    late({ came: 'created', code: 'https://qr/late' });
    await one.run(250);
    expect(one.names()).not.toContain('charge.code');
    one.wallet.close();
  });

  it('contains a gateway that throws, at once or later', async () => {
    const one = bench(() => {
      throw new Error('broken');
    });
    one.start(one.codes.put(code));
    await one.run(30_000);
    expect(one.log.length).toBeGreaterThan(2);
    expect(one.names()).toContain('device.lost');
    one.wallet.close();
  });

  it('asks at once when it is notified', async () => {
    const asks: string[] = [];
    const one = bench(async (request) => {
      asks.push(request.ask);
      return request.ask === 'create' ? { came: 'created', code: request.number } : { came: 'waiting' };
    });
    one.start(null);
    await one.run(500);
    const shown = one.facts.find((fact) => fact.fact === 'charge.code');
    one.wallet.notified({}, '');
    await settle();
    expect(asks).toEqual(['create']);
    one.wallet.notified({}, shown?.fact === 'charge.code' ? shown.code : '');
    await settle();
    expect(asks).toEqual(['create', 'query']);
    one.wallet.close();
  });

  it('that crashes starts again from what was recorded, with a pause, and says so', async () => {
    let broken = true;
    const charge = {
      command: 'C-1',
      currency: 'CNY',
      minor: 100,
      refundOf: null,
      starting: true,
      wanted: 'take',
      approval: null,
      watched: null,
    } as const;
    const one = bench(
      async () => (broken ? (null as unknown as GatewayAnswer) : paid),
      () => ({ ...emptyMemory, openCharges: [charge] }),
    );
    await one.run(900);
    expect(one.crashes).toHaveLength(1);
    expect(one.names()).toContain('device.fault');
    broken = false;
    await one.run(15_000);
    expect(one.names()).toEqual(expect.arrayContaining(['device.cleared', 'charge.approved']));
    one.wallet.close();
  });

  it('says nothing more once it is closed', async () => {
    const one = bench(() => new Promise(() => {}));
    one.start(null);
    await one.run(500);
    const before = one.facts.length;
    one.wallet.close();
    await one.run(60_000);
    expect(one.facts).toHaveLength(before);
    expect(one.wallet.id).toBe('w');
    one.wallet.maintain({ accept: [] });
  });
});

describe('a payment code', () => {
  it('shows itself to nobody who does not ask for it by name', () => {
    const secret = new Secret(code);
    const shown = [
      JSON.stringify({ secret }),
      String(secret),
      `${secret}`,
      inspect(secret),
      inspect({ secret }, { showHidden: true }),
    ];
    for (const text of shown) {
      expect(text).toContain('[secret]');
      expect(text).not.toContain(code);
    }
    expect(JSON.stringify(Object.entries(secret))).toBe('[]');
    expect(JSON.stringify(structuredClone(secret))).not.toContain(code);
    expect(secret.reveal()).toBe(code);
  });

  const box = () => {
    const clock = new VirtualClock(0);
    let given = 0;
    return { clock, codes: new PaymentCodes(clock, (bytes) => new Uint8Array(bytes).fill(++given)) };
  };

  it('is found once, by a handle that says nothing of it', () => {
    const { codes } = box();
    const handle = codes.put(code);
    expect(handle).toMatch(/^[0-9a-f]{32}$/);
    expect(codes.take(handle)?.reveal()).toBe(code);
    expect(codes.take(handle)).toBeNull();
    expect(codes.take('another')).toBeNull();
  });

  it('is kept for a minute', () => {
    const { clock, codes } = box();
    const [one, other] = [codes.put('1'), codes.put('2')];
    clock.runUntil(59_999);
    expect(codes.take(one)?.reveal()).toBe('1');
    clock.runUntil(60_000);
    expect(codes.take(other)).toBeNull();
    expect(codes.size).toBe(0);
  });

  it('is one of sixteen at most; the oldest makes room', () => {
    const { codes } = box();
    const handles = Array.from({ length: 17 }, (_, at) => codes.put(String(at)));
    expect(codes.size).toBe(16);
    expect(handles.map((handle) => codes.take(handle)?.reveal() ?? null)).toEqual([
      null,
      ...Array.from({ length: 16 }, (_, at) => String(at + 1)),
    ]);
  });
});

describe.each([
  ['alipay', { alipay: { appId: '2021', sellerId: null, notifyUrl: null }, wechat: null }],
  [
    'wechat',
    {
      alipay: null,
      wechat: {
        appId: 'wx1',
        mchId: '1900000001',
        merchantSerial: '01',
        publicKeyId: 'PUB_KEY_ID_1',
        notifyUrl: 'https://kiosk.example/',
        storeId: 'LAB',
      },
    },
  ],
] as const)('with %s no payment code is in a fact, in the log or in what is thrown,', (kind, settings) => {
  it.each(['is silent', 'echoes what it got', 'breaks the line', 'refuses'])('when the gateway %s', async (how) => {
    const server = await scriptedServer();
    const dataDir = dataFolder(kind);
    const words: unknown[] = [];
    let answered = 0;
    server.answer = ({ body, url }, response) => {
      if (how === 'breaks the line') response.destroy();
      if (how === 'echoes what it got') {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ code: code, message: `${decodeURIComponent(body)} ${url}`, sub_code: code }));
      }
      if (how === 'refuses') {
        response.writeHead(400);
        response.end('{"code":"AUTH_CODE_INVALID","message":"x"}');
      }
    };
    const config = { id: 'w', kind, url: server.url, timeoutMs: 500, ...settings };
    const gateway = await createGateway(config, dataDir, systemClock, 'LAB-01');
    const watched: Gateway = {
      ...gateway,
      attempt: async (request, signal) => {
        words.push(JSON.stringify(request), inspect(request, { depth: 9 }));
        try {
          const answer = await gateway.attempt(request, signal);
          words.push(answer);
          answered += 1;
          return answer;
        } catch (error) {
          words.push(inspect(error, { depth: 9, showHidden: true }));
          throw error;
        }
      },
    };
    const codes = new PaymentCodes(systemClock, (bytes) => new Uint8Array(bytes).fill(7));
    const wallet = openWallet({
      id: 'w',
      gateway: watched,
      timings: { ...timings, attemptMs: 1_000 },
      clock: systemClock,
      memory: () => emptyMemory,
      codes,
      onFact: (fact) => words.push(fact),
      onCrash: (text) => words.push(text),
      onUndecided: (ask, number, why) => words.push([ask, number, why]),
    });
    const command: DeviceCommand = {
      id: 'C-1',
      device: 'w',
      command: 'charge.start',
      lang: 'en',
      currency: 'CNY',
      minor: 100,
      subject: 'S',
      code: codes.put(code),
    };
    words.push(command);
    wallet.obey(command);
    await expect.poll(() => answered, { timeout: 4_000 }).toBeGreaterThan(0);
    wallet.close();
    expect(server.asked.map(({ body }) => decodeURIComponent(body)).join(' ')).toContain(code);
    expect(JSON.stringify(words)).not.toContain(code);
    expect(words.length).toBeGreaterThan(4);
    await server.close();
    rmSync(dataDir, { recursive: true });
  });
});
