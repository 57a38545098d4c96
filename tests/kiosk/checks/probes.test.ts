/** What is tried outside of this program, where it is broken: a disk, a network, another's clock, the glass. */
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { type BillerSimulator, createBillerSimulator } from '../../../hardware/bench/biller.ts';
import { createProbes, type ProbeParts } from '../../../kiosk/probes.ts';
import type { CheckEnd, CheckName } from '../../../kiosk/server/staff-wire.ts';
import { createBiller } from '../../../kiosk/services/biller/index.ts';
import type { GatewayAnswer } from '../../../kiosk/services/wallet/contract.ts';
import type { TouchCheck } from '../../../kiosk/touch-check.ts';

let data: string;
let closing: (() => unknown)[];

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'probes-'));
  closing = [];
});
afterEach(async () => {
  // What was opened last is closed first: a server waits for its connections.
  for (const close of closing.toReversed()) await close();
  rmSync(data, { recursive: true });
});

const usual: Omit<ProbeParts, 'data'> = {
  clock: systemClock,
  timeZone: 'Asia/Shanghai',
  biller: { lookUp: () => Promise.reject(new Error('nobody asked for it')) },
  gateways: new Map(),
  dated: null,
  lastEntryMs: () => null,
  touchCheck: () => Promise.reject(new Error('nobody asked for it')),
};

async function probe(
  check: CheckName,
  parts: Partial<ProbeParts> = {},
  device: string | null = null,
): Promise<CheckEnd> {
  const answer = createProbes({ data, ...usual, ...parts }).run(check, device);
  if (answer === null) throw new Error(`nothing is tried for ${check}`);
  return answer;
}

async function listens(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answers(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener);
  const url = listens(server);
  closing.push(() => server.closeAllConnections());
  return url;
}

/** Whoever listens there speaks no HTTP. */
function babbles(): Promise<string> {
  const server = createServer((socket) => {
    closing.push(() => socket.destroy());
    socket.on('error', () => {}).write('hello\r\n\r\n');
  });
  return listens(server);
}

/** A port at which nobody listens any more. */
async function nobodyThere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** Each time it is read, monotonic time is so much later. */
function hurrying(byMs: number) {
  let nowMs = 0;
  return {
    ...systemClock,
    monoMs: () => {
      nowMs += byMs;
      return nowMs;
    },
  };
}

describe('the disk', () => {
  test('takes a megabyte, gives the same back, and nothing of it stays', async () => {
    expect(await probe('disk')).toMatchObject({
      outcome: 'passed',
      read: { writtenBytes: 1_048_576, bytesRead: 1_048_576 },
    });
    expect(readdirSync(data)).toEqual([]);
  });

  test('that is full has failed', async () => {
    symlinkSync('/dev/full', join(data, 'disk-check'));
    expect(await probe('disk')).toEqual({ outcome: 'failed', read: {}, fault: 'full' });
  });

  test('that takes everything and gives back nothing of it has failed', async () => {
    symlinkSync('/dev/zero', join(data, 'disk-check'));
    expect((await probe('disk')).outcome).toBe('failed');
  });

  test.each([
    // Nobody makes a file there, not even root.
    ['cannot be written', '/sys', 'unwritable'],
    ['is away', '/nowhere/at/all', 'ENOENT'],
  ])('that %s has failed', async (_, folder, fault) => {
    expect(await probe('disk', { data: folder })).toEqual({ outcome: 'failed', read: {}, fault });
  });

  test('whose sync holds up every note has failed, with the figures', async () => {
    const end = await probe('disk', { clock: hurrying(2_500) });
    expect(end).toMatchObject({ outcome: 'failed', fault: 'slow', read: { syncMs: 2_500 } });
  });
});

describe('the clock', () => {
  const dated = () => answers((_, response) => response.end());
  const shifted = (byMs: number) => ({ ...systemClock, wallMs: () => systemClock.wallMs() + byMs });

  test('beside one that goes alike is right', async () => {
    const url = await dated();
    const end = await probe('clock', { dated: url });
    expect(end).toMatchObject({ outcome: 'passed', read: { zone: 'Asia/Shanghai', compared: new URL(url).host } });
    expect(Math.abs(Number(end.read.offsetMs))).toBeLessThan(60_000);
  });

  test.each([90_000, -90_000])('that is %i ms off another has failed, and says by how much', async (byMs) => {
    const end = await probe('clock', { dated: await dated(), clock: shifted(byMs) });
    expect(end).toMatchObject({ outcome: 'failed', fault: 'offset' });
    expect(Math.abs(Number(end.read.offsetMs) - byMs)).toBeLessThan(30_000);
  });

  test('behind the journal has failed, whatever others say', async () => {
    const end = await probe('clock', { dated: await dated(), lastEntryMs: () => Date.now() + 300_000 });
    expect(end).toMatchObject({ outcome: 'failed', fault: 'behind-journal' });
  });

  test('without another to compare with says that only the journal was', async () => {
    expect(await probe('clock')).toMatchObject({ outcome: 'passed', read: { compared: 'journal' } });
  });

  test.each([
    ['nobody listens', 'down', nobodyThere],
    ['no HTTP is spoken', 'nonsense', babbles],
    ['nobody answers in time', 'slow', () => answers(() => {})],
    [
      'no date is told',
      'no-date',
      () =>
        answers((_, response) => {
          response.sendDate = false;
          response.end();
        }),
    ],
  ])('where %s has failed, and names whom it asked', async (_, fault, where) => {
    const url = await where();
    const end = await probe('clock', { dated: url, answerMs: 300 });
    expect(end).toMatchObject({ outcome: 'failed', fault, read: { zone: 'Asia/Shanghai', asked: new URL(url).host } });
  });
});

describe('the biller', () => {
  const at = (url: string) =>
    createBiller({ config: { kind: 'http', file: null, url }, currency: 'CNY', dataDir: '/nowhere' });

  describe('that is simulated', () => {
    let simulator: BillerSimulator;
    beforeEach(async () => {
      simulator = await createBillerSimulator({ port: 0, slowMs: 60_000 });
      closing.push(() => simulator.close());
    });

    test('and knows no such bill is well, and was really asked', async () => {
      expect(await probe('biller', { biller: at(simulator.url) })).toMatchObject({
        outcome: 'passed',
        read: { answered: 'bill.not-found', answerMs: expect.any(Number) },
      });
      expect(simulator.requests()).toEqual(['POST /bills/000000000000/check']);
    });

    test.each([
      ['down', 'down'],
      ['failing', 'down'],
      ['slow', 'slow'],
      ['wrong', 'nonsense'],
    ])('and is %s has failed as %s', async (value, fault) => {
      expect(await simulator.act({ action: 'misbehave', value })).toEqual({ ok: true });
      expect(await probe('biller', { biller: at(simulator.url), answerMs: 300 })).toMatchObject({
        outcome: 'failed',
        fault,
      });
    });
  });

  test('that speaks no HTTP has failed', async () => {
    expect(await probe('biller', { biller: at(await babbles()) })).toMatchObject({
      outcome: 'failed',
      fault: 'nonsense',
    });
  });

  test('that knows a bill under a number that no bill has is not believed', async () => {
    const paid = { fact: 'bill.already-paid', paidOn: '2026-03-31T00:00:00Z' } as const;
    const biller: ProbeParts['biller'] = { lookUp: async ({ id: command }) => ({ ...paid, command }) };
    expect(await probe('biller', { biller })).toMatchObject({ outcome: 'failed', fault: 'stranger' });
  });
});

describe('a gateway', () => {
  const gateways = (answer: GatewayAnswer) => new Map([['alipay', { attempt: async () => answer }]]);

  test.each<[GatewayAnswer, CheckEnd['outcome'], string | null]>([
    [{ came: 'not-exist' }, 'passed', null],
    [{ came: 'undecided', why: 'not-genuine', code: 'sign' }, 'failed', 'not-genuine'],
    [{ came: 'undecided', why: 'clock', code: 'time' }, 'failed', 'clock'],
    [{ came: 'refused', code: 'NO_AUTH', forGood: true }, 'failed', 'refused'],
    [{ came: 'waiting' }, 'failed', 'stranger'],
  ])('that answers %j has %s', async (answer, outcome, fault) => {
    const end = await probe('gateway', { gateways: gateways(answer) }, 'alipay');
    expect([end.outcome, end.fault]).toEqual([outcome, fault]);
  });

  test('that breaks off has failed, and one that was not started too', async () => {
    const broken = new Map([['alipay', { attempt: () => Promise.reject(new Error('gone')) }]]);
    expect(await probe('gateway', { gateways: broken }, 'alipay')).toMatchObject({ outcome: 'failed', fault: 'down' });
    expect(await probe('gateway', {}, 'wechat')).toMatchObject({ outcome: 'failed', fault: 'not-started' });
  });
});

describe('taps at the glass', () => {
  const one = { x: 100, y: 100 };
  const two = { x: 900, y: 900 };

  test.each<[string, TouchCheck, CheckEnd['outcome'], string | null, CheckEnd['read']]>([
    [
      'that arrive',
      { checked: true, ok: true, taps: [{ at: one, arrived: { x: 103, y: 99 } }] },
      'passed',
      null,
      { taps: 1, arrived: 1, off: 3 },
    ],
    [
      'of which one is lost',
      {
        checked: true,
        ok: false,
        taps: [
          { at: one, arrived: one },
          { at: two, arrived: null },
        ],
      },
      'failed',
      'untouched',
      { taps: 2, arrived: 1, off: 0 },
    ],
    ['that find no page', { checked: false, why: 'no-glass' }, 'failed', 'no-glass', {}],
    ['that find no screen', { checked: false, why: 'no-display' }, 'failed', 'no-display', {}],
    // Nothing was learnt of the glass.
    ['while another check runs', { checked: false, why: 'running' }, 'given-up', 'running', {}],
    ['while somebody is served', { checked: false, why: 'served' }, 'given-up', 'served', {}],
  ])('%s', async (_, check, outcome, fault, read) => {
    expect(await probe('taps', { touchCheck: async () => check })).toMatchObject({ outcome, fault, read });
  });
});
