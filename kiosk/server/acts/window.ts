/** What the window settles with people: cases, slips, refunds, and goods that are handed over. */
import { paidSale, voucherRecord } from '../../lookup.ts';
import type { VoucherRecord } from '../../sale/voucher.ts';
import { refundWaiting } from '../../sale/refund.ts';
import { caseRecord, settleRefused, slipOf, soldIn } from '../../staff/cases.ts';
import { settleWeight, slipWeight } from '../../staff/weight.ts';
import { slipNow, type TableParts } from '../staff-tables.ts';
import type { StaffAct, StaffProblem } from '../staff-wire.ts';
import type { OfficeParts } from '../staff-office.ts';
import { type ActParts, type ActRule, type ActRules, booked, done, needs, no } from './act.ts';

type Named<Name extends StaffAct['do']> = Extract<StaffAct, { do: Name }>;

export interface WindowParts extends ActParts, Pick<TableParts, 'goods' | 'pins'> {
  readonly office: Pick<OfficeParts, 'wordOn'>;
  /** Whether a typed code belongs to the voucher found under its serial. */
  readonly voucherFits: (typed: { serial: string; code: string }, record: VoucherRecord | null) => boolean;
  /** What shows the office that the slip is one of this kiosk's (`voucher-seal.ts`, slipProof). */
  readonly voucherProof: (own: VoucherRecord) => string;
  /** For the log: what went wrong, and where. */
  readonly onFailure: (error: unknown, where: string) => void;
}

export function windowActs(parts: WindowParts): ActRules<'settle' | 'pay-slip' | 'judge-refund' | 'hand-over'> {
  const { now } = parts;
  return {
    settle: settling(parts),
    'pay-slip': paying(parts),
    'judge-refund': {
      rights: needs('judge-refund'),
      sum: ({ approve }) => (approve ? (refundWaiting(now())?.plan.minor ?? 0) : 0),
      refused: ({ sale }) => (refundWaiting(now())?.plan.sale === sale ? null : 'nothing'),
      book: ({ sale, approve }, by, second) =>
        booked(
          parts,
          { fact: 'refund.judged', sale, approve, by, second },
          approve ? 'refund.asked' : 'refund.declined',
        ),
    },
    'hand-over': handing(parts),
  };
}

function settling(parts: WindowParts): ActRule<Named<'settle'>> {
  const { now, find } = parts;
  const caseOf = (number: string) => {
    const record = caseRecord(find(`case:${number}`));
    const one = record?.one ?? null;
    const serial = one === null ? null : slipOf(one);
    const slip = serial === null ? null : voucherRecord(find(`voucher:${serial}`));
    return { one, slip, sold: record === null ? null : soldIn(record, find) };
  };
  return {
    rights: needs('settle'),
    sum: (act) => settleWeight(now(), caseOf(act.case), act, find),
    refused(act) {
      const { one, slip } = caseOf(act.case);
      return settleRefused(now(), one, slip, act);
    },
    async book(act, by, second) {
      const serial = caseOf(act.case).slip?.serial ?? null;
      if (serial !== null && act.how !== 'void') await learnOf(parts, serial);
      // While the office was asked it may have ended, or its slip have been taken at the glass.
      const { one, slip, sold } = caseOf(act.case);
      if (one === null) return no('unknown-case');
      const refused = settleRefused(now(), one, slip, act);
      if (refused !== null) return no(refused);
      const { how, minor, reason } = act;
      const ending = { how, minor, reason, by, second };
      return booked(parts, { fact: 'case.settled', record: one, slip, sold, ...ending }, 'case.settled');
    },
  };
}

function paying(parts: WindowParts): ActRule<Named<'pay-slip'>> {
  const { now, find, voucherFits } = parts;
  /** Null unless number and code belong together. */
  const slipOfCode = (typed: { readonly serial: string; readonly code: string }): VoucherRecord | null => {
    const serial = typed.serial.padStart(6, '0');
    const found = voucherRecord(find(`voucher:${serial}`));
    return voucherFits({ serial, code: typed.code }, found) ? found : null;
  };
  return {
    rights: needs('pay-slip'),
    sum: (act) => (act.pay ? slipWeight(now(), slipOfCode(act), find) : 0),
    refused(act) {
      const found = slipOfCode(act);
      if (found === null) return 'unknown-slip';
      return act.pay && found.spent ? 'slip-spent' : null;
    },
    async book(act, by, second) {
      const serial = slipOfCode(act)?.serial ?? null;
      if (serial !== null) await learnOf(parts, serial);
      const record = slipOfCode(act);
      if (record === null) return no('unknown-slip');
      if (act.pay && record.spent) return no('slip-spent');
      const answer = act.pay ? booked(parts, { fact: 'voucher.voided', record, by, second }, 'voucher.voided') : done;
      const slip = slipNow(parts, record.serial);
      return answer.ok && slip !== null ? { ...answer, slip } : answer;
    },
  };
}

/** Another kiosk may have taken the slip that still lies here: the office is asked, and what it says is kept before anything is paid. */
async function learnOf({ find, office, take, voucherProof }: WindowParts, serial: string): Promise<void> {
  const slip = voucherRecord(find(`voucher:${serial}`));
  if (slip?.spent !== false) return;
  const word = await office.wordOn({ serial, proof: voucherProof(slip) });
  if (word?.spent != null) take({ fact: 'slip.told', serial, word });
}

function handing(parts: WindowParts): ActRule<Named<'hand-over'>> {
  const { now, find, goods } = parts;
  return {
    rights: needs('hand-over'),
    refused({ order }) {
      const waits = goods?.paidOrders().some(({ number, handedOver }) => number === order && !handedOver) ?? false;
      if (!waits) return 'nothing';
      return Object.values(now().releases).some((release) => release.order === order) ? 'releasing' : null;
    },
    book({ order }, by) {
      const sale = paidSale(find(`bill:${order}`))?.sale ?? null;
      // The seller first: what it has not written down could be given back yet.
      const kept = handOver(parts, order);
      return kept === null
        ? booked(parts, { fact: 'order.handed-over', order, sale, by }, 'order.handed-over')
        : no(kept);
    },
  };
}

/** Why the seller has not written it down; null when it has. What the disk did not take can be said again. */
function handOver({ goods, onFailure }: Pick<WindowParts, 'goods' | 'onFailure'>, order: string): StaffProblem | null {
  try {
    return goods?.handOver(order) ? null : 'nothing';
  } catch (error) {
    onFailure(error, 'an order was not written down as handed over');
    return 'not-kept';
  }
}
