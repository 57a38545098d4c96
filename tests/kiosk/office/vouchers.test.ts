/**
 * Fault 43 with two kiosks: each with its own keys, a journal in a file and an uplink over TLS to the office's broker, and one
 * office. One gives a slip out, both are asked to take it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../hardware/clock.ts';
import { createPapers } from '../../../kiosk/documents/papers.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import type { Uplink } from '../../../kiosk/fleet/uplink.ts';
import { openUplink } from '../../../kiosk/fleet/uplink-side.ts';
import { kioskTopics } from '../../../kiosk/fleet/wire.ts';
import { Journal } from '../../../kiosk/journal/journal.ts';
import { openSqliteStorage } from '../../../kiosk/journal/sqlite.ts';
import { type KioskKeys, openKeys } from '../../../kiosk/keys.ts';
import { voucherRecord } from '../../../kiosk/lookup.ts';
import { Loop } from '../../../kiosk/loop.ts';
import { type Broker, openEmbeddedBroker, type Post } from '../../../kiosk/office/broker.ts';
import { Collector } from '../../../kiosk/office/collector.ts';
import { createDesk } from '../../../kiosk/office/desk.ts';
import { type Database, openDatabase } from '../../../kiosk/office/store/open.ts';
import { createScans } from '../../../kiosk/scans.ts';
import type { Bill } from '../../../kiosk/services/biller/contract.ts';
import { PaymentCodes } from '../../../kiosk/services/wallet/payment-codes.ts';
import { createVoucherSeal, slipProof } from '../../../kiosk/voucher-seal.ts';
import { bill, Visit } from '../view/visit.ts';
import { type Identities, newIdentities } from './certificates.ts';
import { type Body, journalOf, messageOf } from './rows.ts';

const [A, B] = ['LAB-01', 'LAB-02'];
/** What A gives back of its bill; what B takes unasked, of one slip and of all. */
const changeMinor = 1_350;
const offlineMaximumMinor = 2_000;
const small: Bill = { ...bill, number: '1002', lines: [], minor: changeMinor };
/** All of it happens on this machine within a second or two. */
const soon = { timeout: 30_000, interval: 20 };

let identities: Identities;
let database: Database;
let broker: Broker;
let folder: string;
/** Of the office: whether it answers questions. */
let answers = true;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  identities = await newIdentities();
  database = await openDatabase({ folder: null });
});
afterAll(() => database?.close());

beforeEach(async () => {
  answers = true;
  folder = mkdtempSync(join(tmpdir(), 'two-kiosks-'));
  await database.query('TRUNCATE kiosks, entries, voucher_redemptions CASCADE');
  const problems: string[] = [];
  const desk = createDesk({
    database,
    collector: new Collector({ database }),
    publish: (...said) => broker.publish(...said),
    startedMs: Date.now(),
    nowMs: Date.now,
    onProblem: (kiosk, problem) => problems.push(`${kiosk} ${problem}`),
  });
  const take = (post: Post) => {
    if (answers || post.topic !== 'asked') void desk.take(post);
  };
  broker = await openEmbeddedBroker({ ...identities.office, host: '127.0.0.1', port: 0, take });
  ends.push(
    () => expect(problems).toEqual([]),
    () => broker.close(),
  );
});

afterEach(async () => {
  try {
    for (const end of ends.splice(0).toReversed()) await end();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function keysOf(kiosk: string): KioskKeys {
  const data = join(folder, kiosk);
  mkdirSync(join(data, 'fleet'), { recursive: true });
  return openKeys(data);
}

const publicKey = ({ verifying }: KioskKeys) => verifying.export({ type: 'spki', format: 'der' }).toString('base64');

/** The kiosk as the daemon puts it together, with machines that do at once what they are told. */
function openKiosk(name: string, other: string) {
  const data = join(folder, name);
  const keys = keysOf(name);
  const vouchers = { accept: [{ kiosk: other, key: publicKey(keysOf(other)) }], offlineMaximumMinor };
  const { config, kiosk } = new Visit((lab) => ({ ...lab, kiosk: name, vouchers }));
  const seal = createVoucherSeal(keys, name, vouchers.accept);
  const journalPath = join(data, 'journal.sqlite');
  const { timeZone, businessDayStart } = config;
  const journal = new Journal({
    storage: openSqliteStorage(journalPath),
    clock: systemClock,
    timeZone,
    businessDayStart,
  });
  const papers = createPapers({ config, find: (key) => journal.find(key), seal, columns: 42 });
  const printed: string[] = [];
  let uplink: Uplink | null = null;
  let bills: Bill = bill;
  const later = (fact: FactBody) => queueMicrotask(() => loop.take(fact));
  const loop = new Loop({
    rules: kiosk.rules,
    journal,
    clock: systemClock,
    chance: () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    document: (order) => papers.document(order),
    voucherFits: ({ serial, code }, record) => seal.verifyTyped({ serial, code, record }),
    voucherProof: (own) => slipProof(seal.signVoucher({ ...own, kiosk: name }).qr),
    officeUp: () => uplink?.status().connected ?? false,
    sign: () => ({ key: 'key', signature: 'signature' }),
    version: '1',
    config: 'hash',
    onFailure: (problem) => {
      throw problem;
    },
  });
  const none = () => {};
  loop.start({
    obey(command) {
      if (command.command !== 'document.print') return;
      printed.push(command.document);
      later({ fact: 'print.done', device: command.device, command: command.id });
    },
    ask({ command, id }) {
      if (command === 'bill.post') later({ fact: 'bill.posted', command: id, reference: 'R' });
      else later({ fact: 'bill.found', command: id, bill: bills });
    },
    askOffice: (question) => uplink?.ask(question),
    ...{ maintain: none, recorded: none, fetchStatement: none, handedOver: none, shutDown: none, carryOut: none },
  });
  const machine = { protocol: 'other', maker: null, model: null, serial: null, firmware: null };
  const denominations = [{ currency: 'CNY', minor: 10_000 }];
  loop.take({ fact: 'device.identified', device: 'acceptor', ...machine, denominations });
  for (const device of ['acceptor', 'printer']) loop.take({ fact: 'device.ready', device });
  ends.push(() => {
    loop.stop();
    journal.close();
  });
  const scan = createScans({
    codes: new PaymentCodes(systemClock, (bytes) => new Uint8Array(bytes)),
    seal,
    take: (fact) => loop.take(fact),
    voucher: (voucher) => loop.voucherScanned(voucher),
  });
  const stage = () => loop.kiosk.session?.stage;
  const reaches = (at: string) => vi.waitFor(() => expect(stage()?.at).toBe(at), soon);
  const entries = <K extends EntryBody['kind']>(kind: K) =>
    [...journal.entries()].flatMap(({ body }) => (body.kind === kind ? [body as Extract<EntryBody, { kind: K }>] : []));
  /** A new visit up to the choice of a way to pay. */
  const begin = async (of: Bill) => {
    bills = of;
    loop.asked({ do: 'begin' }, 'attract');
    loop.asked({ do: 'task', task: 'pay-bill' }, 'welcome');
    loop.asked({ do: 'find-bill', number: of.number }, 'find-bill');
    await reaches('review');
    loop.asked({ do: 'confirm-bill' }, 'review');
    await reaches('choose');
  };
  /** Until nobody stands there any more. */
  const leave = () =>
    vi.waitFor(() => {
      for (const intent of ['finish', 'cancel'] as const) loop.asked({ do: intent }, 'choose');
      expect(loop.kiosk.session).toBeNull();
    }, soon);
  return {
    ...{ loop, scan, stage, begin, leave, entries, printed },
    async online() {
      const { key, certificate, authority: ca } = await identities.kiosk(name);
      const opened = openUplink({
        ...{ kiosk: name, data, journalPath, keys, clock: systemClock, chance: Math.random },
        configuration: { hash: '0'.repeat(64), document: config },
        pairing: { url: broker.url, ca, certificate, key },
        state: () => loop.kiosk,
        around: () => ({
          devices: [],
          shown: { lang: 'en', body: { screen: 'starting', title: '' } } as never,
          ...{ edition: null, proven: true },
        }),
        take: (fact) => loop.take(fact),
        onTold: (question, word) => loop.voucherTold(question, word),
        onLook: none,
        onCommand: none,
        onProblem: none,
      });
      uplink = opened;
      ends.push(() => opened.close());
      await vi.waitFor(() => expect(opened.status().connected).toBe(true), soon);
    },
    /** Pays the large bill with a note and leaves with the change as a slip: the text of its square code. */
    async slip(): Promise<string> {
      await begin(bill);
      loop.asked({ do: 'method', method: 'cash' }, 'choose');
      loop.asked({ do: 'agree' }, 'promise');
      const note = { device: 'acceptor', currency: 'CNY', minor: 10_000 };
      const seenMs = systemClock.monoMs();
      loop.take({ fact: 'note.accepting', device: 'acceptor' });
      loop.take({ fact: 'note.escrowed', ...note, seenMs, deadlineMs: seenMs + 60_000 });
      const command = entries('note.stack').at(-1)?.command ?? null;
      loop.take({ fact: 'note.stacked', ...note, command, key: `acceptor/${command}` });
      await leave();
      const serial = entries('voucher.issued').at(-1)?.serial as string;
      const record = voucherRecord(journal.find(`voucher:${serial}`));
      return seal.signVoucher({ ...(record as NonNullable<typeof record>), kiosk: name }).qr;
    },
    /** A visit in which the slip pays the small bill, or does not. */
    async present(qr: string) {
      await begin(small);
      scan(qr);
      await vi.waitFor(() => {
        const now = stage();
        const refused = now?.at === 'voucher' && now.asking === undefined && now.problem !== null;
        expect(refused || loop.kiosk.session?.sale?.state === 'paid').toBe(true);
      }, soon);
      const now = stage();
      const problem = now?.at === 'voucher' ? now.problem : null;
      await leave();
      return problem;
    },
  };
}

const redemptions = () =>
  database.query<{ kiosk: string; at: string }>('SELECT issuer, serial, kiosk, at, minor FROM voucher_redemptions');
const conflicts = () => database.query<{ kiosk: string; at: string }>('SELECT kiosk, at, minor FROM voucher_conflicts');
const alerts = () =>
  database.query("SELECT kiosk, subject, detail, status FROM alerts WHERE kind = 'voucher-conflict'");
const counted = async (rows: typeof redemptions, count: number) =>
  vi.waitFor(async () => expect(await rows()).toHaveLength(count), soon);

describe('fault 43: a slip that one kiosk gave out is redeemed at another', () => {
  test('both know the office: it is taken once, and whoever comes again is told when and where', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await Promise.all([one.online(), other.online()]);
    const qr = await one.slip();
    expect(await other.present(qr)).toBeNull();
    expect(other.entries('voucher.told')).toMatchObject([{ word: { spent: null } }]);
    expect(other.entries('voucher.redeemed')).toMatchObject([{ issuer: A, serial: '000001', minor: changeMinor }]);
    await counted(redemptions, 1);
    const at = (await redemptions())[0]?.at as string;
    // The kiosk that gave it out asks the office; the one that took it has it in its own journal.
    expect(await one.present(qr)).toEqual({ why: 'spent', kiosk: B, at });
    expect(await other.present(qr)).toEqual({ why: 'spent', kiosk: B, at });
    expect(one.entries('voucher.redeemed')).toEqual([]);
    expect(await redemptions()).toEqual([{ issuer: A, serial: '000001', kiosk: B, at, minor: changeMinor }]);
    expect(await conflicts()).toEqual([]);
  }, 60_000);

  test('the other one is offline and takes it within its limit: one redemption, one conflict row, one alert', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await one.online();
    const qr = await one.slip();
    expect(await other.present(qr)).toBeNull();
    expect(other.entries('voucher.redeemed')).toMatchObject([{ issuer: A, unasked: true }]);
    expect(other.loop.kiosk.unasked.minor).toBe(changeMinor);
    // The office cannot know it yet.
    expect(await one.present(qr)).toBeNull();
    await counted(redemptions, 1);
    await other.online();
    await counted(conflicts, 1);
    const [first] = await redemptions();
    const [second] = await conflicts();
    expect(first).toEqual({ issuer: A, serial: '000001', kiosk: A, at: first?.at, minor: changeMinor });
    expect(second).toEqual({ kiosk: B, at: second?.at, minor: changeMinor });
    expect(await alerts()).toEqual([
      { kiosk: B, subject: `${A} 000001`, detail: `CNY 1350: ${A} ${first?.at}; ${B} ${second?.at}`, status: 'open' },
    ]);
    // The office holds the row: the limit is whole again.
    await vi.waitFor(() => expect(other.loop.kiosk.unasked).toEqual({ minor: 0, seq: 0 }), soon);
    expect(await redemptions()).toHaveLength(1);
    expect(await conflicts()).toHaveLength(1);
  }, 60_000);

  test('offline, what is beyond the limit of all of them together is not taken, and nothing of it is lost', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    const [first, second] = [await one.slip(), await one.slip()];
    expect(await other.present(first)).toBeNull();
    expect(await other.present(second)).toBe('unchecked');
    await Promise.all([one.online(), other.online()]);
    await counted(redemptions, 1);
    await vi.waitFor(() => expect(other.loop.kiosk.unasked.minor).toBe(0), soon);
    expect(await other.present(second)).toBeNull();
    await counted(redemptions, 2);
    expect(await conflicts()).toEqual([]);
  }, 60_000);

  test('presented to both in the same moment it is unspent for one of them only; to the other the office says nothing', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await Promise.all([one.online(), other.online()]);
    const qr = await one.slip();
    for (const kiosk of [one, other]) await kiosk.begin(small);
    one.scan(qr);
    other.scan(qr);
    await vi.waitFor(() => {
      expect(one.entries('voucher.redeemed').length + other.entries('voucher.redeemed').length).toBe(2);
    }, soon);
    const words = [one, other].map((kiosk) => kiosk.entries('voucher.told')[0]?.word);
    expect(words).toContainEqual({ spent: null });
    expect(words).toContain(null);
    // What nobody said counts towards the limit of the kiosk that is not its own.
    if (words[1] === null) expect(other.entries('voucher.redeemed')).toMatchObject([{ unasked: true }]);
  }, 60_000);

  test('an office that says nothing within two seconds counts as none', async () => {
    answers = false;
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await Promise.all([one.online(), other.online()]);
    const qr = await one.slip();
    expect(await other.present(qr)).toBeNull();
    expect(other.entries('voucher.told')).toMatchObject([{ word: null }]);
    expect(other.entries('voucher.redeemed')).toMatchObject([{ unasked: true }]);
  }, 60_000);
});

describe('whoever has the key of a kiosk, and no slip', () => {
  const thief = 'LAB-03';

  /** Says over that kiosk's own line that it has taken these slips of A. */
  async function says(proofs: readonly (string | undefined)[]): Promise<void> {
    const { key, certificate: cert, authority: ca } = await identities.kiosk(thief);
    const client = await connectAsync(broker.url, { key, cert, ca, clientId: thief, reconnectPeriod: 0 });
    const taken = proofs.map((proof): Body => {
      const slip = { issuer: A, serial: '000001', currency: 'CNY', minor: changeMinor, sale: 'a', session: 's' };
      return { kind: 'voucher.redeemed', ...slip, ...(proof === undefined ? {} : { proof }) };
    });
    const rows = journalOf(thief, taken.length, new Map(taken.map((body, at) => [at + 1, body])));
    const message = JSON.stringify(messageOf(rows, 0, rows.length));
    await client.publishAsync(kioskTopics.journal(thief), message, { qos: 1 });
    await counted(redemptions, 1);
    await counted(conflicts, proofs.length - 1);
    await client.endAsync();
  }

  test('spends no slip by saying so: it is taken where it is held to the scanner, once, and both rows are an alert', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await Promise.all([one.online(), other.online()]);
    const qr = await one.slip();
    await says([undefined, slipProof('KV1.A.AAAA')]);
    expect(await other.present(qr)).toBeNull();
    expect(other.entries('voucher.redeemed')).toMatchObject([{ issuer: A, proof: slipProof(qr) }]);
    expect(other.entries('voucher.redeemed')[0]).not.toHaveProperty('unasked');
    await counted(conflicts, 2);
    // What was taken with the slip itself counts, also behind a row that was made up.
    expect(await one.present(qr)).toMatchObject({ why: 'spent', kiosk: B });
    expect(await alerts()).toMatchObject([{ kiosk: thief }, { kiosk: B }]);
  }, 60_000);

  test('and keeps nobody from the office’s word by asking first', async () => {
    const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
    await Promise.all([one.online(), other.online()]);
    const qr = await one.slip();
    const { key, certificate: cert, authority: ca } = await identities.kiosk(thief);
    const client = await connectAsync(broker.url, { key, cert, ca, clientId: thief, reconnectPeriod: 0 });
    await client.subscribeAsync(`office/${thief}/told`);
    const told = new Promise((heard) => client.once('message', (_, payload) => heard(JSON.parse(payload.toString()))));
    const question = JSON.stringify({ id: 'q', issuer: A, serial: '000001' });
    await client.publishAsync(kioskTopics.asked(thief), question, { qos: 1 });
    expect(await told).toEqual({ id: 'q', spent: null });
    await client.endAsync();
    expect(await other.present(qr)).toBeNull();
    expect(other.entries('voucher.told')).toMatchObject([{ word: { spent: null } }]);
  }, 60_000);
});

test('the receipt of what another kiosk’s slip paid names that kiosk', async () => {
  const [one, other] = [openKiosk(A, B), openKiosk(B, A)];
  const qr = await one.slip();
  await other.begin(small);
  other.scan(qr);
  await vi.waitFor(() => expect(other.stage()?.at).toBe('settled'), soon);
  other.loop.asked({ do: 'finish' }, 'settled');
  other.loop.asked({ do: 'document', choice: 'paper' }, 'documents');
  await vi.waitFor(() => expect(other.printed.join()).toContain(`${A} 000001`), soon);
});
