/**
 * The one-time code with which the first administrator comes in: twelve digits in `DATA/setup-code` (0600). Whoever can
 * read that file owns the machine. It is there as long as nobody can log in as an administrator, and gone afterwards.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readSecret, writeSecret } from './keys.ts';

const digits = 12;

export interface SetUpCode {
  /** True once, for the right code. A second try with it fails, until `again`. */
  take(code: string): boolean;
  /** What the code was taken for did not come about. */
  again(): void;
  /** The code is void and its file gone. */
  end(): void;
  waits(): boolean;
}

/** With `needed`, the code of before stays, or a new one is made; without, there is none. */
export function openSetUpCode(path: string, needed: boolean): SetUpCode {
  let code = needed ? (kept(path) ?? made(path)) : null;
  let taken = false;
  if (!needed) rmSync(path, { force: true });
  return {
    take(typed) {
      if (code === null || taken || !equal(typed, code)) return false;
      taken = true;
      return true;
    },
    again() {
      taken = false;
    },
    end() {
      code = null;
      rmSync(path, { force: true });
    },
    waits: () => code !== null,
  };
}

function kept(path: string): string | null {
  if (!existsSync(path)) return null;
  const text = readSecret(path);
  return new RegExp(`^[0-9]{${digits}}$`).test(text) ? text : null;
}

function made(path: string): string {
  const code = Array.from({ length: digits }, () => randomInt(10)).join('');
  writeSecret(path, code);
  return code;
}

function equal(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
