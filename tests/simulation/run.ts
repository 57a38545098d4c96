/** One seeded run: customers, a fault at a boundary, a crash; then quiet, and the judgement. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { checkConfig, type Config } from '../../config/schema.ts';
import { kindOf, protocolNamed } from '../../hardware/catalog.ts';
import { stopsAcceptance } from '../../hardware/faults.ts';
import type { Boundary } from '../../hardware/port.ts';
import { rulesOf } from '../../kiosk/rules.ts';
import type { OrderItem } from '../../kiosk/services/biller/contract.ts';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';
import { type AcceptorLineUp, acceptorLineUp, acceptorLineUps } from '../acceptors.ts';
import { Attendant } from './attendant.ts';
import { BoxChanger } from './box-faults.ts';
import { Technician } from './technician.ts';
import { Customer, type Plan, type Slip } from './customer.ts';
import { wallets } from '../wallets.ts';
import { Closer } from './day-faults.ts';
import { Custodian, Mishaps } from './custody.ts';
import { type Deal, deal, rowAt, rowOf } from './deal.ts';
import { PayingWindow } from './doubt-faults.ts';
import { acceptingOthers, OthersSlips } from './others.ts';
import { tellTime } from './clock-faults.ts';
import { VaultVisitor } from './mains-faults.ts';
import { allCompared, Calendar } from './statement-faults.ts';
import { anyCrash, type FaultRow } from './faults.ts';
import { simulatedGoods } from './goods.ts';
import { keys } from './keys.ts';
import { Oracle } from './oracle.ts';
import { OrderingOffice } from './remote-faults.ts';
import { type Random, seeded } from './random.ts';
import { cannotPay } from './witness.ts';
import { Crash, type CrashKind, World, type WorldParts } from './world.ts';

export interface RunResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly story: readonly string[];
  readonly hours: number;
  readonly facts: number;
  readonly crashes: Readonly<Record<CrashKind, number>>;
  /** Row and boundary of each fault that struck. */
  readonly struck: readonly { readonly row: FaultRow['row']; readonly boundary: Boundary }[];
  /** Starts that found a state of before. */
  readonly resumed: number;
  /** Of the journal as it stands at the end. */
  readonly hash: string;
}

const plans: readonly Plan[] = ['pay', 'pay', 'pay', 'cancel', 'leave', 'switch', 'voucher', 'wander'];
const leastCustomers = 3;
/** While the row's fault has not struck yet, so many more come, straight for it. */
const mostCustomers = 30;
const leastRunMs = 120_000;
/** A visit is some twenty entries: most starts find a state that was kept, and some entries behind it. */
const snapshotEveryEntries = 20;
/** Between customers, and at the end, the kiosk must come to rest within this. */
const restLimitMs = 420_000;
const quietStepMs = 1_000;
/** So long after the faults stopped everything that machines and gateways can settle is settled. */
const decidedAfterMs = 330_000;
/** So often somebody who works here comes by after a visit. */
const attendedChance = 0.2;

export const config = labConfig();

function labConfig(): Config {
  const path = new URL('../../config/examples/lab.json', import.meta.url);
  const checked = checkConfig(JSON.parse(readFileSync(path, 'utf8')));
  if (!checked.ok) throw new Error(`lab.json: ${JSON.stringify(checked.problems)}`);
  return { ...checked.config, goods: simulatedGoods };
}

const knowledge = { kindOf, stops: stopsAcceptance };

/** Every fault meets every acceptor in turn; so many times every acceptor has met every fault before. */
function turnOf(dealt: Deal): { readonly acceptor: AcceptorLineUp; readonly before: number } {
  const { rows, number } = dealt;
  const row = rowAt(dealt);
  const lineUps = row.recycler ? acceptorLineUps.filter(({ pays }) => pays !== undefined) : acceptorLineUps;
  const round = Math.floor(number / rows.length);
  const acceptor = lineUps[round % lineUps.length] as AcceptorLineUp;
  return { acceptor, before: Math.floor(round / lineUps.length) };
}

/** Every third time the cabinet takes coins and has hoppers, as it does whenever the row's fault needs that. */
function hasHoppers(dealt: Deal, row: FaultRow): boolean {
  return row.change === true || turnOf(dealt).before % 3 === 1;
}

/**
 * Every other time the yuan come out of a hopper that begins to count anew when its power was away, and a bill-to-bill unit
 * draws in what nobody takes.
 */
function makesOf(dealt: Deal): WorldParts['makes'] {
  const { acceptor, before } = turnOf(dealt);
  if (before % 2 === 0) return {};
  const yuan = { model: 'sch2' };
  return acceptor.name === 'bill-to-bill' ? { yuan, acceptor: { retract: '30' } } : { yuan };
}

const coin = { countries: { CN: 'CNY' } };
const bus = { protocol: 'cctalk', port: 'bus' };
const changeMachines: Config['devices'] = [
  { id: 'coins', ...bus, settings: { device: 'coin', ...coin } },
  { id: 'yuan', ...bus, settings: { device: 'hopper', ...coin, address: 3, currency: 'CNY', minor: 100 } },
  { id: 'jiao', ...bus, settings: { device: 'hopper', ...coin, address: 4, currency: 'CNY', minor: 10 } },
];
const leastFloat = 4;
/** Where a payout is what the fault waits for. */
const amplyFilled = 50;
const mostFloat = 90;
/** Of each denomination; the store of a SMART Payout holds 80 notes in all. */
const mostNotes = 8;

function withChange(cabinet: Config): Config {
  return { ...cabinet, devices: [...cabinet.devices, ...changeMachines] };
}

/** Every other time the goods lie behind a hatch. */
function hasHatch({ who, number }: Deal, row: FaultRow): boolean {
  return row.hatch === true || (who === 'buyers' && number % 2 === 1 && row.ticket !== true);
}

function withModule(cabinet: Config): Config {
  const settings = protocolNamed('modbus').driver.labSettings;
  const module = { id: 'cabinet', protocol: 'modbus', port: 'cabinet', settings };
  return { ...cabinet, devices: [...cabinet.devices, module] };
}

function withHatch(cabinet: Config): Config {
  const goods = { ...simulatedGoods, handOver: 'relay' as const, relay: { name: 'goods', ms: 500 } };
  return { ...withModule(cabinet), goods };
}

/** What is drawn for runs with charges is not what is drawn for the others. */
const chargesFrom = 1_000_003;
/** Nor what is drawn for runs with several bills, with receipts that are wanted back, with goods, of doubts, or without mains. */
const from: Readonly<Record<Deal['who'], number>> = {
  payers: 0,
  several: 2_000_003,
  refunds: 3_000_003,
  buyers: 4_000_003,
  doubtful: 5_000_003,
  mains: 6_000_003,
  closed: 8_000_003,
  night: 7_000_003,
  custody: 10_000_003,
  technicians: 9_000_003,
  terminals: 11_000_003,
  dips: 12_000_003,
  statements: 13_000_003,
  boxes: 14_000_003,
  others: 17_000_003,
  ordered: 16_000_003,
  clocks: 15_000_003,
};
const mostBills = 5;
const buyersShare = 0.8;

function withCharges(cabinet: Config): Config {
  const { labSettings } = protocolNamed('zvt').driver;
  const terminal = { id: 'terminal', protocol: 'zvt', port: 'terminal', settings: { ...labSettings, currency: 'CNY' } };
  return {
    ...cabinet,
    devices: [...cabinet.devices, terminal],
    wallets,
    methods: ['cash', 'card', 'alipay', 'wechat', 'voucher'],
  };
}

/** The same cabinet with another acceptor, each machine on a wire of its own. */
function speaking({ protocol, settings }: AcceptorLineUp): Config {
  const devices = config.devices.map((device) => ({
    ...device,
    port: device.id,
    ...(device.id === 'acceptor' ? { protocol, settings } : {}),
  }));
  return { ...config, devices };
}

const seal = createVoucherSeal(keys, config.kiosk);

/** A cabinet, its network and its disk, with nothing running yet. */
export function newWorld(seed: number, evidence: boolean, name = 'id003'): World {
  const acceptor = acceptorLineUp(name);
  return new World(parts(seed, evidence, acceptor, speaking(acceptor)));
}

/** A cabinet with a card terminal, a scanner and both wallets, with nothing running yet. `terminal`: settings of it. */
export function newChargeWorld(seed: number, terminal: Readonly<Record<string, string>>): World {
  const acceptor = acceptorLineUp('id003');
  const cabinet = withCharges(speaking(acceptor));
  const scanner = { id: 'scanner', protocol: 'scanner', port: 'scanner', settings: {} };
  const whole = { ...cabinet, devices: [...cabinet.devices, scanner] };
  return new World({ ...parts(seed, true, acceptor, whole), makes: { terminal } });
}

/** A cabinet whose goods lie behind a hatch, with nothing running yet. */
export function newHatchWorld(seed: number): World {
  const acceptor = acceptorLineUp('id003');
  return new World(parts(seed, true, acceptor, withHatch(speaking(acceptor))));
}

/** A cabinet that tells of its contacts and pays coins out, with so many of each in its hoppers, and with nothing running yet. */
export function newModuleWorld(seed: number, filled: number): World {
  const acceptor = acceptorLineUp('id003');
  const floats = { yuan: filled, jiao: filled };
  return new World({ ...parts(seed, true, acceptor, withModule(withChange(speaking(acceptor)))), floats });
}

function parts(seed: number, evidence: boolean, acceptor: AcceptorLineUp, cabinet: Config): WorldParts {
  const own = cabinet.vouchers === undefined ? seal : createVoucherSeal(keys, config.kiosk, cabinet.vouchers.accept);
  return { seed, acceptor, config: cabinet, rules: rulesOf(cabinet, knowledge), seal: own, evidence };
}

export function run(outer: number): RunResult {
  const dealt = deal(outer);
  const seed = dealt.number + (dealt.charges ? chargesFrom : 0) + from[dealt.who];
  const random = seeded(seed * 7 + 1);
  const row = rowOf(outer);
  const evidence = row.evidence ?? random.chance(0.8);
  const { acceptor } = turnOf(dealt);
  const plain = dealt.charges ? withCharges(speaking(acceptor)) : speaking(acceptor);
  const paying = hasHoppers(dealt, row) ? withChange(plain) : plain;
  const whole = hasHatch(dealt, row) ? withHatch(paying) : paying;
  const moduled = dealt.who === 'mains' ? withModule(whole) : whole;
  const cabinet = dealt.who === 'others' ? acceptingOthers(moduled) : moduled;
  const floats = {
    ...(hasHoppers(dealt, row) ? floatsOf(random, row.change ? amplyFilled : leastFloat) : {}),
    ...(acceptor.toldToPay === undefined ? {} : { acceptor: random.integer(0, mostNotes) }),
  };
  const makes = makesOf(dealt);
  const world = new World({ ...parts(seed, evidence, acceptor, cabinet), snapshotEveryEntries, floats, makes });
  world.tell(`the acceptor speaks ${acceptor.name}`);
  if (dealt.who === 'others') world.others = new OthersSlips(seeded(dealt.number + from.others));
  const oracle = new Oracle(world, evidence);
  const struck: RunResult['struck'][number][] = [];
  arm(world, oracle, row, random, struck);
  let broken: string | null = null;
  try {
    world.boot();
    world.declareFloats();
    if (row.biller !== undefined) world.biller.usual = row.biller;
    world.biller.mood = world.biller.usual;
    customers(world, oracle, dealt, random, struck);
    quiet(world);
    if (dealt.who === 'statements') mornings(world, random);
    oracle.customer += 1;
    if (!oracle.strange()) oracle.cannotPay = cannotPay(world, () => oracle.papers);
    until(world, () => atRest(world));
    oracle.atRest = world.kiosk;
  } catch (problem) {
    broken = `I7 the program broke: ${(problem as Error).stack ?? String(problem)}`;
  }
  const violations = broken === null ? oracle.judge(rulesOf(cabinet, knowledge)) : [broken];
  return {
    seed: outer,
    violations,
    story: world.story,
    hours: world.clock.monoMs() / 3_600_000,
    facts: world.facts,
    crashes: world.crashes,
    struck,
    resumed: oracle.resumed,
    hash: createHash('sha256').update(world.disk.contents().head.hash).digest('hex').slice(0, 16),
  };
}

function floatsOf(random: Random, least: number): Readonly<Record<string, number>> {
  return { yuan: random.integer(least, mostFloat), jiao: random.integer(least, mostFloat) };
}

/** Lets the row's fault strike once or twice, at a chosen one of its boundaries. */
function arm(world: World, oracle: Oracle, row: FaultRow, random: Random, struck: RunResult['struck'][number][]): void {
  const wanted = random.pick(row.at);
  let left = random.integer(1, 2);
  let skip = row.rare === true ? 0 : random.integer(0, 2);
  let again = random.chance(0.3);
  if (row.row === 17) {
    world.delayFact = (fact) => (fact.fact === 'note.escrowed' && left > 0 ? random.integer(9_500, 12_000) : 0);
  }
  // Every other time the process has been busy for a while when it hears of the note that it is then killed for.
  if (row.row === 7 && random.chance(0.5)) {
    world.delayFact = (fact) => (fact.fact === 'note.stacked' && left > 0 ? random.integer(1_000, 5_000) : 0);
  }
  if (row.row === 20) lateEvidence(world, random, struck);
  world.watch = (boundary, what) => {
    if (again && boundary === 'b9' && struck.length > 0) {
      again = false;
      struck.push({ row: row.row, boundary });
      throw new Crash('k');
    }
    const late = oracle.customer > leastCustomers;
    if (left === 0 || (late ? !row.at.includes(boundary) : boundary !== wanted)) return;
    const moment = { world, oracle, boundary, what };
    if (!row.when(moment)) return;
    if (!late && skip > 0) {
      skip -= 1;
      return;
    }
    left -= 1;
    struck.push({ row: row.row, boundary });
    world.tell(`fault ${row.row} at ${boundary} ${what}`);
    row.strike(moment);
  };
}

/**
 * The evidence comes when its owner has left: either the line is gone from the order to stack until after the visit, or
 * the process is too busy to hear the machine, so that it goes on with the next visit meanwhile.
 */
function lateEvidence(world: World, random: Random, struck: readonly unknown[]): void {
  const wanted = () => struck.length === 0 && random.chance(0.5);
  if (random.chance(0.5)) {
    world.delayFact = (fact) => (fact.fact === 'note.stacked' && wanted() ? random.integer(22_000, 48_000) : 0);
    return;
  }
  const before = world.onMachine;
  world.onMachine = (device, event) => {
    before(device, event);
    if (device !== 'acceptor' || event.event !== 'command' || !world.acceptor.told(event) || !wanted()) return;
    const wire = world.wires.acceptor;
    world.clock.after(1, () => wire?.cut());
    world.clock.after(random.integer(38_000, 55_000), () => wire?.mend());
  };
}

function customers(world: World, oracle: Oracle, dealt: Deal, random: Random, struck: readonly unknown[]): void {
  const row = rowAt(dealt);
  const buyers = dealt.who === 'buyers' ? seeded(dealt.number + from.buyers) : null;
  const slips: Slip[] = [];
  const attends = seeded(random.integer(0, 1e9));
  world.clock.after(random.integer(5_000, 90_000), () => anyCrash(world));
  if (dealt.who === 'doubtful') new PayingWindow(world, seeded(dealt.number + from.doubtful)).opens();
  if (dealt.who === 'ordered') new OrderingOffice(world, seeded(dealt.number + from.ordered)).begins();
  if (dealt.who === 'clocks') tellTime(world);
  if (dealt.who === 'mains') new VaultVisitor(world, seeded(dealt.number + from.mains)).hired();
  const closer = closerOf(world, dealt);
  if (dealt.who === 'custody') new Mishaps(world, seeded(dealt.number + from.custody)).begin();
  const calendar = dealt.who === 'statements' ? new Calendar(world, seeded(dealt.number + from.statements)) : null;
  const hands = seeded(dealt.number + from.custody + 1);
  const enough = (i: number) => i >= leastCustomers && world.clock.monoMs() >= leastRunMs;
  for (let i = 0; !enough(i) || (struck.length === 0 && i < mostCustomers); i++) {
    oracle.customer = i + 1;
    const late = enough(i);
    const plan = row.plan !== undefined && (late || random.chance(0.7)) ? row.plan : random.pick(plans);
    const many = dealt.who === 'several' && random.chance(0.8) ? random.integer(2, mostBills) : 1;
    const bills = Array.from({ length: many }, () => world.biller.issue(billMinor(random)));
    world.others?.turns();
    const slip = slipOf(world, slips, random);
    const basket = buyers?.chance(buyersShare) ? basketOf(buyers) : null;
    const wantsBack = dealt.who === 'refunds' && random.chance(0.8);
    const customer = new Customer({
      world,
      random: seeded(random.integer(0, 1e9)),
      plan,
      bills,
      slip,
      wantsBack,
      basket,
    });
    if (dealt.who === 'night') closer?.night();
    customer.arrive();
    if (!late && random.chance(0.5)) world.clock.after(random.integer(1_000, 40_000), () => anyCrash(world));
    until(world, () => customer.done);
    // The next person comes when the glass is free, or sees the one before leave things open.
    until(world, () => world.kiosk !== null && world.kiosk.session === null);
    collectSlips(world, slips);
    closer?.afterVisit();
    if (world.machines.terminal !== undefined && (late || random.chance(0.3))) {
      world.book({ fact: 'terminal.close-asked', device: 'terminal', by: 'attendant' });
    }
    calendar?.goesOn();
    if (dealt.who === 'custody') {
      const custodian = new Custodian(world, hands);
      custodian.come();
      until(world, () => custodian.done);
    }
    if (dealt.who === 'boxes') {
      const changer = new BoxChanger(world, seeded(dealt.number + from.boxes + i));
      changer.come();
      until(world, () => changer.done);
    }
    if (attends.chance(attendedChance)) {
      const attendant = new Attendant(world, attends);
      attendant.come();
      until(world, () => attendant.done);
    }
    if (dealt.who === 'technicians') {
      const technician = new Technician(world, dealt.number + from.technicians + i);
      technician.come();
      until(world, () => technician.done);
    }
  }
}

/** Two mornings after the last visit every statement is there, and what was expected a day later as well. */
function mornings(world: World, random: Random): void {
  const calendar = new Calendar(world, random);
  for (let morning = 0; morning < 2; morning++) {
    calendar.wakes();
    until(world, () => allCompared(world));
  }
  until(world, () => atRest(world));
}

/** Who closes days in this run; null: nobody does. */
function closerOf(world: World, { who, number }: Deal): Closer | null {
  if (who !== 'closed' && who !== 'night') return null;
  const closer = new Closer(world, seeded(number + from[who]));
  if (who === 'closed') closer.begins();
  return closer;
}

/** Some of the catalogue. */
function basketOf(random: Random): readonly OrderItem[] {
  const wanted = simulatedGoods.products.filter(() => random.chance(0.5));
  const some = wanted.length > 0 ? wanted : [random.pick(simulatedGoods.products)];
  return some.map(({ id }) => ({ product: id, count: random.integer(1, 3) }));
}

/** Amounts of every kind; whole ones can be paid to the note, without change and without a printer. */
function billMinor(random: Random): number {
  return random.pick([
    random.integer(10, 4_000),
    random.integer(10, 30_000),
    random.integer(1, 90) * 100,
    3_750,
    8_650,
  ]);
}

/** The code that stands on the paper of a voucher; empty when there is no such voucher. */
export function codeOf(world: World, serial: string): string {
  for (const row of world.disk.contents().rows(0)) {
    if (row.kind !== 'voucher.issued') continue;
    const body = JSON.parse(row.body) as { serial: string; currency: string; minor: number };
    if (body.serial !== serial) continue;
    const { currency, minor } = body;
    return seal.signVoucher({ serial, currency, minor, issuedAt: row.at, kiosk: config.kiosk }).code;
  }
  return '';
}

/** What the customers carry home: serial and code, as they stand on the paper. */
function collectSlips(world: World, slips: Slip[]): void {
  for (const row of world.disk.contents().rows(0)) {
    if (row.kind !== 'voucher.issued') continue;
    const { serial } = JSON.parse(row.body) as { serial: string };
    if (!slips.some((slip) => slip.serial === serial)) slips.push({ serial, code: codeOf(world, serial) });
  }
}

function until(world: World, reached: () => boolean): void {
  const endMs = world.clock.monoMs() + restLimitMs;
  while (!reached() && world.clock.monoMs() < endMs) world.clock.runUntil(world.clock.monoMs() + quietStepMs);
}

/** What a customer carries from an earlier visit, here or elsewhere; null: nothing. */
function slipOf({ others }: World, slips: readonly Slip[], random: Random): Slip | null {
  const [own, foreign] = [slips.length > 0 ? random.pick(slips) : null, others?.slips ?? []];
  return foreign.length > 0 && (own === null || random.chance(0.7)) ? random.pick(foreign) : own;
}

/** The faults stop and nobody touches anything. */
function quiet(world: World): void {
  world.tell('the faults stop');
  world.calm = true;
  world.calmSinceMs = world.clock.monoMs();
  world.watch = () => {};
  world.delayFact = () => 0;
  world.handsOff = false;
  world.biller.usual = 'well';
  world.biller.mood = 'well';
  world.goods.mood = 'well';
  for (const desk of Object.values(world.statements)) desk.mood = 'well';
  for (const gateway of Object.values(world.gateways)) {
    gateway.network = 'well';
    gateway.ledger.behave({ kind: 'normal' });
  }
  for (const action of ['mains', 'ups'] as const)
    world.machines.cabinet?.act({ action, value: action === 'mains' ? 'on' : 'ok' });
  world.machines.cabinet?.act({ action: 'close vault' });
  world.machines.terminal?.act({ action: 'host', value: 'online' });
  world.machines.terminal?.act({ action: 'card', value: 'remove' });
  for (const wire of Object.values(world.wires)) {
    wire.mend();
    wire.swallow = null;
    wire.spoilt = 0;
  }
  for (const [device, machine] of Object.entries(world.machines)) {
    for (const action of ['clear jam', 'close cover', 'insert cashbox']) machine.act({ action });
    machine.act({ action: 'misbehave', value: 'off' });
    machine.act(device === 'printer' ? { action: 'paper', value: 'ok' } : { action: 'stacker full', value: 'off' });
    if (!machine.power) machine.act({ action: 'restore power' });
    // A note that somebody pushed in behind another and left there holds up everything.
    machine.act({ action: 'take' });
  }
  until(world, () => {
    takeNotes(world);
    decideDoubts(world);
    return atRest(world);
  });
}

/** What no gateway can settle any more, a person ends after a while: it was paid by another way, or is nobody's. */
function decideDoubts(world: World): void {
  const { kiosk } = world;
  if (kiosk === null || world.clock.monoMs() - world.calmSinceMs < decidedAfterMs) return;
  for (const { status, case: number } of Object.values(kiosk.charges)) {
    const record = status === 'doubt' && number !== null ? kiosk.cases[number] : undefined;
    if (record === undefined) continue;
    world.book({
      fact: 'case.settled',
      record,
      slip: null,
      how: 'void',
      minor: null,
      reason: 'found',
      by: 'attendant',
    });
  }
}

/** Somebody takes what waits between the lips of a machine. */
function takeNotes(world: World): void {
  if (world.cashIn('acceptor', 'bezel') > 0) world.act('acceptor', { action: 'take' });
}

function atRest(world: World): boolean {
  const kiosk = world.kiosk;
  if (world.held > 0 || kiosk === null || kiosk.session !== null || Object.keys(kiosk.posts).length > 0) return false;
  if (Object.keys(kiosk.prints).length > 0 || Object.keys(kiosk.payouts).length > 0) return false;
  if (Object.keys(kiosk.releases).length > 0 || kiosk.cabinet.mainsLostMs !== null || kiosk.cabinet.ending)
    return false;
  // Of one that the window paid out and a person has ended, nobody may ever hear.
  const charges = Object.values(kiosk.charges).filter((one) => !one.paidOut || one.case !== null);
  if (charges.length > 0 || Object.keys(kiosk.refunds).length > 0) return false;
  if (kiosk.day.unsigned.length > 0 || kiosk.clock.offMs !== null) return false;
  const { open, locked, off, ending } = kiosk.remote;
  if (open.length > 0 || locked !== null || off.length > 0 || ending) return false;
  if (Object.values(kiosk.terminals).some(({ order }) => order !== null && order.case === null)) return false;
  const acceptor = kiosk.devices.acceptor;
  if (acceptor === undefined || !acceptor.ready) return false;
  return Object.values(kiosk.stacks).every((stack) => stack.status !== 'open');
}
