/** Whom a request is about, as it comes. */
import * as v from 'valibot';

/** Of a kiosk or a group. */
export const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/** `Whom` of `wire.ts`. */
export const whom = v.variant('whom', [
  v.strictObject({ whom: v.literal('kiosk'), kiosk: name }),
  v.strictObject({ whom: v.literal('group'), group: name }),
  v.strictObject({ whom: v.literal('all') }),
]);
