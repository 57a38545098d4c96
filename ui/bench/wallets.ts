/** What the page asks of wallets, of the cards of a terminal, and of their orders: sums and choices, without drawing. */
import type { CardTransaction, Service, Wallet, WalletOrder } from './api.ts';
import type { Words } from './words.ts';

export interface WalletService extends Service {
  readonly wallet: Wallet;
}

export function walletsAmong(services: readonly Service[]): readonly WalletService[] {
  return services.filter((service): service is WalletService => service.wallet !== undefined);
}

/** A wallet by its provider; by its own name too where there are several of one. */
export function walletName(service: WalletService, services: readonly Service[], words: Words): string {
  const { provider } = service.wallet;
  const alike = walletsAmong(services).filter(({ wallet }) => wallet.provider === provider).length > 1;
  return alike ? `${words[provider]} ${service.id}` : words[provider];
}

/**
 * The order that a phone before the glass scans: the newest that still waits; else the newest that was shown at all, for
 * the phone to say what is wrong with it. Null when the glass has shown none.
 */
export function orderOnGlass(ledger: readonly WalletOrder[]): WalletOrder | null {
  const shown = ledger.filter(({ code }) => code !== null);
  const waiting = shown.findLast(({ state, asking, settling }) => state === 'waiting' && !asking && !settling);
  return waiting ?? shown.at(-1) ?? null;
}

/** A payment code is good for a minute; a gateway whose clock is wrong says more. */
const codeSeconds = 60;

/** Whole seconds that a code is still good for, 0 when it is over. `until` is ISO 8601, `nowMs` Unix time. */
export function secondsLeft(until: string, nowMs: number): number {
  return Math.max(0, Math.min(codeSeconds, Math.ceil((Date.parse(until) - nowMs) / 1_000)));
}

/** As a person reads it out: 28 7654 … in fours from the left. */
export function inFours(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}

/** Taken for good, less what was given back; minor units. */
export function keptByBank(ledger: readonly CardTransaction[]): number {
  return ledger.reduce((sum, { state, minor }) => {
    if (state === 'confirmed') return sum + minor;
    return state === 'refunded' ? sum - minor : sum;
  }, 0);
}
