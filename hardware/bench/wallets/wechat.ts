/**
 * WeChat Pay's API v3 for a direct merchant, as far as a kiosk speaks to it: requests signed in the Authorization header,
 * answers signed under the name of the public key (WeChat Pay documentation, "Signature generation", "Signature
 * verification", and the page of each method).
 */
import { createCipheriv, createHash, createSign, createVerify, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../clock.ts';
import type { HandAction, HandResult } from '../../simulated.ts';
import { BillLinks } from './bill-links.ts';
import { beijingRfc3339, textOf } from './formats.ts';
import { labMerchant, type WalletKeys } from './keys.ts';
import { type LedgerOptions, WalletLedger } from './ledger.ts';
import type { OrderRow, Refusal } from './orders.ts';
import { type GatewayAnswer, type GatewayOptions, type GatewayRequest, type Tongue, WalletGateway } from './server.ts';
import { cutOff, twistedRows, wrongOf } from './statement-moods.ts';
import { billSheet, type Json, otherSpelling, refunded, transaction, type WechatMerchant } from './wechat-words.ts';

export interface WechatGatewayOptions
  extends Omit<GatewayOptions, 'clock'>,
    Partial<Pick<LedgerOptions, 'clock' | 'random' | 'revokeAfterMs'>> {
  readonly keys: WalletKeys;
  /** The only one it knows; default the laboratory's. */
  readonly merchant?: WechatMerchant;
}

const clockToleranceMs = 300_000;
const expiryAtLeastMs = 60_000;
const linkLivesMs = 300_000;
const amountMaximumMinor = 10_000_000_000;
const transactions = '/v3/pay/transactions';

/** Listens on 127.0.0.1 and resolves when it does. @throws Error when the port is taken. */
export async function openWechatGateway(options: WechatGatewayOptions): Promise<WalletGateway> {
  const { clock = systemClock, random = Math.random, revokeAfterMs } = options;
  const paid = (order: OrderRow): void => {
    // A payment by payment code is answered at once, and nothing is told of it later.
    if (order.notifyUrl === null || order.way === 'payment-code') return;
    gateway.notify({ number: order.number, url: order.notifyUrl, ...tongue.notice(order) });
  };
  const more = revokeAfterMs === undefined ? {} : { revokeAfterMs };
  const ledger = new WalletLedger({ provider: 'wechat', clock, random, paid, ...more });
  const tongue: WechatTongue = new WechatTongue(options, ledger, (): string => gateway.url);
  const gateway: WalletGateway = new WechatGateway({ ...options, clock }, ledger, tongue);
  await gateway.listen();
  return gateway;
}

class WechatGateway extends WalletGateway {
  private readonly speaker: WechatTongue;

  constructor(options: GatewayOptions, ledger: WalletLedger, tongue: WechatTongue) {
    super(options, ledger, tongue);
    this.speaker = tongue;
  }

  /** Knows `spell` beside the others: value `usual` or `other`, how the codes of refusals are written. */
  override async act(hand: HandAction): Promise<HandResult> {
    if (hand.action !== 'spell') return super.act(hand);
    if (hand.value !== 'usual' && hand.value !== 'other') return { ok: false, reason: 'spell takes usual or other' };
    this.speaker.otherwise = hand.value === 'other';
    return { ok: true };
  }
}

class WechatTongue implements Tongue {
  otherwise = false;
  private readonly keys: WalletKeys;
  private readonly merchant: WechatMerchant;
  private readonly ledger: WalletLedger;
  private readonly url: () => string;
  private readonly bills = new BillLinks(linkLivesMs);

  constructor(options: WechatGatewayOptions, ledger: WalletLedger, url: () => string) {
    const { wechatAppId: appId, wechatMchid: mchid, wechatSerial: serial, wechatPublicKeyId } = labMerchant;
    this.keys = options.keys;
    this.merchant = options.merchant ?? { appId, mchid, serial, publicKeyId: wechatPublicKeyId };
    this.ledger = ledger;
    this.url = url;
  }

  label({ method, path }: GatewayRequest): string {
    return `${method} ${path}`;
  }

  answer(request: GatewayRequest): GatewayAnswer {
    const wrong = this.unsigned(request);
    if (wrong !== null) return this.refuse(401, 'SIGN_ERROR', wrong);
    if (request.method === 'GET') return this.read(request);
    const body = parsed(request.body);
    if (body === null) return this.parameter('the body is no JSON');
    if (request.method !== 'POST') return this.refuse(404, 'NOT_FOUND', 'there is nothing here');
    switch (request.path) {
      case `${transactions}/native`:
        return this.native(body);
      case `${transactions}/codepay`:
        return this.codepay(body);
      case '/v3/refund/domestic/refunds':
        return this.refund(body);
    }
    const match = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/(close|reverse)$/.exec(request.path);
    if (match === null) return this.refuse(404, 'NOT_FOUND', 'there is nothing here');
    const number = decoded(match[1] ?? '');
    return match[2] === 'close' ? this.close(number, body) : this.reverse(number, body);
  }

  fail(_request: GatewayRequest, why: 'system-error' | 'rate-limit'): GatewayAnswer {
    return why === 'rate-limit' ? this.refuse(429, 'FREQUENCY_LIMITED', 'too many calls') : this.systemError();
  }

  /** What tells that an order was paid: signed as an answer is, its resource sealed with the APIv3 key. */
  notice(order: OrderRow): { readonly headers: Record<string, string>; readonly body: string } {
    const nonce = randomBytes(6).toString('hex');
    const seal = createCipheriv('aes-256-gcm', Buffer.from(this.keys.apiV3Key), Buffer.from(nonce));
    seal.setAAD(Buffer.from('transaction'));
    const text = JSON.stringify(transaction(order, this.merchant));
    const sealed = Buffer.concat([seal.update(text, 'utf8'), seal.final(), seal.getAuthTag()]);
    const body = JSON.stringify({
      id: randomBytes(16).toString('hex'),
      create_time: beijingRfc3339(this.ledger.nowMs()),
      resource_type: 'encrypt-resource',
      event_type: 'TRANSACTION.SUCCESS',
      summary: '支付成功',
      resource: {
        original_type: 'transaction',
        algorithm: 'AEAD_AES_256_GCM',
        ciphertext: sealed.toString('base64'),
        associated_data: 'transaction',
        nonce,
      },
    });
    return { headers: { 'content-type': 'application/json', ...this.signature(body) }, body };
  }

  /** What is wrong with the signature; null: nothing. */
  private unsigned({ method, target, headers, body }: GatewayRequest): string | null {
    const [scheme, ...rest] = (headers.authorization ?? '').split(' ');
    if (scheme !== 'WECHATPAY2-SHA256-RSA2048') return 'Authorization is WECHATPAY2-SHA256-RSA2048';
    const given = Object.fromEntries(
      [...rest.join(' ').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const { mchid, serial_no: serial, timestamp = '', nonce_str: nonce = '', signature = '' } = given;
    if (mchid !== this.merchant.mchid) return 'unknown mchid';
    if (serial !== this.merchant.serial) return 'unknown serial_no';
    const aside = Math.abs(Number(timestamp) * 1000 - this.ledger.nowMs());
    if (!/^\d{1,12}$/.test(timestamp) || aside > clockToleranceMs) return 'timestamp is more than 300 s off';
    const text = `${method}\n${target}\n${timestamp}\n${nonce}\n${body}\n`;
    const genuine = createVerify('RSA-SHA256')
      .update(text, 'utf8')
      .verify(this.keys.merchantPublic, signature, 'base64');
    return genuine ? null : `the signature is not over ${JSON.stringify(text)}`;
  }

  private read(request: GatewayRequest): GatewayAnswer {
    const { path, query } = request;
    if (path === '/v3/bill/tradebill') return this.bill(query);
    if (path === '/v3/billdownload/file') return this.download(query);
    const order = /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/.exec(path)?.[1];
    if (order !== undefined) {
      if (query.get('mchid') !== this.merchant.mchid) return this.parameter('mchid');
      const row = this.ledger.query(decoded(order));
      return row === null ? this.orderMissing() : this.ok(transaction(row, this.merchant));
    }
    const refund = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(path)?.[1];
    if (refund === undefined) return this.refuse(404, 'NOT_FOUND', 'there is nothing here');
    const found = this.ledger.refundBy(decoded(refund), null);
    if (found === null) return this.refuse(404, 'RESOURCE_NOT_EXISTS', 'there is no such refund');
    return this.ok(refunded(found.order, found.refund));
  }

  private native(body: Json): GatewayAnswer {
    const asked = this.asked(body);
    if (typeof asked === 'string') return this.parameter(asked);
    if (asked.notifyUrl === null) return this.parameter('notify_url');
    const shown = this.ledger.show(asked);
    return shown.outcome === 'shown' ? this.ok({ code_url: shown.code }) : this.refusal(shown.outcome);
  }

  private codepay(body: Json): GatewayAnswer {
    const asked = this.asked(body);
    if (typeof asked === 'string') return this.parameter(asked);
    const code = textOf(within(body.payer).auth_code);
    if (!/^1[0-5]\d{16}$/.test(code)) return this.refuse(400, 'AUTH_CODE_INVALID', 'this is no payment code');
    const result = this.ledger.payByCode(asked, code);
    switch (result.outcome) {
      case 'charged':
      case 'waiting':
        return this.ok(transaction(result.order, this.merchant));
      case 'declined':
        return result.reason === 'poor'
          ? this.refuse(403, 'NOTENOUGH', 'the payer has not enough')
          : this.refuse(403, 'TRADE_ERROR', 'this payment is not allowed');
      case 'stale-code':
        return this.refuse(403, 'AUTH_CODE_EXPIRE', 'ask for a fresh payment code');
      case 'unknown-code':
        return this.refuse(403, 'AUTH_CODE_INVALID', 'this is no payment code of a payer');
      default:
        return this.refusal(result.outcome);
    }
  }

  private close(number: string, body: Json): GatewayAnswer {
    if (body.mchid !== this.merchant.mchid) return this.parameter('mchid');
    const closed = this.ledger.close(number);
    switch (closed) {
      case 'closed':
        return this.empty();
      case 'already':
        return this.refuse(400, 'ORDER_CLOSED', 'this order is closed');
      case 'paid':
        return this.refuse(400, 'ORDERPAID', 'this order is paid');
      case 'unknown':
        return this.orderMissing();
      case 'wrong-way':
        return this.refuse(400, 'INVALID_REQUEST', 'a payment by payment code is reversed');
      case 'not-yet':
        return this.refuse(403, 'TRADE_ERROR', 'this order cannot be closed yet');
      default:
        return closed satisfies never;
    }
  }

  private reverse(number: string, body: Json): GatewayAnswer {
    // Without the appid it says no more than this.
    if (body.appid === undefined) return this.systemError();
    if (body.mchid !== this.merchant.mchid || body.appid !== this.merchant.appId) return this.parameter('mchid, appid');
    const revoked = this.ledger.revoke(number);
    switch (revoked) {
      case 'closed':
      case 'refunded':
      case 'nothing':
        return this.empty();
      case 'unknown':
        return this.orderMissing();
      case 'wrong-way':
        return this.refuse(400, 'INVALID_REQUEST', 'only a payment by payment code is reversed');
      case 'not-yet':
        return this.refuse(403, 'USERPAYING', 'paying, cannot be revoked');
      case 'too-late':
        return this.refuse(403, 'REVERSE_EXPIRE', 'refund it');
      default:
        return revoked satisfies never;
    }
  }

  private refund(body: Json): GatewayAnswer {
    const { refund: minor, total: totalMinor, currency } = within(body.amount);
    const id = textOf(body.out_refund_no);
    const own = body.transaction_id;
    const number = typeof own === 'string' ? this.ledger.numberOf(own) : textOf(body.out_trade_no);
    if (!/^[0-9A-Za-z_\-|*@]{1,64}$/.test(id)) return this.parameter('out_refund_no');
    if (!whole(minor) || !whole(totalMinor)) return this.parameter('amount');
    if (currency !== 'CNY') return this.parameter('amount.currency');
    const given = this.ledger.refund({ number: number ?? '', id, minor, totalMinor });
    switch (given.outcome) {
      case 'refunded':
        return this.ok(refunded(given.order, given.refund));
      case 'unknown':
        return this.refuse(404, 'RESOURCE_NOT_EXISTS', 'there is no such order');
      case 'not-paid':
        return this.refuse(400, 'INVALID_REQUEST', 'this order was not paid');
      case 'finished':
        return this.refuse(403, 'TRADE_OVERDUE', 'this order is too old');
      case 'other':
      case 'other-total':
      case 'over':
        return this.refuse(400, 'INVALID_REQUEST', 'the amounts do not agree, or it is more than is left');
      case 'many':
        return this.refuse(403, 'REQUEST_BLOCKED', 'too many refunds of one order');
      default:
        return given satisfies never;
    }
  }

  private bill(query: URLSearchParams): GatewayAnswer {
    const kind = query.get('bill_type') ?? 'ALL';
    const zipped = query.get('tar_type') === 'GZIP';
    if (!['ALL', 'SUCCESS', 'REFUND'].includes(kind)) return this.parameter('bill_type');
    const bill = this.ledger.bill(query.get('bill_date') ?? '');
    const wrong = wrongOf(this.ledger.mood);
    switch (bill.outcome) {
      case 'no-day':
      case 'too-old':
        return this.parameter('bill_date');
      case 'not-yet':
        return this.refuse(400, 'STATEMENT_CREATING', 'the bill is there from 10:00 of the next day');
      case 'empty':
        return this.refuse(400, 'NO_STATEMENT_EXIST', 'there is no such bill');
      case 'bill': {
        const wanted = { ALL: null, SUCCESS: 'payment', REFUND: 'refund' }[kind] ?? null;
        const text = cutOff(
          billSheet(
            twistedRows(bill.rows, wrong).filter((row) => wanted === null || row.kind === wanted),
            this.merchant,
          ),
          wrong,
        );
        const livesMs = wrong === 'expired' ? 0 : linkLivesMs;
        const token = this.bills.add(zipped ? gzipSync(text) : text, this.ledger.nowMs(), livesMs);
        const hash_value = createHash('sha1')
          .update(wrong === 'hash' ? `${text} ` : text)
          .digest('hex');
        const download_url = `${this.url()}/v3/billdownload/file?token=${token}`;
        return this.ok({ hash_type: 'SHA1', hash_value, download_url });
      }
      default:
        return bill satisfies never;
    }
  }

  /** A file is not signed; its hash was told before. */
  private download(query: URLSearchParams): GatewayAnswer {
    const content = this.bills.find(query.get('token'), this.ledger.nowMs());
    if (content === null) return this.refuse(404, 'RESOURCE_NOT_EXISTS', 'this link is over');
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: content };
  }

  /** The order that a request describes, or the parameter that is wrong. */
  private asked(body: Json) {
    const { out_trade_no: number, description: subject, time_expire: end, notify_url: notifyUrl, attach } = body;
    const { total: minor, currency = 'CNY' } = within(body.amount);
    if (body.appid !== this.merchant.appId || body.mchid !== this.merchant.mchid) return 'appid, mchid';
    if (typeof number !== 'string' || !/^[0-9A-Za-z_\-*]{6,32}$/.test(number)) return 'out_trade_no';
    if (typeof subject !== 'string' || subject === '' || Buffer.byteLength(subject) > 127) return 'description';
    if (!whole(minor) || minor > amountMaximumMinor) return 'amount.total';
    if (currency !== 'CNY') return 'amount.currency';
    if (notifyUrl !== undefined && !(typeof notifyUrl === 'string' && /^https?:\/\/[^?]{1,240}$/.test(notifyUrl)))
      return 'notify_url';
    if (attach !== undefined && !(typeof attach === 'string' && attach !== '' && Buffer.byteLength(attach) <= 128))
      return 'attach';
    const expiresMs = end === undefined ? null : rfc3339Ms(end);
    if (end !== undefined && expiresMs === null) return 'time_expire';
    if (expiresMs !== null && expiresMs < this.ledger.nowMs() + expiryAtLeastMs) return 'time_expire';
    return { number, minor, subject, expiresMs, payWithinMs: null, notifyUrl: notifyUrl ?? null, mark: attach ?? '' };
  }

  private refusal(outcome: Refusal): GatewayAnswer {
    switch (outcome) {
      case 'paid':
        return this.refuse(403, 'ORDERPAID', 'this order is paid');
      case 'closed':
        return this.refuse(400, 'ORDER_CLOSED', 'this order is closed');
      case 'used':
        return this.refuse(403, 'OUT_TRADE_NO_USED', 'this number was used');
      case 'expired':
        return this.parameter('time_expire');
      case 'full':
        return this.systemError();
      default:
        return outcome satisfies never;
    }
  }

  private ok(body: Json): GatewayAnswer {
    return this.signed(200, JSON.stringify(this.twisted(body)));
  }

  private empty(): GatewayAnswer {
    return this.signed(204, '');
  }

  private parameter(name: string): GatewayAnswer {
    return this.refuse(400, 'PARAM_ERROR', `wrong: ${name}`);
  }

  private orderMissing(): GatewayAnswer {
    return this.refuse(404, 'ORDERNOTEXIST', 'there is no such order');
  }

  private systemError(): GatewayAnswer {
    return this.refuse(500, 'SYSTEM_ERROR', 'system error');
  }

  private refuse(status: number, code: string, message: string): GatewayAnswer {
    const spelled = this.otherwise ? (otherSpelling[code] ?? code) : code;
    return this.signed(status, JSON.stringify({ code: spelled, message }));
  }

  private signed(status: number, body: string): GatewayAnswer {
    const type: Record<string, string> = body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
    return { status, headers: { ...type, ...this.signature(body) }, body };
  }

  private signature(body: string): Record<string, string> {
    const stamp = String(Math.floor(this.ledger.nowMs() / 1000));
    const nonce = randomBytes(16).toString('hex');
    // The merchant's own key is as wrong as any.
    const wrong = this.ledger.mood.kind === 'wrong-signature';
    const key = wrong ? this.keys.merchantPrivate : this.keys.gatewayPrivate;
    const signature = createSign('RSA-SHA256').update(`${stamp}\n${nonce}\n${body}\n`, 'utf8').sign(key, 'base64');
    return {
      'wechatpay-timestamp': stamp,
      'wechatpay-nonce': nonce,
      'wechatpay-serial': this.merchant.publicKeyId,
      'wechatpay-signature': signature,
      'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    };
  }

  private twisted(body: Json): Json {
    const { kind } = this.ledger.mood;
    if (kind === 'other-number') {
      const more = (name: string): Json => (typeof body[name] === 'string' ? { [name]: `${body[name]}9` } : {});
      return { ...body, ...more('out_trade_no'), ...more('out_refund_no') };
    }
    if (kind !== 'other-amount' || body.amount === undefined) return body;
    const amount = Object.entries(within(body.amount)).map(([name, value]) => [
      name,
      whole(value) ? value + 100 : value,
    ]);
    return { ...body, amount: Object.fromEntries(amount) };
  }
}

/** A count of fen above zero. */
function whole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

function within(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function parsed(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : null;
  } catch {
    return null;
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}

function rfc3339Ms(text: unknown): number | null {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/.test(text))
    return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
