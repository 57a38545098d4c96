/**
 * Who may see the glass: a launch code in the URL is exchanged for a cookie, and everything else asks for the cookie.
 * Cookies outlive the daemon, so that a glass comes back by itself when the daemon was started again; a newer
 * exchange ends the older cookies. They do not end by the calendar: a clock that jumps must not close the kiosk.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { openStore } from '../../config/store.ts';
import type { Clock } from '../../hardware/clock.ts';

const codeGoodMs = 60_000;
const mostCodes = 8;
const secretBytes = 24;
/** With a reusable code any browser with the code could come again anyway; these are the newest that need not. */
const mostReusableCookies = 16;

/** The hashes of the cookies that are good, newest last. */
export interface CookieStore {
  load(): readonly string[];
  save(hashes: readonly string[]): void;
}

const stored = v.strictObject({ cookies: v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))) });

/** Cookies in a file (0600), as hashes: who reads the file cannot open the glass with it. */
export function openCookieFile(path: string): CookieStore {
  const store = openStore<v.InferOutput<typeof stored>>(path, { cookies: [] }, (json) =>
    v.is(stored, json) ? json : null,
  );
  return { load: () => store.data.cookies, save: (cookies) => store.update(() => ({ cookies: [...cookies] })) };
}

export interface Launch {
  /** A code for a launch URL. Reusable: always the same. Otherwise a new one, good once, for 60 s; the newest eight count. */
  code(): string;
  /** The cookie for a code; null for a wrong, used or old one. */
  exchange(code: string): string | null;
  knows(cookie: string): boolean;
}

export function createLaunch(options: {
  readonly clock: Clock;
  readonly reusableCode: boolean;
  readonly cookies: CookieStore;
}): Launch {
  const { clock, reusableCode } = options;
  const reusable = reusableCode ? secret() : null;
  let codes: readonly { readonly hash: string; readonly untilMs: number }[] = [];
  let cookies = options.cookies.load().slice(reusableCode ? -mostReusableCookies : -1);
  const good = (code: string): boolean => {
    const hash = hashOf(code);
    if (reusable !== null) return equal(hash, hashOf(reusable));
    const found = codes.find((one) => equal(one.hash, hash));
    if (found === undefined) return false;
    codes = codes.filter((one) => one !== found);
    return clock.monoMs() < found.untilMs;
  };
  return {
    code() {
      if (reusable !== null) return reusable;
      const code = secret();
      codes = [...codes, { hash: hashOf(code), untilMs: clock.monoMs() + codeGoodMs }].slice(-mostCodes);
      return code;
    },
    exchange(code) {
      if (!good(code)) return null;
      const cookie = secret();
      cookies = [...cookies, hashOf(cookie)].slice(reusableCode ? -mostReusableCookies : -1);
      options.cookies.save(cookies);
      return cookie;
    },
    knows(cookie) {
      const hash = hashOf(cookie);
      return cookies.some((one) => equal(one, hash));
    },
  };
}

function secret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function equal(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
