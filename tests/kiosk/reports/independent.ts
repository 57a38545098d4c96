/** What a report should say, added up from the lines of `journal export`. Shares no code with the kiosk. */

export interface Line {
  readonly at: string;
  readonly day: string;
  readonly kind: string;
  readonly session: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: a line is read as it stands
  readonly body: any;
}

interface Wanted {
  readonly timeZone: string;
  readonly from: string;
  readonly to: string;
}

interface Sum {
  minor: number;
  count: number;
}

const biggestFirst = <Key extends string>(key: Key, sums: Map<string, Sum>) =>
  [...sums]
    .map(([name, sum]) => ({ [key]: name, ...sum }) as Record<Key, string> & Sum)
    .sort((a, b) => b.minor - a.minor || (a[key] < b[key] ? -1 : 1));

export function addedUp(lines: readonly Line[], { timeZone, from, to }: Wanted) {
  const within = lines.filter(({ day }) => day >= from && day <= to);
  const sales = within.filter(({ kind }) => kind === 'sale.paid');
  const refunds = within.filter(({ kind }) => kind === 'refund.done');
  const cancelled = within.filter(({ kind }) => kind === 'sale.cancelled');
  const methods = new Map<string, Sum>();
  const days = new Map<string, Sum>();
  const hours = new Map<string, Sum>();
  const payees = new Map<string, Sum>();
  const refundMethods = new Map<string, Sum>();
  const add = (sums: Map<string, Sum>, name: string, minor: number, count = 1) => {
    const sum = sums.get(name) ?? { minor: 0, count: 0 };
    sums.set(name, { minor: sum.minor + minor, count: sum.count + count });
  };
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  // A visit counts where it first paid.
  const paidBefore = new Set(
    lines.filter(({ kind, day }) => kind === 'sale.paid' && day < from).map(({ session }) => session),
  );
  const visits = new Set(sales.map(({ session }) => session).filter((session) => !paidBefore.has(session)));
  let minor = 0;
  for (const { at, day, body } of sales) {
    minor += body.minor;
    add(hours, clock.format(new Date(at)), body.minor);
    add(days, day, body.minor);
    add(payees, body.payee, body.minor);
    for (const [method, kept] of afterChange(body)) add(methods, method, kept);
  }
  for (const { body } of refunds) add(refundMethods, body.method, body.minor);
  const total = (of: readonly Line[]) => of.reduce((sum, { body }) => sum + body.minor, 0);
  return {
    minor,
    count: sales.length,
    customers: visits.size,
    average: sales.length === 0 ? null : Math.floor(minor / sales.length + 0.5),
    refunded: total(refunds),
    refunds: refunds.filter(({ body }) => body.further !== true).length,
    rounding: sales.reduce((sum, { body }) => sum + body.rounding, 0),
    cancelled: { minor: total(cancelled), count: cancelled.length },
    byMethod: biggestFirst('method', methods),
    byDay: [...days].map(([day, sum]) => ({ day, ...sum })).sort((one, other) => (one.day < other.day ? -1 : 1)),
    byHour: [...hours]
      .map(([hour, sum]) => ({ hour: Number(hour), ...sum }))
      .sort((one, other) => one.hour - other.hour),
    byPayee: biggestFirst('payee', payees),
    refundsByMethod: biggestFirst('method', refundMethods),
  };
}

/** What is left of each way to pay: cash less change, and where no cash is left the others in turn. */
function afterChange({ tenders, change }: Line['body']): Map<string, number> {
  const left = new Map<string, number>();
  for (const { method, minor } of tenders) left.set(method, (left.get(method) ?? 0) + minor);
  let back = change.cash + change.voucher + change.owed;
  const order = [...left.keys()].sort((a, b) => Number(b === 'cash') - Number(a === 'cash'));
  for (const method of order) {
    const had = left.get(method) as number;
    left.set(method, Math.max(0, had - back));
    back -= had - (left.get(method) as number);
  }
  return left;
}
