/** What the tests of the gateways share: the real clients, pointed at them, and somebody who hears notifications. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AlipaySdk, type AlipaySdkCommonResult } from 'alipay-sdk';
import wechatpay from 'wechatpay-axios-plugin';
import { labMerchant, type WalletKeys } from '../../../../hardware/bench/wallets/keys.ts';
import type { OrderRow } from '../../../../hardware/bench/wallets/orders.ts';
import type { WalletGateway } from '../../../../hardware/bench/wallets/server.ts';
import type { HandAction } from '../../../../hardware/simulated.ts';

const { Wechatpay } = wechatpay;
export const { Aes, Formatter, Rsa } = wechatpay;

const patienceMs = 20_000;
/** Of a client that is to give up. */
export const impatienceMs = 1_000;

export function alipayClient(gateway: string, keys: WalletKeys, more: object = {}): AlipaySdk {
  return new AlipaySdk({
    appId: labMerchant.alipayAppId,
    privateKey: keys.merchantPrivate,
    keyType: 'PKCS8',
    alipayPublicKey: keys.gatewayPublic,
    gateway,
    timeout: patienceMs,
    ...more,
  });
}

export type AlipayCall = (method: string, bizContent?: object, notifyUrl?: string) => Promise<AlipaySdkCommonResult>;

export function alipayCall(sdk: AlipaySdk): AlipayCall {
  return (method, bizContent = {}, notifyUrl) =>
    sdk.exec(method, { bizContent, ...(notifyUrl === undefined ? {} : { notifyUrl }) }, { validateSign: true });
}

export function wechatClient(baseURL: string, keys: WalletKeys, more: object = {}) {
  return new Wechatpay({
    mchid: labMerchant.wechatMchid,
    serial: labMerchant.wechatSerial,
    privateKey: keys.merchantPrivate,
    certs: { [labMerchant.wechatPublicKeyId]: keys.gatewayPublic },
    baseURL,
    timeout: patienceMs,
    ...more,
  });
}

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that takes notifications. */
export class Listener {
  readonly heard: Heard[] = [];
  private readonly server: Server;
  private waiting: (() => void) | null = null;

  private constructor(server: Server) {
    this.server = server;
  }

  static async open(): Promise<Listener> {
    const server = createServer();
    const listener = new Listener(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        listener.heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
        response.end('success');
        listener.waiting?.();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return listener;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/paid`;
  }

  async count(wanted: number): Promise<readonly Heard[]> {
    while (this.heard.length < wanted) await new Promise<void>((resolve) => (this.waiting = resolve));
    return this.heard;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

export async function act(gateway: WalletGateway, hand: HandAction): Promise<void> {
  const result = await gateway.act(hand);
  if (!result.ok) throw new Error(result.reason);
}

export async function freshCode(gateway: WalletGateway, value?: string): Promise<string> {
  await act(gateway, { action: 'show code', ...(value === undefined ? {} : { value }) });
  return gateway.state().phone.code?.text ?? 'none';
}

export function rowOf(gateway: WalletGateway, number: string): OrderRow | undefined {
  return gateway.state().ledger.find((one) => one.number === number);
}
