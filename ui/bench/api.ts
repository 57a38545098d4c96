/** The bench's HTTP interface, as its README describes it. The page knows nothing that is not in these answers. */

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
  readonly kind: 'note-acceptor' | 'printer';
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
  /** The notes a hand may hold. */
  readonly denominations?: readonly { readonly currency: string; readonly minor: number }[];
}

export interface Service {
  readonly id: string;
  readonly url: string;
}

export interface BenchEvent {
  readonly id: string;
  readonly device: string | null;
  readonly event: string;
  readonly at: string;
  readonly details: string;
}

export interface Bill {
  readonly number: string;
  readonly payee: string;
  readonly minor: number;
}

/** Body of an action: the verb and its arguments by name. */
export interface ActionBody {
  readonly action: string;
  readonly minor?: number;
  readonly value?: string;
  readonly text?: string;
  readonly condition?: string;
}

export type Did = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export async function listAll(): Promise<{ devices: readonly Device[]; services: readonly Service[] }> {
  const answer = await fetch('devices');
  if (!answer.ok) throw new Error(`The bench answered ${answer.status}`);
  return (await answer.json()) as { devices: readonly Device[]; services: readonly Service[] };
}

export async function readDevice(id: string): Promise<Device> {
  const answer = await fetch(`devices/${encodeURIComponent(id)}`);
  if (!answer.ok) throw new Error(`The bench answered ${answer.status} about ${id}`);
  return (await answer.json()) as Device;
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

/** Bills that the bench offers; null when it offers none. */
export async function readBills(): Promise<readonly Bill[] | null> {
  try {
    const answer = await fetch('bills');
    if (!answer.ok) return null;
    const told = (await answer.json()) as { bills?: readonly Bill[] };
    return told.bills ?? null;
  } catch {
    return null;
  }
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
  const { device, service, event, at, atMs: _atMs, currency, minor, ...rest } = told;
  const money = typeof minor === 'number' ? [formatMinor(minor, String(currency ?? ''))] : [];
  const more = Object.entries(rest).map(([name, value]) =>
    typeof value === 'object' ? `${name} ${JSON.stringify(value)}` : `${name} ${String(value)}`,
  );
  return {
    id,
    device: typeof device === 'string' ? device : typeof service === 'string' ? service : null,
    event: String(event ?? ''),
    at: String(at ?? ''),
    details: [...money, ...more].join(' · '),
  };
}

/** 8650 → ¥86.50; other currencies carry their code. */
export function formatMinor(minor: number, currency = 'CNY'): string {
  const figure = (minor / 100).toLocaleString('en', { minimumFractionDigits: minor % 100 === 0 ? 0 : 2 });
  return currency === 'CNY' || currency === '' ? `¥${figure}` : `${currency} ${figure}`;
}
