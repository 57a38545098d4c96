/** Which requests from the staff's page are well made. Whether they may be is judged in `staff-desk.ts`. */
import * as v from 'valibot';
import { orderNumber } from '../services/goods/contract.ts';
import { isCaseAbout } from '../staff/cases.ts';
import {
  type CaseFilter,
  caseShows,
  caseSorts,
  type Enter,
  roles,
  type SetUp,
  type StaffAct,
  voidReasons,
} from './staff-wire.ts';

const number = v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/));
const digits = v.pipe(v.string(), v.regex(/^[0-9]{1,16}$/));
const name = v.pipe(v.string(), v.maxLength(200));
const device = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000));
const minor = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const pieces = v.pipe(v.array(v.strictObject({ minor, count })), v.maxLength(32), v.readonly());
const second = v.nullable(v.strictObject({ number, pin: digits }));
const role = v.picklist(roles);
const move = v.pipe(v.string(), v.regex(/^M[0-9]{5,12}$/));
const caseNumber = v.pipe(v.string(), v.regex(/^C[0-9]{5,12}$/));
const serial = v.pipe(v.string(), v.regex(/^[0-9]{1,12}$/));
const code = v.pipe(v.string(), v.maxLength(40));
const command = v.pipe(v.string(), v.regex(/^[a-z]+-[0-9a-f]{1,64}-[0-9]{1,4}$/));
const seal = v.pipe(v.string(), v.maxLength(40));
const bag = v.pipe(v.string(), v.regex(/^B[0-9]{5,12}$/));

const act = v.variant('do', [
  v.strictObject({ do: v.literal('touch') }),
  v.strictObject({ do: v.literal('leave') }),
  v.strictObject({ do: v.literal('fill'), device, pieces }),
  v.strictObject({ do: v.literal('remove'), device, pieces, second }),
  v.strictObject({ do: v.literal('empty'), device, keep: pieces, second }),
  v.strictObject({ do: v.literal('change-box'), device, second }),
  v.strictObject({ do: v.literal('close-terminal'), device, second }),
  v.strictObject({ do: v.literal('seal-bag'), bag, seal }),
  v.strictObject({ do: v.literal('print-move'), move, lang: v.picklist(['zh-CN', 'en']) }),
  v.strictObject({ do: v.literal('count'), bag, seal: v.nullable(seal), pieces, second }),
  v.strictObject({ do: v.literal('declare'), device, pieces, second }),
  v.strictObject({ do: v.literal('correct'), move, pieces, second }),
  v.strictObject({
    do: v.literal('settle'),
    case: caseNumber,
    how: v.picklist(['paid', 'void', 'voucher']),
    minor: v.nullable(minor),
    reason: v.nullable(v.picklist(voidReasons)),
    second,
  }),
  v.strictObject({ do: v.literal('pay-slip'), serial, code, pay: v.boolean() }),
  v.strictObject({
    do: v.literal('confirm-table'),
    device,
    minors: v.pipe(v.array(minor), v.maxLength(64), v.readonly()),
  }),
  v.strictObject({ do: v.literal('judge-refund'), sale: command, approve: v.boolean(), second }),
  v.strictObject({ do: v.literal('hand-over'), order: v.pipe(v.string(), v.regex(orderNumber)) }),
  v.strictObject({ do: v.literal('find-devices') }),
  v.strictObject({ do: v.literal('add-person'), name, role, pin: digits }),
  v.strictObject({ do: v.literal('change-role'), number, role }),
  v.strictObject({ do: v.literal('change-pin'), number, pin: digits, present: v.nullable(digits) }),
  v.strictObject({ do: v.literal('remove-person'), number }),
]);
const enter = v.strictObject({ number, pin: digits });
const setUp = v.strictObject({ code: digits, name, pin: digits });

const word = v.optional(v.string());
const more = v.object({ show: word, about: word, sort: word, page: word });

/** What is not well made is left out: all open cases are listed, the newest first. */
export function readCaseFilter(json: unknown): CaseFilter {
  const read = v.is(more, json) ? json : {};
  const about = read.about !== undefined && isCaseAbout(read.about) ? read.about : null;
  return { show: oneOf(caseShows, read.show) ?? 'open', about, sort: oneOf(caseSorts, read.sort) ?? 'newest' };
}

/** From 0 on. */
export function readPage(json: unknown): number {
  const { page = '0' } = v.is(more, json) ? json : {};
  return /^[0-9]{1,6}$/.test(page) ? Number(page) : 0;
}

function oneOf<T extends string>(known: readonly T[], word: string | undefined): T | undefined {
  return known.find((one) => one === word);
}

/** Null for what is not well made. */
export const readAct = (json: unknown): StaffAct | null => (v.is(act, json) ? json : null);
export const readEnter = (json: unknown): Enter | null => (v.is(enter, json) ? json : null);
export const readSetUp = (json: unknown): SetUp | null => (v.is(setUp, json) ? json : null);

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** The checked acts are exactly those of `staff-wire.ts`; one forgotten on either side does not compile. */
true satisfies Same<v.InferOutput<typeof act>, StaffAct>;
