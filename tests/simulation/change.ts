/**
 * Judges coins and change: every coin that fell in, and every coin and note that came out as change, as the machines report
 * it of themselves, against what the journal holds.
 */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import { storeOf } from './attendant.ts';
import type { World } from './world.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;
type Wrong = (invariant: string, text: string) => void;

interface Coin {
  readonly minor: number;
  readonly owner: number;
  readonly atMs: number;
  /** The machine lost its power, or was not asked, so soon after it that nobody may ever have heard of it. */
  unheard: boolean;
}

/** Longer than an acceptor that is well waits for the next question; and for a process that is busy elsewhere. */
const askedWithinMs = 2_500;
const recordedWithinMs = 20_000;
/** Rows of the journal in which an order must stand that a machine is being given. */
const recentRows = 200;

export class ChangeOracle {
  private readonly world: World;
  private readonly wrong: Wrong;
  private readonly coins: Coin[] = [];
  /** Minor units that each machine paid out. */
  private readonly paidOut = new Map<string, number>();
  /** Sales into which a note was taken because its change was sure in cash. */
  readonly sure = new Set<string>();

  constructor(world: World, wrong: Wrong) {
    this.world = world;
    this.wrong = wrong;
  }

  seen(device: string, event: SimulatorEvent, owner: number): void {
    switch (event.event) {
      case 'coin.accepted': {
        const atMs = this.world.clock.monoMs();
        this.coins.push({ minor: event.minor as number, owner, atMs, unheard: this.world.kiosk === null });
        return;
      }
      case 'power.cut':
      case 'reset':
        if (device === 'coins') this.loseEvents();
        return;
      case 'cashbox.removed':
        // Pulled in the middle of a visit: what is credited to it may come into the next one.
        if (this.world.kiosk?.session !== null) this.world.meddled.add(device);
        return;
      case 'jammed':
        // Hands put what is stuck into the box, wherever it was on its way to.
        if (device === 'acceptor') this.world.meddled.add(device);
        return;
      case 'note.returned':
        // It was credited, and nobody may have heard that it came out on its string.
        if (event.strung === true) this.world.meddled.add(device);
        return;
      case 'cash.dispensed':
        this.paidOut.set(device, this.paidOutBy(device) + (event.minor as number));
        return;
      case 'cash.retracted':
        this.paidOut.set(device, this.paidOutBy(device) - (event.minor as number));
        return;
      case 'command':
        if (event.name === 'dispense-hopper-coins' || this.world.acceptor.toldToPay?.(event)) this.toldToPay(device);
        return;
    }
  }

  /** What this machine paid out, minor units. */
  paidOutBy(device: string): number {
    return this.paidOut.get(device) ?? 0;
  }

  /** What the machine had not told yet is forgotten with its counter. */
  loseEvents(): void {
    const sinceMs = this.world.clock.monoMs() - (this.world.held > 0 ? recordedWithinMs : askedWithinMs);
    for (const coin of this.coins) if (coin.atMs > sinceMs) coin.unheard = true;
  }

  /** I5: the order and that it may leave were on the disk before the machine heard of it. */
  private toldToPay(device: string): void {
    const contents = this.world.disk.contents();
    let open: Body<'cash.dispense'> | null = null;
    let starting = false;
    for (const row of contents.rows(Math.max(0, contents.head.seq - recentRows))) {
      if (row.kind !== 'cash.dispense' && !row.kind.startsWith('payout.')) continue;
      const body = JSON.parse(row.body) as Body<'cash.dispense' | 'payout.starting' | 'payout.done' | 'payout.partial'>;
      if (body.device !== device) continue;
      if (body.kind === 'cash.dispense') [open, starting] = [body, false];
      else if (body.command !== open?.command) continue;
      else if (body.kind === 'payout.starting') starting = true;
      else open = null;
    }
    if (open === null) this.wrong('I5', `${device} was told to pay without a recorded order`);
    else if (!starting) this.wrong('I5', `${device} was told to pay before it was recorded that it may`);
  }

  /** I6: so much change was promised in cash when a note was taken: what pays out holds it, less what is kept back. */
  canPay(minor: number, { till, devices, rules, payouts }: Kiosk): boolean {
    const stocks = till.units
      .filter(({ unit, device }) => unit !== 'box' && devices[device]?.ready === true)
      .filter(({ device }) => !devices[device]?.faults.some(rules.stops))
      .filter(({ device }) => !Object.values(payouts).some((payout) => payout.device === device));
    let sums = new Set([0]);
    for (const stock of stocks) {
      const there = stock.count - rules.changeReservePieces;
      const more = new Set(sums);
      for (const sum of sums) {
        for (let count = 1; count <= there && sum + count * stock.minor <= minor; count++)
          more.add(sum + count * stock.minor);
      }
      sums = more;
    }
    return sums.has(minor);
  }

  /** `atRest`: the kiosk when all was quiet; null: there was none. */
  judge(entries: readonly Entry[], ownerOf: ReadonlyMap<string, number>, atRest: Kiosk | null): void {
    this.judgeCoins(entries, ownerOf);
    this.judgePayouts(entries);
    this.judgeSales(entries);
    this.judgeCounts(entries);
    this.judgeLeft(entries);
    if (atRest === null) return;
    this.judgeStores(entries, atRest);
    const boxes = entries.filter(({ body }) => isBoxOut(body) && body.pieces.length > 0).length;
    if (boxes !== atRest.till.boxes)
      this.wrong('I1', `${boxes} boxes with money in them were taken out, ${atRest.till.boxes} can be counted`);
  }

  /** I6: what became of a note that its owner left nobody saw; only a person may say that he has it. */
  private judgeLeft(entries: readonly Entry[]): void {
    const left = new Set<string>();
    for (const { body } of entries) {
      if (body.kind === 'change.left') left.add(body.case);
      if (body.kind === 'case.resolved' && body.outcome === 'paid-out' && left.has(body.case))
        this.wrong('I6', `case ${body.case} about change that was left ended as paid out, and nobody saw to whom`);
    }
  }

  /** I1: what was counted is what is booked, as long as nothing of that machine was ever in doubt and nobody meddled. */
  private judgeCounts(entries: readonly Entry[]): void {
    const doubted = new Set(this.world.meddled);
    // Coins that a machine without power forgot lie in its box all the same.
    const forgotten = this.coins.filter(({ unheard }) => unheard).reduce((sum, { minor }) => sum + minor, 0);
    for (const { body } of entries) {
      const { device } = doubtOf(body) ?? { device: null };
      if (device !== null) doubted.add(device);
      const counts = body.kind === 'cash.counted' || body.kind === 'cash.declared' || body.kind === 'cash.emptied';
      if (!counts || (body.difference ?? 0) === 0 || doubted.has(body.device)) continue;
      const known = body.kind === 'cash.counted' && body.device === 'coins' ? forgotten : 0;
      if ((body.difference ?? 0) < 0 || (body.difference ?? 0) > known)
        this.wrong('I1', `${body.device} was counted as ${body.difference} off, and nothing was in doubt`);
    }
  }

  /** I1: what can be paid out is what is booked, save what an open case names and what was in doubt. */
  private judgeStores(entries: readonly Entry[], { till, emptyings, cases }: Kiosk): void {
    const doubts = new Map<string, number>();
    for (const { body } of entries) {
      const doubt = doubtOf(body);
      if (doubt !== null) doubts.set(doubt.device, (doubts.get(doubt.device) ?? 0) + doubt.minor);
    }
    // One that was broken off is given up after some minutes, with a case.
    for (const { device } of Object.values(emptyings)) doubts.set(device, Number.POSITIVE_INFINITY);
    const named = new Set(Object.values(cases).map(({ subject }) => subject));
    for (const device of Object.keys(this.world.machines)) {
      const store = storeOf(this.world, device);
      if (store === null) continue;
      const doubt = doubts.get(device) ?? 0;
      if (named.has(`levels-${device}`)) {
        if (doubt === 0 && !this.world.meddled.has(device))
          this.wrong('I1', `${device} is said to hold something else than is booked, and nobody meddled`);
        continue;
      }
      const off = new Map(store.cash.map(({ minor, count }) => [minor, count]));
      for (const one of till.units) {
        if (one.device === device && one.unit === store.unit) off.set(one.minor, (off.get(one.minor) ?? 0) - one.count);
      }
      const sum = [...off].reduce((all, [minor, count]) => all + Math.abs(minor * count), 0);
      if (sum > doubt)
        this.wrong('I1', `${device} holds ${sum} other than is booked, ${doubt} in doubt, and no case says so`);
    }
  }

  /** I1, I10: each coin is credited once, to whoever put it in, or is booked as nobody's. */
  private judgeCoins(entries: readonly Entry[], ownerOf: ReadonlyMap<string, number>): void {
    const left = [...this.coins];
    let lost = 0;
    // Those that have an owner first: any other may be one that nobody heard of at the time.
    const booked = entries
      .map(({ body }) => body)
      .filter((body) => body.kind === 'coin.credited' || body.kind === 'coin.unowned')
      .toSorted((a, b) => Number(a.kind === 'coin.unowned') - Number(b.kind === 'coin.unowned'));
    for (const { body } of entries) if (body.kind === 'coin.lost') lost += body.count;
    for (const body of booked) {
      const owner = body.kind === 'coin.credited' ? ownerOf.get(body.session) : undefined;
      const same = left
        .filter(({ minor }) => minor === body.minor)
        .toSorted((a, b) => Number(a.unheard) - Number(b.unheard));
      const coin = same.find((one) => one.owner === owner) ?? same[0];
      if (coin === undefined) {
        this.wrong('I2', `a coin of ${body.minor} was booked that never fell in`);
        continue;
      }
      left.splice(left.indexOf(coin), 1);
      if (owner !== undefined && coin.owner !== owner)
        this.wrong('I10', `a coin of customer ${coin.owner} was credited to customer ${owner}`);
    }
    const missing = left.filter(({ unheard }) => !unheard);
    if (missing.length > lost)
      this.wrong('I1', `${missing.length} coins fell in that nobody was credited, ${lost} are known to be lost`);
  }

  /** I1, I2: what came out of each machine is what is booked, save what is in doubt under a number. */
  private judgePayouts(entries: readonly Entry[]): void {
    const orders = new Map<string, { order: Body<'cash.dispense'>; outcomes: EntryBody[] }>();
    const cases = new Set<string>();
    for (const { body } of entries) {
      if (body.kind === 'cash.dispense') orders.set(body.command, { order: body, outcomes: [] });
      if (isOutcome(body)) {
        const known = orders.get(body.command);
        if (known === undefined) this.wrong('I2', `${body.kind} without an order`);
        else known.outcomes.push(body);
      }
      if (body.kind === 'case.opened' && body.subject !== null) cases.add(body.subject);
    }
    const booked = new Map<string, { out: number; doubt: number }>();
    for (const { body } of entries) {
      if (body.kind !== 'cash.retracted') continue;
      const sum = booked.get(body.device) ?? { out: 0, doubt: 0 };
      booked.set(body.device, { ...sum, out: sum.out - body.minor });
    }
    for (const { order, outcomes } of orders.values()) {
      const sum = booked.get(order.device) ?? { out: 0, doubt: 0 };
      booked.set(order.device, sum);
      const ends = outcomes.filter(({ kind }) => kind !== 'payout.unknown');
      const [end] = ends;
      if (outcomes.length === 0) this.wrong('I7', `payout ${order.command} has no outcome`);
      if (ends.length > 1) this.wrong('I1', `payout ${order.command} ended ${ends.length} times`);
      if (end?.kind === 'payout.done' || end?.kind === 'payout.partial') {
        const pieces = end.pieces.reduce((all, { minor, count }) => all + minor * count, 0);
        if (pieces !== end.minor)
          this.wrong('I1', `payout ${order.command} booked ${end.minor} in pieces of ${pieces}`);
        const owed = end.kind === 'payout.partial' ? end.owed : 0;
        // Of a check nothing is owed.
        if (order.reason !== 'check' && end.minor + owed !== order.minor)
          this.wrong('I1', `payout ${order.command} of ${order.minor} ended with ${end.minor} and ${owed} owed`);
        sum.out += end.minor;
      } else if (end === undefined) {
        sum.doubt += order.minor;
        // By the end every machine is well again, and says at least that it cannot tell.
        if (!outcomes.some((body) => body.kind === 'payout.unknown' && body.final))
          this.wrong('I7', `payout ${order.command} is in doubt, and its machine was never asked`);
      }
      if (
        outcomes.some(({ kind }) => kind === 'payout.partial' || kind === 'payout.unknown') &&
        !cases.has(order.command)
      )
        this.wrong('I6', `payout ${order.command} fell short without a case`);
    }
    for (const [device, out] of this.paidOut) {
      const sum = booked.get(device) ?? { out: 0, doubt: 0 };
      if (out < sum.out || out > sum.out + sum.doubt)
        this.wrong('I1', `${device} paid ${out}; ${sum.out} is booked, ${sum.doubt} in doubt`);
    }
    for (const [device, { out }] of booked) {
      if (out > 0 && !this.paidOut.has(device)) this.wrong('I2', `${device} paid nothing; ${out} is booked`);
    }
  }

  /** I1: a sale names as change in cash what its orders were known to have paid when it was booked. */
  private judgeSales(entries: readonly Entry[]): void {
    const known = new Map<string, { cash: number; owed: number; open: Set<string>; ended: Set<string> }>();
    const of = (sale: string) => {
      const one = known.get(sale) ?? { cash: 0, owed: 0, open: new Set<string>(), ended: new Set<string>() };
      known.set(sale, one);
      return one;
    };
    const saleOf = new Map<string, string>();
    for (const { body } of entries) {
      if (body.kind === 'cash.dispense' && body.sale !== null) {
        of(body.sale).open.add(body.command);
        saleOf.set(body.command, body.sale);
      }
      const drawnInFrom = body.kind === 'cash.retracted' ? saleOf.get(body.command) : undefined;
      if (body.kind === 'cash.retracted' && drawnInFrom !== undefined) {
        of(drawnInFrom).cash -= body.minor;
        of(drawnInFrom).owed += body.minor;
      }
      if (isOutcome(body) && body.sale !== null) {
        const sale = of(body.sale);
        sale.open.delete(body.command);
        if (sale.ended.has(body.command)) continue;
        sale.ended.add(body.command);
        if (body.kind === 'payout.done' || body.kind === 'payout.partial') sale.cash += body.minor;
        if (body.kind === 'payout.partial') sale.owed += body.owed;
        if (body.kind === 'payout.unknown') sale.owed += body.minor;
      }
      if (body.kind === 'change.left' && body.sale !== null && !of(body.sale).ended.has(body.command)) {
        const sale = of(body.sale);
        sale.open.delete(body.command);
        sale.ended.add(body.command);
        sale.cash += body.taken;
        sale.owed += body.minor + body.rest;
      }
      if (body.kind !== 'sale.paid') continue;
      const { cash, owed, open } = of(body.sale);
      if (open.size > 0) this.wrong('I6', `receipt ${body.receipt} was given while its change was on the way`);
      if (body.change.cash !== cash || body.change.owed !== owed)
        this.wrong('I1', `receipt ${body.receipt} names ${body.change.cash} in cash, ${cash} was paid`);
    }
  }
}

/** Told by the machine, or by whoever did it. */
export function isBoxOut(body: EntryBody): body is Body<'cashbox.taken' | 'cashbox.changed'> {
  return body.kind === 'cashbox.taken' || body.kind === 'cashbox.changed';
}

/** What an entry leaves in doubt of what lies in a machine, minor units; null: nothing. */
function doubtOf(body: EntryBody): { readonly device: string; readonly minor: number } | null {
  switch (body.kind) {
    case 'payout.unknown':
    case 'note.unknown':
    case 'note.suspect':
      return body;
    case 'note.unowned':
    case 'coin.unowned':
      return { device: body.device, minor: body.minor ?? Number.POSITIVE_INFINITY };
    case 'note.stacked':
      // A machine that says at its power-up that it has a note does not say where.
      return body.evidence === 'power-up' ? body : null;
    case 'cash.empty-unknown':
    case 'coin.lost':
      return { device: body.device, minor: Number.POSITIVE_INFINITY };
    default:
      return null;
  }
}

type Outcome = Body<'payout.done' | 'payout.partial' | 'payout.refused' | 'payout.unknown'>;

export function isOutcome(body: EntryBody): body is Outcome {
  switch (body.kind) {
    case 'payout.done':
    case 'payout.partial':
    case 'payout.refused':
    case 'payout.unknown':
      return true;
    default:
      return false;
  }
}
