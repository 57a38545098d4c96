/** The example kiosk with both wallets, as many at once as a test wants: the gateways of each listen at ports of their own. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { configWith } from './machine.ts';

type Json = Readonly<Record<string, unknown>>;

/** So many ports that are free, each another. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** A configuration whose gateways listen at these ports. */
export function kioskWith(ports: readonly number[], timings: Json = {}): string {
  return configWith((config) => {
    const wallets = config.wallets as readonly (Json & { readonly url: string })[];
    config.wallets = wallets.map((wallet, n) => {
      return { ...wallet, ...timings, url: wallet.url.replace(/:\d+/, `:${ports[n]}`) };
    });
  }, 'wallets.json');
}
