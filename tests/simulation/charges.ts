/**
 * Judges money by card and wallet: what terminal and gateways hold, against the journal (tests/faults.md, I3 and I5). What
 * they hold is the truth; the kiosk must have wanted it before, and known of it afterwards.
 */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import { numberOf } from '../../kiosk/services/wallet/matter.ts';
import type { WalletRequest } from '../../kiosk/services/wallet/conversation.ts';
import type { World } from './world.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** What the journal says of one charge. */
interface Told {
  readonly start: Body<'charge.start'>;
  approved: Body<'charge.approved'> | null;
  confirmed: boolean;
  reversed: boolean;
  irreversible: boolean;
  declined: boolean;
  /** The number under which nobody knew, and whether a person has decided it. */
  case: string | null;
  decided: boolean;
}

/** Entries that a search for the order behind a movement goes back. */
const lookBack = 200;

export class ChargeOracle {
  private readonly world: World;
  private readonly wrong: (invariant: string, text: string) => void;
  /** What the terminal closed its days with. */
  private readonly days: number[] = [];

  constructor(world: World, wrong: (invariant: string, text: string) => void) {
    this.world = world;
    this.wrong = wrong;
    for (const [id, gateway] of Object.entries(world.gateways)) {
      gateway.onAsked = (request) => this.judgeAsked(id, request);
    }
  }

  seen(device: string, event: SimulatorEvent): void {
    if (device !== 'terminal') return;
    if (event.event === 'day.closed') this.days.push(event.minor as number);
    if (event.event === 'card.approved') this.judgeApproved(event.minor as number);
    if (event.event === 'card.confirmed') this.judgeConfirmed(String(event.receipt));
  }

  /** What is on the disk now: whether anything of it, newest first, is so. */
  private onDisk(is: (body: EntryBody) => boolean): boolean {
    const contents = this.world.disk.contents();
    for (const row of contents.rows(Math.max(0, contents.head.seq - lookBack))) {
      if (row.kind.startsWith('charge.') && is(JSON.parse(row.body) as EntryBody)) return true;
    }
    return false;
  }

  /** I5: the intent was durable before money was asked for. */
  private judgeApproved(minor: number): void {
    const known = this.onDisk((body) => body.kind === 'charge.start' && body.method === 'card' && body.minor >= minor);
    if (!known) this.wrong('I5', `the terminal approved ${minor} that nobody had recorded to ask for`);
  }

  /** I5: nothing is taken for good before the approval and the wish are durable. */
  private judgeConfirmed(receipt: string): void {
    const commands = new Set<string>();
    const wanted = this.onDisk((body) => {
      if (body.kind === 'charge.approved' && Number(body.reference.receipt) === Number(receipt))
        commands.add(body.command);
      return body.kind === 'charge.confirm' && commands.has(body.command);
    });
    if (!wanted) this.wrong('I5', `receipt ${receipt} of the terminal was confirmed before that was recorded`);
  }

  private judgeAsked(wallet: string, request: WalletRequest): void {
    if (request.ask !== 'create' && request.ask !== 'pay') return;
    const { number, minor } = request;
    const known = this.onDisk(
      (body) => body.kind === 'charge.start' && numberOf(body.command) === number && body.minor === minor,
    );
    if (!known) this.wrong('I5', `${wallet} was asked for ${minor} that nobody had recorded to ask for`);
  }

  /** After the run, when all is quiet. */
  judge(entries: readonly Entry[], atRest: Kiosk | null): void {
    const charges = toldOf(entries);
    for (const [command, told] of charges) {
      const { method } = told.start;
      if (method !== 'card') this.judgeWallet(method, command, told);
      if (told.reversed && told.irreversible) this.wrong('I3', `charge ${command} is back, and cannot come back`);
      if (told.confirmed && told.declined) this.wrong('I3', `charge ${command} was declined and taken`);
    }
    this.judgeTerminal([...charges.values()].filter(({ start }) => start.method === 'card'));
    this.judgeSales(entries, charges);
    this.judgeDays(entries);
    for (const { command, status } of Object.values(atRest?.charges ?? {}))
      this.wrong('I7', `charge ${command} is still ${status}`);
    for (const sale of Object.keys(atRest?.pending ?? {})) this.wrong('I7', `sale ${sale} still waits for a charge`);
  }

  private judgeWallet(wallet: string, command: string, told: Told): void {
    const ledger = this.world.gateways[wallet]?.ledger;
    // What a person has decided is between them and the gateway.
    if (told.decided) return;
    const row = ledger?.query(numberOf(command)) ?? null;
    const kept = (row?.capturedMinor ?? 0) - (row?.refundedMinor ?? 0);
    const wanted = keptBy(told);
    if (kept !== wanted) this.wrong('I3', `${wallet} keeps ${kept} of charge ${command}, the journal ${wanted}`);
  }

  private judgeTerminal(cards: readonly Told[]): void {
    const ledger = this.world.machines.terminal?.ledger?.() ?? [];
    const kept = new Map<number, number>();
    for (const { receipt, minor, state } of ledger) {
      if (state === 'approved') this.wrong('I3', `the bank still holds receipt ${receipt} for nobody`);
      if (state === 'confirmed') kept.set(receipt, minor);
    }
    for (const told of cards) {
      const wanted = keptBy(told);
      if (told.decided) kept.delete(Number(told.approved?.reference.receipt));
      if (wanted === 0 || told.decided) continue;
      const receipt = Number(told.approved?.reference.receipt);
      if (kept.get(receipt) !== wanted)
        this.wrong('I3', `the bank keeps ${kept.get(receipt) ?? 0} of receipt ${receipt}, the journal ${wanted}`);
      kept.delete(receipt);
    }
    for (const [receipt, minor] of kept)
      this.wrong('I3', `the bank keeps ${minor} of receipt ${receipt} that the journal has not`);
  }

  /** A day that is booked as it should be is one that the terminal closed so; every other has its number. */
  private judgeDays(entries: readonly Entry[]): void {
    const asked = new Map<string, boolean>();
    for (const { body } of entries) {
      if (body.kind === 'terminal.close-day') asked.set(body.command, false);
      if (body.kind === 'terminal.day-closed') {
        asked.set(body.command, true);
        if (body.outcome !== 'matches') {
          if (body.case === null)
            this.wrong('I6', `the terminal’s day ${body.command} ${body.outcome}, and has no case`);
        } else if (body.minor !== body.expected.minor || (body.minor > 0 && !this.days.includes(body.minor))) {
          this.wrong('I3', `the terminal’s day ${body.command} matches ${body.minor}, which it never closed`);
        }
      }
      if (body.kind === 'terminal.close-refused' || body.kind === 'terminal.close-unknown')
        asked.set(body.command, true);
    }
    for (const [command, ended] of asked) if (!ended) this.wrong('I7', `the terminal’s day ${command} has no end`);
  }

  /** I3: what a sale was paid with by charge is what is kept of it, and a sale that was given up keeps nothing. */
  private judgeSales(entries: readonly Entry[], charges: ReadonlyMap<string, Told>): void {
    const paid = new Map<string, number>();
    const refused = new Set<string>();
    for (const { body } of entries) {
      if (body.kind === 'sale.paid') {
        const minor = body.tenders.reduce(
          (sum, tender) => (tender.method === 'cash' || tender.method === 'voucher' ? sum : sum + tender.minor),
          0,
        );
        paid.set(body.sale, minor);
      }
      if (body.kind === 'bill.refused') refused.add(body.sale);
    }
    const kept = new Map<string, number>();
    for (const told of charges.values()) {
      const { sale } = told.start;
      kept.set(sale, (kept.get(sale) ?? 0) + keptBy(told) + (told.irreversible ? (told.approved?.minor ?? 0) : 0));
    }
    for (const [sale, minor] of kept) {
      const wanted = refused.has(sale) ? 0 : (paid.get(sale) ?? 0);
      if (minor !== wanted)
        this.wrong('I3', `sale ${sale} keeps ${minor} of cards and wallets, and was paid ${wanted} by them`);
    }
    for (const [sale, minor] of paid) {
      if (minor > 0 && !kept.has(sale))
        this.wrong('I3', `sale ${sale} was paid ${minor} by a charge that nobody asked for`);
    }
  }
}

/** What the journal says that the other side keeps, minor units. */
function keptBy({ approved, confirmed, reversed, irreversible }: Told): number {
  return confirmed && !reversed && !irreversible ? (approved?.minor ?? 0) : 0;
}

function toldOf(entries: readonly Entry[]): ReadonlyMap<string, Told> {
  const charges = new Map<string, Told>();
  for (const { body } of entries) {
    if (body.kind === 'charge.start') {
      const nothing = { confirmed: false, reversed: false, irreversible: false, declined: false, decided: false };
      charges.set(body.command, { start: body, approved: null, case: null, ...nothing });
    }
    if (body.kind === 'case.settled') {
      for (const one of charges.values()) if (one.case === body.case) one.decided = true;
    }
    const told = 'command' in body && typeof body.command === 'string' ? charges.get(body.command) : undefined;
    if (told === undefined) continue;
    if (body.kind === 'charge.approved') told.approved ??= body;
    if (body.kind === 'charge.confirmed') told.confirmed = true;
    if (body.kind === 'charge.reversed') told.reversed = true;
    if (body.kind === 'charge.irreversible') told.irreversible = true;
    if (body.kind === 'charge.declined') told.declined = true;
    if (body.kind === 'charge.unknown') told.case = body.case;
  }
  return charges;
}
