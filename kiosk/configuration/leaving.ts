/** What another configuration has no more, or has as something else under the same name. Pure. */
import type { Config } from '../../config/schema.ts';

/** Stands for whoever is told of payments: the biller, or who sells the catalogue. */
export const billerName = 'biller';

type Device = Config['devices'][number];
type Wallet = Config['wallets'][number];

/** Names of devices and wallets, and `billerName`: what is open with them has to be settled before. */
export function leavingOf(running: Config, next: Config): readonly string[] {
  const devices = running.devices.filter((device) => !next.devices.some((one) => isSameMachine(device, one)));
  const wallets = running.wallets.filter((wallet) => !next.wallets.some((one) => isSameMerchant(wallet, one)));
  const names = [...devices, ...wallets].map(({ id }) => id);
  return isSameBiller(running, next) ? names : [...names, billerName];
}

/** Its port may be another one; what it is may not. */
function isSameMachine(device: Device, other: Device): boolean {
  return (
    device.id === other.id &&
    device.protocol === other.protocol &&
    device.settings.model === other.settings.model &&
    device.settings.device === other.settings.device
  );
}

function isSameMerchant(wallet: Wallet, other: Wallet): boolean {
  return (
    wallet.id === other.id &&
    wallet.kind === other.kind &&
    wallet.alipay?.appId === other.alipay?.appId &&
    wallet.wechat?.mchId === other.wechat?.mchId
  );
}

function isSameBiller(running: Config, next: Config): boolean {
  const { kind, file, url } = running.biller;
  const sells = (config: Config) => config.goods !== undefined;
  const { biller } = next;
  return biller.kind === kind && biller.file === file && biller.url === url && sells(running) === sells(next);
}
