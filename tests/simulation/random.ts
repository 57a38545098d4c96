/** Seeded chance: the same seed gives the same run. */
export interface Random {
  /** 0 ≤ n < 1. */
  next(): number;
  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  chance(probability: number): boolean;
  /** `bytes` random bytes in hex. */
  hex(bytes: number): string;
}

/** splitmix32. */
export function seeded(seed: number): Random {
  let state = (seed * 0x9e3779b1) | 0;
  const word = () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z ^= z >>> 15;
    z = Math.imul(z, 0x735a2d97);
    return (z ^ (z >>> 15)) >>> 0;
  };
  const next = () => word() / 2 ** 32;
  return {
    next,
    integer: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    chance: (probability) => next() < probability,
    hex: (bytes) => Array.from({ length: bytes }, () => (word() & 0xff).toString(16).padStart(2, '0')).join(''),
  };
}
