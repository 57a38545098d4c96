/** What became of the office's orders, judged from the journal and from what was carried out (tests/faults.md, I11). */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** `carried`: numbers of the orders that were carried out beside the program, each time one was. In words. */
export function brokenOrders(entries: readonly Entry[], carried: readonly number[]): readonly string[] {
  const wrong: string[] = [];
  const ordered = new Map<number, Body<'remote.ordered'>>();
  const begun = new Set<number>();
  const done = new Set<number>();
  const off = new Set<string>();
  let locked = false;
  let visit = false;
  let restarts = 0;
  let last = 0;
  const take = (body: Body<'remote.ordered'>) => {
    if (body.seq <= last) wrong.push(`order ${body.seq} was taken after order ${last}`);
    last = Math.max(last, body.seq);
    ordered.set(body.seq, body);
  };
  const begin = ({ seq, order }: Body<'remote.begun'>) => {
    if (begun.has(seq) || done.has(seq)) wrong.push(`order ${seq} was begun again`);
    begun.add(seq);
    if (order.act === 'restart') restarts += 1;
  };
  const finish = ({ seq, outcome }: Body<'remote.done'>) => {
    if (done.has(seq)) wrong.push(`order ${seq} has two ends`);
    done.add(seq);
    const act = ordered.get(seq)?.order;
    if (act === undefined) wrong.push(`order ${seq} ended and was never taken`);
    if (act === undefined || outcome !== 'done') return;
    if (act.act === 'lock' || act.act === 'unlock') locked = act.act === 'lock';
    if (act.act === 'method' && act.enabled) off.delete(act.method);
    if (act.act === 'method' && !act.enabled) off.add(act.method);
  };
  for (const { body } of entries) {
    if (body.kind === 'remote.ordered') take(body);
    if (body.kind === 'remote.begun') begin(body);
    if (body.kind === 'remote.done') finish(body);
    if (body.kind === 'session.started') {
      visit = true;
      if (locked) wrong.push('a visit began while the office had locked the kiosk');
    }
    if (body.kind === 'session.ended') visit = false;
    if (body.kind === 'tender.opened' && off.has(body.method)) wrong.push(`${body.method} was chosen while it was off`);
    if (body.kind === 'kiosk.shutting-down' && body.why === 'restart') {
      restarts -= 1;
      if (visit) wrong.push('the office ended the kiosk in the middle of a visit');
      if (restarts < 0) wrong.push('the kiosk ended for an order that was not begun, or once more for the same');
    }
  }
  for (const seq of ordered.keys()) if (!done.has(seq)) wrong.push(`order ${seq} has no end`);
  for (const [at, seq] of carried.entries()) {
    if (carried.indexOf(seq) !== at) wrong.push(`order ${seq} was carried out again`);
    if (!begun.has(seq)) wrong.push(`order ${seq} was carried out, and that it began is not recorded`);
  }
  return wrong;
}
