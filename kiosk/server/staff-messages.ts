/** Which requests from the staff's page are well made. Whether they may be is judged in `staff-desk.ts`. */
import * as v from 'valibot';
import { orderNumber } from '../services/goods/contract.ts';
import { checkNames, roles, type Enter, type SetUp, type StaffAct, voidReasons } from './staff-wire.ts';

const number = v.pipe(v.string(), v.regex(/^[0-9]{1,6}$/));
const digits = v.pipe(v.string(), v.regex(/^[0-9]{1,16}$/));
const name = v.pipe(v.string(), v.maxLength(200));
const device = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
/** The name of a request in a protocol's table. */
const request = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(1_000_000));
/** What somebody counted or read. */
const told = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(9_999));
const address = v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(255)));
const minor = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const pieces = v.pipe(v.array(v.strictObject({ minor, count })), v.maxLength(32), v.readonly());
const second = v.nullable(v.strictObject({ number, pin: digits }));
const role = v.picklist(roles);
const move = v.pipe(v.string(), v.regex(/^M[0-9]{5,12}$/));
const caseNumber = v.pipe(v.string(), v.regex(/^C[0-9]{5,12}$/));
const serial = v.pipe(v.string(), v.regex(/^[0-9]{1,12}$/));
const code = v.pipe(v.string(), v.maxLength(40));
const command = v.pipe(v.string(), v.regex(/^[a-z]+-[0-9a-f]{1,64}-[0-9]{1,4}$/));
const lang = v.picklist(['zh-CN', 'en']);
const day = v.pipe(v.string(), v.regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/));
const seenDay = v.strictObject({ opened: v.nullable(day), last: count, empty: v.boolean() });
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
  v.strictObject({
    do: v.literal('fetch-statement'),
    device,
    day,
  }),
  v.strictObject({ do: v.literal('close-day'), lang, seen: seenDay, second }),
  v.strictObject({ do: v.literal('print-x'), lang }),
  v.strictObject({ do: v.literal('print-z'), z: v.pipe(v.number(), v.safeInteger(), v.minValue(1)), lang }),
  v.strictObject({ do: v.literal('seal-bag'), bag, seal }),
  v.strictObject({ do: v.literal('print-move'), move, lang }),
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
  v.strictObject({ do: v.literal('pay-slip'), serial, code, pay: v.boolean(), second }),
  v.strictObject({
    do: v.literal('confirm-table'),
    device,
    minors: v.pipe(v.array(minor), v.maxLength(64), v.readonly()),
  }),
  v.strictObject({ do: v.literal('judge-refund'), sale: command, approve: v.boolean(), second }),
  v.strictObject({ do: v.literal('hand-over'), order: v.pipe(v.string(), v.regex(orderNumber)) }),
  v.strictObject({ do: v.literal('acknowledge') }),
  v.strictObject({ do: v.literal('unlock') }),
  v.strictObject({ do: v.literal('find-devices') }),
  v.strictObject({ do: v.literal('console'), device, request }),
  v.strictObject({ do: v.literal('console-move'), device, request, second }),
  v.strictObject({ do: v.literal('use-device'), port: v.pipe(v.string(), v.maxLength(255)), address, second }),
  v.strictObject({ do: v.literal('take-out'), device, second }),
  v.strictObject({ do: v.literal('undo-configuration'), second }),
  v.strictObject({ do: v.literal('leave-office'), second }),
  v.strictObject({ do: v.literal('check'), check: v.picklist(checkNames), device: v.nullable(device), second }),
  v.strictObject({ do: v.literal('tell-check'), command, told: v.union([v.boolean(), told]) }),
  v.strictObject({ do: v.literal('end-check'), command }),
  v.strictObject({ do: v.literal('print-readiness'), lang: v.picklist(['zh-CN', 'en']) }),
  v.strictObject({ do: v.literal('add-person'), name, role, pin: digits }),
  v.strictObject({ do: v.literal('change-role'), number, role }),
  v.strictObject({ do: v.literal('change-pin'), number, pin: digits, present: v.nullable(digits) }),
  v.strictObject({ do: v.literal('remove-person'), number }),
]);
const enter = v.strictObject({ number, pin: digits });
const setUp = v.strictObject({ code: digits, name, pin: digits });

export const readAct = (json: unknown): StaffAct | null => (v.is(act, json) ? json : null);
export const readEnter = (json: unknown): Enter | null => (v.is(enter, json) ? json : null);
export const readSetUp = (json: unknown): SetUp | null => (v.is(setUp, json) ? json : null);

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** The checked acts are exactly those of `staff-wire.ts`; one forgotten on either side does not compile. */
true satisfies Same<v.InferOutput<typeof act>, StaffAct>;
