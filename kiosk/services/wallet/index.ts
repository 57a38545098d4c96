/** The front door of the wallets: which gateway a configuration asks for. Each provider is loaded only when one asks for it. */
import type { Clock } from '../../../hardware/clock.ts';
import type { AlipaySettings } from '../alipay/settings.ts';
import type { WechatSettings } from '../wechat/settings.ts';
import type { Gateway, Statements } from './contract.ts';

/** One of the part `wallets` of the configuration. */
export interface WalletConfig {
  readonly id: string;
  readonly kind: 'alipay' | 'wechat';
  /** The gateway's address. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly alipay: AlipaySettings | null;
  readonly wechat: WechatSettings | null;
}

/**
 * Keys are read from `DATA/keys/wallets`. Rejects, naming what is wrong: settings that are missing, or a key file that is
 * missing, open to other users, or no key. `mark`: this kiosk's name, by which its rows of the merchant's statements are known.
 */
export async function createGateway(
  config: WalletConfig,
  dataDir: string,
  clock: Clock,
  mark: string,
): Promise<Gateway & Statements> {
  const { id, kind, url, timeoutMs } = config;
  switch (kind) {
    case 'alipay': {
      const { createAlipay } = await import('../alipay/index.ts');
      if (config.alipay === null) throw new Error(`the wallet ${id} has no settings alipay`);
      return createAlipay({ url, timeoutMs, settings: config.alipay, dataDir, clock, mark });
    }
    case 'wechat': {
      const { createWechat } = await import('../wechat/index.ts');
      if (config.wechat === null) throw new Error(`the wallet ${id} has no settings wechat`);
      return createWechat({ url, timeoutMs, settings: config.wechat, dataDir, clock, mark });
    }
    default:
      return kind satisfies never;
  }
}
