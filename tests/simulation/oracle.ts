/**
 * Judges a run by physical truth and journal alone (tests/faults.md, I1–I10). It follows each banknote through the machine by
 * what the machine reports of itself, and each order by what the journal holds.
 */
import { isDeepStrictEqual } from 'node:util';
import type { SimulatorEvent, UnitCash } from '../../hardware/simulated.ts';
import type { Entry, EntryBody, PaperRef } from '../../kiosk/entry.ts';
import { Journal } from '../../kiosk/journal/journal.ts';
import { verifyJournal } from '../../kiosk/journal/verify.ts';
import { apply, durablePart, emptyFolded, type Folded, type Kiosk } from '../../kiosk/kiosk.ts';
import type { Rules } from '../../kiosk/rules.ts';
import { CabinetOracle } from './cabinet.ts';
import { brokenChecks } from './check-judge.ts';
import { ChangeOracle, isOutcome } from './change.ts';
import { ChargeOracle } from './charges.ts';
import { judgeDays } from './days.ts';
import { brokenCustody } from './custody-judge.ts';
import { HatchOracle } from './hatch.ts';
import { lostNumbers } from './numbers.ts';
import { brokenPromises } from './promises.ts';
import { brokenOrders } from './remote-judge.ts';
import { untimelyPayments } from './clock-judge.ts';
import { judgeStatements } from './statement-judge.ts';
import type { World } from './world.ts';

interface Banknote {
  readonly minor: number;
  readonly owner: number;
  /** How much had gone wrong when it was put in. */
  readonly troubles: number;
  strung: boolean;
  /** The journaled order under which the machine was told to stack it. */
  order: string | null;
  inBox: boolean;
  /** It came out again. */
  out: boolean;
  /** The kiosk was told that something is in the mouth. */
  heard: boolean;
  acknowledged: boolean;
  /** The machine itself lost sight of it: it may honestly end in doubt. */
  lost: boolean;
}

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** A machine gives up when its evidence is not acknowledged within a minute. */
const acknowledgedWithinMs = 55_000;
/** A note that goes back is out by then, also when others were pushed in behind it. */
const keptAfterMs = 30_000;
/** Every other note is a multiple of it. */
const smallestNoteMinor = 100;

export class Oracle {
  readonly violations: string[] = [];
  /** The acceptor was exchanged for one with other denominations. */
  exchanged = false;
  /** Starts that found a state which an earlier process had kept. */
  resumed = 0;
  /** Papers that came out of the printer. */
  papers = 0;
  /** Who stands before the machine. */
  customer = 0;
  private readonly world: World;
  private readonly notes: Banknote[] = [];
  private current: Banknote | null = null;
  /** Pushed in behind the one in the path; it comes out before anything else moves. */
  private second: Banknote | null = null;
  private boots = 0;
  private unacknowledged: { readonly sinceMs: number; readonly troubles: number } | null = null;
  private readonly ownerOf = new Map<string, number>();
  /** Visits that were given a number about a note. */
  private readonly numbered = new Set<string>();
  private readonly evidence: boolean;
  private readonly change: ChangeOracle;
  private readonly charges: ChargeOracle;
  private readonly hatch: HatchOracle;
  private readonly cabinet: CabinetOracle;

  /** `evidence`: the acceptor knows after a loss of power where a note lay. */
  constructor(world: World, evidence: boolean) {
    this.world = world;
    this.evidence = evidence;
    this.change = new ChangeOracle(world, (invariant, text) => this.wrong(invariant, text));
    this.charges = new ChargeOracle(world, (invariant, text) => this.wrong(invariant, text));
    this.hatch = new HatchOracle(world, (invariant, text) => this.wrong(invariant, text));
    this.cabinet = new CabinetOracle(
      world,
      (invariant, text) => this.wrong(invariant, text),
      () => this.current,
    );
    world.onMachine = (device, event) => this.seen(device, event);
    world.onFolded = (kiosk) => this.judgeStart(kiosk);
    world.onEntries = (entries, kiosk) => {
      this.cabinet.heard(entries);
      for (const entry of entries) {
        if (entry.kind === 'kiosk.started') this.boots += 1;
        if (entry.kind === 'note.stack') this.judgeTaking(entry, kiosk);
        if (entry.kind === 'device.changed' && entry.change.to === 'accepting' && this.current !== null)
          this.current.heard = true;
        if (entry.kind === 'session.started') {
          this.ownerOf.set(entry.session, this.customer);
          // A machine that is not seen cannot be looked into.
          if (world.cashIn('acceptor', 'bezel') > 0 && kiosk.devices.acceptor?.ready)
            this.wrong('I10', `customer ${this.customer} was let in while another's change hung between the lips`);
        }
        if (entry.kind === 'case.opened' && entry.session !== null && entry.about.startsWith('note-'))
          this.numbered.add(entry.session);
        if (entry.kind === 'session.ended') this.judgeLeaving(entry);
        if (entry.kind === 'document.refused' || entry.kind === 'document.unknown')
          this.judgeUnprinted(entry.document, kiosk);
      }
    };
  }

  private wrong(invariant: string, text: string): void {
    if (this.violations.length < 20) this.violations.push(`${invariant} ${text}`);
  }

  /** The note that is now in the machine's path, and whether the machine was told to stack it. */
  get note(): Readonly<Banknote> | null {
    return this.current;
  }

  private seen(device: string, event: SimulatorEvent): void {
    if (device === 'printer' && event.event === 'printed') this.papers += 1;
    if (device !== 'acceptor') {
      if (device === 'printer') return;
      if (event.event !== 'command') this.world.tell(`${device}: ${event.event} ${event.minor ?? ''}`);
      this.charges.seen(device, event);
      this.hatch.seen(device, event);
      this.cabinet.seen(device, event);
      this.change.seen(device, event, this.customer);
      return;
    }
    this.change.seen(device, event, this.customer);
    this.judgeAcknowledgement();
    if (event.event !== 'command') this.world.tell(`machine: ${event.event} ${event.minor ?? ''}`);
    switch (event.event) {
      case 'note.inserted':
        this.inserted(event.minor as number);
        return;
      case 'jammed':
        this.loseSight();
        return;
      case 'power.cut':
        if (!this.evidence) this.loseSight();
        if (this.world.acceptor.toldByReading) this.forgetUnrecorded();
        return;
      case 'command':
        if (this.world.acceptor.told(event)) this.toldToStack();
        return;
      case 'vend.acknowledged':
        this.acknowledged(event.minor as number);
        return;
      case 'reset':
        if (this.current !== null) this.current.acknowledged = true;
        return;
      case 'note.stacked':
        if (this.current === null) return;
        this.current.inBox = true;
        this.cabinet.boxed(this.current);
        return;
      case 'note.returned':
        this.cameOut(event.minor as number, event.strung === true);
        return;
      case 'cashbox.removed':
        this.loseSight();
        for (const { minor, count } of event.cash as UnitCash['cash']) this.world.boxesTaken += minor * count;
        return;
    }
  }

  private inserted(minor: number): void {
    const note: Banknote = {
      minor,
      owner: this.customer,
      troubles: this.troubles,
      strung: false,
      order: null,
      inBox: false,
      out: false,
      heard: false,
      acknowledged: false,
      lost: false,
    };
    this.notes.push(note);
    this.cabinet.inserted(note);
    const inTheWay = this.current !== null && !this.current.inBox && !this.current.out;
    if (inTheWay) this.second = note;
    else this.current = note;
  }

  private cameOut(minor: number, strung: boolean): void {
    const isSecond = this.second?.minor === minor && !strung;
    const note = isSecond ? this.second : this.current;
    if (isSecond) this.second = null;
    if (note === null) return;
    note.inBox = false;
    note.out = true;
    if (strung) note.strung = true;
  }

  /** The next note may be in the path already. */
  private acknowledged(minor: number): void {
    const owed = this.notes.filter((one) => (one.inBox || one.strung) && !one.acknowledged && one.minor === minor);
    const current = this.current?.minor === minor ? this.current : null;
    const note = owed.find(({ lost }) => !lost) ?? current ?? owed[0] ?? null;
    if (note === null) return;
    if (this.tookFirstForAcknowledgement()) note.lost = true;
    note.acknowledged = true;
  }

  /**
   * A new process cannot know which number an EBDS acceptor had last: before it has heard a word, its first message may
   * count for the acknowledgement of what the process before was told and did not record. That note may end in doubt.
   */
  private tookFirstForAcknowledgement(): boolean {
    return this.world.acceptor.name === 'ebds' && this.world.wires.acceptor?.heard === 0;
  }

  /**
   * Of the note in its path; what it has told and was acknowledged is known. A machine that keeps no evidence loses what it
   * has in the box and did not tell as well.
   */
  private loseSight(): void {
    for (const note of this.notes) {
      const untold = note === this.current || (note.inBox && !this.evidence);
      if (untold && !note.acknowledged) note.lost = true;
    }
  }

  /** What was read of it and not recorded is gone with its power. */
  private forgetUnrecorded(): void {
    const recorded = new Set<string>();
    for (const row of this.world.disk.contents().rows(0)) {
      if (row.kind === 'note.stacked') recorded.add((JSON.parse(row.body) as Body<'note.stacked'>).command);
    }
    for (const note of this.notes) {
      if (note.inBox && (note.order === null || !recorded.has(note.order))) note.lost = true;
    }
  }

  /** Crashes and lost lines so far: what happened before may have hidden something from the kiosk. */
  private get troubles(): number {
    const { k, p, d, l } = this.world.crashes;
    return k + p + d + l + this.boots;
  }

  /**
   * I6: a note that the machine keeps and the kiosk must know of has a number; who goes by choice has read it before.
   */
  private judgeLeaving({ session, reason }: Body<'session.ended'>): void {
    const { current: note, world } = this;
    if (!note?.heard || note.order !== null || note.owner !== this.ownerOf.get(session)) return;
    const { troubles } = note;
    const read = reason !== 'left' || this.numbered.has(session);
    world.clock.after(keptAfterMs, () => {
      const kept = !note.inBox && !note.out && note.order === null;
      if (!kept || troubles !== this.troubles || world.wires.acceptor?.spoilt !== 0) return;
      if (read && this.numbered.has(session)) return;
      this.wrong('I6', `customer ${note.owner} was let go without a number for a note of ${note.minor} in the machine`);
    });
  }

  /** I7: a host that nothing ails acknowledges the note in the box before the machine gives up. */
  private judgeAcknowledgement(): void {
    const { current: note, world } = this;
    // A machine that counts as told what was read does not wait.
    if (world.acceptor.toldByReading) return;
    // What it does not know of cannot be acknowledged.
    const silent = (note?.lost === true && !this.evidence) || world.wires.acceptor?.whole === false;
    if (note?.inBox !== true || note.acknowledged || silent) {
      this.unacknowledged = null;
      return;
    }
    const { troubles } = this;
    const nowMs = world.clock.monoMs();
    if (this.unacknowledged?.troubles !== troubles) this.unacknowledged = { sinceMs: nowMs, troubles };
    if (nowMs - this.unacknowledged.sinceMs < acknowledgedWithinMs) return;
    note.acknowledged = true;
    this.wrong('I7', `a note of ${note.minor} in the box was never acknowledged`);
  }

  /** The acceptor has other denominations, and nobody has confirmed them: it must stack nothing. */
  strange(): boolean {
    if (!this.exchanged) return false;
    for (const row of this.world.disk.contents().rows(0)) {
      if (row.kind === 'device.known' && (JSON.parse(row.body) as Body<'device.known'>).by !== undefined) return false;
    }
    return true;
  }

  /** I6: a note is taken only when its change can come as the slip that was agreed to, or the rest be paid to the note. */
  private judgeTaking({ minor }: Body<'note.stack'>, kiosk: Kiosk): void {
    const { session, devices, rules } = kiosk;
    const sale = session?.sale;
    if (!sale) return;
    const printer = devices.printer;
    const prints = printer?.ready === true && printer.paper !== 'out' && !printer.faults.some(rules.stops);
    if (sale.agreed && prints) return;
    const slips = sale.vouchers.reduce((sum, slip) => sum + slip.minor, 0);
    const inside = sale.notes.reduce((sum, note) => (note.suspect ? sum : sum + note.minor), 0);
    const due = sale.bill.minor - slips;
    const rest = due - (due % rules.cashStepMinor) - inside - minor;
    if (rest <= 0 && this.change.canPay(-rest, kiosk)) {
      this.change.sure.add(sale.id);
      return;
    }
    // Coins of the cash step pay whatever notes leave.
    const coins = this.world.machines.coins !== undefined;
    if (rest < 0 || (!coins && rest % smallestNoteMinor !== 0)) {
      this.wrong('I6', `a note of ${minor} was taken which leaves ${rest}: no change, and no note for it`);
    }
  }

  /** I5: the order was on the disk before the machine heard of it. */
  private toldToStack(): void {
    if (this.strange()) this.wrong('I2', 'a note was taken by a machine whose denominations are not those recorded');
    const contents = this.world.disk.contents();
    let open: Body<'note.stack'> | null = null;
    for (const row of contents.rows(Math.max(0, contents.head.seq - 80))) {
      if (!row.kind.startsWith('note.')) continue;
      const body = JSON.parse(row.body) as EntryBody;
      if (body.kind === 'note.stack') open = body;
      else if (open !== null && closes(body, open.command)) open = null;
    }
    const note = this.current;
    if (open === null) {
      this.wrong('I5', 'the machine was told to stack a note without a recorded order');
    } else if (note !== null && note.order === null) {
      if (open.minor !== note.minor) this.wrong('I5', `an order for ${open.minor} moved a note of ${note.minor}`);
      note.order = open.command;
    }
  }

  /** After the run, when all is quiet. */
  judge(rules: Rules): readonly string[] {
    const entries = this.readJournal();
    if (entries === null) return this.violations;
    this.judgeFold(entries);
    this.judgeNotes(entries);
    this.judgeSales(entries, rules);
    this.judgeLateNotes(entries);
    this.judgeVouchers(entries);
    this.judgeBiller(entries);
    this.judgeReversals(entries);
    for (const wrong of lostNumbers(entries, this.world.goods.ledger)) this.wrong('I6', wrong);
    this.change.judge(entries, this.ownerOf, this.atRest);
    this.charges.judge(entries, this.atRest);
    judgeStatements(entries, this.world.statements, rules.kiosk, (invariant, text) => this.wrong(invariant, text));
    this.hatch.judge(entries);
    this.cabinet.judge(entries);
    judgeDays(entries, this.atRest, (invariant, text) => this.wrong(invariant, text));
    for (const wrong of brokenCustody(entries)) this.wrong('I2', wrong);
    for (const wrong of untimelyPayments(entries)) this.wrong('I6', wrong);
    for (const wrong of brokenChecks(entries)) this.wrong('I9', wrong);
    for (const wrong of brokenOrders(entries, this.world.carried)) this.wrong('I11', wrong);
    for (const promise of brokenPromises(entries, this.change.sure)) this.wrong('I6', promise);
    this.judgeRest();
    return this.violations;
  }

  private readJournal(): readonly Entry[] | null {
    const { world } = this;
    world.crash('k');
    try {
      const journal = new Journal({
        storage: world.disk.open(),
        clock: world.clock,
        timeZone: 'Asia/Shanghai',
        businessDayStart: '04:00',
      });
      const entries = [...journal.entries()];
      journal.close();
      return entries;
    } catch (problem) {
      this.wrong('I4', `the journal cannot be read: ${(problem as Error).message}`);
      return null;
    }
  }

  /** I4: wherever a process starts from, it stands where the entries lead from the first. */
  private judgeStart(kiosk: Kiosk): void {
    const contents = this.world.disk.contents();
    if (contents.snapshot !== null) this.resumed += 1;
    const bodies = [...contents.rows(0)].map((row) => JSON.parse(row.body) as EntryBody);
    this.mustBeSame('a start', kiosk, bodies);
  }

  /** What of a state is durable is what these entries make. The rest is of one process: times, and what machines said. */
  private mustBeSame(whose: string, kiosk: Kiosk, bodies: readonly EntryBody[]): void {
    const { rules: _, ...state } = kiosk;
    const stands = durablePart(state);
    const made = durablePart(bodies.reduce(apply, emptyFolded));
    for (const part of Object.keys(made) as (keyof Folded)[]) {
      if (isDeepStrictEqual(stands[part], made[part])) continue;
      const [has, must] = [stands[part], made[part]].map((value) => JSON.stringify(value));
      this.wrong('I4', `${whose} has ${part} ${has}; folded from the first entry it is ${must}`);
    }
  }

  private judgeFold(entries: readonly Entry[]): void {
    const { atRest, world } = this;
    const bodies = entries.map(({ body }) => body);
    if (atRest !== null && atRest.session === null) this.mustBeSame('the kiosk at rest', atRest, bodies);
    const verdict = verifyJournal(world.disk.contents());
    if (!verdict.ok) this.wrong('I4', `the journal does not verify: ${verdict.problem}`);
    const boots = new Set<string>();
    for (const { body } of entries) {
      if (body.kind !== 'kiosk.started') continue;
      if (boots.has(body.boot)) this.wrong('I4', 'a boot is recorded twice');
      boots.add(body.boot);
    }
  }

  private judgeNotes(entries: readonly Entry[]): void {
    const outcomes = new Map<string, string[]>();
    const cases = new Map<string, string>();
    let unowned = 0;
    for (const { body } of entries) {
      switch (body.kind) {
        case 'note.stack':
          outcomes.set(body.command, []);
          break;
        case 'note.stacked':
        case 'note.returned':
        case 'note.unknown':
          if (!outcomes.has(body.command)) this.wrong('I2', `${body.kind} without an order`);
          if (body.kind === 'note.unknown' && /stacked|returned/.test(outcomes.get(body.command)?.at(-1) ?? '')) {
            this.wrong('I6', `order ${body.command} was settled and is in doubt again`);
          }
          outcomes.get(body.command)?.push(body.kind);
          this.judgeOwner(body);
          break;
        case 'note.unowned':
          unowned += 1;
          break;
        case 'case.opened':
          if (body.subject !== null) cases.set(body.subject, body.case);
          break;
      }
    }
    for (const [order, seen] of outcomes) {
      const credits = seen.filter((kind) => kind === 'note.stacked').length;
      if (credits > 1) this.wrong('I1', `order ${order} was credited ${credits} times`);
      if (seen.length === 0) this.wrong('I7', `order ${order} has no outcome`);
      if (seen.includes('note.unknown') && !cases.has(order))
        this.wrong('I6', `order ${order} is unknown without a case`);
      const note = this.notes.find((one) => one.order === order);
      const last = seen.at(-1);
      if (credits > 0 && !note?.inBox && !note?.strung)
        this.wrong('I2', `order ${order} was credited, its note is not in the box`);
      // A machine that forgets what it has not told cannot say that a note went back.
      const back = note?.out === true && !this.world.acceptor.toldByReading;
      if (!note?.inBox && !back) continue;
      if (last === 'note.unknown' && !note.lost) {
        this.wrong('I1', `order ${order} ended in doubt although the machine knew`);
      }
    }
    this.judgeBox(entries, unowned, outcomes);
  }

  /** I10: what was credited belongs to whoever put it in. */
  private judgeOwner(body: Body<'note.stacked' | 'note.returned' | 'note.unknown'>): void {
    const note = this.notes.find((one) => one.order === body.command);
    const owner = this.ownerOf.get(body.session);
    if (body.kind === 'note.stacked' && note !== undefined && owner !== undefined && owner !== note.owner) {
      this.wrong('I10', `a note of customer ${note.owner} was credited to customer ${owner}`);
    }
  }

  private judgeBox(entries: readonly Entry[], unowned: number, outcomes: ReadonlyMap<string, readonly string[]>): void {
    const { world } = this;
    const inside = world.boxesTaken + world.cashIn('acceptor', 'box') + world.cashIn('acceptor', 'recycler');
    const physical = inside + this.change.paidOutBy('acceptor') - world.filledMinor;
    const credited = sumOf(entries, 'note.stacked') - sumOf(entries, 'note.suspect');
    const outcomesOf = ({ order }: Banknote) => (order === null ? [] : (outcomes.get(order) ?? []));
    const strangers = this.notes.filter((note) => note.inBox && !outcomesOf(note).includes('note.stacked'));
    if (unowned > strangers.length)
      this.wrong('I1', `${unowned} notes are booked as nobody's, ${strangers.length} are in the box`);
    // Those in doubt have their case; every other one in the box must be booked as nobody's, also one "returned".
    const untold = strangers.filter((note) => outcomesOf(note).at(-1) !== 'note.unknown');
    if (untold.length > unowned)
      this.wrong(
        'I1',
        `the machine holds ${untold.length} notes that nobody was credited, ${unowned} are booked as such`,
      );
    const strungMinor = this.notes.reduce((sum, note) => (note.strung && !note.inBox ? sum + note.minor : sum), 0);
    const over = physical - credited;
    if (over < -strungMinor) this.wrong('I1', `the machine holds ${-over} less than was credited`);
    const strange = strangers.reduce((sum, { minor }) => sum + minor, 0);
    if (over > strange)
      this.wrong('I1', `the machine holds ${over} more than credited, ${strange} of it known as strange`);
  }

  /** Every cent that went into a sale came out of it again: as a payment, as change, or as money back. */
  private judgeSales(entries: readonly Entry[], rules: Rules): void {
    const sales = new Map<string, { in: number; out: number; closed: boolean }>();
    const of = (sale: string) => {
      const known = sales.get(sale) ?? { in: 0, out: 0, closed: false };
      sales.set(sale, known);
      return known;
    };
    const charged = new Set<string>();
    const pending = new Map<string, string>();
    const decided = new Set<string>();
    const cancelled = new Set<string>();
    const heard = new Set<string>();
    for (const { body } of entries) {
      switch (body.kind) {
        case 'coin.credited':
        case 'voucher.redeemed':
          of(body.sale).in += body.minor;
          break;
        case 'charge.confirmed':
          charged.add(body.command);
          if (body.sale !== null) of(body.sale).in += body.part.minor;
          break;
        case 'charge.reverse':
          if (body.sale !== null && charged.has(body.command) && !body.refund) of(body.sale).out += body.part.minor;
          break;
        case 'note.stacked':
          if (!of(body.sale).closed) of(body.sale).in += body.minor;
          break;
        case 'note.suspect':
          if (!of(body.sale).closed) of(body.sale).in -= body.minor;
          break;
        case 'voucher.issued':
          if (body.reason !== 'refund' && body.sale !== null) of(body.sale).out += body.minor;
          break;
        case 'sale.tendered':
          of(body.sale).closed = true;
          break;
        case 'case.resolved':
          // What was given for a sale that a charge decided, and that was not made.
          if (body.outcome === 'owed' && pending.has(body.case))
            of(pending.get(body.case) ?? '').out += body.minor ?? 0;
          break;
        case 'case.settled':
          // What a person has decided is paid at the window, or nobody's.
          if (pending.has(body.case)) decided.add(pending.get(body.case) ?? '');
          break;
        case 'sale.pending':
          pending.set(body.case, body.sale);
          break;
        case 'sale.cancelled':
          of(body.sale).closed = true;
          cancelled.add(body.sale);
          break;
        case 'payout.done':
        case 'payout.partial':
        case 'payout.refused':
        case 'payout.unknown':
          if (body.sale === null) break;
          // What is heard after a doubt settles its case; of change the receipt says what became of it.
          if (cancelled.has(body.sale) && !heard.has(body.command)) of(body.sale).out += accountedFor(body);
          heard.add(body.command);
          break;
        case 'change.left':
          if (body.sale !== null && cancelled.has(body.sale) && !heard.has(body.command))
            of(body.sale).out += body.taken + body.minor + body.rest;
          heard.add(body.command);
          break;
        case 'sale.paid':
          of(body.sale).closed = true;
          of(body.sale).out += body.minor + body.rounding + body.change.cash + body.change.owed;
          this.judgePayment(body, rules);
          break;
      }
    }
    for (const [sale, { in: taken, out, closed }] of sales) {
      if (closed && taken !== out && !decided.has(sale)) this.wrong('I1', `sale ${sale} took ${taken} and gave ${out}`);
      if (!closed && taken > 0) this.wrong('I7', `sale ${sale} holds ${taken} and was never closed`);
    }
  }

  /** No sale is given up while its note is under way, and a note that comes after its sale is owed under a number. */
  private judgeLateNotes(entries: readonly Entry[]): void {
    const closed = new Set<string>();
    const owed = new Set<string>();
    const caseOf = new Map<string, string>();
    const inFlight = new Map<string, string>();
    let startedAt = '';
    for (const { at, body } of entries) {
      switch (body.kind) {
        case 'kiosk.started':
          startedAt = at;
          break;
        case 'note.stack':
          inFlight.set(body.command, body.sale);
          break;
        case 'note.stacked':
          if (closed.has(body.sale)) owed.add(body.command);
          inFlight.delete(body.command);
          break;
        case 'note.returned':
        case 'note.unknown':
          inFlight.delete(body.command);
          break;
        case 'sale.cancelled':
          // A start that finds a visit of long ago gives it up at once; its note is settled when the machine tells.
          if (at !== startedAt && [...inFlight.values()].includes(body.sale))
            this.wrong('I6', `sale ${body.sale} was given up while its note was in flight`);
          closed.add(body.sale);
          break;
        case 'sale.tendered':
        case 'sale.paid':
          closed.add(body.sale);
          break;
        case 'case.opened':
          if (body.subject !== null) caseOf.set(body.case, body.subject);
          if (body.about === 'session-abandoned' && body.subject !== null) owed.delete(body.subject);
          break;
        case 'case.resolved':
          if (body.outcome === 'owed') owed.delete(caseOf.get(body.case) ?? '');
          break;
      }
    }
    for (const key of owed) this.wrong('I6', `a note credited after its sale (${key}) has no case`);
  }

  private judgePayment(paid: Body<'sale.paid'>, rules: Rules): void {
    const given = paid.tenders.reduce((sum, tender) => sum + tender.minor, 0);
    const change = paid.change.cash + paid.change.voucher + paid.change.owed;
    if (given - change !== paid.minor + paid.rounding) this.wrong('I1', `receipt ${paid.receipt} does not add up`);
    if (paid.rounding > 0 || paid.rounding <= -rules.cashStepMinor) this.wrong('I1', `rounding of ${paid.rounding}`);
    const cash = paid.tenders.some((tender) => tender.method === 'cash');
    const step = rules.cashStepMinor;
    const exact = paid.tenders.reduce((sum, one) => (one.method === 'cash' ? sum : sum + one.minor), 0);
    if (cash && (paid.minor - exact + paid.rounding) % step !== 0) this.wrong('I1', 'cash is not rounded to its step');
    if (paid.change.voucher > 0 && paid.voucher === null)
      this.wrong('I6', `receipt ${paid.receipt} gives change and names no voucher`);
  }

  private judgeVouchers(entries: readonly Entry[]): void {
    const issued = new Map<string, number>();
    const spent = new Set<string>();
    const printed = new Set<string>();
    /** Numbers of which a paper may be out. */
    const out = new Set<string>();
    let receipts = 0;
    for (const { body } of entries) {
      switch (body.kind) {
        case 'voucher.issued':
          if (issued.has(body.serial)) this.wrong('I1', `voucher ${body.serial} was issued twice`);
          issued.set(body.serial, body.minor);
          break;
        case 'voucher.redeemed':
          if (body.issuer !== undefined) break;
          if (issued.get(body.serial) !== body.minor)
            this.wrong('I2', `voucher ${body.serial} was redeemed for ${body.minor}`);
          if (spent.has(body.serial)) this.wrong('I2', `voucher ${body.serial} was redeemed twice`);
          spent.add(body.serial);
          break;
        case 'sale.paid':
          receipts += 1;
          if (body.receipt !== `R${String(receipts).padStart(6, '0')}`)
            this.wrong('I4', `receipt ${body.receipt} leaves a gap`);
          break;
        case 'document.print':
          if (body.document.paper === 'voucher') {
            const { serial } = body.document;
            if (!issued.has(serial)) this.wrong('I6', `voucher ${serial} was printed before it was recorded`);
            if (!body.copy && out.has(serial)) this.wrong('I6', `voucher ${serial} was printed twice unmarked`);
            // At the desk it is always marked.
            if (body.copy && body.session !== null && !out.has(serial))
              this.wrong('I6', `voucher ${serial} is marked a copy of nothing`);
          }
          break;
        case 'document.printed':
        case 'document.unknown':
          if (body.document.paper !== 'voucher') break;
          out.add(body.document.serial);
          if (body.kind === 'document.printed') printed.add(body.document.serial);
          break;
      }
    }
    for (const text of this.world.others?.judge(entries) ?? []) this.wrong('I2', text);
    for (const serial of issued.keys()) if (!printed.has(serial)) this.unprinted(entries, serial);
  }

  /** A voucher whose paper fails is a case at once: its owner may go before the next one comes. */
  private judgeUnprinted(document: PaperRef, kiosk: Kiosk): void {
    if (document.paper === 'voucher' && kiosk.caseOf[document.serial] === undefined)
      this.wrong('I6', `voucher ${document.serial} was not printed and is no case`);
  }

  /** A voucher that nobody knows to be printed must stand in a case. */
  private unprinted(entries: readonly Entry[], serial: string): void {
    const known = entries.some(({ body }) => body.kind === 'case.opened' && body.subject === serial);
    if (!known) this.wrong('I6', `voucher ${serial} was neither printed nor a case`);
  }

  private judgeBiller(entries: readonly Entry[]): void {
    const { biller, goods } = this.world;
    const { reversed } = biller;
    const ledger = new Map([...biller.ledger, ...goods.ledger]);
    const refused = new Set([...biller.refused, ...goods.refused]);
    const posts = new Map<string, Body<'bill.post'>>();
    const closed = new Map<string, string>();
    const paid = new Set<string>();
    for (const { body } of entries) {
      if (body.kind === 'sale.paid') paid.add(body.sale);
      else if (body.kind === 'bill.post') posts.set(body.command, body);
      else if (body.kind === 'bill.posted' || body.kind === 'bill.refused') closed.set(body.command, body.kind);
    }
    const numbers = new Set<string>();
    for (const [id, booked] of ledger) {
      const post = posts.get(id);
      if (post === undefined || post.minor !== booked.minor) this.wrong('I3', `payment ${id} is not in the journal`);
      if (numbers.has(booked.number)) this.wrong('I3', `bill ${booked.number} was booked twice`);
      // What was taken back can be paid again.
      if (!reversed.has(id)) numbers.add(booked.number);
    }
    for (const [id, post] of posts) {
      if (!paid.has(post.sale)) this.wrong('I3', `payment ${id} was posted for a sale that was not paid`);
      if (!closed.has(id)) this.wrong('I7', `payment ${id} has no answer`);
      if (!refused.has(id) && !ledger.has(id)) this.wrong('I3', `payment ${id} never reached the biller`);
    }
    for (const sale of paid) {
      if (![...posts.values()].some((post) => post.sale === sale))
        this.wrong('I3', `sale ${sale} was paid and not posted`);
    }
  }

  /** I3: what is taken back at the biller is given back here, and nothing else is. */
  private judgeReversals(entries: readonly Entry[]): void {
    const { reversed } = this.world.biller;
    const orders = new Map<string, string>();
    const back = new Set<string>();
    for (const { body } of entries) {
      if (body.kind === 'bill.reverse') orders.set(body.command, body.post);
      if (body.kind === 'bill.reversed') back.add(orders.get(body.command) ?? body.command);
    }
    for (const [post, id] of reversed) {
      if (orders.get(id) !== post) this.wrong('I5', `payment ${post} was taken back by an order that is not recorded`);
      if (!back.has(post)) this.wrong('I3', `payment ${post} is taken back, and its money was not given back`);
    }
    for (const post of back) {
      if (!reversed.has(post)) this.wrong('I3', `payment ${post} is booked still, and its money was given back`);
    }
  }

  /** I7: quiet, and everything undecided is a case. `quiet` is the kiosk as it stood before it was ended. */
  private judgeRest(): void {
    const kiosk = this.atRest;
    if (kiosk === null) {
      this.wrong('I7', 'no daemon runs');
      return;
    }
    if (this.cannotPay !== null) this.wrong('I7', this.cannotPay);
    if (kiosk.session !== null) this.wrong('I7', `a visit is still at ${kiosk.session.stage.at}`);
    if (Object.keys(kiosk.prints).length > 0) this.wrong('I7', 'a paper has no outcome');
    for (const stack of Object.values(kiosk.stacks)) {
      if (stack.status === 'open') this.wrong('I7', 'a note has no outcome');
    }
    for (const sale of Object.keys(kiosk.refunds)) this.wrong('I7', `something of it still goes back for sale ${sale}`);
    for (const payout of Object.values(kiosk.payouts)) {
      if (payout.status === 'open') this.wrong('I7', 'a payout has no outcome');
    }
  }

  /** Why nobody could pay when all was well again. */
  cannotPay: string | null = null;
  /** The running kiosk when all was quiet. */
  atRest: Kiosk | null = null;
}

/** What an order to pay out settled of a sale that was given up: paid, or owed under a number. */
function accountedFor(body: Extract<EntryBody, { kind: `payout.${string}` }>): number {
  if (!isOutcome(body) || body.kind === 'payout.refused') return 0;
  return body.kind === 'payout.partial' ? body.minor + body.owed : body.minor;
}

function closes(body: EntryBody, command: string): boolean {
  return (body.kind === 'note.stacked' || body.kind === 'note.returned') && body.command === command;
}

function sumOf(entries: readonly Entry[], kind: 'note.stacked' | 'note.suspect'): number {
  let sum = 0;
  for (const { body } of entries) if (body.kind === kind) sum += body.minor;
  return sum;
}
