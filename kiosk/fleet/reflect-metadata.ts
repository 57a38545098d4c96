/**
 * What @peculiar/x509 wants of its surroundings before it is loaded: three calls of a proposal for JavaScript that Node does not
 * have (https://rbuckton.github.io/reflect-metadata/). Notes about classes, and no more; whoever has them already keeps them.
 */
type Key = string | symbol;

interface ReflectMetadata {
  getMetadata?(key: Key, target: object): unknown;
  getOwnMetadata?(key: Key, target: object): unknown;
  defineMetadata?(key: Key, value: unknown, target: object): void;
}

const notes = new WeakMap<object, Map<Key, unknown>>();

function own(key: Key, target: object): unknown {
  return notes.get(target)?.get(key);
}

function inherited(key: Key, target: object): unknown {
  for (let one: object | null = target; one !== null; one = Object.getPrototypeOf(one) as object | null) {
    if (notes.get(one)?.has(key)) return own(key, one);
  }
  return undefined;
}

function define(key: Key, value: unknown, target: object): void {
  const of = notes.get(target) ?? new Map<Key, unknown>();
  notes.set(target, of.set(key, value));
}

const reflect = Reflect as ReflectMetadata;
reflect.getMetadata ??= inherited;
reflect.getOwnMetadata ??= own;
reflect.defineMetadata ??= define;
