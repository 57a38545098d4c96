/** What a kiosk may book in a day, at random; and a journal of it in which days are closed wherever the test says. */
import fc from 'fast-check';
import { figuresNow } from '../../../kiosk/day/day.ts';
import type { Entry, EntryBody } from '../../../kiosk/entry.ts';
import { apply, emptyFolded, type Folded } from '../../../kiosk/kiosk.ts';
import { cancelled, refund, sale, start } from '../reports/sales.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

export const currency = 'CNY';
const money = fc.integer({ min: 1, max: 50_000 });
const minors = fc.constantFrom(100, 500, 1_000, 2_000, 5_000, 10_000);
const pieces = fc.uniqueArray(fc.record({ minor: minors, count: fc.integer({ min: 1, max: 9 }) }), {
  selector: ({ minor }) => minor,
  maxLength: 3,
});
const recycler = { device: 'acceptor', unit: 'recycler', currency } as const;

/** Something that happens; `n` makes its numbers its own. */
type Happens = (n: number, before: Folded) => EntryBody;

const happens: fc.Arbitrary<Happens> = fc.oneof(
  fc.record({ cash: money, card: fc.nat(9_000), back: fc.nat(900) }).map(({ cash, card, back }): Happens => {
    return (n) => {
      const tenders: Body<'sale.paid'>['tenders'] = [
        { method: 'card', minor: card },
        { method: 'cash', minor: cash + back },
      ];
      const change = { cash: back, voucher: 0, owed: 0 };
      return sale(n, { minor: cash + card, tenders, change, rounding: 0 });
    };
  }),
  money.map(
    (minor): Happens =>
      (n) =>
        refund(n, 'alipay', minor),
  ),
  money.map(
    (minor): Happens =>
      (n) => ({ kind: 'refund.done', sale: `s${n}`, method: 'cash', case: `C${n}`, window: true, currency, minor }),
  ),
  money.map((minor): Happens => {
    const ended = { how: 'paid', reason: null, by: '1', second: null } as const;
    return (n) => ({ kind: 'case.settled', case: `C${n}`, ...ended, debt: true, currency, minor });
  }),
  money.map(
    (minor): Happens =>
      () =>
        cancelled(minor),
  ),
  minors.map(
    (minor): Happens =>
      (n) => ({
        kind: 'note.stacked',
        command: `c${n}`,
        device: 'acceptor',
        sale: `s${n}`,
        session: `v${n}`,
        currency,
        minor,
        evidence: 'stacked',
        confirmByCount: false,
      }),
  ),
  pieces.map(
    (all): Happens =>
      (n) => ({ kind: 'cash.filled', move: `M${n}`, by: '1', second: null, ...recycler, pieces: all }),
  ),
  pieces.map(
    (all): Happens =>
      (n, { till }) => {
        const expected = till.units
          .filter(({ unit, count }) => unit === 'recycler' && count !== 0)
          .map(({ minor, count }) => ({ minor, count }));
        const difference = worth(all) - worth(expected);
        const counted = { pieces: all, expected, difference };
        return { kind: 'cash.declared', move: `M${n}`, by: '1', second: null, ...recycler, ...counted };
      },
  ),
  fc.constant<Happens>(() => ({ kind: 'cashbox.removed', device: 'acceptor' })),
  fc.record({ told: money, expected: money }).map(({ told, expected }): Happens => {
    return (_, { day }) => ({
      kind: 'day.matched',
      z: day.z + 1,
      method: 'card',
      source: 'terminal',
      device: 'terminal',
      currency,
      expected: { minor: expected, count: 1 },
      told: { minor: told, count: 1 },
    });
  }),
);

function worth(all: readonly { readonly minor: number; readonly count: number }[]): number {
  return all.reduce((sum, { minor, count }) => sum + minor * count, 0);
}

export interface Step {
  readonly happens: Happens;
  /** used: the oldest that is out, if any is. */
  readonly slip: 'issued' | 'used' | 'none';
  readonly closes: boolean;
  /** The process ended before the report was signed: it is signed after the next step. */
  readonly signedLate?: boolean;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    happens,
    slip: fc.constantFrom('issued', 'used', 'none'),
    closes: fc.boolean(),
    signedLate: fc.boolean(),
  }),
  { maxLength: 30 },
);

export interface Told {
  readonly entries: readonly Entry[];
  readonly state: Folded;
}

/** `closes` false: the same with no day closed. */
export function journalOf(all: readonly Step[], closes = true): Told {
  const entries: Entry[] = [];
  let state: Folded = emptyFolded;
  const slips: { readonly serial: string; readonly minor: number }[] = [];
  const put = (body: EntryBody) => {
    state = apply(state, body);
    entries.push({ seq: state.seq, at: '', day: '', kind: body.kind, session: null, body, hash: `h${state.seq}` });
  };
  const unsigned: Body<'day.signed'>[] = [];
  put(start('Asia/Shanghai'));
  put({ kind: 'day.opened', day: '2026-03-31' });
  all.forEach((step, n) => {
    put(step.happens(n, state));
    const of = { session: 'v', sale: 's', currency };
    if (step.slip === 'issued') {
      slips.push({ serial: `${n}`, minor: 100 + n });
      put({ kind: 'voucher.issued', ...of, serial: `${n}`, minor: 100 + n, reason: 'change' });
    }
    const used = step.slip === 'used' ? slips.shift() : undefined;
    if (used !== undefined && n % 2 === 0) put({ kind: 'voucher.redeemed', ...of, ...used });
    else if (used !== undefined) put({ kind: 'voucher.voided', ...used, currency, by: '1', second: null });
    const late = unsigned.splice(0);
    if (step.closes && closes) unsigned.push(close(put, state));
    if (step.signedLate !== true) late.push(...unsigned.splice(0));
    for (const sign of late) put(sign);
  });
  for (const sign of unsigned) put(sign);
  return { entries, state };
}

/** Returns its signature. */
function close(put: (body: EntryBody) => void, state: Folded): Body<'day.signed'> {
  const { day, seq } = state;
  const z = day.z + 1;
  put({
    kind: 'day.closed',
    z,
    from: day.from,
    to: seq,
    opened: day.opened,
    opens: '2026-03-31',
    by: '1',
    second: null,
    paper: null,
    figures: figuresNow(state, currency),
  });
  return { kind: 'day.signed', z, hash: `h${seq + 1}`, key: 'key', signature: `signed ${z}` };
}
