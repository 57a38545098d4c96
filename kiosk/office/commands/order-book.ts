/** Orders as they are kept: whom a person meant, over the commands that came of it, one a kiosk. */
import type { CommandAct, CommandLine, Ordered, OrderLine } from '../server/wire.ts';
import type { Queries } from '../store/open.ts';

/** Orders that one answer lists at most. */
const ordersListed = 100;

/** Its number, for the commands that belong to it. */
export async function openOrder(inside: Queries, whom: Ordered): Promise<number> {
  const [row] = await inside.query<{ number: number }>('INSERT INTO orders (whom) VALUES ($1) RETURNING number', [
    JSON.stringify(whom),
  ]);
  return (row as { number: number }).number;
}

type Row = Pick<CommandLine, 'priority' | 'orderedBy' | 'status'> & {
  readonly number: number;
  readonly whom: string;
  readonly act: string;
  readonly detail: string;
  readonly orderedAt: Date;
  readonly deadline: Date;
  readonly count: number;
};

/** One row for each order and status; the commands of one order differ in nothing else that is read. */
const byStatus = (numbers: string) => `
  SELECT orders.number, whom, act, detail, priority, ordered_at AS "orderedAt", ordered_by AS "orderedBy", deadline, status,
    count(*)::bigint AS count
  FROM orders JOIN commands ON commands.number = orders.number
  WHERE orders.number IN (${numbers})
  GROUP BY orders.number, whom, act, detail, priority, ordered_at, ordered_by, deadline, status
  ORDER BY orders.number DESC`;

/** The newest first. */
export async function newestOrders(database: Queries): Promise<readonly OrderLine[]> {
  const newest = `SELECT number FROM orders ORDER BY number DESC LIMIT ${ordersListed}`;
  return linesOf(await database.query<Row>(byStatus(newest)));
}

/** Null: none has this number. */
export async function orderOf(database: Queries, number: number): Promise<OrderLine | null> {
  const [line] = linesOf(await database.query<Row>(byStatus('$1'), [number]));
  return line ?? null;
}

function linesOf(rows: readonly Row[]): readonly OrderLine[] {
  const lines = new Map<number, OrderLine>();
  for (const { number, whom, act, detail, orderedAt, deadline, status, count, priority, orderedBy } of rows) {
    lines.set(number, {
      ...{ number, priority, orderedBy },
      whom: JSON.parse(whom) as Ordered,
      order: { act, ...JSON.parse(detail) } as CommandAct,
      orderedAt: orderedAt.toISOString(),
      deadline: deadline.toISOString(),
      counts: { ...lines.get(number)?.counts, [status]: count },
    });
  }
  return [...lines.values()];
}
