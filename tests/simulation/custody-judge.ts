/** Boxes, slips and cases in the hands of people, judged from the journal alone (tests/faults.md, I1, I2 and I6). */
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { isBoxOut } from './change.ts';

type Body<K extends EntryBody['kind']> = Extract<EntryBody, { kind: K }>;

/** Everything that was paid twice, in whatever form, or passed over in silence, in words. */
export function brokenCustody(entries: readonly Entry[]): readonly string[] {
  return [...ends(entries), ...seals(entries), ...boxes(entries), ...reconciled(entries)];
}

/** A slip and a case end once; what the window paid for a slip voids it, and what comes as a slip has one row of that worth. */
function* ends(entries: readonly Entry[]): Generator<string> {
  const issued = new Map<string, Body<'voucher.issued'>>();
  const spent = new Set<string>();
  const voided = new Set<string>();
  const opened = new Map<string, Body<'case.opened'>>();
  const settled = new Map<string, Body<'case.settled'>>();
  for (const { body } of entries) {
    if (body.kind === 'voucher.issued') issued.set(body.serial, body);
    if (body.kind === 'voucher.voided') voided.add(body.serial);
    if (body.kind === 'voucher.voided' || (body.kind === 'voucher.redeemed' && body.issuer === undefined)) {
      if (spent.has(body.serial)) yield `slip ${body.serial} was paid twice`;
      spent.add(body.serial);
    }
    if (body.kind === 'case.opened') opened.set(body.case, body);
    if (body.kind !== 'case.settled') continue;
    if (settled.has(body.case)) yield `case ${body.case} was ended twice by a person`;
    settled.set(body.case, body);
  }
  const given = new Map<string, number>();
  for (const { case: number } of issued.values())
    if (number !== undefined) given.set(number, (given.get(number) ?? 0) + 1);
  for (const [number, times] of given) if (times > 1 || !settled.has(number)) yield `case ${number} has ${times} slips`;
  for (const [number, { how, minor, serial }] of settled) {
    const about = opened.get(number);
    const subject = about?.about === 'voucher-not-printed' ? about.subject : null;
    if (how === 'paid' && subject !== null && !voided.has(subject))
      yield `the window paid for slip ${subject}, and it still counts`;
    if (how === 'paid' && subject !== null && issued.get(subject)?.minor !== minor)
      yield `the window paid ${minor} for slip ${subject}, which is worth ${issued.get(subject)?.minor}`;
    if (how !== 'voucher') continue;
    if (issued.get(serial ?? '')?.minor !== minor)
      yield `case ${number} was ended with slip ${serial}, not worth ${minor}`;
    if (subject !== null && serial !== subject) yield `case ${number} about slip ${subject} was ended with another`;
  }
}

/** Every close of a day counts the cases that ended before it and that no other close has counted, each once, and no other. */
function* reconciled(entries: readonly Entry[]): Generator<string> {
  const owed = new Set<string>();
  const waits = new Set<string>();
  for (const { body } of entries) {
    if (body.kind === 'case.settled') waits.add(body.case);
    if (body.kind === 'case.resolved') {
      if (body.outcome === 'owed') owed.add(body.case);
      else if (!owed.has(body.case)) waits.add(body.case);
    }
    if (body.kind === 'case.reconciled' && !waits.delete(body.case))
      yield `case ${body.case} was counted by a close, and had not ended or was counted before`;
    if (body.kind !== 'day.closed') continue;
    for (const number of waits) yield `case ${number} had ended and Z ${body.z} does not count it`;
    waits.clear();
  }
}

/** A box is counted once, against what was in it when it left; what it has more or less is a case. */
function* boxes(entries: readonly Entry[]): Generator<string> {
  const inside = new Map<string, string>();
  const counted = new Set<string>();
  const differs = new Set<string>();
  for (const { body } of entries) {
    if (body.kind === 'case.opened' && body.about === 'count-differs') differs.add(body.subject ?? '');
    if (isBoxOut(body) && body.bag !== undefined) inside.set(body.bag, JSON.stringify(body.pieces));
    if (body.kind === 'cashbox.changed' && body.pieces.length === 0)
      yield `move ${body.move} changes the box of ${body.device}, in which nothing was`;
  }
  for (const { body } of entries) {
    if (body.kind !== 'cash.counted') continue;
    const { bag, move, pieces, expected } = body;
    if (counted.has(bag)) yield `box ${bag} was counted twice`;
    counted.add(bag);
    const [left, due] = [inside.get(bag), JSON.stringify(expected)];
    if (due !== left) yield `box ${bag} left with ${left} in it, and was counted against ${due}`;
    if (JSON.stringify(pieces) !== due && !differs.has(move)) yield `box ${bag} was not as expected, and is no case`;
  }
}

/** No number closes two boxes, and another number than its own on a box that is counted is a case. */
function* seals(entries: readonly Entry[]): Generator<string> {
  const sealOf = new Map<string, string>();
  const differs = new Set<string>();
  for (const { body } of entries) {
    if (body.kind === 'case.opened' && body.about === 'seal-differs') differs.add(body.subject ?? '');
    if (body.kind !== 'cash.sealed') continue;
    if ([...sealOf.values()].includes(body.seal)) yield `seal ${body.seal} closes two boxes`;
    sealOf.set(body.bag, body.seal);
  }
  for (const { body } of entries) {
    if (body.kind !== 'cash.counted') continue;
    const same = sealOf.get(body.bag) === body.seal;
    if (same === differs.has(body.bag))
      yield `box ${body.bag} was closed under ${sealOf.get(body.bag)} and counted under ${body.seal}${same ? ', a case without need' : ' without a case'}`;
  }
}
