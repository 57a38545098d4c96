/** Which messages from a browser are well made. Whether an intent makes sense now is judged in `decide`. */
import * as v from 'valibot';
import { parseJsonStrict } from '../../config/strict-json.ts';
import { countMaximum, productId } from '../../config/goods.ts';
import type { Intent, ScreenName, Up } from './wire.ts';

const bare = <Name extends Intent['do']>(name: Name) => v.strictObject({ do: v.literal(name) });
const number = v.pipe(v.string(), v.regex(/^[0-9A-Za-z-]{1,40}$/));

/** As the configuration names them. */
const product = v.pipe(v.string(), v.regex(productId));

/** Staff and money have no intent: the browser is never a source of either. */
const intent = v.variant('do', [
  bare('begin'),
  v.strictObject({ do: v.literal('language'), lang: v.picklist(['zh-CN', 'en']) }),
  bare('help'),
  bare('close-help'),
  bare('extend'),
  bare('back'),
  bare('cancel'),
  v.strictObject({ do: v.literal('task'), task: v.picklist(['pay-bill', 'buy', 'receipt']) }),
  v.strictObject({
    do: v.literal('basket'),
    product,
    count: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(countMaximum)),
  }),
  bare('order'),
  v.strictObject({ do: v.literal('find-bill'), number }),
  v.strictObject({ do: v.literal('find-receipt'), number, bill: number }),
  v.strictObject({ do: v.literal('refund-receipt'), number, bill: number }),
  bare('confirm-bill'),
  bare('another-bill'),
  v.strictObject({ do: v.literal('drop-bill'), number }),
  v.strictObject({ do: v.literal('method'), method: v.picklist(['cash', 'voucher', 'card', 'alipay', 'wechat']) }),
  bare('agree'),
  bare('other-way'),
  v.strictObject({
    do: v.literal('voucher'),
    serial: number,
    code: v.pipe(v.string(), v.regex(/^[0-9A-Za-z -]{1,24}$/)),
  }),
  v.strictObject({ do: v.literal('document'), choice: v.picklist(['paper', 'phone', 'none']) }),
  v.strictObject({ do: v.literal('scanned'), text: v.pipe(v.string(), v.minLength(1), v.maxLength(2_048)) }),
  bare('finish'),
]);

/** A screen unknown here would be refused, so a missing name does not compile. */
const screens: Readonly<Record<ScreenName, true>> = {
  attract: true,
  'partly-available': true,
  welcome: true,
  'find-bill': true,
  'find-receipt': true,
  refund: true,
  shop: true,
  review: true,
  choose: true,
  promise: true,
  voucher: true,
  'pay-cash': true,
  'pay-charge': true,
  'part-approved': true,
  settling: true,
  'take-note': true,
  settled: true,
  documents: true,
  thanks: true,
  case: true,
  'out-of-service': true,
};

const intentNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const envelope = v.strictObject({
  type: v.literal('intent'),
  number: intentNumber,
  screen: v.picklist(Object.keys(screens) as ScreenName[]),
  intent: v.unknown(),
});
const alive = v.strictObject({ type: v.literal('alive') });

export type ReadMessage =
  | { readonly ok: true; readonly up: Up }
  /** `number` is the intent's when it could be read, so that the browser can be told. */
  | {
      readonly ok: false;
      readonly kind: 'socket-json' | 'socket-shape' | 'socket-intent';
      readonly number: number | null;
    };

/** Reads one text message from a browser, at most 4 kB (the socket sees to that). Never throws. */
export function readMessage(text: string): ReadMessage {
  const json = parseJsonStrict(text);
  if (!json.ok) return { ok: false, kind: 'socket-json', number: null };
  if (v.is(alive, json.json)) return { ok: true, up: { type: 'alive' } };
  const outer = v.safeParse(envelope, json.json);
  if (!outer.success) return { ok: false, kind: 'socket-shape', number: null };
  const inner = v.safeParse(intent, outer.output.intent);
  if (!inner.success) return { ok: false, kind: 'socket-intent', number: outer.output.number };
  const { number, screen } = outer.output;
  return { ok: true, up: { type: 'intent', number, screen, intent: inner.output } };
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** The checked intents are exactly those of `wire.ts`; one forgotten on either side does not compile. */
true satisfies Same<v.InferOutput<typeof intent>, Intent>;
