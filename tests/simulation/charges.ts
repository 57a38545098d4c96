/**
 * Judges money by card and wallet: what terminal and gateways hold, against the journal (tests/faults.md, I3 and I5). What
 * they hold is the truth; the kiosk must have wanted it before, and known of it afterwards.
 */
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import type { Kiosk } from '../../kiosk/kiosk.ts';
import { numberOf } from '../../kiosk/services/wallet/matter.ts';
import type { WalletRequest } from '../../kiosk/services/wallet/conversation.ts';
import { judgeCharges } from '../charge-judge.ts';
import type { World } from './world.ts';

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
    const { machines, gateways } = this.world;
    const wallets = Object.entries(gateways).map(([id, { ledger }]) => [id, ledger.state().ledger] as const);
    const ledgers = { terminal: machines.terminal?.ledger?.() ?? [], wallets: Object.fromEntries(wallets) };
    judgeCharges(entries, ledgers, this.wrong);
    this.judgeDays(entries);
    for (const { command, status, paidOut, case: number } of Object.values(atRest?.charges ?? {}))
      if (!paidOut || number !== null) this.wrong('I7', `charge ${command} is still ${status}`);
    for (const sale of Object.keys(atRest?.pending ?? {})) this.wrong('I7', `sale ${sale} still waits for a charge`);
  }

  /**
   * A day that is booked as it should be is one that the terminal closed so; every other has its number. One that was told
   * and broke off before the terminal heard that it is recorded comes again with the next: that one differs then.
   */
  private judgeDays(entries: readonly Entry[]): void {
    const asked = new Map<string, boolean>();
    let open: string | null = null;
    for (const { body } of entries) {
      if (body.kind === 'terminal.close-day') asked.set(body.command, false);
      if (body.kind === 'terminal.day-closed') {
        asked.set(body.command, true);
        if (body.outcome !== 'matches') {
          open = null;
          if (body.case === undefined)
            this.wrong('I6', `the terminal’s day ${body.command} ${body.outcome}, and has no case`);
        } else if (body.minor !== body.expected.minor) {
          this.wrong(
            'I3',
            `the terminal’s day ${body.command} matches ${body.minor}, and ${body.expected.minor} was due`,
          );
        } else if (body.minor > 0 && !this.days.includes(body.minor)) open = body.command;
        else if (open !== null && body.minor > 0)
          this.wrong('I3', `the terminal’s day ${open} was never closed, and nobody was told`);
      }
      if (body.kind === 'terminal.close-refused' || body.kind === 'terminal.close-unknown')
        asked.set(body.command, true);
    }
    for (const [command, ended] of asked) if (!ended) this.wrong('I7', `the terminal’s day ${command} has no end`);
  }
}
