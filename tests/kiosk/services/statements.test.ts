/** A day's statement goes from a simulated gateway over real HTTP to the kiosk, signatures checked on both sides. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAlipayGateway } from '../../../hardware/bench/wallets/alipay.ts';
import { storedWalletKeys } from '../../../hardware/bench/wallets/keys.ts';
import type { WalletGateway } from '../../../hardware/bench/wallets/server.ts';
import { openWechatGateway } from '../../../hardware/bench/wallets/wechat.ts';
import { type Clock, systemClock, VirtualClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { readAlipayArchive } from '../../../kiosk/services/alipay/statement.ts';
import type { StatementRow, Statements } from '../../../kiosk/services/wallet/contract.ts';
import { createGateway } from '../../../kiosk/services/wallet/index.ts';
import { keepStatement } from '../../../kiosk/services/wallet/statement-files.ts';
import { notRead, rowsMaximum } from '../../../kiosk/services/wallet/sheet.ts';
import { createFetcher, fetchMs } from '../../../kiosk/services/wallet/statements.ts';
import { type ArchivedFile, readZip } from '../../../kiosk/services/wallet/zip.ts';
import { readWechatSheet } from '../../../kiosk/services/wechat/statement.ts';
import { seeded } from '../../simulation/random.ts';
import { wallets } from '../../wallets.ts';

const twoDaysMs = 2 * 86_400_000;
const words = '水费 "2 期", 1';

describe.each(['alipay', 'wechat'] as const)('a statement of %s', (kind) => {
  let data: string;
  let simulated: WalletGateway;
  let kiosk: Statements;
  /** The gateway's day, behind the machine's while it is paid. */
  let awayMs = 0;
  const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + awayMs };
  const day = () => new Date(systemClock.wallMs() - twoDaysMs + 8 * 3_600_000).toISOString().slice(0, 10);
  const never = new AbortController().signal;
  const told = () => kiosk.statement(day(), never);

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'kiosk-statements-'));
    const example = wallets.find((wallet) => wallet.kind === kind);
    if (example === undefined) throw new Error(`no wallet ${kind} in the example`);
    const options = { port: 0, keys: await storedWalletKeys(data, kind), clock };
    const { alipay, wechat } = example;
    if (alipay !== null) simulated = await openAlipayGateway({ ...options, appId: alipay.appId });
    if (wechat !== null) {
      const { appId, mchId: mchid, merchantSerial: serial, publicKeyId } = wechat;
      simulated = await openWechatGateway({ ...options, merchant: { appId, mchid, serial, publicKeyId } });
    }
    const url = kind === 'alipay' ? `${simulated.url}/gateway.do` : simulated.url;
    kiosk = await createGateway({ ...example, url }, data, systemClock, 'LAB-01');
    awayMs = -twoDaysMs;
    await paid('1'.repeat(32), 8_650, 'LAB-01');
    awayMs += 1_000;
    await paid('2'.repeat(32), 100, 'LAB-02');
    awayMs += 1_000;
    simulated.ledger.refund({ number: '1'.repeat(32), id: 'b'.repeat(32), minor: 650 });
    awayMs = 0;
  });

  afterEach(async () => {
    await simulated.close();
    rmSync(data, { recursive: true, force: true });
  });

  async function paid(number: string, minor: number, mark: string): Promise<void> {
    const order = { number, minor, subject: words, expiresMs: null, payWithinMs: null, notifyUrl: null, mark };
    simulated.ledger.show(order);
    expect(await simulated.act({ action: 'pay code', text: number })).toEqual({ ok: true });
  }

  it('has every payment and refund of the day, whoever asked for it, with the mark of the kiosk', async () => {
    const answer = await told();
    if (answer.came !== 'rows') throw new Error(JSON.stringify(answer));
    const near = (row: StatementRow) => Math.abs(row.atMs - (systemClock.wallMs() - twoDaysMs)) < 60_000;
    expect(answer.rows.every(near)).toBe(true);
    expect(answer.rows.map(({ atMs, transaction, ...row }) => row)).toEqual([
      { number: '1'.repeat(32), refundNumber: null, kind: 'paid', currency: 'CNY', minor: 8_650, mark: 'LAB-01' },
      { number: '2'.repeat(32), refundNumber: null, kind: 'paid', currency: 'CNY', minor: 100, mark: 'LAB-02' },
      {
        number: '1'.repeat(32),
        refundNumber: 'b'.repeat(32),
        kind: 'refunded',
        currency: 'CNY',
        minor: 650,
        mark: 'LAB-01',
      },
    ]);
    const [orders, file] = [simulated.state().ledger, answer.file];
    expect(answer.rows[0]?.transaction).toBe(orders[0]?.transaction);
    expect(file.ending).toBe(kind === 'alipay' ? 'zip' : 'csv.gz');
  });

  it('is not ready on its own day, nor where there was nothing', async () => {
    const today = new Date(systemClock.wallMs() + 8 * 3_600_000).toISOString().slice(0, 10);
    const before = new Date(systemClock.wallMs() - 20 * 86_400_000).toISOString().slice(0, 10);
    expect(await kiosk.statement(today, never)).toMatchObject({ came: 'not-ready' });
    expect(await kiosk.statement(before, never)).toMatchObject({ came: 'not-ready' });
  });

  const misbehave = (value: string, text?: string) =>
    simulated.act({ action: 'misbehave', value, ...(text === undefined ? {} : { text }) });

  it.each([
    ['not-ready', 'not-ready'],
    ['expired', 'unreachable'],
    ['hash', kind === 'wechat' ? 'not-genuine' : 'rows'],
    ['cut', 'unreadable'],
    ['unsaid', 'rows'],
    ['stranger', 'rows'],
    ['amount', 'rows'],
  ])('that is wrong by "%s" comes as %s', async (wrong, came) => {
    expect(await misbehave('statement', wrong)).toEqual({ ok: true });
    const answer = await told();
    expect(answer).toMatchObject({ came });
    if (answer.came !== 'rows') return;
    const firsts = answer.rows.map(({ minor }) => minor);
    const expected = { unsaid: [100, 650], stranger: [8_650, 100, 650, 8_650], amount: [8_750, 100, 650] };
    expect(firsts).toEqual(expected[wrong as keyof typeof expected] ?? [8_650, 100, 650]);
  });

  it.each([
    ['wrong-signature', 'not-genuine'],
    ['rate-limit', 'unreachable'],
    ['system-error', 'unreachable'],
    ['down', 'unreachable'],
    ['hang-up', 'unreachable'],
    ['error-after', kind === 'alipay' ? 'unreadable' : 'unreachable'],
  ])('of a gateway that is "%s" comes as %s', async (mood, came) => {
    await misbehave(mood);
    expect(await told()).toMatchObject({ came });
  });

  it('of a gateway that never answers ends when its time is over, and is answered once', async () => {
    await misbehave('silent');
    const virtual = new VirtualClock(0);
    const facts: FactBody[] = [];
    const fetcher = createFetcher({
      sources: new Map([[kind, kiosk]]),
      clock: virtual,
      find: () => [],
      keep: () => null,
      answer: (fact) => facts.push(fact),
    });
    fetcher.obey({ id: 'statement-1', device: kind, day: day() });
    fetcher.obey({ id: 'statement-1', device: kind, day: day() });
    virtual.runUntil(fetchMs);
    await new Promise((resolve) => setImmediate(resolve));
    expect(facts).toMatchObject([{ command: 'statement-1', answer: { came: 'unreachable' } }]);
    fetcher.close();
  });
});

describe('what was fetched', () => {
  it('is kept for its owner alone, under its hash, written over by a later one, and deleted when it is old', () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'kept-')), 'statements');
    const of = { device: 'alipay', day: '2026-03-31' };
    const keep = (text: string, at = of) =>
      keepStatement(folder, systemClock, at, { bytes: Buffer.from(text), ending: 'zip' });
    keep('first');
    const kept = keep('second');
    const path = join(folder, 'alipay-2026-03-31.zip');
    expect(kept).toEqual({
      name: 'alipay-2026-03-31.zip',
      sha256: createHash('sha256').update('second').digest('hex'),
    });
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const longAgo = systemClock.wallMs() / 1_000 - 401 * 86_400;
    utimesSync(path, longAgo, longAgo);
    keep('other', { device: 'wechat', day: '2027-05-06' });
    expect(readdirSync(folder)).toEqual(['wechat-2027-05-06.zip']);
    expect(keepStatement('/dev/null/x', systemClock, of, { bytes: Buffer.of(1), ending: 'zip' })).toBeNull();
  });
});

/** Made by Python's zipfile: one file deflated, one stored. */
const archive = Buffer.from(
  'UEsDBBQAAAAIACx/fV3IT3m3CgAAAPoAAAAHAAAAb25lLmNzdkvUSeLlShyJBABQSwMEFAAAAAAAAAAhAM9iIBkFAAAABQAAAAcAAAB0d28uY3N2' +
    'cGxhaW5QSwECFAMUAAAACAAsf31dyE95twoAAAD6AAAABwAAAAAAAAAAAAAAgAEAAAAAb25lLmNzdlBLAQIUAxQAAAAAAAAAIQDPYiAZBQAA' +
    'AAUAAAAHAAAAAAAAAAAAAACAAS8AAAB0d28uY3N2UEsFBgAAAAACAAIAagAAAFkAAAAAAA==',
  'base64',
);

const filesIn = (bytes: Buffer): readonly ArchivedFile[] | null => {
  const found = readZip(bytes, 1_000);
  return found === 'too-much' ? null : found;
};

describe('an archive', () => {
  it('of another program is read, and never beyond what it may hold', () => {
    const files = filesIn(archive)?.map(({ name, content }) => [String(name), String(content)]);
    expect(files).toEqual([
      ['one.csv', 'a,b\r\n'.repeat(50)],
      ['two.csv', 'plain'],
    ]);
    expect(readZip(archive, 254)).toBe('too-much');
    expect(readZip(archive, 255)).toHaveLength(2);
  });

  it('that says a small size and unpacks to more is refused before it is all there', () => {
    const lying = Buffer.from(archive);
    // Of the first file, in the directory: 250 bytes are said to be 20.
    const at = lying.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02])) + 24;
    expect(lying.readUInt32LE(at)).toBe(250);
    lying.writeUInt32LE(20, at);
    expect(readZip(lying, 1_000)).toBeNull();
  });

  it('that was changed anywhere is read as it was, or not at all, and never throws', () => {
    const whole = JSON.stringify(filesIn(archive)?.map(({ content }) => String(content)));
    for (let at = 0; at < archive.length; at++) {
      for (const bit of [1, 0x80, 0xff]) {
        const changed = Buffer.from(archive);
        changed[at] = (changed[at] as number) ^ bit;
        const read = filesIn(changed);
        if (read !== null) expect(JSON.stringify(read.map(({ content }) => String(content)))).toBe(whole);
      }
      expect(() => readZip(archive.subarray(0, at), 1_000)).not.toThrow();
    }
  });
});

const wechatHead = '交易时间,商户号,微信订单号,商户订单号,交易状态,货币种类,商户退款单号,退款金额,商户数据包,订单金额';
const wechatRow = '`2026-03-31 10:00:00,`M,`42,`A1,`SUCCESS,`CNY,`0,`0.00,`LAB-01,`1.00';
const wechatFoot = '总交易单数,订单总金额,退款总金额';
const sheet = (...rows: readonly string[]) =>
  [wechatHead, ...rows, wechatFoot, `\`${rows.length},\`${rows.length}.00,\`0.00`].join('\r\n');

describe('a sheet', () => {
  it('with more rows than are read on the thread of the notes is too much, and one with as many is read', () => {
    const rows = (count: number) => sheet(...Array.from({ length: count }, () => wechatRow));
    expect(readWechatSheet(rows(rowsMaximum), 'M')).toHaveLength(rowsMaximum);
    expect(readWechatSheet(rows(rowsMaximum + 1), 'M')).toBe('too-much');
    expect(notRead('too-much')).toEqual({ came: 'too-much', code: 'too-much' });
  });

  it('is found by the names of its columns, whatever stands between them', () => {
    const [row] = readWechatSheet(`\uFEFF${sheet(wechatRow)}\r\n`, 'M');
    expect(row).toMatchObject({ number: 'A1', kind: 'paid', minor: 100, mark: 'LAB-01', atMs: 1_774_922_400_000 });
  });

  it.each([
    ['another merchant', sheet(wechatRow.replace('`M', '`N')), 'row'],
    ['a state nobody knows', sheet(wechatRow.replace('SUCCESS', 'PAID')), 'row'],
    ['half a cent', sheet(wechatRow.replace('1.00', '1.005')), 'row'],
    ['a sum below zero', sheet(wechatRow.replace('`1.00', '`-1.00')), 'row'],
    ['nothing', sheet(wechatRow.replace('`1.00', '`0.00')), 'row'],
    ['no such moment', sheet(wechatRow.replace('03-31', '13-31')), 'row'],
    ['a cell too few', sheet(wechatRow.replace(',`CNY', '')), 'row'],
    ['a row that its totals do not know', sheet(wechatRow).replace('`1,`1.00', '`2,`2.00'), 'totals'],
    ['no rows at all', '', 'form'],
    ['words', '{"code":"SYSTEM_ERROR"}', 'form'],
  ])('with %s is refused whole', (_, text, why) => {
    expect(readWechatSheet(text, 'M')).toBe(why);
  });

  it('of any bytes at all is refused without a throw', () => {
    const random = seeded(41);
    const parts = [
      wechatHead,
      wechatRow,
      wechatFoot,
      '`1,`1.00,`0.00',
      '\r\n',
      '\n',
      '`',
      ',`',
      '"',
      '\uFEFF',
      '中',
      '#',
      '0',
    ];
    for (let n = 0; n < 5_000; n++) {
      const text = Array.from({ length: random.integer(0, 20) }, () => random.pick(parts)).join(
        random.pick(['', '\n']),
      );
      const read = readWechatSheet(text, 'M');
      expect(typeof read === 'string' || read.every(({ minor }) => minor > 0)).toBe(true);
      expect(typeof readAlipayArchive(gzipSync(text))).toBe('string');
    }
  });
});
