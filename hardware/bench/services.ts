/** The simulated services that a configuration asks for: a biller and the gateways of wallets, over HTTP on loopback. */
import type { HandAction, HandResult } from '../simulated.ts';
import type { BenchBill } from './bills.ts';
import { type BillerSimulator, createBillerSimulator } from './biller.ts';
import { openAlipayGateway } from './wallets/alipay.ts';
import { storedWalletKeys } from './wallets/keys.ts';
import { type WalletGateway, onLoopback } from './wallets/server.ts';
import { openWechatGateway } from './wallets/wechat.ts';

export interface BenchService {
  readonly id: string;
  /** Where the service really listens, without a slash at the end. */
  readonly origin: string;
  state(): object;
  /** Of its state what is told as an event: short, however much was booked. */
  news(): object;
  /** What can be paid there. */
  bills(): readonly BenchBill[];
  act(action: HandAction): Promise<HandResult>;
  close(): Promise<void>;
}

/** The parts of a configuration that decide which services are played. */
export interface ServicesConfig {
  readonly biller: { readonly kind: string; readonly url: string | null };
  readonly money: { readonly currency: string };
  readonly wallets?: readonly WalletConfig[];
}

/** `url`: of Alipay the gateway itself (`http://127.0.0.1:9101/gateway.do`), of WeChat Pay what stands before `/v3/`. */
interface WalletConfig {
  readonly id: string;
  readonly kind: 'alipay' | 'wechat';
  readonly url: string;
  readonly alipay: { readonly appId: string } | null;
  readonly wechat: {
    readonly appId: string;
    readonly mchId: string;
    readonly merchantSerial: string;
    readonly publicKeyId: string;
  } | null;
}

/**
 * A biller is played when the configuration's is of kind `http` at the root of a port on loopback, or behind the
 * bench's own port (`benchPort`), which then hands requests on; a wallet's gateway likewise, with its keys in the folder
 * `data`. Any other address is a real one.
 *
 * @throws Error when a port is taken, two services have one id, or the keys there are not for a laboratory; nothing is
 * left open then.
 */
export async function openServices(
  config: ServicesConfig,
  benchPort: number,
  data: string,
): Promise<readonly BenchService[]> {
  const services: BenchService[] = [];
  try {
    const biller = await openBiller(config, benchPort);
    if (biller !== null) services.push(biller);
    for (const wallet of config.wallets ?? []) {
      if (!onLoopback(wallet.url)) continue;
      if (services.some(({ id }) => id === wallet.id)) throw new Error(`two services are called "${wallet.id}"`);
      services.push(walletService(wallet.id, await openWallet(wallet, benchPort, data)));
    }
    return services;
  } catch (error) {
    for (const service of services) await service.close();
    throw error;
  }
}

async function openBiller({ biller, money }: ServicesConfig, benchPort: number): Promise<BenchService | null> {
  const { kind, url } = biller;
  if (kind !== 'http' || url === null || !onLoopback(url)) return null;
  const port = Number(new URL(url).port || '80');
  return billerService(await createBillerSimulator({ port: port === benchPort ? 0 : port, currency: money.currency }));
}

/** The merchant that it knows is the one that the configuration names. */
async function openWallet(config: WalletConfig, benchPort: number, data: string): Promise<WalletGateway> {
  const { kind, url, alipay, wechat } = config;
  const { pathname, port } = new URL(url);
  const own = Number(port || '80');
  const keys = await storedWalletKeys(data, kind);
  const base = pathname.replace(/\/(?:gateway\.do)?$/, '');
  const options = { port: own === benchPort ? 0 : own, base, keys };
  if (kind === 'alipay') return openAlipayGateway({ ...options, ...(alipay === null ? {} : { appId: alipay.appId }) });
  if (wechat === null) return openWechatGateway(options);
  const { appId, mchId: mchid, merchantSerial: serial, publicKeyId } = wechat;
  return openWechatGateway({ ...options, merchant: { appId, mchid, serial, publicKeyId } });
}

function walletService(id: string, gateway: WalletGateway): BenchService {
  return {
    id,
    get origin() {
      return gateway.url;
    },
    state: () => gateway.state(),
    news: () => {
      const { behaviour, phone } = gateway.state();
      return { behaviour, said: phone.said };
    },
    bills: () => [],
    act: (action) => gateway.act(action),
    close: () => gateway.close(),
  };
}

function billerService(biller: BillerSimulator): BenchService {
  return {
    id: 'biller',
    get origin() {
      return biller.url;
    },
    state: () => ({ behaviour: biller.behaviour, ledger: biller.ledger(), requests: biller.requests() }),
    news: () => ({ behaviour: biller.behaviour }),
    bills: () => biller.bills(),
    act: (action) => biller.act(action),
    close: () => biller.close(),
  };
}

const LONGEST_TEXT = 200;

/** Checks the JSON body of an action on a service; a text says what is wrong. Never throws. */
export function parseServiceAction(body: unknown): HandAction | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'send a JSON object with "action" and its arguments';
  const { action, minor, text, value, ...others } = body as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `unknown argument "${other}"`;
  if (typeof action !== 'string' || action === '') return '"action" is missing';
  if (minor !== undefined && !(typeof minor === 'number' && Number.isSafeInteger(minor)))
    return '"minor" must be a whole number of minor units';
  for (const [name, given] of Object.entries({ text, value })) {
    if (given !== undefined && !(typeof given === 'string' && given.length <= LONGEST_TEXT))
      return `"${name}" must be a text of up to ${LONGEST_TEXT} characters`;
  }
  return {
    action,
    ...(typeof minor === 'number' ? { minor } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof value === 'string' ? { value } : {}),
  };
}
