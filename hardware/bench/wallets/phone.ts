/** The payer's phone: payment codes that it shows, each good for a minute and once, and what it says to its owner. */

/** What the payer's wallet will do when it is asked for money. */
export type Temper = 'pays' | 'password' | 'poor' | 'declines';

export type Provider = 'alipay' | 'wechat';

export interface ShownCode {
  readonly text: string;
  readonly until: string;
  readonly temper: Temper;
}

interface Code {
  readonly text: string;
  readonly untilMs: number;
  readonly temper: Temper;
  used: boolean;
}

const codeLivesMs = 60_000;
/** Codes that are older than these are forgotten, and then are none of the wallet's. */
const codesMaximum = 200;

/** @returns null when it is no temper; without a value the wallet pays. */
export function temperOf(value: string | undefined): Temper | null {
  switch (value) {
    case undefined:
    case 'pays':
      return 'pays';
    case 'password':
    case 'poor':
    case 'declines':
      return value;
    default:
      return null;
  }
}

export class Phone {
  private readonly provider: Provider;
  private readonly random: () => number;
  private readonly codes: Code[] = [];
  /** What stands on its screen now; null: nothing was said yet. */
  said: string | null = null;

  constructor(provider: Provider, random: () => number) {
    this.provider = provider;
    this.random = random;
  }

  /** A fresh payment code: Alipay's begins with 28, WeChat's with 13, both have 18 digits. */
  show(temper: Temper, nowMs: number): string {
    const text = (this.provider === 'alipay' ? '28' : '13') + digits(16, this.random);
    this.codes.push({ text, untilMs: nowMs + codeLivesMs, temper, used: false });
    if (this.codes.length > codesMaximum) this.codes.shift();
    this.said = `payment code ${text}`;
    return text;
  }

  /** Uses a code up. `stale`: older than a minute, or used before; `unknown`: this wallet never showed it. */
  take(text: string, nowMs: number): Temper | 'stale' | 'unknown' {
    const code = this.codes.find((one) => one.text === text);
    if (code === undefined) return 'unknown';
    if (code.used || nowMs >= code.untilMs) return 'stale';
    code.used = true;
    return code.temper;
  }

  /** The code that stands on the screen; null when there is none, or it is over. */
  shown(nowMs: number): ShownCode | null {
    const code = this.codes.at(-1);
    if (code === undefined || code.used || nowMs >= code.untilMs) return null;
    return { text: code.text, until: new Date(code.untilMs).toISOString(), temper: code.temper };
  }
}

export function digits(count: number, random: () => number): string {
  return Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
}
