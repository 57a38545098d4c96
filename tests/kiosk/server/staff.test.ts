import type { VoucherWord } from '../../../kiosk/sale/voucher.ts';
import type { Config } from '../../../config/schema.ts';
import { type KeptConfiguration, keptPath, openKept } from '../../../kiosk/kept-configuration.ts';
import type { UsableDevice } from '../../../kiosk/search.ts';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createByHand } from '../../../kiosk/by-hand.ts';
import { createDiagnostics, type Diagnostics } from '../../../kiosk/diagnostics.ts';
import type { EvidenceFrame } from '../../../kiosk/evidence.ts';
import type { Entry } from '../../../kiosk/entry.ts';
import { VirtualClock } from '../../../hardware/clock.ts';
import { Trace } from '../../../hardware/trace.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import { staffPath } from '../../../kiosk/keys.ts';
import { openPins, type Pins } from '../../../kiosk/pins.ts';
import { openCookieFile } from '../../../kiosk/server/launch.ts';
import { createDesk } from '../../../kiosk/server/staff-desk.ts';
import { setUpNeeded, sweepPins } from '../../../kiosk/server/staff-pins.ts';
import type {
  StaffAct,
  StaffAnswer,
  StaffCase,
  StaffCases,
  StaffEntries,
  StaffEvidence,
  StaffRefunds,
  StaffReport,
  StaffSearch,
  StaffTill,
  StaffDay,
  StaffZs,
} from '../../../kiosk/server/staff-wire.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';
import { createReports } from '../../../kiosk/server/staff-reports.ts';
import type { GoodsService } from '../../../kiosk/services/goods/contract.ts';
import { openSetUpCode } from '../../../kiosk/setup-code.ts';
import { sale } from '../reports/sales.ts';
import { writeJournal } from '../reports/written.ts';
import { currency, Shift } from '../staff/shift.ts';
import { bill, order } from '../view/visit.ts';
import { createStage, type Stage } from './stage.ts';

const pin = '270418';
const otherPin = '550126';
const wrongPin = '999998';
const soldMs = Date.parse('2026-03-31T05:00:00.000Z');
const slipCode = 'ABCDE-12345';
let data = '';
let shift: Shift;
let pins: Pins;
let stage: Stage;
let origin = '';
let searches = 0;
let diagnostics: Diagnostics;
let wire: Trace;
let goods: Pick<GoodsService, 'paidOrders' | 'handOver'> | null = null;
/** Names of the requests that were sent by hand, and what the acceptor answers to its status. */
let asked: string[] = [];
const disabled = Uint8Array.of(0xfc, 0x05, 0x1a, 0xf4, 0xe8);
const found: StaffSearch = { running: true, ports: [] };
let usable: UsableDevice | null = null;
const search = { start: () => void searches++, now: () => found, usable: () => usable };
let sound = true;
/** What happens when something outside is tried; null: as it should. */
let outside: (() => Promise<never>) | null = null;
/** Of whatever slip it is asked about. */
let officeSays: VoucherWord | null = null;
/** What went wrong, for the log. */
let failures: string[] = [];
let kept: KeptConfiguration;

/** What went over a wire when a case was opened. */
let traces: Readonly<Record<string, readonly EvidenceFrame[]>> = {};

function written(): readonly Entry[] {
  const at = '2026-03-31T01:20:00.000Z';
  return shift.recorded.map((body, n) => ({ body, at, seq: n + 1, kind: body.kind, hash: `hash-${n + 1}` }) as Entry);
}

/** The door over a kiosk that decides; `shift` keeps its own time, and the desk looks at it. */
async function open(port = 0): Promise<void> {
  pins = openPins(staffPath(data));
  sweepPins(shift.kiosk, pins);
  wire = new Trace(false);
  diagnostics = createDiagnostics({
    screen: null,
    configs: shift.config.devices,
    clock: new VirtualClock(0),
    identity: () => null,
    device: (id) => (id === 'acceptor' ? { trace: () => wire.entries() } : undefined),
  });
  kept = openKept(keptPath(data), { config: shift.config, hash: 'file' }, (json) => ({
    ok: true,
    config: json as Config,
  }));
  const desk = createDesk({
    configuration: {
      kept,
      check: (json) =>
        sound
          ? { ok: true, config: json as Config }
          : { ok: false, problems: [{ path: 'devices', problem: { 'zh-CN': '有两台', en: 'are two' } }] },
      onFailure: (error) => void failures.push(String(error)),
    },
    office: {
      status: () => ({
        configured: 'http://127.0.0.1:8082',
        paired: shift.kiosk.configuration.office === null ? null : { uplink: null },
        code: null,
        problem: null,
      }),
      leave: async () => outside?.(),
      wordOn: async ({ proof }) => (proof === 'proof of 000001' ? officeSays : null),
    },
    config: shift.config,
    diagnostics,
    goods,
    search,
    probes: { run: () => outside?.() ?? null },
    byHand: createByHand({
      configs: shift.config.devices,
      clock: new VirtualClock(0),
      device: () => ({
        ask(name, _, answered) {
          outside?.();
          asked.push(name);
          answered({ end: 'answered', bytes: disabled });
        },
      }),
    }),
    machine: { version: 'test', configHash: 'hash', identityOf: () => null, freeBytes: () => 1_000_000_000 },
    reports: createReports({
      openReader: () => openJournalReader(join(data, 'sold.sqlite')),
      clock: { wallMs: () => soldMs, monoMs: () => 0, after: () => () => {} },
      kiosk: shift.config.kiosk,
      timeZone: 'Asia/Shanghai',
      businessDayStart: '04:00',
      money: { currency: 'CNY', exponent: 2 },
    }),
    pins,
    code: openSetUpCode(join(data, 'setup-code'), setUpNeeded(shift.kiosk, pins)),
    clock: { wallMs: () => 0, monoMs: () => shift.kiosk.monoMs, after: () => () => {} },
    kindOf: () => 'hopper',
    voucherFits: ({ code }) => code === slipCode,
    voucherProof: ({ serial }) => `proof of ${serial}`,
    remedyOf: () => null,
    kiosk: () => shift.kiosk,
    take: (fact) => shift.step(fact).entries,
    onFailure: (error, where) => void failures.push(`${where}: ${String(error)}`),
    find: (key) => written().filter(({ body }) => indexKeys(body).includes(key)),
    entriesAfter: (seq) => written().filter((entry) => entry.seq > seq),
    traceOf: (number) => traces[number] ?? null,
  });
  const cookies = openCookieFile(join(data, 'staff-cookies.json'));
  stage = await createStage({
    folder: data,
    port,
    staff: { desk: async () => desk, cookies, folder: join(data, 'staff') },
  });
  origin = `http://127.0.0.1:${stage.port}`;
}

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'staff-door-'));
  mkdirSync(join(data, 'keys'), { mode: 0o700 });
  shift = new Shift();
  goods = null;
  usable = null;
  sound = true;
  failures = [];
  outside = null;
  officeSays = null;
  traces = {};
  await open();
});
afterEach(async () => {
  await stage.end();
  rmSync(data, { recursive: true, force: true });
});

/** A browser that keeps its cookies. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async open(url = stage.server.staffUrl() ?? ''): Promise<number> {
    const answer = await this.ask(url.slice(origin.length));
    return answer.status;
  }

  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    // A kept connection would lead to a server that has ended meanwhile.
    const own = { connection: 'close', ...(cookie === '' ? {} : { cookie }) };
    const headers = { ...own, ...(init.headers as Record<string, string>) };
    const answer = await fetch(`${origin}${path}`, { ...init, headers, redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';')[0]?.split('=') ?? [];
      this.cookies.set(name, value);
    }
    return answer;
  }

  async post(path: string, body: unknown, headers: Record<string, string> = { origin }): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const type = { 'content-type': 'application/json' };
    return this.ask(`/staff/${path}`, { method: 'POST', body: text, headers: { ...type, ...headers } });
  }

  async answer(path: string, body: unknown): Promise<StaffAnswer> {
    return (await (await this.post(path, body)).json()) as StaffAnswer;
  }

  act(act: StaffAct): Promise<StaffAnswer> {
    return this.answer('do', act);
  }

  async read(path: string): Promise<Record<string, unknown>> {
    return (await (await this.ask(`/staff/${path}`)).json()) as Record<string, unknown>;
  }
}

const code = () => readFileSync(join(data, 'setup-code'), 'utf8').trim();
const no = (problem: string, seconds: number | null = null) => ({ ok: false, problem, seconds });
const yes = expect.objectContaining({ ok: true });

async function browser(): Promise<Browser> {
  const made = new Browser();
  expect(await made.open()).toBe(303);
  return made;
}

/** Somebody who is in, as the first administrator. */
async function inside(): Promise<Browser> {
  const made = await browser();
  expect(await made.answer('set-up', { code: code(), name: '李娜', pin })).toEqual(yes);
  return made;
}

describe('the staff’s page', () => {
  it('is given to who has its launch code or the glass, and to nobody else', async () => {
    const stranger = new Browser();
    for (const path of ['/staff', '/staff/', '/staff/now', '/staff/table/till', '/staffx']) {
      expect((await stranger.ask(path)).status, path).toBe(403);
    }
    expect((await stranger.post('enter', { number: '1', pin })).status).toBe(403);
    expect((await (await browser()).ask('/staff/now')).status).toBe(200);
    const glass = await stage.get('/staff/now', { cookie: await stage.enter() });
    expect(glass.status).toBe(200);
  });

  it('has a cookie that opens no glass', async () => {
    const staff = await browser();
    expect((await staff.ask('/')).status).toBe(403);
    const launch = new URL(stage.server.staffUrl() ?? '');
    const page = await stage.get(launch.pathname + launch.search);
    expect(String(page.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict; Path=\/staff\//);
    expect((await stage.get(`/?${launch.search.slice(1)}`)).status).toBe(403);
  });

  it.each([
    ['without an origin', {}],
    ['from another origin', { origin: 'http://evil.example' }],
    ['from the same host and another port', { origin: 'http://127.0.0.1:1' }],
    ['from null', { origin: 'null' }],
  ])('is not spoken to %s', async (_name, headers) => {
    const staff = await browser();
    expect((await staff.post('enter', { number: '1', pin }, headers as Record<string, string>)).status).toBe(403);
    expect(stage.server.refused()['http-origin']).toBe(1);
  });

  it.each([
    ['enter', 4_096, 400],
    ['nothing', 1_024, 404],
  ])('reads no more of what is sent to %s than %i bytes', async (path, most, status) => {
    const staff = await browser();
    const blank = (bytes: number) => `"${' '.repeat(bytes - 2)}"`;
    expect((await staff.post(path, blank(most))).status).toBe(status);
    expect(stage.server.refused()['http-malformed']).toBe(0);
    await staff.post(path, blank(most + 1));
    expect(stage.server.refused()['http-malformed']).toBe(1);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{"number":"1"}',
    '{"number":1,"pin":"270418"}',
    '{"number":"1","pin":"270418","x":1}',
    '{"number":"1","number":"2","pin":"270418"}',
    '{"__proto__":{},"number":"1","pin":"270418"}',
  ])('refuses the malformed %j and counts it', async (text) => {
    const staff = await browser();
    const answer = await staff.post('enter', text);
    expect(answer.status).toBe(400);
    expect(shift.recorded.some(({ kind }) => kind === 'staff.refused')).toBe(false);
  });

  it('reads no more than 4 kB', async () => {
    const staff = await browser();
    expect((await staff.post('do', { do: 'touch', more: 'x'.repeat(5_000) })).status).toBe(400);
    expect((await staff.ask('/staff/now', { method: 'PUT', headers: { origin } })).status).toBe(403);
  });
});

describe('the first set-up', () => {
  it('makes an administrator with the code, once; the file is gone and the code void', async () => {
    const staff = await browser();
    expect(await staff.read('now')).toMatchObject({ at: 'set-up', me: null });
    const used = code();
    expect(await staff.answer('set-up', { code: used, name: ' 李娜 ', pin })).toEqual(yes);
    expect(existsSync(join(data, 'setup-code'))).toBe(false);
    expect(await staff.read('now')).toMatchObject({
      at: 'in',
      me: { number: '1', name: '李娜', role: 'administrator' },
    });
    expect(await (await browser()).answer('set-up', { code: used, name: 'Wang', pin: otherPin })).toEqual(
      no('no-set-up'),
    );
    expect(JSON.stringify(shift.recorded)).not.toMatch(/李娜|270418|argon2/);
  });

  it('takes the code for one of two who come at once', async () => {
    const [one, other] = [await browser(), await browser()];
    const asked = { code: code(), name: 'Li', pin };
    const answers = await Promise.all([one.answer('set-up', asked), other.answer('set-up', asked)]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(Object.keys(shift.kiosk.staff.persons)).toEqual(['1']);
  });

  it('counts wrong codes, and locks', async () => {
    const staff = await browser();
    const asked = { code: '000000000000', name: 'Li', pin };
    for (let time = 0; time < 4; time++) expect(await staff.answer('set-up', asked)).toEqual(no('wrong'));
    expect(await staff.answer('set-up', asked)).toEqual(no('locked', 60));
    expect(await staff.answer('set-up', { ...asked, code: code() })).toEqual(no('locked', 60));
    shift.waits(60_000);
    expect(await staff.answer('set-up', { ...asked, code: code() })).toEqual(yes);
  });

  it('keeps the code for who chose a weak PIN or no name', async () => {
    const staff = await browser();
    expect(await staff.answer('set-up', { code: code(), name: 'Li', pin: '123456' })).toEqual(no('weak-pin'));
    expect(await staff.answer('set-up', { code: code(), name: '  ', pin })).toEqual(no('bad-name'));
    expect(await staff.answer('set-up', { code: code(), name: 'Li', pin })).toEqual(yes);
  });

  it('comes back when the PINs are lost', async () => {
    await inside();
    await stage.end();
    rmSync(staffPath(data));
    await open();
    const staff = await browser();
    expect(await staff.read('now')).toMatchObject({ at: 'set-up' });
    expect(await staff.answer('set-up', { code: code(), name: 'Li', pin })).toEqual(yes);
    expect(await staff.read('now')).toMatchObject({ me: { number: '2' } });
  });
});

describe('logging in', () => {
  it('needs number and PIN, and the answer does not tell which was wrong', async () => {
    const first = await inside();
    await first.act({ do: 'leave' });
    const staff = await browser();
    expect(await staff.answer('enter', { number: '1', pin: wrongPin })).toEqual(no('wrong'));
    expect(await staff.answer('enter', { number: '7', pin })).toEqual(no('wrong'));
    expect(await staff.answer('enter', { number: '1', pin })).toEqual(yes);
    expect(await staff.read('now')).toMatchObject({ at: 'in' });
  });

  it('locks after five wrong tries, also for the right PIN, and over a restart', async () => {
    await (await inside()).act({ do: 'leave' });
    const staff = await browser();
    for (let time = 0; time < 4; time++) await staff.answer('enter', { number: '1', pin: wrongPin });
    expect(await staff.answer('enter', { number: '1', pin: wrongPin })).toEqual(no('locked', 60));
    expect(await staff.answer('enter', { number: '1', pin })).toEqual(no('locked', 60));
    await stage.end();
    shift.restarted();
    await open();
    expect(await (await browser()).answer('enter', { number: '1', pin })).toEqual(no('locked', 60));
    shift.waits(60_000);
    expect(await (await browser()).answer('enter', { number: '1', pin })).toEqual(yes);
  });

  it('tries one PIN at a time, so that many at once are no more tries', async () => {
    await (await inside()).act({ do: 'leave' });
    const staff = await browser();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => staff.answer('enter', { number: '1', pin: wrongPin })),
    );
    expect(answers.filter((answer) => !answer.ok && answer.problem === 'busy').length).toBeGreaterThan(4);
    expect(shift.kiosk.staff.persons['1']?.wrong).toBeLessThan(4);
  });

  it('is tried ten times a minute at most, whoever tries', async () => {
    const staff = await browser();
    for (let time = 0; time < 10; time++) await staff.post('enter', 'x');
    expect((await staff.post('enter', { number: '1', pin })).status).toBe(429);
    expect(stage.server.refused()['http-too-often']).toBeGreaterThan(0);
  });

  it('does a hundred things in ten seconds at most', async () => {
    const staff = await browser();
    for (let time = 0; time < 100; time++) expect((await staff.post('do', 'x')).status).toBe(400);
    expect((await staff.post('do', 'x')).status).toBe(429);
  });

  it('is not for the time of a customer', async () => {
    await (await inside()).act({ do: 'leave' });
    shift.begin();
    expect(await (await browser()).answer('enter', { number: '1', pin })).toEqual(no('customer'));
    expect(shift.kiosk.staff.service).toBeNull();
  });

  it('ends with the time, with a restart and when another comes; the cookie is worth nothing then', async () => {
    const staff = await inside();
    const filling: StaffAct = { do: 'fill', device: 'yuan', pieces: [{ minor: 100, count: 5 }] };
    shift.waits(120_000);
    expect(await staff.act(filling)).toEqual(no('not-logged-in'));
    expect(await staff.read('now')).toMatchObject({ at: 'log-in', me: null });
    expect((await staff.ask('/staff/table/till')).status).toBe(403);
    const other = await browser();
    expect(await other.answer('enter', { number: '1', pin })).toEqual(yes);
    expect(await staff.act(filling)).toEqual(no('not-logged-in'));
    await stage.end();
    shift.restarted();
    await open(stage.port);
    expect(await other.read('now')).toMatchObject({ at: 'log-in' });
    expect(await other.act(filling)).toEqual(no('not-logged-in'));
    expect(shift.recorded.some(({ kind }) => kind === 'cash.filled')).toBe(false);
  });
});

describe('acts', () => {
  /** A hopper says what lies in it. */
  const known = () => {
    const levels = [{ currency, minor: 100, count: null, state: 'ok' }] as const;
    shift.step({ fact: 'cash.levels', device: 'yuan', levels });
  };
  const fifty = [{ minor: 100, count: 50 }];

  it('are booked under the person, and the tables show them', async () => {
    known();
    const staff = await inside();
    const hopper = async () => {
      const { units } = (await staff.read('table/till')) as unknown as StaffTill;
      return units.find(({ device }) => device === 'yuan');
    };
    expect(await hopper()).toMatchObject({ minor: 0, declared: false, state: 'ok' });
    expect(await staff.act({ do: 'fill', device: 'yuan', pieces: fifty })).toEqual({
      ok: true,
      move: 'M00001',
      case: null,
    });
    expect(await hopper()).toMatchObject({ minor: 5_000, declared: true });
    const pieces = [{ minor: 100, count: 48 }];
    const removed = await staff.act({ do: 'remove', device: 'yuan', pieces, second: null });
    expect(removed).toEqual({ ok: true, move: 'M00002', case: 'C00001' });
    expect(await staff.read('table/moves')).toMatchObject({
      moves: [
        { move: 'M00002', what: 'removed', expected: fifty, difference: -200, case: 'C00001', by: '1 李娜' },
        { move: 'M00001', what: 'filled', minor: 5_000 },
      ],
      next: null,
    });
    expect(await staff.read('table/cases')).toMatchObject({
      cases: [{ about: 'count-differs', minor: -200 }],
      open: { count: 1, minor: -200, owedMinor: 0 },
    });
  });

  it('are paged: ten moves at a time, each once', async () => {
    known();
    const staff = await inside();
    for (let n = 0; n < 13; n++) await staff.act({ do: 'fill', device: 'yuan', pieces: fifty });
    const first = (await staff.read('table/moves')) as { moves: { move: string }[]; next: number };
    const rest = (await staff.read(`table/moves?from=${first.next}`)) as typeof first;
    const numbers = [...first.moves, ...rest.moves].map(({ move }) => move);
    expect([first.moves.length, rest.moves.length, rest.next]).toEqual([10, 3, null]);
    expect(new Set(numbers).size).toBe(13);
  });

  it('that a role may not do are refused, and so are tables', async () => {
    known();
    const first = await inside();
    expect(await first.act({ do: 'add-person', name: 'Wang', role: 'attendant', pin: otherPin })).toEqual(yes);
    const staff = await browser();
    expect(await staff.answer('enter', { number: '2', pin: otherPin })).toEqual(yes);
    expect(await staff.act({ do: 'fill', device: 'yuan', pieces: fifty })).toEqual(yes);
    for (const act of [
      { do: 'remove', device: 'yuan', pieces: fifty, second: null },
      { do: 'declare', device: 'yuan', pieces: fifty, second: null },
      { do: 'correct', move: 'M00001', pieces: fifty, second: { number: '1', pin } },
      { do: 'settle', case: 'C00001', how: 'void', minor: null, reason: 'found', second: { number: '1', pin } },
      { do: 'change-role', number: '2', role: 'administrator' },
      { do: 'change-pin', number: '1', pin: '118833', present: null },
      { do: 'remove-person', number: '1' },
    ] as const) {
      expect(await staff.act(act), act.do).toEqual(no('not-allowed'));
    }
    expect((await staff.ask('/staff/table/till')).status).toBe(200);
    expect((await staff.ask('/staff/table/persons')).status).toBe(403);
    expect((await staff.ask('/staff/table/secrets')).status).toBe(404);
    expect((await staff.ask('/staff/table/constructor')).status).toBe(404);
    expect((await staff.ask('/staff/download/secrets')).status).toBe(404);
    expect((await (await browser()).ask('/staff/table/till')).status).toBe(403);
  });

  it('check machines where the role is there for that, one at a time, and end what they began', async () => {
    const first = await inside();
    for (const role of ['technician', 'collector'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const collector = await browser();
    await collector.answer('enter', { number: '3', pin: otherPin });
    expect(await collector.act({ do: 'check', check: 'disk', device: null, second: null })).toMatchObject({
      problem: 'not-allowed',
    });
    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    const unknown = { do: 'check', check: 'take-note', device: 'nobody', second: null } as const;
    expect(await technician.act(unknown)).toMatchObject({ problem: 'unknown-device' });
    expect(await technician.act({ do: 'check', check: 'disk', device: null, second: null })).toEqual(yes);
    expect(await technician.act({ do: 'check', check: 'clock', device: null, second: null })).toMatchObject({
      problem: 'checking',
    });
    const command = shift.kiosk.checks.open?.command ?? '';
    expect(await technician.act({ do: 'end-check', command })).toEqual(yes);
    expect(shift.kiosk.checks.last).toMatchObject([{ check: 'disk', outcome: 'given-up', by: '2' }]);
  });

  it('check what pays out by two persons, where two stand by an emptying', async () => {
    const { rules } = shift.kiosk;
    shift.kiosk = { ...shift.kiosk, rules: { ...rules, twoPersons: { ...rules.twoPersons, emptying: true } } };
    shift.filled();
    const first = await inside();
    for (const role of ['technician', 'collector', 'attendant'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    const check = { do: 'check', check: 'pay-one', device: 'yuan', second: null } as const;
    expect(await technician.act(check)).toMatchObject({ problem: 'second-needed' });
    for (const number of ['2', '4'])
      expect(await technician.act({ ...check, second: { number, pin: otherPin } })).toMatchObject({
        problem: 'second-wrong',
      });
    expect(shift.recorded.filter(({ kind }) => kind === 'check.started')).toEqual([]);
    expect(await technician.act({ ...check, second: { number: '3', pin: otherPin } })).toEqual(yes);
  });

  it('send single requests where the role is there for that; one that moves, by two persons', async () => {
    asked = [];
    const first = await inside();
    for (const role of ['technician', 'collector', 'technician'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const status = { do: 'console', device: 'acceptor', request: 'status' } as const;
    const reset = { do: 'console-move', device: 'acceptor', request: 'reset', second: null } as const;
    const collector = await browser();
    await collector.answer('enter', { number: '3', pin: otherPin });
    expect(await collector.act(status)).toMatchObject({ problem: 'not-allowed' });
    expect((await collector.ask('/staff/table/console?device=acceptor')).status).toBe(403);
    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    expect(await technician.act({ ...status, device: 'nobody' })).toMatchObject({ problem: 'unknown-request' });
    expect(await technician.act({ ...status, request: 'open-sesame' })).toMatchObject({ problem: 'unknown-request' });
    expect(await technician.act({ ...status, request: 'reset' })).toMatchObject({ problem: 'second-needed' });
    expect(await technician.act(reset)).toMatchObject({ problem: 'second-needed' });
    const self = { number: '2', pin: otherPin };
    expect(await technician.act({ ...reset, second: self })).toMatchObject({ problem: 'second-wrong' });
    const noRight = { number: '3', pin: otherPin };
    expect(await technician.act({ ...reset, second: noRight })).toMatchObject({ problem: 'second-wrong' });
    expect(asked).toEqual([]);
    expect(await technician.act(status)).toEqual(yes);
    expect(await technician.act({ ...reset, second: { number: '4', pin: otherPin } })).toEqual(yes);
    expect(asked).toEqual(['status', 'reset']);
    expect(await technician.read('table/console?device=acceptor')).toMatchObject({
      found: {
        refused: null,
        open: null,
        last: [
          { request: 'reset', by: '2 technician', second: '4 technician', outcome: 'answered' },
          { request: 'status', by: '2 technician', second: null, answer: ['disabled'] },
        ],
      },
    });
    expect(await technician.read('table/console?device=nobody')).toEqual({ found: null });
  });

  it('read a wire where the role is there for that; a device is told of to everybody who looks', async () => {
    const first = await inside();
    for (const role of ['technician', 'collector'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    wire.add(5, 'out', 'status-request', Uint8Array.of(0xfc, 0x05, 0x11, 0x27, 0x56));
    diagnostics.heard({ fact: 'device.fault', device: 'acceptor', code: 'id003.jam' });
    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    expect(await technician.read('table/trace?device=acceptor')).toMatchObject({
      found: { lines: [{ seq: 1, direction: 'out', name: 'status-request', bytes: 'FC 05 11 27 56' }], more: false },
    });
    expect(await technician.read('table/trace?device=printer&from=0')).toEqual({ found: null });
    expect(await technician.read('table/device?device=acceptor')).toMatchObject({
      found: { line: { protocol: 'id003' }, troubles: [{ what: 'fault', code: 'id003.jam' }] },
    });
    expect(await technician.read('table/device?device=nobody')).toEqual({ found: null });
    for (const bad of ['from=-1', 'from=x', 'from=1&from=2', 'device=../x', 'what=1'])
      for (const path of ['table/trace', 'table/till'])
        expect((await technician.ask(`/staff/${path}?${bad}`)).status, `${path}?${bad}`).toBe(400);
    expect((await technician.ask('/staff/download/trace?device=../x')).status).toBe(400);
    const file = await technician.ask('/staff/download/trace?device=acceptor');
    expect(file.headers.get('content-disposition')).toMatch(/^attachment; filename="trace-.*-acceptor-.*\.jsonl"$/);
    const lines = (await file.text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { device: 'acceptor', lines: 1 },
      { name: 'status-request' },
    ]);
    for (const path of ['download/trace', 'download/trace?device=nobody', 'download/till?device=acceptor'])
      expect((await technician.ask(`/staff/${path}`)).status, path).toBe(403);
    const collector = await browser();
    await collector.answer('enter', { number: '3', pin: otherPin });
    expect((await collector.ask('/staff/table/device?device=acceptor')).status).toBe(200);
    for (const path of ['table/trace', 'download/trace'])
      for (const who of [collector, technician, await browser()])
        expect((await who.ask(`/staff/${path}?device=acceptor`)).status, path).toBe(403);
  });

  it('look for devices where the role is there for that, and tell what was found to nobody else', async () => {
    known();
    const first = await inside();
    for (const role of ['technician', 'attendant'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const before = searches;
    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    expect(await technician.act({ do: 'find-devices' })).toEqual(yes);
    expect(searches).toBe(before + 1);
    expect(await technician.read('table/search')).toEqual(found);
    const attendant = await browser();
    await attendant.answer('enter', { number: '3', pin: otherPin });
    expect(await attendant.act({ do: 'find-devices' })).toEqual(no('not-allowed'));
    expect((await attendant.ask('/staff/table/search')).status).toBe(403);
    expect((await (await browser()).ask('/staff/table/search')).status).toBe(403);
    expect(searches).toBe(before + 1);
  });

  it('use a found device with two persons, where the role is there for that and the configuration is sound', async () => {
    known();
    const first = await inside();
    for (const role of ['technician', 'collector', 'technician'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const collector = await browser();
    await collector.answer('enter', { number: '3', pin: otherPin });
    const use = (second: { number: string; pin: string } | null): StaffAct => ({
      ...{ do: 'use-device', port: '/dev/ttyUSB9', address: null },
      second,
    });
    expect(await collector.act(use(null))).toEqual(no('not-allowed'));
    expect((await collector.ask('/staff/table/configuration')).status).toBe(403);

    const technician = await browser();
    await technician.answer('enter', { number: '2', pin: otherPin });
    expect(await technician.act(use(null))).toEqual(no('nothing'));
    usable = { use: 'use', config: { id: 'extra', protocol: 'other', port: '/dev/ttyUSB9', settings: {} } };
    expect(await technician.act(use(null))).toEqual(no('second-needed'));
    expect(await technician.act(use({ number: '3', pin: otherPin }))).toEqual(no('second-wrong'));
    sound = false;
    const unsound = await technician.act(use({ number: '4', pin: otherPin }));
    expect(unsound).toEqual({ ...no('config-unsound'), what: { 'zh-CN': 'devices 有两台', en: 'devices are two' } });
    expect(kept.changes).toEqual([]);
    sound = true;
    vi.spyOn(kept, 'change').mockImplementationOnce(() => {
      throw new Error('no space');
    });
    const full = await technician.act(use({ number: '4', pin: otherPin }));
    expect(full).toEqual({ ...no('not-kept'), what: 'Error: no space' });
    expect(shift.recorded.some(({ kind }) => kind === 'config.changed')).toBe(false);
    expect(failures).toEqual(['Error: no space']);
    expect(await technician.act({ do: 'take-out', device: 'nobody', second: null })).toEqual(no('unknown-device'));
    expect(await technician.act({ do: 'take-out', device: 'acceptor', second: null })).toEqual(no('device-here'));
    expect(await technician.act({ do: 'undo-configuration', second: null })).toEqual(no('nothing'));
    expect(await technician.act(use({ number: '4', pin: otherPin }))).toEqual(yes);
    expect(shift.recorded).toContainEqual(
      expect.objectContaining({ kind: 'config.changed', what: 'use', device: 'extra', by: '2', second: '4' }),
    );
    expect(kept.changes).toHaveLength(1);
    expect(await technician.read('table/configuration')).toMatchObject({
      ...{ state: 'waits', undo: true, waitsFor: ['extra'] },
      last: { what: 'use', device: 'extra', by: '2', why: null },
    });
    expect(await technician.act({ do: 'undo-configuration', second: null })).toEqual(no('config-changing'));
  });

  it('end that the kiosk belongs to its office, with two administrators, and not where it belongs to none', async () => {
    known();
    const first = await inside();
    for (const role of ['technician', 'administrator'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const second = { number: '3', pin: otherPin };
    expect(await first.act({ do: 'leave-office', second })).toEqual(no('nothing'));
    shift.step({ fact: 'office.paired', office: 'https://office.example', since: null });
    expect(await first.read('table/office')).toMatchObject({
      paired: { office: 'https://office.example', since: null, line: null },
      ...{ untaken: null, stale: false },
    });
    expect(await first.act({ do: 'leave-office', second: null })).toEqual(no('second-needed'));
    expect(await first.act({ do: 'leave-office', second: { number: '2', pin: otherPin } })).toEqual(no('second-wrong'));
    outside = () => {
      throw new Error('no space');
    };
    expect(await first.act({ do: 'leave-office', second })).toEqual(no('not-kept'));
    expect(failures).toEqual(['the pairing with the office was not ended: Error: no space']);
    outside = null;
    shift.step({ fact: 'office.paired', office: 'https://office.example', since: null });
    expect(await first.act({ do: 'leave-office', second })).toEqual(yes);
    expect(shift.recorded.at(-1)).toEqual({ kind: 'office.left', by: '1', second: '3' });
    expect(await first.read('table/office')).toMatchObject({ paired: null, configured: 'http://127.0.0.1:8082' });
  });

  it('that two must stand by need another person’s PIN, and wrong ones are counted', async () => {
    known();
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    await staff.act({ do: 'fill', device: 'yuan', pieces: fifty });
    const correct = (second: { number: string; pin: string } | null) =>
      staff.act({ do: 'correct', move: 'M00001', pieces: [{ minor: 100, count: 40 }], second });
    expect(await correct(null)).toEqual(no('second-needed'));
    // Oneself is nobody else, and asked for as often as a wrong PIN.
    expect(await correct({ number: '1', pin })).toEqual(no('second-wrong', null));
    expect(shift.kiosk.staff.persons['1']?.wrong).toBe(1);
    expect(await correct({ number: '2', pin: wrongPin })).toEqual(no('second-wrong'));
    expect(shift.kiosk.staff.persons['2']?.wrong).toBe(1);
    expect(await correct({ number: '2', pin: otherPin })).toEqual(yes);
    expect(shift.kiosk.staff.persons['2']?.wrong).toBe(0);
    expect(shift.recorded).toContainEqual(
      expect.objectContaining({ kind: 'cash.corrected', corrects: 'M00001', by: '1', second: '2' }),
    );
    expect(await correct({ number: '2', pin: otherPin })).toEqual(no('unknown-move'));
  });

  it('end a case with two persons, and the page of the case shows all of it', async () => {
    known();
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 5_000 });
    const settle = { do: 'settle', case: 'C00001', how: 'paid', minor: 5_000, reason: null } as const;
    expect(await staff.act({ ...settle, second: null })).toEqual(no('second-needed'));
    expect(await staff.act({ ...settle, minor: 5_001, second: null })).toEqual(no('bad-amount'));
    expect(await staff.act({ ...settle, case: 'C00009', second: null })).toEqual(no('unknown-case'));
    const second = { number: '2', pin: otherPin };
    expect(await staff.act({ ...settle, second })).toEqual(yes);
    expect(await staff.act({ ...settle, second })).toEqual(no('case-closed'));
    expect(await staff.read('table/case?from=1')).toMatchObject({
      found: {
        case: 'C00001',
        about: 'note-unowned',
        open: false,
        device: 'acceptor',
        told: [{ what: 'opened' }, { what: 'note-unowned' }, { what: 'paid', minor: 5_000 }],
        settled: { how: 'paid', minor: 5_000, by: '1 李娜', second: '2 Wang' },
      },
    });
    expect(await staff.read('table/case?from=2')).toEqual({ found: null });
  });

  it('pay a slip with its code alone, and tell when and where it was paid or used', async () => {
    shift.begin().payingCash().note(10_000).printed();
    while (shift.kiosk.session !== null) shift.waits(200_000);
    const staff = await inside();
    const ask = (code: string, pay: boolean, serial = '1') =>
      staff.act({ do: 'pay-slip', serial, code, pay, second: null });
    expect(await ask('WRONG', true)).toEqual(no('unknown-slip'));
    const slip = { serial: '000001', minor: 1_350, issuedAt: '2026-03-31T01:20:00.000Z', receipt: null };
    const open = { ...slip, state: 'open', at: null, by: null };
    expect(await ask(slipCode, false)).toEqual({ ok: true, move: null, case: null, slip: open });
    expect(shift.recorded.some(({ kind }) => kind === 'voucher.voided')).toBe(false);
    const paid = { ...open, state: 'paid', at: '2026-03-31T01:20:00.000Z', by: '1 李娜' };
    expect(await ask(slipCode, true)).toEqual({ ok: true, move: null, case: null, slip: paid });
    expect(await ask(slipCode, true)).toEqual(no('slip-spent'));
    expect(await ask(slipCode, false)).toMatchObject({ slip: paid });
  });

  it('pay no slip that the office knows to be spent elsewhere, neither by its code nor by its case, and keep what it said', async () => {
    shift.begin().payingCash().note(10_000);
    const [command] = Object.keys(shift.kiosk.prints);
    shift.step({ fact: 'print.unknown', device: 'printer', command: command!, reason: 'silent' });
    while (shift.kiosk.session !== null) shift.waits(200_000);
    const [one] = Object.values(shift.kiosk.cases);
    expect(one).toMatchObject({ subject: '000001', minor: 1_350 });
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    const second = { number: '2', pin: otherPin };
    const slip = { do: 'pay-slip', serial: '1', code: slipCode, second: null } as const;
    const settle = { do: 'settle', case: one?.case ?? '', how: 'paid', minor: 1_350, reason: null } as const;
    officeSays = { spent: null };
    expect(await staff.act({ ...slip, pay: false })).toMatchObject({ slip: { state: 'open' } });
    officeSays = { spent: { kiosk: 'LAB-02', at: '2026-03-31T01:19:00.000Z' } };
    expect(await staff.act({ ...settle, second })).toEqual(no('slip-spent'));
    officeSays = null;
    expect(await staff.act({ ...settle, second })).toEqual(no('slip-spent'));
    expect(await staff.act({ ...slip, pay: true })).toEqual(no('slip-spent'));
    expect(await staff.act({ ...slip, pay: false })).toMatchObject({ slip: { state: 'redeemed', kiosk: 'LAB-02' } });
    expect(shift.recorded.some(({ kind }) => kind === 'voucher.voided' || kind === 'case.settled')).toBe(false);
  });

  it('let an attendant agree to a refund that waits at the glass, and to no other', async () => {
    const one = await inside();
    await one.act({ do: 'add-person', name: 'Wang', role: 'attendant', pin: otherPin });
    await one.act({ do: 'leave' });
    const dear = { ...bill, minor: 30_000, lines: [{ ...bill.lines[0]!, minor: 30_000 }] };
    shift.begin().payingCash(dear).note(10_000).note(10_000).note(10_000).wantedBack().ask({ do: 'agree' });
    const staff = new Browser();
    await staff.open();
    expect(await staff.answer('enter', { number: '2', pin: otherPin })).toEqual(yes);
    const { refunds } = (await staff.read('table/refunds')) as unknown as StaffRefunds;
    expect(refunds).toMatchObject([{ receipt: 'R000001', bill: '1001', minor: 30_000, voucherMinor: 30_000 }]);
    const sale = refunds[0]?.sale ?? '';
    const judge = (of: string, approve: boolean) => staff.act({ do: 'judge-refund', sale: of, approve, second: null });
    expect(await judge(sale.replace(/1$/, '2'), true)).toEqual(no('nothing'));
    expect(await judge(sale, true)).toEqual(yes);
    expect(shift.recorded.findLast(({ kind }) => kind === 'refund.asked')).toMatchObject({ by: '2', sale });
    expect(await judge(sale, true)).toEqual(no('nothing'));
    expect(await staff.read('table/refunds')).toEqual({ refunds: [] });
  });

  it('let nobody pay alone the slip of a refund that they agreed to, at the window or at its case', async () => {
    shift = new Shift({ corrections: false });
    await stage.end();
    await open();
    const first = await inside();
    expect(await first.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin })).toEqual(yes);
    await first.act({ do: 'leave' });
    const dear = { ...bill, minor: 10_000, lines: [{ ...bill.lines[0]!, minor: 10_000 }] };
    shift.begin().payingCash(dear).note(10_000).wantedBack().ask({ do: 'agree' });
    const staff = await browser();
    const enter = (number: string) => staff.answer('enter', { number, pin: number === '1' ? pin : otherPin });
    await enter('2');
    const { refunds } = (await staff.read('table/refunds')) as unknown as StaffRefunds;
    const sale = refunds[0]?.sale ?? '';
    expect(await staff.act({ do: 'judge-refund', sale, approve: true, second: null })).toEqual(yes);
    // Nobody stands there any more when the biller answers: the slip has its case.
    shift.over().billReversed();
    await enter('2');
    const slip = { do: 'pay-slip', serial: '1', code: slipCode } as const;
    expect(await staff.act({ ...slip, pay: false, second: null })).toMatchObject({ ok: true, slip: { state: 'open' } });
    expect(await staff.act({ ...slip, pay: true, second: null })).toEqual(no('second-needed'));
    const self = { number: '2', pin: otherPin };
    expect(await staff.act({ ...slip, pay: true, second: self })).toEqual(no('second-wrong', null));
    const [one] = Object.values(shift.kiosk.cases);
    const ending = { do: 'settle', case: one?.case ?? '', how: 'paid', minor: 10_000, reason: null } as const;
    const record = shift.recorded.findLast(({ kind }) => kind === 'refund.asked');
    expect([record, one]).toMatchObject([{ by: '2' }, { about: 'voucher-not-printed', subject: '000001' }]);
    expect(await staff.act({ ...ending, second: null })).toEqual(no('second-needed'));
    await staff.act({ do: 'leave' });
    await enter('1');
    // Who did not agree to it pays it alone.
    expect(await staff.act({ ...ending, second: null })).toEqual(yes);
  });

  it('tell the numbers that give a sale back to those who decide, while there is something to decide', async () => {
    const first = await inside();
    for (const role of ['technician', 'attendant'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    await first.act({ do: 'leave' });
    shift.begin().payingCash().note(10_000);
    shift.step({
      fact: 'print.unknown',
      device: 'printer',
      command: Object.keys(shift.kiosk.prints)[0]!,
      reason: 'lost',
    });
    shift.over();
    const staff = await browser();
    const numbers = async (number: string) => {
      await staff.answer('enter', { number, pin: number === '1' ? pin : otherPin });
      const { found: one } = (await staff.read('table/case?from=1')) as unknown as StaffCase;
      await staff.act({ do: 'leave' });
      return one === null ? null : [one.open, one.bill?.number ?? null, one.receipt];
    };
    expect(await numbers('2')).toEqual([true, null, null]);
    for (const person of ['1', '3']) expect(await numbers(person)).toEqual([true, '1001', 'R000001']);
    const [record] = Object.values(shift.kiosk.cases);
    const ending = { how: 'void', minor: null, reason: 'given', by: '1' } as const;
    shift.step({ fact: 'case.settled', record: record!, slip: null, sold: null, ...ending });
    for (const person of ['1', '3']) expect(await numbers(person)).toEqual([false, null, null]);
  });

  it('take two persons for a refund above the limit, whatever is configured', async () => {
    shift = new Shift({ corrections: false });
    await stage.end();
    await open();
    const one = await inside();
    await one.act({ do: 'add-person', name: 'Wang', role: 'attendant', pin: otherPin });
    await one.act({ do: 'leave' });
    const dear = { ...bill, minor: 60_000, lines: [{ ...bill.lines[0]!, minor: 60_000 }] };
    shift.begin().payingCash(dear);
    for (let n = 0; n < 6; n++) shift.note(10_000);
    shift.wantedBack().ask({ do: 'agree' });
    const staff = await browser();
    await staff.answer('enter', { number: '2', pin: otherPin });
    const { refunds } = (await staff.read('table/refunds')) as unknown as StaffRefunds;
    const judge = { do: 'judge-refund', sale: refunds[0]?.sale ?? '', approve: true } as const;
    expect(await staff.act({ ...judge, second: null })).toEqual(no('second-needed'));
    expect(await staff.act({ ...judge, second: { number: '1', pin } })).toEqual(yes);
    expect(shift.recorded.findLast(({ kind }) => kind === 'refund.asked')).toMatchObject({ by: '2', second: '1' });
  });

  it('seal a box, ask for its seal, and take two persons for a difference above the limit from the first try on', async () => {
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'a', currency, minor: 10_000 });
    shift.step({ fact: 'cashbox.removed', device: 'acceptor' }).printed();
    expect(await staff.act({ do: 'seal-bag', bag: 'B00001', seal: 'ab-12' })).toEqual(no('bad-seal'));
    expect(await staff.act({ do: 'seal-bag', bag: 'B00001', seal: 'AB-1234' })).toEqual(yes);
    expect(await staff.act({ do: 'seal-bag', bag: 'B00001', seal: 'AB-1235' })).toEqual(no('sealed'));
    expect(await staff.read('table/till')).toMatchObject({ bags: [{ bag: 'B00001', seal: 'AB-1234' }], cases: 1 });
    const count = (seal: string | null, n: number, second: { number: string; pin: string } | null) =>
      staff.act({ do: 'count', bag: 'B00001', seal, pieces: [{ minor: 10_000, count: n }], second });
    expect(await count(null, 1, null)).toEqual(no('seal-needed'));
    expect(await count('AB-1234', 0, null)).toEqual(no('second-needed'));
    // Whoever was told so cannot feel their way to what is expected.
    expect(await count('AB-1234', 1, null)).toEqual(no('second-needed'));
    expect(await count('AB-1234', 0, { number: '2', pin: otherPin })).toMatchObject({ ok: true, case: 'C00002' });
    expect(await staff.read('table/moves')).toMatchObject({
      moves: [
        { what: 'counted', bag: 'B00001', seal: 'AB-1234', paper: 'printing', second: '2 Wang', difference: -10_000 },
        { what: 'box-taken', bag: 'B00001', paper: 'printed', minor: null },
      ],
    });
    expect(await staff.act({ do: 'print-move', move: 'M00002', lang: 'en' })).toEqual(no('printing'));
    shift.printed();
    expect(await staff.act({ do: 'print-move', move: 'M00001', lang: 'en' })).toEqual(yes);
    expect(shift.entries.find(({ kind }) => kind === 'document.print')).toMatchObject({ copy: true, lang: 'en' });
    shift.printed();
    shift.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(await staff.act({ do: 'print-move', move: 'M00001', lang: 'en' })).toEqual(no('no-printer'));
    expect(await staff.act({ do: 'print-move', move: 'M00009', lang: 'en' })).toEqual(no('unknown-move'));
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'b', currency, minor: 2_000 });
    shift.step({ fact: 'cashbox.inserted', device: 'acceptor' }).step({ fact: 'cashbox.removed', device: 'acceptor' });
    expect(await staff.act({ do: 'seal-bag', bag: 'B00002', seal: 'AB-1234' })).toEqual(no('seal-used'));
  });

  describe('of a count that differs by more than one person may take', () => {
    const coins = (count: number) => [{ minor: 100, count }];
    const wang = { number: '2', pin: otherPin };
    const remove = (staff: Browser, count: number, second: { number: string; pin: string } | null) =>
      staff.act({ do: 'remove', device: 'yuan', pieces: coins(count), second });
    /** 501 coins lie in the hopper, by the journal. */
    async function filled(): Promise<Browser> {
      known();
      const staff = await inside();
      await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
      expect(await staff.act({ do: 'fill', device: 'yuan', pieces: coins(501) })).toEqual(yes);
      return staff;
    }

    it('tell nobody who names themselves how far off it is, and count that as a try', async () => {
      const staff = await filled();
      const self = { number: '1', pin };
      expect(await remove(staff, 390, self)).toEqual(no('second-wrong'));
      for (let guess = 0; guess < 3; guess++) expect(await remove(staff, 501, self)).toEqual(no('second-wrong'));
      expect(await remove(staff, 501, self)).toEqual(no('second-locked', 60));
      expect(await remove(staff, 501, null)).toEqual(no('second-needed'));
      expect(shift.recorded.some(({ kind }) => kind === 'cash.removed')).toBe(false);
    });

    it('take two whatever else is booked of the machine, until it is counted', async () => {
      const staff = await filled();
      expect(await remove(staff, 390, null)).toEqual(no('second-needed'));
      expect(await staff.act({ do: 'fill', device: 'yuan', pieces: coins(1) })).toEqual(yes);
      expect(await remove(staff, 502, null)).toEqual(no('second-needed'));
      // Not booked is not counted.
      expect(await remove(staff, 502, { number: '2', pin: wrongPin })).toEqual(no('second-wrong'));
      expect(await remove(staff, 502, null)).toEqual(no('second-needed'));
      expect(await remove(staff, 502, wang)).toMatchObject({ ok: true, case: null });
      expect(await staff.act({ do: 'fill', device: 'yuan', pieces: coins(5) })).toEqual(yes);
      expect(await remove(staff, 5, null)).toEqual(yes);
    });

    it('take two over a restart as well', async () => {
      const staff = await filled();
      expect(await remove(staff, 390, null)).toEqual(no('second-needed'));
      await stage.end();
      shift.restarted();
      await open();
      const again = await browser();
      expect(await again.answer('enter', { number: '1', pin })).toEqual(yes);
      expect(await remove(again, 501, null)).toEqual(no('second-needed'));
      expect(await remove(again, 501, wang)).toEqual(yes);
    });
  });

  it('tell whoever tries a relay that it is done, though the check goes on', async () => {
    const staff = await inside();
    const releaser = { device: 'cabinet', relay: '1', ms: 500 };
    shift.kiosk = { ...shift.kiosk, rules: { ...shift.kiosk.rules, releaser } };
    shift.step({ fact: 'device.ready', device: 'cabinet' });
    shift.step({ fact: 'check.asked', check: 'relay', device: 'cabinet', by: '1' });
    const command = shift.kiosk.checks.open?.command ?? '';
    expect(await staff.act({ do: 'tell-check', command, told: true })).toEqual(yes);
    expect(shift.kiosk.checks.open).toMatchObject({ step: 'switching' });
    expect(await staff.act({ do: 'tell-check', command, told: true })).toEqual(no('not-done'));
  });

  it('end what was begun outside, also when this program fails at it', async () => {
    const staff = await inside();
    outside = () => {
      throw new Error('a bug');
    };
    expect(await staff.act({ do: 'console', device: 'acceptor', request: 'status' })).toEqual(yes);
    await expect.poll(() => shift.kiosk.console).toMatchObject({ open: null, last: [{ outcome: 'silent' }] });
    expect(await staff.act({ do: 'check', check: 'disk', device: null, second: null })).toEqual(yes);
    await expect.poll(() => shift.kiosk.checks.last).toMatchObject([{ outcome: 'failed', fault: 'program' }]);
    outside = () => Promise.reject(new Error('later'));
    expect(await staff.act({ do: 'check', check: 'disk', device: null, second: null })).toEqual(yes);
    await expect.poll(() => failures.length).toBe(3);
    expect(shift.kiosk.checks.open).toBeNull();
  });

  it('that change nothing say so', async () => {
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    expect(await staff.act({ do: 'change-role', number: '2', role: 'collector' })).toEqual(no('nothing'));
    expect(await staff.act({ do: 'change-role', number: '2', role: 'attendant' })).toEqual(yes);
    expect(await staff.act({ do: 'print-x', lang: 'en' })).toEqual(yes);
    expect(await staff.act({ do: 'print-x', lang: 'en' })).toEqual(no('printing'));
  });

  it('show what a case rests on, without what is a secret, and end it as a slip that counts here', async () => {
    const staff = await inside();
    await staff.act({ do: 'add-person', name: 'Wang', role: 'collector', pin: otherPin });
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'note-1', currency, minor: 5_000 });
    const trace = [{ beforeMs: 5, direction: 'in', what: 'STACKED', bytes: 'fc' }] as const;
    traces = { C00001: trace };
    const { found: evidence } = (await staff.read('table/evidence?case=1')) as { found: StaffEvidence };
    expect(evidence.entries.map(({ kind }) => kind).sort()).toEqual(['case.opened', 'note.unowned']);
    expect(evidence.entries.find(({ kind }) => kind === 'note.unowned')).toMatchObject({
      fields: expect.arrayContaining([
        ['minor', '5000'],
        ['key', 'note-1'],
      ]),
    });
    expect(evidence).toMatchObject({ next: null, trace, counters: [] });
    expect(await staff.read('table/evidence?case=9')).toEqual({ found: null });
    const settle = { do: 'settle', case: 'C00001', how: 'voucher', minor: 5_000, reason: null } as const;
    expect(await staff.act({ ...settle, second: { number: '2', pin: otherPin } })).toEqual(yes);
    expect(await staff.act({ ...settle, second: { number: '2', pin: otherPin } })).toEqual(no('case-closed'));
    expect(await staff.read('table/case?from=1')).toMatchObject({
      found: { open: false, settled: { how: 'voucher', minor: 5_000, slip: { serial: '000001', state: 'open' } } },
    });
    const list = async (query: string) => {
      const { cases } = (await staff.read(`table/cases?${query}`)) as unknown as StaffCases;
      return cases.map(({ case: number, status }) => `${number} ${status}`);
    };
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'note-2', currency, minor: 9_000 });
    shift.step({ fact: 'note.stacked', device: 'acceptor', command: null, key: 'note-3', currency, minor: 1_000 });
    expect(await list('show=open')).toEqual(['C00003 open', 'C00002 open']);
    expect(await list('show=open&sort=largest')).toEqual(['C00002 open', 'C00003 open']);
    expect(await list('show=ended')).toEqual(['C00001 resolved']);
    expect(await list('show=all&sort=oldest')).toEqual(['C00001 resolved', 'C00002 open', 'C00003 open']);
    expect(await list('show=all&about=count-differs')).toEqual([]);
    expect(await list('')).toEqual(['C00003 open', 'C00002 open']);
    expect(await staff.act({ do: 'add-person', name: 'Li', role: 'attendant', pin: otherPin })).toEqual(yes);
    const attendant = await browser();
    expect(await attendant.answer('enter', { number: '3', pin: otherPin })).toEqual(yes);
    expect((await attendant.ask('/staff/table/case?from=1')).status).toBe(200);
    expect((await attendant.ask('/staff/table/evidence?case=1')).status).toBe(403);
  });

  it('hand goods over once, which ends the case about their number; where none are sold nobody may', async () => {
    const none = await inside();
    expect(await none.read('now')).toMatchObject({ me: { rights: expect.not.arrayContaining(['hand-over']) } });
    expect(await none.act({ do: 'hand-over', order: '#10000001' })).toEqual(no('nothing'));
    expect(await none.read('table/orders')).toEqual({ orders: [], next: null });
    await none.act({ do: 'leave' });
    await stage.end();
    const sold = ['#10000002', '#10000001'].map((number, at) => {
      return { number, pickUp: `00${2 - at}`, paidAt: '2026-03-31T01:20:00.000Z', items: order.goods?.items ?? [] };
    });
    const out = new Set<string>();
    let disk = true;
    goods = {
      paidOrders: () => sold.map((one) => ({ ...one, handedOver: out.has(one.number) })),
      handOver: (number) => {
        if (!disk) throw new Error('no space');
        return out.add(number) !== null;
      },
    };
    await open();
    shift.begin().payingCash(order).note(5_000).waits(31_000).over();
    expect(Object.values(shift.kiosk.cases).map(({ about }) => about)).toEqual(['post-unanswered']);
    const staff = new Browser();
    await staff.open();
    expect(await staff.answer('enter', { number: '1', pin })).toEqual(yes);
    expect(await staff.read('now')).toMatchObject({ me: { rights: expect.arrayContaining(['hand-over']) } });
    expect(await staff.read('table/orders')).toMatchObject({
      orders: [
        { pickUp: '002', handedOver: false },
        { pickUp: '001', lines: [{ name: { en: 'tea' }, count: 2 }, { count: 1 }] },
      ],
      next: null,
    });
    disk = false;
    expect(await staff.act({ do: 'hand-over', order: '#10000001' })).toEqual(no('not-kept'));
    expect(shift.recorded.some(({ kind }) => kind === 'order.handed-over')).toBe(false);
    expect(failures).toEqual([expect.stringContaining('no space')]);
    disk = true;
    expect(await staff.act({ do: 'hand-over', order: '#10000001' })).toEqual(yes);
    expect(shift.recorded.findLast(({ kind }) => kind === 'order.handed-over')).toMatchObject({
      order: '#10000001',
      by: '1',
    });
    expect(Object.values(shift.kiosk.cases)).toEqual([]);
    expect(await staff.act({ do: 'hand-over', order: '#10000001' })).toEqual(no('nothing'));
    expect(await staff.act({ do: 'hand-over', order: '#99999999' })).toEqual(no('nothing'));
    expect(await staff.read('table/orders')).toMatchObject({ orders: [{ handedOver: false }, { handedOver: true }] });
  });

  it('change one’s own PIN with the present one only, and the old one is forgotten', async () => {
    const staff = await inside();
    const change = (present: string | null) => staff.act({ do: 'change-pin', number: '1', pin: otherPin, present });
    expect(await change(null)).toEqual(no('wrong'));
    expect(await change(wrongPin)).toEqual(no('wrong'));
    expect(await change(pin)).toEqual(yes);
    await staff.act({ do: 'leave' });
    expect(await staff.answer('enter', { number: '1', pin })).toEqual(no('wrong'));
    expect(await staff.answer('enter', { number: '1', pin: otherPin })).toEqual(yes);
    expect(Object.keys(JSON.parse(readFileSync(staffPath(data), 'utf8')).pins)).toHaveLength(1);
  });

  it('leave a float in a recycler that empties itself, and no more than is inside', async () => {
    const staff = await inside();
    const [currency, pieces] = ['CNY', [{ minor: 1_000, count: 5 }]];
    shift.step({ fact: 'device.ready', device: 'recycler' });
    shift.step({ fact: 'cash.filled', device: 'recycler', unit: 'recycler', currency, pieces, by: '1' });
    const levels = [{ currency, minor: 1_000, count: 5, state: 'ok' }] as const;
    shift.step({ fact: 'cash.levels', device: 'recycler', levels });
    const empty = (minor: number, count: number) =>
      staff.act({ do: 'empty', device: 'recycler', keep: [{ minor, count }], second: null });
    expect(await empty(1_000, 6)).toEqual(no('not-so-many'));
    expect(await empty(2_000, 1)).toEqual(no('not-paid'));
    expect((await staff.post('do', { do: 'empty', device: 'recycler', second: null })).status).toBe(400);
    expect(await empty(1_000, 2)).toEqual(yes);
    const order = shift.recorded.findLast(({ kind }) => kind === 'cash.empty');
    expect(order).toMatchObject({ device: 'recycler', by: '1', keep: [{ minor: 1_000, count: 2 }] });
  });

  it('close the day of a card terminal, and show what it says beside what the journal has', async () => {
    const staff = await inside();
    const close = (device = 'terminal') => staff.act({ do: 'close-terminal', device, second: null });
    const terminal = async () => ((await staff.read('table/till')) as unknown as StaffTill).terminals;
    const told = { device: 'terminal', key: 'closed', currency, minor: 100, count: 1 } as const;
    expect(await close()).toEqual(no('not-ready'));
    shift.step({ fact: 'device.ready', device: 'terminal' });
    expect(await close('acceptor')).toEqual(no('unknown-device'));
    expect((await staff.post('do', { do: 'close-terminal', device: 'terminal' })).status).toBe(400);
    const quiet = { device: 'terminal', minor: 0, count: 0, closing: null, charging: false, last: null };
    expect(await terminal()).toEqual([quiet]);
    expect(await close()).toEqual({ ok: true, move: null, case: null });
    const order = shift.recorded.findLast((entry) => entry.kind === 'terminal.close-day');
    const command = order?.kind === 'terminal.close-day' ? order.command : '';
    expect(order).toMatchObject({ device: 'terminal', by: '1', second: null, minor: 0, count: 0 });
    expect(await terminal()).toEqual([{ ...quiet, closing: 'asked' }]);
    expect(await close()).toEqual(no('closing'));
    shift.waits(300_000);
    await staff.answer('enter', { number: '1', pin });
    expect(await terminal()).toEqual([{ ...quiet, closing: 'silent' }]);
    expect(await staff.read('table/case?from=1')).toMatchObject({
      found: {
        about: 'terminal-day-unknown',
        device: 'terminal',
        payable: false,
        told: [{ what: 'day-silent' }, { what: 'opened' }],
      },
    });
    shift.step({ fact: 'terminal.day-closed', command, ...told });
    expect(await terminal()).toEqual([
      {
        ...quiet,
        last: {
          order: command,
          outcome: 'differs',
          told: { minor: 100, count: 1 },
          expected: { minor: 0, count: 0 },
          case: 'C00002',
        },
      },
    ]);
    expect(await staff.read('table/cases')).toMatchObject({
      cases: [{ case: 'C00002', about: 'terminal-differs', minor: 100 }],
    });
    expect(await staff.read('table/case?from=2')).toMatchObject({
      found: { device: 'terminal', minor: 100, told: [{ what: 'day-differs', minor: 100 }, { what: 'opened' }] },
    });
    const paid = { how: 'paid', minor: 100, reason: null } as const;
    expect(await staff.act({ do: 'settle', case: 'C00002', ...paid, second: null })).toEqual(no('not-owed'));
  });

  it('do not close a terminal’s day while a charge of it is open, nor for an attendant', async () => {
    const staff = await inside();
    const act = { do: 'close-terminal', device: 'terminal', second: null } as const;
    shift.step({ fact: 'device.ready', device: 'terminal' });
    const strange = { device: 'terminal', command: 'strange', key: 'strange', currency, minor: 500 } as const;
    shift.step({ fact: 'charge.approved', ...strange, held: true, card: null, reference: {}, counters: {} });
    expect(await staff.act(act)).toEqual(no('charging'));
    const { terminals } = (await staff.read('table/till')) as unknown as StaffTill;
    expect(terminals).toMatchObject([{ charging: true, minor: 0 }]);
    expect(await staff.act({ do: 'add-person', name: 'Wu', role: 'attendant', pin: otherPin })).toEqual(yes);
    const attendant = await browser();
    await attendant.answer('enter', { number: '2', pin: otherPin });
    expect(await attendant.act(act)).toEqual(no('not-allowed'));
  });

  it('close the day, read how it stands, and have every closed day on a page', async () => {
    const staff = await inside();
    expect(await staff.read('table/z')).toMatchObject({
      zs: [],
      next: null,
      names: { en: { rows: { opening: 'Opening' } } },
    });
    expect(await staff.read('table/day')).toMatchObject({
      last: 0,
      minor: 0,
      sections: expect.arrayContaining([expect.objectContaining({ section: 'cash' })]),
    });
    expect(await staff.act({ do: 'print-x', lang: 'en' })).toEqual(yes);
    expect(await staff.act({ do: 'print-z', z: 1, lang: 'en' })).toEqual(no('nothing'));
    const close = { do: 'close-day', lang: 'zh-CN', second: null } as const;
    const signed = { key: 'f21d8a292180235e', signature: 'ab'.repeat(64) };
    for (let z = 1; z <= 9; z++) {
      const { opened, last, empty } = (await staff.read('table/day')) as unknown as StaffDay;
      expect([last, empty]).toEqual([z - 1, z > 1]);
      const seen = { opened, last, empty };
      for (const other of [{ empty: !empty }, { last: last + 1 }, { opened: '2026-01-01' }])
        expect(await staff.act({ ...close, seen: { ...seen, ...other } })).toEqual(no('day-changed'));
      expect(await staff.act({ ...close, seen })).toEqual(yes);
      expect(await staff.act({ do: 'print-z', z, lang: 'en' })).toEqual(no('not-signed'));
      shift.step({ fact: 'day.signed', z, hash: 'hash', signed });
    }
    const page = (await staff.read('table/z')) as unknown as StaffZs;
    expect(page.zs.map(({ z }) => z)).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
    expect(page.next).toBe(8);
    expect(page.zs[0]).toMatchObject({ by: '1 李娜', paper: 'printing', seal: { signature: 'abababababababab' } });
    expect(await staff.read('table/z?from=8')).toMatchObject({ zs: [{ z: 1 }], next: null });
    expect(await staff.act({ do: 'print-z', z: 9, lang: 'en' })).toEqual(no('printing'));
    shift.step({ fact: 'paper.changed', device: 'printer', paper: 'out' });
    expect(await staff.act({ do: 'print-readiness', lang: 'en' })).toEqual(no('no-printer'));
    for (const body of ['close-day', 'print-x', 'print-z']) {
      expect((await staff.post('do', { do: body })).status, body).toBe(400);
    }
  });

  it('do not close the day, nor read it, for an attendant', async () => {
    const staff = await inside();
    expect(await staff.act({ do: 'add-person', name: 'Wu', role: 'attendant', pin: otherPin })).toEqual(yes);
    const attendant = await browser();
    await attendant.answer('enter', { number: '2', pin: otherPin });
    expect(
      await attendant.act({ do: 'close-day', lang: 'en', seen: { opened: null, last: 0, empty: false }, second: null }),
    ).toEqual(no('not-allowed'));
    expect(await attendant.act({ do: 'print-x', lang: 'en' })).toEqual(no('not-allowed'));
    expect(await attendant.act({ do: 'print-z', z: 1, lang: 'en' })).toEqual(no('not-allowed'));
    for (const table of ['day', 'z', 'statements'])
      expect((await attendant.ask(`/staff/table/${table}`)).status, table).toBe(403);
  });

  it('open what the office has closed, once, and the till says by which order it was', async () => {
    known();
    const staff = await inside();
    expect(await staff.act({ do: 'unlock' })).toEqual(no('nothing'));
    const at = new Date(shift.kiosk.wallMs).toISOString();
    const deadline = new Date(shift.kiosk.wallMs + 60_000).toISOString();
    const order = { seq: 7, order: { act: 'lock' }, priority: 'now', orderedAt: at, deadline, problem: null } as const;
    shift.step({ fact: 'remote.ordered', ...order });
    expect((await staff.read('table/till')).locked).toMatchObject({ order: 7 });
    expect(await staff.act({ do: 'unlock' })).toMatchObject({ ok: true });
    expect((await staff.read('table/till')).locked).toBeNull();
  });

  it('about machines, boxes and moves that are not there book nothing', async () => {
    known();
    const staff = await inside();
    const before = shift.kiosk.staff.moves;
    const second = null;
    expect(await staff.act({ do: 'fill', device: 'printer', pieces: fifty })).toEqual(no('unknown-device'));
    expect(await staff.act({ do: 'empty', device: 'yuan', keep: [], second })).toEqual(no('unknown-device'));
    expect(await staff.act({ do: 'change-box', device: 'acceptor', second })).toEqual(no('nothing'));
    expect(await staff.act({ do: 'count', bag: 'B00009', seal: null, pieces: fifty, second })).toEqual(
      no('unknown-bag'),
    );
    expect(await staff.act({ do: 'confirm-table', device: 'acceptor', minors: [100] })).toEqual(no('nothing'));
    const strange = [{ minor: 7, count: 1 }];
    expect(await staff.act({ do: 'fill', device: 'yuan', pieces: strange })).toEqual(no('bad-pieces'));
    expect(await staff.act({ do: 'remove-person', number: '1' })).toEqual(no('last-administrator'));
    expect(shift.kiosk.staff.moves).toBe(before);
  });
});

describe('reports', () => {
  beforeEach(() => {
    const happened = [1, 2, 3].map((n) => ({ waitMs: 1_000, body: sale(n) }));
    writeJournal(join(data, 'sold.sqlite'), happened, { fromMs: soldMs, timeZone: 'Asia/Shanghai' });
  });

  it('are read by collectors and administrators, and by nobody else', async () => {
    const first = await inside();
    for (const role of ['collector', 'technician', 'attendant'] as const)
      expect(await first.act({ do: 'add-person', name: role, role, pin: otherPin })).toEqual(yes);
    const asked = ['table/report', 'table/entries?figure=sales', 'download/report?as=csv'];
    const answers = async (who: Browser) =>
      Promise.all(asked.map(async (path) => (await who.ask(`/staff/${path}`)).status));
    expect(await answers(first)).toEqual([200, 200, 200]);
    expect(await answers(await browser())).toEqual([403, 403, 403]);
    for (const [number, status] of [
      ['2', 200],
      ['3', 403],
      ['4', 403],
    ] as const) {
      const who = await browser();
      await who.answer('enter', { number, pin: otherPin });
      expect(await answers(who), number).toEqual([status, status, status]);
    }
  });

  it('say what was sold, which entries it was, and hand it out as a file with a name', async () => {
    const staff = await inside();
    const { report, before, after } = (await staff.read('table/report?period=week')) as unknown as StaffReport;
    expect(report).toMatchObject({ date: '2026-W14', count: 3, minor: 5_640 });
    expect(before).toMatchObject({ date: '2026-W13', count: 0 });
    expect(after).toBeNull();
    const { entries } = (await staff.read('table/entries?figure=sales&period=week')) as unknown as StaffEntries;
    expect(entries.map(({ seq, minor }) => [seq, minor])).toEqual([
      [4, 1_880],
      [3, 1_880],
      [2, 1_880],
    ]);
    expect(entries[0]).toMatchObject({ kind: 'sale.paid', session: 'v3', body: { receipt: 'R3' } });
    const csv = await staff.ask('/staff/download/report?period=day&as=csv&lang=zh-CN');
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="LAB-01-2026-03-31.csv"');
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await csv.text()).toContain('收款总额（CNY）,56.40\r\n');
    const xlsx = await staff.ask('/staff/download/report?period=month&as=xlsx');
    expect(xlsx.headers.get('content-disposition')).toContain('2026-03.xlsx');
    expect(
      Buffer.from(await xlsx.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it.each([
    ['table/report?period=year', '"period" is one of day, week, month; got "year"'],
    ['table/report?day=2026-02-30', '"day" is a business day, such as 2026-03-31'],
    ['table/report?date=2026-02-03', '"date" is not known here; known are period, day'],
    ['table/report?day=2026-02-03&day=2026-02-04', '"day" is given more than once; give it once'],
    ['table/entries', '"figure" is missing; it is one of sales, refunds, cancelled, rounding'],
    ['table/entries?figure=sales&hour=24', '"hour" is a whole number from 0 to 23; got "24"'],
    ['table/entries?figure=sales&hour=1&method=cash', 'take one of "method", "hour" and "payee"'],
    ['table/entries?figure=refunds&hour=1', 'hours and payees are known of sales'],
    ['table/entries?figure=sales&from=-1', '"from" is a whole number'],
    ['download/report', '"as" is missing; it is one of csv, xlsx'],
    ['table/moves?from=x', '"from" is a whole number'],
    ['table/cases?show=nonsense', '"show" is one of open, ended, all; got "nonsense"'],
    ['table/cases?about=nonsense', '"about" is one of note-unknown,'],
    ['table/cases?sort=nonsense', '"sort" is one of newest, oldest, largest'],
    ['table/cases?page=1', '"page" is not known here; known are from, show, about, sort'],
    ['table/evidence?from=1', '"from" is not known here; known are case, page'],
    ['table/evidence?case=1&page=1000000', '"page" is a whole number from 0 to 999999'],
    ['table/moves?device=a', '"device" is not known here; only "from" is'],
  ])('refuse %s, and say why', async (path, words) => {
    const staff = await inside();
    const answer = await staff.ask(`/staff/${path}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      ok: false,
      problem: 'malformed',
      what: expect.stringContaining(words),
    });
  });
});
