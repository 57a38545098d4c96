import { configWith } from './machine.ts';

type Json = Readonly<Record<string, unknown>>;

/** A configuration whose gateways listen at these ports. */
export function kioskWith(ports: readonly number[], timings: Json = {}): string {
  return configWith((config) => {
    const wallets = config.wallets as readonly (Json & { readonly url: string })[];
    config.wallets = wallets.map((wallet, n) => {
      return { ...wallet, ...timings, url: wallet.url.replace(/:\d+/, `:${ports[n]}`) };
    });
  }, 'wallets.json');
}
