/** The bench's HTTP interface, as its README describes it. The page knows nothing that is not in these answers. */
import type { Money } from './money.ts';

export interface Cash {
  readonly currency: string;
  readonly minor: number;
  readonly count: number;
}

export interface Unit {
  readonly unit: 'slot' | 'escrow' | 'box' | 'recycler' | 'hopper' | 'bezel' | 'cup' | 'customer';
  readonly cash: readonly Cash[];
}

export interface Device {
  readonly id: string;
  readonly protocol: string;
  readonly kind:
    | 'note-acceptor'
    | 'recycler'
    | 'coin-acceptor'
    | 'hopper'
    | 'card-terminal'
    | 'scanner'
    | 'printer'
    | 'cabinet-io';
  readonly port: string;
  readonly power: boolean;
  readonly line: boolean;
  readonly units?: readonly Unit[];
  readonly printed?: readonly {
    readonly job: number;
    readonly bytes: number;
    readonly cut: boolean;
    readonly taken: boolean;
  }[];
  readonly faults?: readonly string[];
  /** The notes or coins a hand may hold for it. */
  readonly denominations?: readonly { readonly currency: string; readonly minor: number }[];
  /** The kiosk lets the acceptor take notes or coins now; null where that cannot be said. */
  readonly enabled?: boolean | null;
  /** Of a card terminal: its display, whether a card is in it, and the bank behind it. */
  readonly display?: string;
  readonly card?: boolean;
  readonly bank?: string;
  /** What that bank holds, oldest first. */
  readonly ledger?: readonly CardTransaction[];
  /** Of an I/O module: what is wired to it. */
  readonly board?: Board;
}

export interface Board {
  /** `open` or `closed` of doors, `on` or `off` of all others. */
  readonly contacts: readonly { readonly name: string; readonly state: string }[];
  readonly lamps: readonly { readonly name: string; readonly on: boolean }[];
  readonly relays: readonly { readonly name: string; readonly on: boolean }[];
  readonly celsiusTenths: number | null;
}

export interface CardTransaction {
  readonly receipt: number;
  readonly currency: string;
  readonly minor: number;
  readonly state: 'approved' | 'confirmed' | 'reversed' | 'refunded';
}

/** The whole: its power, where the glass is, its time zone (null while nobody said), and decimals of currencies. */
export interface Whole extends Money {
  readonly power: boolean;
  readonly kiosk: string | null;
  readonly timeZone: string | null;
}

export interface Service {
  readonly id: string;
  readonly url: string;
  readonly behaviour?: string;
  /** Absent for what is no wallet. */
  readonly wallet?: Wallet;
}

/** A wallet's gateway and the phone of its one payer. */
export interface Wallet {
  readonly provider: 'alipay' | 'wechat';
  readonly phone: {
    readonly code: { readonly text: string; readonly until: string; readonly temper: string } | null;
    /** Numbers of orders that wait for the password. */
    readonly asking: readonly string[];
    readonly said: string | null;
  };
  /** Oldest first. */
  readonly ledger: readonly WalletOrder[];
  readonly keptMinor: number;
}

export interface WalletOrder {
  readonly number: string;
  readonly minor: number;
  readonly state: 'waiting' | 'paid' | 'failed' | 'closed' | 'revoked';
  /** What the glass shows; null where the phone showed its own. */
  readonly code: string | null;
  readonly asking: boolean;
  readonly settling: boolean;
  readonly finished: boolean;
  readonly refundedMinor: number;
}

export interface BenchEvent {
  readonly id: string;
  readonly device: string | null;
  readonly event: string;
  readonly at: string;
  readonly money: { readonly minor: number; readonly currency: string } | null;
  /** Everything else that it says. */
  readonly more: Readonly<Record<string, unknown>>;
}

/** What lies on the table: a torn piece of paper, or a cash box with what is in it. */
export interface TableItem {
  readonly number: number;
  readonly device: string;
  readonly kind: 'paper' | 'box';
  readonly cash: readonly Cash[];
  /** Texts of the square codes on it. */
  readonly codes: readonly string[];
}

interface Bilingual {
  readonly 'zh-CN': string;
  readonly en: string;
}

export interface Bill {
  readonly number: string;
  readonly status: 'open' | 'paid' | 'cancelled';
  readonly payee: Bilingual;
  readonly currency: string;
  readonly minor: number;
}

/** Body of an action: the verb and its arguments by name. */
export interface ActionBody {
  readonly action: string;
  readonly minor?: number;
  readonly count?: number;
  readonly value?: string;
  readonly text?: string;
  readonly condition?: string;
}

export type Did = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export async function listAll(): Promise<{ devices: readonly Device[]; services: readonly Service[] }> {
  return (await readJson('devices')) as { devices: readonly Device[]; services: readonly Service[] };
}

export async function readDevice(id: string): Promise<Device> {
  return (await readJson(`devices/${encodeURIComponent(id)}`)) as Device;
}

/** Acts on `devices/ID`, `services/ID` or, without a path, on the whole cabinet. A refusal is an answer, not an error. */
export async function act(path: string, body: ActionBody): Promise<Did> {
  try {
    const answer = await fetch(path === '' ? 'actions' : `${path}/actions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) return { ok: true };
    const told = (await answer.json().catch(() => ({}))) as { reason?: string; message?: string };
    return { ok: false, reason: told.reason ?? told.message ?? `The bench answered ${answer.status}` };
  } catch {
    return { ok: false, reason: 'The bench does not answer' };
  }
}

/** The paper that hangs out of a printer; null when there is none. */
export async function readPaper(id: string): Promise<Blob | null> {
  const answer = await fetch(`devices/${encodeURIComponent(id)}/paper.png`, { cache: 'no-store' });
  return answer.ok ? answer.blob() : null;
}

export async function readTable(): Promise<readonly TableItem[]> {
  return ((await readJson('table')) as { readonly items: readonly TableItem[] }).items;
}

/** Where the picture of a torn piece is. */
export function pieceUrl({ number }: TableItem): string {
  return `table/${number}/paper.png`;
}

export async function throwAway(number: number): Promise<void> {
  await fetch(`table/${number}`, { method: 'DELETE' });
}

/** Bills that can be paid; none when the biller is not simulated. */
export async function readBills(): Promise<readonly Bill[]> {
  return ((await readJson('bills')) as { readonly bills: readonly Bill[] }).bills;
}

export async function readWhole(): Promise<Whole> {
  return (await readJson('cabinet')) as Whole;
}

export async function readService({ id, url }: Service): Promise<Service> {
  const told = (await readJson(`services/${encodeURIComponent(id)}`)) as Partial<Wallet> & {
    readonly behaviour?: string;
  };
  const { behaviour = 'normal', provider, phone, ledger = [], keptMinor = 0 } = told;
  if (provider === undefined || phone === undefined) return { id, url, behaviour };
  return { id, url, behaviour, wallet: { provider, phone, ledger, keptMinor } };
}

async function readJson(path: string): Promise<unknown> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`The bench answered ${answer.status} about ${path}`);
  return answer.json();
}

/** Everything that happens from now on. Returns how to stop listening. */
export function listen(heard: (event: BenchEvent) => void, alive: (open: boolean) => void): () => void {
  const source = new EventSource('events');
  source.onopen = () => alive(true);
  source.onerror = () => alive(false);
  source.onmessage = (message) => {
    try {
      heard(readEvent(message.lastEventId, JSON.parse(String(message.data)) as Record<string, unknown>));
    } catch {
      // A line that is no JSON tells nothing; the next refresh shows the truth.
    }
  };
  return () => source.close();
}

function readEvent(id: string, told: Record<string, unknown>): BenchEvent {
  const { device, service, event, at, atMs: _atMs, currency, minor, ...more } = told;
  return {
    id,
    device: typeof device === 'string' ? device : typeof service === 'string' ? service : null,
    event: String(event ?? ''),
    at: String(at ?? ''),
    money: typeof minor === 'number' ? { minor, currency: String(currency) } : null,
    more,
  };
}
