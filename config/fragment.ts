/**
 * A fragment says only what is to be otherwise, for a kiosk, a group, or all. It is a JSON merge patch (RFC 7396) with two
 * rules of its own, because a configuration holds lists of things and fields that may be null.
 */
import { schema } from './schema.ts';
import { besideOf, child, mayBe } from './shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Also under a name that JavaScript keeps for itself: the check has to see it, to refuse it. */
function set(into: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

/**
 * The document with the fragment laid over it; neither is changed. The result is a document that has yet to be checked. As in
 * RFC 7396 an object is merged field by field, null takes a field out, and anything else takes the place of what was. Besides:
 *
 * - A list of things that are told apart by a field (devices, products, wallets by `id`, policies by `method`) is merged
 *   when the fragment gives an object: `{"devices": {"printer": {"port": "/dev/usb/lp0"}, "scanner": null}}` changes one
 *   and takes out the other; one that is not there is added at the end. Given a list, it is replaced as a whole.
 * - Null is a value where a field may be null and cannot be left out, such as `merchant.taxNumber`.
 */
export function mergeFragment(document: unknown, fragment: unknown): unknown {
  return merge(schema, document, fragment);
}

function merge(field: unknown, target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return patch;
  const key = field === undefined ? undefined : besideOf(field).key;
  if (key !== undefined && (Array.isArray(target) || target === undefined)) {
    return mergeThings(child(field, ''), key, target ?? [], patch);
  }
  return mergeFields(field, isFields(target) ? target : {}, patch);
}

function mergeFields(field: unknown, target: Fields, patch: Fields): Fields {
  const result: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(target), ...Object.keys(patch)])) {
    const inner = field === undefined ? undefined : child(field, name);
    if (!Object.hasOwn(patch, name)) set(result, name, target[name]);
    else if (patch[name] !== null) set(result, name, merge(inner, own(target, name), patch[name]));
    else if (inner !== undefined && mayBe(inner, 'nullable')) set(result, name, null);
  }
  return result;
}

function mergeThings(thing: unknown, key: string, list: readonly unknown[], patch: Fields): readonly unknown[] {
  const keyOf = (one: unknown) => (isFields(one) ? one[key] : undefined);
  const there = new Set(list.map(keyOf));
  const kept = list.flatMap((one) => {
    const name = keyOf(one);
    if (typeof name !== 'string' || !Object.hasOwn(patch, name)) return [one];
    return patch[name] === null ? [] : [merge(thing, one, patch[name])];
  });
  const added = Object.entries(patch).flatMap(([name, value]) =>
    there.has(name) || value === null ? [] : [merge(thing, { [key]: name }, value)],
  );
  return [...kept, ...added];
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
