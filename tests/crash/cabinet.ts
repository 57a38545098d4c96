/** The cabinet as a hand and an eye have it: verbs, what lies where, and what happens as it happens. */
import type { OrderRow } from '../../hardware/bench/wallets/orders.ts';
import type { CardTransaction, HandAction, UnitCash } from '../../hardware/simulated.ts';

export interface Happened {
  readonly device: string;
  readonly event: string;
  readonly minor?: number;
}

export class Cabinet {
  private readonly url: string;
  private readonly ending = new AbortController();

  constructor(url: string) {
    this.url = url;
  }

  /** Tells everything from now on; resolves when the stream is open. */
  async watch(onEvent: (event: Happened) => void): Promise<void> {
    const answer = await fetch(new URL('events', this.url), { signal: this.ending.signal });
    void this.read(answer, onEvent).catch(() => {});
  }

  private async read(answer: Response, onEvent: (event: Happened) => void): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split('\n');
      text = lines.pop() as string;
      for (const line of lines) if (line.startsWith('data: ')) onEvent(JSON.parse(line.slice(6)) as Happened);
    }
  }

  /** Null when it was done, else why the machine did not let it happen. */
  async act(device: string | null, action: Readonly<Record<string, unknown>>): Promise<string | null> {
    return this.post(device === null ? 'actions' : `devices/${device}/actions`, action);
  }

  /** As `act`, of a wallet's gateway and the payer's phone. */
  async actAt(wallet: string, action: HandAction): Promise<string | null> {
    return this.post(`services/${wallet}/actions`, action);
  }

  private async post(path: string, action: object): Promise<string | null> {
    const answer = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(action),
    });
    const body = (await answer.json()) as { readonly ok?: boolean; readonly reason?: string };
    if (body.ok === true) return null;
    if (answer.status === 409) return body.reason ?? 'refused';
    throw new Error(`the bench answered ${answer.status} to ${JSON.stringify(action)}: ${JSON.stringify(body)}`);
  }

  /** Notes by place and value, minor units. */
  async cash(device: string, unit: UnitCash['unit']): Promise<ReadonlyMap<number, number>> {
    const answer = await fetch(new URL(`devices/${device}`, this.url));
    const { units } = (await answer.json()) as { readonly units: readonly UnitCash[] };
    const found = units.find((one) => one.unit === unit)?.cash ?? [];
    return new Map(found.filter(({ count }) => count > 0).map(({ minor, count }) => [minor, count]));
  }

  /** What the bank behind a card terminal holds. */
  async bank(device: string): Promise<readonly CardTransaction[]> {
    const answer = await fetch(new URL(`devices/${device}`, this.url));
    return ((await answer.json()) as { readonly ledger: readonly CardTransaction[] }).ledger;
  }

  /** What a wallet's gateway holds, and the payment code that the phone shows just now. */
  async wallet(id: string): Promise<{ readonly orders: readonly OrderRow[]; readonly code: string | null }> {
    const answer = await fetch(new URL(`services/${id}`, this.url));
    const { ledger: orders, phone } = (await answer.json()) as {
      readonly ledger: readonly OrderRow[];
      readonly phone: { readonly code: { readonly text: string } | null };
    };
    return { orders, code: phone.code?.text ?? null };
  }

  /** Everything that was printed since the paper was last torn off, and tears it off. */
  async tearOff(device: string): Promise<Uint8Array> {
    const answer = await fetch(new URL(`devices/${device}/paper.bin`, this.url));
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (answer.status === 404) return new Uint8Array(0);
    await this.act(device, { action: 'take' });
    return bytes;
  }

  close(): void {
    this.ending.abort();
  }
}
