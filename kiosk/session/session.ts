/** A customer's visit, folded: where it stands, what it was told, and its sale. */
import { type Devices, deviceState } from '../device-state.ts';
import type { EntryBody, NoteNotice } from '../entry.ts';
import { foldSale } from '../sale/fold.ts';
import { openSale, type Sale } from '../sale/sale.ts';
import type { Lang } from '../server/wire.ts';
import type { Stage, StageName } from './stage.ts';

export interface Session {
  readonly id: string;
  readonly lang: Lang;
  readonly stage: Stage;
  readonly sale: Sale | null;
  /** When it began in this boot, monotonic. */
  readonly startedMs: number;
  readonly touchedMs: number;
  /** When a hand last took paid-out notes of this visit, monotonic; 0: none did in this boot. */
  readonly tookMs: number;
  readonly warned: boolean;
  readonly help: boolean;
  readonly notice: NoteNotice | null;
  /** Coin acceptors that were read without a gap when it began: what they tell later came in later. */
  readonly coinsRead: readonly string[];
  /** This visit was under way when the kiosk started again. */
  readonly resumed: boolean;
  /** That it did is still told: until the customer's next step. */
  readonly restartTold: boolean;
  /** A note went back to its owner while the slot was closing: it waits there. */
  readonly noteBack: boolean;
}

/** The visit after an entry, null: none; the same object when the entry does not concern it. `devices`: as they were before. */
export function foldSession(
  session: Session | null,
  body: EntryBody,
  monoMs: number,
  devices: Devices,
): Session | null {
  if (body.kind === 'session.started') return begun(body, monoMs);
  if (session === null || body.kind === 'session.ended') return null;
  return inSession(goesBack(session, body, devices) ? { ...session, noteBack: true } : session, body, monoMs);
}

/** What a slip of this visit is worth, minor units: change, or a sale that is given back; null: none of that serial. */
export function slipMinor(session: Session | null, serial: string): number | null {
  const slips = session?.sale?.slips ?? [];
  const back = session?.stage.at === 'refund' ? session.stage.slip : null;
  return [...slips, ...(back === null ? [] : [back])].find((slip) => slip.serial === serial)?.minor ?? null;
}

function begun(body: Extract<EntryBody, { kind: 'session.started' }>, monoMs: number): Session {
  return {
    id: body.session,
    lang: body.lang,
    stage: { at: 'welcome' },
    sale: null,
    startedMs: monoMs,
    touchedMs: monoMs,
    tookMs: 0,
    warned: false,
    help: false,
    notice: null,
    coinsRead: body.coinsRead ?? [],
    resumed: false,
    restartTold: false,
    noteBack: false,
  };
}

/** A note that was on its way in when the visit left the slot comes out of it again. */
function goesBack({ stage }: Session, body: EntryBody, devices: Devices): boolean {
  if (stage.at !== 'closing') return false;
  switch (body.kind) {
    case 'note.return':
    case 'note.returned':
      return true;
    case 'note.left':
      return deviceState({ devices }, body.device).note === 'accepting';
    default:
      return false;
  }
}

function inSession(session: Session, body: EntryBody, monoMs: number): Session {
  const sale = saleAfter(session.sale, body, monoMs);
  const next = sale === session.sale ? session : { ...session, sale };
  switch (body.kind) {
    case 'kiosk.started':
      return {
        ...next,
        startedMs: monoMs,
        touchedMs: monoMs,
        tookMs: 0,
        warned: false,
        help: false,
        notice: null,
        resumed: true,
        restartTold: true,
      };
    case 'session.language':
      return { ...next, lang: body.lang };
    case 'session.moved':
      return {
        ...next,
        touchedMs: touchedAt(session, body.stage, monoMs),
        stage: body.stage,
        restartTold: session.restartTold && !isStep(session.stage, body.stage),
        notice: null,
        warned: false,
      };
    case 'session.touched':
      return { ...next, touchedMs: body.monoMs, warned: false };
    case 'session.warned':
      return { ...next, warned: true };
    case 'session.help':
      return { ...next, help: body.open };
    case 'note.stack':
      return { ...next, restartTold: false };
    case 'session.saw':
      return { ...next, notice: body.notice };
    case 'device.changed':
      // Of what machines show, only that a hand took notes of this sale changes it.
      return next === session ? session : { ...next, tookMs: monoMs };
    default:
      return next;
  }
}

function saleAfter(sale: Sale | null, body: EntryBody, monoMs: number): Sale | null {
  if (body.kind === 'sale.opened') return openSale(body.sale, body.bill);
  return sale === null ? null : foldSale(sale, body, monoMs);
}

/** Another screen than one that the machine leaves by itself. */
function isStep({ at }: Stage, next: Stage): boolean {
  return at !== next.at && !byItself.has(at);
}

const byItself: ReadonlySet<StageName> = new Set(['pay-charge', 'closing', 'giving', 'settling']);

/** A case comes up by itself: whoever stands there gets the whole time to read it. */
function touchedAt({ stage, touchedMs }: Session, next: Stage, monoMs: number): number {
  return next.at === 'case' && stage.at !== 'case' ? monoMs : touchedMs;
}
