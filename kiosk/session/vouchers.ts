/**
 * A voucher that is presented: judged by what the journal has of it, then by the office's word where it can be asked, and
 * taken once. What the office does not answer is taken as far as this kiosk can answer for it.
 */
import { slipInHand } from '../documents/prints.ts';
import type { FactBody } from '../fact.ts';
import type { VoucherRecord } from '../sale/voucher.ts';
import { methodsOffered } from '../remote/order.ts';
import { printerUsable } from '../methods/cash/acceptance.ts';
import { complete } from '../sale/completion.ts';
import { type Sale, toGo } from '../sale/sale.ts';
import { move, newId, put, saleNow, type Turn } from '../turn.ts';
import type { Session } from './session.ts';
import type { Stage, VoucherProblem } from './stage.ts';

interface Now {
  readonly session: Session;
  readonly sale: Sale;
}

/** With what the journal has of it. One answer for everything that is no voucher; `askable`: the office can be asked. */
export function voucherPresented(turn: Turn, record: VoucherRecord | null, askable: boolean): void {
  const now = saleNow(turn);
  const stage = now?.session.stage;
  // At the choice it was scanned: nobody had to say before that a slip comes.
  if (now === null || (stage?.at !== 'voucher' && stage?.at !== 'choose') || now.sale.state !== 'open') return;
  // Whoever is typing one already goes on.
  const { rules, remote } = turn.kiosk;
  const methods = stage.at === 'voucher' ? rules.methods : methodsOffered(rules, remote);
  if (!methods.includes('voucher') || isAsking(stage)) return;
  put(turn, { kind: 'session.touched', monoMs: turn.fact.monoMs });
  const problem = problemOf(turn, now.sale, record);
  if (record === null || problem !== null) move(turn, { at: 'voucher', problem: problem ?? 'refused' });
  else if (askable) ask(turn, now, record);
  else takeUnasked(turn, now, record);
}

/** The office's word, or none in time. An answer that nobody waits for any more changes nothing. */
export function voucherTold(
  turn: Turn,
  { command, word, record, behind }: Extract<FactBody, { fact: 'voucher.told' }>,
): void {
  const now = saleNow(turn);
  const stage = now?.session.stage;
  if (now === null || stage?.at !== 'voucher' || stage.asking?.command !== command) return;
  const { serial, issuer } = stage.asking.voucher;
  put(turn, { kind: 'voucher.told', command, serial, ...(issuer === undefined ? {} : { issuer }), word });
  const problem = word?.spent == null ? problemOf(turn, now.sale, record) : ({ why: 'spent', ...word.spent } as const);
  if (record === null || problem !== null) move(turn, { at: 'voucher', problem: problem ?? 'refused' });
  else if (word === null || behind === true) takeUnasked(turn, now, record);
  else redeem(turn, now, record, false);
}

/** The office holds the journal up to `seq`. */
export function unaskedReported(turn: Turn, seq: number): void {
  const { unasked } = turn.kiosk;
  if (unasked.seq > 0 && seq >= unasked.seq) put(turn, { kind: 'voucher.reported', seq });
}

function isAsking(stage: Stage): boolean {
  return stage.at === 'voucher' && stage.asking !== undefined;
}

function problemOf({ kiosk }: Turn, sale: Sale, record: VoucherRecord | null): VoucherProblem | null {
  const { rules } = kiosk;
  if (record === null || record.currency !== rules.currency) return 'refused';
  if (record.spent) {
    const { spentAt: at, spentBy = rules.kiosk } = record;
    return at === undefined ? 'refused' : { why: 'spent', kiosk: spentBy, at };
  }
  const restMinor = toGo(sale, rules.cashStepMinor);
  // More than is to go comes back on paper: without a printer it stays the slip it is.
  const changeless = record.minor > restMinor && !printerUsable(kiosk);
  return restMinor === 0 || changeless ? 'refused' : null;
}

/** The question is on disk before it leaves; until its answer nothing else is presented. */
function ask(turn: Turn, { session, sale }: Now, voucher: VoucherRecord): void {
  const { serial, currency, minor, issuer = turn.kiosk.rules.kiosk, proof } = voucher;
  const command = newId(turn, 'voucher');
  const of = { issuer, serial, currency, minor, ...(proof === undefined ? {} : { proof }) };
  put(turn, { kind: 'voucher.ask', command, session: session.id, sale: sale.id, ...of });
  move(turn, { at: 'voucher', problem: null, asking: { command, voucher } });
}

/**
 * What this kiosk gave out it knows itself. For another's it stands up to its limit, of one and of all of them: also for one of
 * which the office knows nothing, where it will be long until it hears of it, for until then it tells others the same.
 */
function takeUnasked(turn: Turn, now: Now, record: VoucherRecord): void {
  const { rules, unasked } = turn.kiosk;
  if (record.issuer !== undefined && unasked.minor + record.minor > rules.unaskedVouchersMinor) {
    move(turn, { at: 'voucher', problem: 'unchecked' });
  } else redeem(turn, now, record, record.issuer !== undefined);
}

function redeem(turn: Turn, { session, sale }: Now, record: VoucherRecord, unasked: boolean): void {
  const { serial, currency, minor, issuer, proof } = record;
  put(turn, { kind: 'tender.opened', session: session.id, sale: sale.id, method: 'voucher', agreed: false });
  // Of its own the office believes a kiosk as it is.
  const others = issuer === undefined ? {} : { issuer, ...(proof === undefined ? {} : { proof }) };
  const of = { ...others, ...(unasked ? { unasked } : {}) };
  put(turn, { kind: 'voucher.redeemed', session: session.id, sale: sale.id, serial, currency, minor, ...of });
  if (issuer === undefined) ownBack(turn, record);
  const after = saleNow(turn);
  if (after !== null && toGo(after.sale, turn.kiosk.rules.cashStepMinor) === 0) complete(turn);
  else move(turn, { at: 'choose' });
}

/** Whoever holds one of this kiosk's has its paper: no case stands for it any more. */
function ownBack(turn: Turn, { serial, currency }: VoucherRecord): void {
  slipInHand(turn, serial);
  for (const one of Object.values(turn.kiosk.cases)) {
    if (one.subject === serial) {
      put(turn, { kind: 'case.resolved', case: one.case, outcome: 'explained', currency, minor: one.minor });
    }
  }
}
