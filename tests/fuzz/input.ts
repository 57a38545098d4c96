/** What all fuzzing shares: how an input is judged, and seeded bytes, pieces and hostile values. */
import type { Random } from '../simulation/random.ts';

/** Makes one input, gives it to the program, and says what is wrong; null when nothing is. A throw is wrong, too. */
export type Check = (random: Random) => string | null;

export function bytesOf(random: Random, length: number, favourite: number): Uint8Array {
  return Uint8Array.from({ length }, () => (random.chance(0.15) ? favourite : random.integer(0, 255)));
}

/** The same bytes in pieces of chance size, empty ones among them. */
export function pieces(random: Random, bytes: Uint8Array): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  const most = random.pick([1, 3, 20, 400]);
  for (let at = 0; at < bytes.length; ) {
    const length = random.integer(0, most);
    found.push(bytes.subarray(at, at + length));
    at += length;
  }
  return found;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function flipped(random: Random, bytes: Uint8Array, fromByte: number): Uint8Array {
  const copy = bytes.slice();
  const at = random.integer(fromByte, bytes.length - 1);
  copy[at] = (copy[at] as number) ^ (1 << random.integer(0, 7));
  return copy;
}

/** Values that nobody expects; each stands for a kind. */
export function hostile(random: Random): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => random.chance(0.5),
    () => random.pick([0, -1, 1, 0.5, 1e21, 2 ** 53, -(2 ** 31), 5e-324, Number.MAX_VALUE]),
    () =>
      random.pick([
        '',
        ' ',
        '0',
        '-0',
        '1e400',
        '__proto__',
        'constructor',
        '\u0000',
        '\ud800',
        '￥１',
        '../..',
        'x'.repeat(500),
      ]),
    () => [],
    () => [[[]]],
    () => ({}),
    () => ({ toString: 'x', length: 3 }),
    () => ({ do: 'credit', minor: 100 }),
    () => String.fromCharCode(random.integer(0, 0xffff)),
  ])();
}

type Fields = Record<string, unknown>;

/** Changes one chance place of a JSON value: another value, a field less, or one too many. Returns what it did. */
export function mutate(random: Random, root: Fields): 'changed' | 'less' | 'more' {
  let at: Fields = root;
  for (;;) {
    const keys = Object.keys(at);
    const key = keys.length === 0 ? null : random.pick(keys);
    const below = key === null ? null : at[key];
    if (key !== null && typeof below === 'object' && below !== null && random.chance(0.75)) {
      at = below as Fields;
      continue;
    }
    if (key === null || random.chance(0.15)) {
      if (Array.isArray(at)) at.push(hostile(random));
      else at[random.pick(['extra', 'toString', 'minor', '0'])] = hostile(random);
      return 'more';
    }
    if (random.chance(0.25)) {
      if (Array.isArray(at)) at.splice(Number(key), 1);
      else delete at[key];
      return 'less';
    }
    at[key] = hostile(random);
    return 'changed';
  }
}

/** Changes a text as a broken line or a bad hand does. */
export function scrambled(random: Random, text: string): string {
  const at = random.integer(0, text.length);
  const sign = random.pick([
    '"',
    '{',
    '}',
    '[',
    ',',
    ':',
    '\\',
    '0',
    '-',
    'e',
    '1e999',
    '\u0000',
    '\ud800',
    'null',
    ' ',
  ]);
  switch (random.integer(0, 4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + random.integer(1, 5));
    case 2:
      return text.slice(0, at) + sign + text.slice(at + 1);
    case 3:
      return text.slice(0, at) + text.slice(0, random.integer(0, 50)) + text.slice(at);
    default:
      return text.slice(0, at) + sign + text.slice(at);
  }
}
