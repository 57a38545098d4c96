/**
 * What the journal must not hold of the people who work here: the hashes of their PINs and their names, in
 * `DATA/keys/staff.json` (0600). A PIN of six digits can be guessed from its hash within days, and the journal is exported,
 * copied and never erased; so an entry names a hash by its id, and a name by the person's number. A hash is on disk before
 * the entry that names it; one that no entry names is swept away.
 */
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { readSecret, writeSecret } from './keys.ts';
import { pinMaximum, pinMinimum } from './server/staff-wire.ts';

const hashOf = promisify(argon2);

/** RFC 9106, section 4, second recommended option, with one lane: 64 MiB, three passes. */
const cost = { memory: 65_536, passes: 3, parallelism: 1 };
const tagLength = 32;
const saltBytes = 16;
const idBytes = 9;

const hex = (bytes: number) => v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`)));
const whole = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const stored = v.strictObject({
  pins: v.record(
    v.string(),
    v.strictObject({
      algorithm: v.literal('argon2id'),
      memory: v.pipe(whole, v.maxValue(1_048_576)),
      passes: v.pipe(whole, v.maxValue(100)),
      parallelism: v.pipe(whole, v.maxValue(16)),
      salt: hex(saltBytes),
      hash: hex(tagLength),
    }),
  ),
  names: v.record(v.string(), v.string()),
});
type Stored = v.InferOutput<typeof stored>;

export interface Pins {
  /** Keeps a hash of the PIN; answers the id under which it is kept. */
  keep(pin: string): Promise<string>;
  /** Whether the PIN is the one under this id. An id that is not there takes as long as one that is. */
  fits(id: string | null, pin: string): Promise<boolean>;
  has(id: string): boolean;
  name(person: string): string | null;
  rename(person: string, name: string): void;
  /** Forgets all others. */
  sweep(ids: readonly string[], persons: readonly string[]): void;
}

/** Throws an error that names the file and what to do when it cannot be read. */
export function openPins(path: string): Pins {
  let now = existsSync(path) ? read(path) : { pins: {}, names: {} };
  const write = (next: Stored) => {
    writeSecret(path, JSON.stringify(next));
    now = next;
  };
  return {
    async keep(pin) {
      const salt = randomBytes(saltBytes);
      const hash = await hashOf('argon2id', parameters(pin, { ...cost, salt }));
      const id = randomBytes(idBytes).toString('base64url');
      const kept = { algorithm: 'argon2id', ...cost, salt: salt.toString('hex'), hash: hash.toString('hex') } as const;
      write({ ...now, pins: { ...now.pins, [id]: kept } });
      return id;
    },
    async fits(id, pin) {
      const kept = id === null ? undefined : own(now.pins, id);
      const salt = kept === undefined ? Buffer.alloc(saltBytes) : Buffer.from(kept.salt, 'hex');
      const hash = await hashOf('argon2id', parameters(pin, { ...(kept ?? cost), salt }));
      return timingSafeEqual(hash, kept === undefined ? Buffer.alloc(tagLength) : Buffer.from(kept.hash, 'hex'))
        ? kept !== undefined
        : false;
    },
    has: (id) => own(now.pins, id) !== undefined,
    name: (person) => own(now.names, person) ?? null,
    rename: (person, name) => write({ ...now, names: { ...now.names, [person]: name } }),
    sweep(ids, persons) {
      const pins = Object.entries(now.pins).filter(([id]) => ids.includes(id));
      const names = Object.entries(now.names).filter(([person]) => persons.includes(person));
      const same = pins.length === Object.keys(now.pins).length && names.length === Object.keys(now.names).length;
      if (!same) write({ pins: Object.fromEntries(pins), names: Object.fromEntries(names) });
    },
  };
}

/** Six to twelve digits, neither all alike nor counted up or down: those are tried first. */
export function goodPin(pin: string): boolean {
  if (!new RegExp(`^[0-9]{${pinMinimum},${pinMaximum}}$`).test(pin)) return false;
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  const [step] = steps;
  return steps.size > 1 || (step !== 0 && step !== 1 && step !== 9);
}

function parameters(
  pin: string,
  { memory, passes, parallelism, salt }: Omit<Argon2Parameters, 'message' | 'nonce' | 'tagLength'> & { salt: Buffer },
): Argon2Parameters {
  return { message: pin, nonce: salt, memory, passes, parallelism, tagLength };
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function read(path: string): Stored {
  try {
    const json: unknown = JSON.parse(readSecret(path));
    if (v.is(stored, json)) return json;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Error(
    `${path} is damaged. Restore it from a backup, or remove it: then nobody can log in until somebody with the code in ` +
      'setup-code has become administrator.',
  );
}
