/**
 * Alipay's openapi gateway with RSA2 signatures, as far as a kiosk speaks to it: requests as signed parameters in the
 * address and a form, answers 200 with a node of the method's name and a signature over the very text of that node
 * (Alipay open documentation, "Signing and verifying", and the page of each method).
 *
 * Where the documentation leaves a choice, this takes the one that is worse for the client: `timeout_express` of a shown
 * code counts from its scanning, and before that only `time_expire` and `qr_code_timeout_express` end the code.
 */
import { createSign, createVerify, randomBytes } from 'node:crypto';
import { systemClock } from '../../clock.ts';
import {
  amounts,
  charged,
  failed,
  funds,
  invalid,
  named,
  type Node,
  notThere,
  payer,
  problem,
  refusal,
  status,
  success,
  systemError,
} from './alipay-words.ts';
import { alipaySheet } from './alipay-sheet.ts';
import { BillLinks } from './bill-links.ts';
import { beijingMs, beijingTime, minorOf, textOf, yuan } from './formats.ts';
import { labMerchant, type WalletKeys } from './keys.ts';
import { type LedgerOptions, WalletLedger } from './ledger.ts';
import type { OrderRow } from './orders.ts';
import { type GatewayAnswer, type GatewayOptions, type GatewayRequest, type Tongue, WalletGateway } from './server.ts';
import { cutOff, twistedRows, wrongOf } from './statement-moods.ts';

export interface AlipayGatewayOptions
  extends Omit<GatewayOptions, 'clock'>,
    Partial<Pick<LedgerOptions, 'clock' | 'random'>> {
  readonly keys: WalletKeys;
  /** Of the only merchant it knows; default `labMerchant.alipayAppId`. */
  readonly appId?: string;
}

type Parameters = Readonly<Record<string, string>>;

const linkLivesMs = 30_000;
const amountMaximumMinor = 10_000_000_000;
const expressMaximumMs = 15 * 86_400_000;
const answerHeaders = { 'content-type': 'text/html;charset=utf-8' };

/** Listens on 127.0.0.1 and resolves when it does. @throws Error when the port is taken. */
export async function openAlipayGateway(options: AlipayGatewayOptions): Promise<WalletGateway> {
  const { clock = systemClock, random = Math.random } = options;
  const ledger = new WalletLedger({ provider: 'alipay', clock, random, paid: (order) => notify(order) });
  const tongue: AlipayTongue = new AlipayTongue(options, ledger, (): string => gateway.url);
  const gateway: WalletGateway = new WalletGateway({ ...options, clock }, ledger, tongue);
  const notify = (order: OrderRow): void => {
    if (order.notifyUrl === null) return;
    gateway.notify({ number: order.number, url: order.notifyUrl, ...tongue.notice(order) });
  };
  await gateway.listen();
  return gateway;
}

class AlipayTongue implements Tongue {
  private readonly keys: WalletKeys;
  private readonly appId: string;
  private readonly ledger: WalletLedger;
  private readonly url: () => string;
  private readonly bills = new BillLinks(linkLivesMs);

  constructor(options: AlipayGatewayOptions, ledger: WalletLedger, url: () => string) {
    this.keys = options.keys;
    this.appId = options.appId ?? labMerchant.alipayAppId;
    this.ledger = ledger;
    this.url = url;
  }

  label(request: GatewayRequest): string {
    return `${request.method} ${parameters(request).method ?? request.path}`;
  }

  answer(request: GatewayRequest): GatewayAnswer {
    if (request.method === 'GET' && request.path === '/bill') return this.download(request);
    const given = parameters(request);
    const wrong = this.refused(request, given);
    if (wrong !== null) return this.signed(given.method, wrong);
    const business = parsed(given.biz_content);
    if (business === null) return this.signed(given.method, invalid('isv.invalid-parameter', 'biz_content is no JSON'));
    return this.signed(given.method, this.twisted(this.act(given.method ?? '', business, given)));
  }

  fail(request: GatewayRequest, why: 'system-error' | 'rate-limit'): GatewayAnswer {
    const { method } = parameters(request);
    if (why === 'rate-limit')
      return this.signed(method, problem('40005', 'Call Limited', 'isv.app-call-limited', 'too many calls'));
    // A payment's unknown outcome has a code of its own.
    return this.signed(
      method,
      method === 'alipay.trade.pay'
        ? problem('20000', 'Service Currently Unavailable', 'isp.unknow-error', 'system busy')
        : systemError,
    );
  }

  /** The form that tells that an order was paid; its signature leaves `sign_type` out. */
  notice(order: OrderRow): { readonly headers: Record<string, string>; readonly body: string } {
    const now = beijingTime(this.ledger.nowMs());
    const told: Record<string, string> = {
      notify_time: now,
      notify_type: 'trade_status_sync',
      notify_id: randomBytes(17).toString('hex'),
      app_id: this.appId,
      charset: 'utf-8',
      version: '1.0',
      trade_no: order.transaction,
      out_trade_no: order.number,
      trade_status: status(order),
      subject: order.subject,
      total_amount: yuan(order.minor),
      receipt_amount: yuan(order.minor),
      buyer_pay_amount: yuan(order.minor),
      gmt_create: beijingTime(Date.parse(order.createdAt)),
      gmt_payment: beijingTime(Date.parse(order.paidAt ?? order.createdAt)),
      buyer_id: payer.buyer_user_id,
      buyer_logon_id: payer.buyer_logon_id,
    };
    const sign = this.sign(canonical(told));
    return {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams({ ...told, sign_type: 'RSA2', sign }).toString(),
    };
  }

  private act(method: string, business: Node, given: Parameters): Node {
    switch (method) {
      case 'alipay.trade.precreate':
        return this.precreate(business, given);
      case 'alipay.trade.pay':
        return this.pay(business, given);
      case 'alipay.trade.query':
        return this.query(business);
      case 'alipay.trade.cancel':
        return this.cancel(business);
      case 'alipay.trade.close':
        return this.close(business);
      case 'alipay.trade.refund':
        return this.refund(business);
      case 'alipay.trade.fastpay.refund.query':
        return this.refundQuery(business);
      case 'alipay.data.dataservice.bill.downloadurl.query':
        return this.bill(business);
      default:
        return invalid('isv.invalid-method', `there is no ${method}`);
    }
  }

  /** What the gateway itself checks, before any method sees the request. */
  private refused(request: GatewayRequest, given: Parameters): Node | null {
    if (request.method !== 'POST') return invalid('isv.invalid-parameter', 'send a POST');
    for (const name of ['method', 'app_id', 'sign', 'sign_type', 'timestamp', 'version', 'charset']) {
      if ((given[name] ?? '') === '')
        return problem('40001', 'Missing Required Arguments', `isv.missing-${name.replace('_', '-')}`, name);
    }
    if (given.app_id !== this.appId) return invalid('isv.invalid-app-id', 'unknown app_id');
    if (given.sign_type !== 'RSA2') return invalid('isv.invalid-signature-type', 'sign_type is RSA2');
    const { sign = '', ...rest } = given;
    const genuine = createVerify('RSA-SHA256')
      .update(canonical(rest), 'utf8')
      .verify(this.keys.merchantPublic, sign, 'base64');
    if (!genuine) return invalid('isv.invalid-signature', `the signature is not over ${canonical(rest)}`);
    if (given.version !== '1.0') return invalid('isv.invalid-version', 'version is 1.0');
    if (given.charset?.toLowerCase() !== 'utf-8') return invalid('isv.invalid-charset', 'charset is utf-8');
    if (beijingMs(given.timestamp) === null)
      return invalid('isv.invalid-timestamp', 'timestamp is yyyy-MM-dd HH:mm:ss');
    return null;
  }

  private precreate(business: Node, given: Parameters): Node {
    const asked = this.asked(business, given, 'shown-code');
    if (typeof asked === 'string') return failed('ACQ.INVALID_PARAMETER', asked);
    const shown = this.ledger.show(asked);
    if (shown.outcome !== 'shown') return refusal(shown.outcome);
    return success({ out_trade_no: asked.number, qr_code: shown.code });
  }

  private pay(business: Node, given: Parameters): Node {
    if (business.scene !== 'bar_code') return failed('ACQ.INVALID_PARAMETER', 'scene is bar_code');
    const code = textOf(business.auth_code);
    if (!/^(?:2[5-9]|30)\d{14,22}$/.test(code))
      return failed('ACQ.PAYMENT_AUTH_CODE_INVALID', 'this is no payment code');
    const asked = this.asked(business, given, 'payment-code');
    if (typeof asked === 'string') return failed('ACQ.INVALID_PARAMETER', asked);
    return charged(this.ledger.payByCode(asked, code));
  }

  private query(business: Node): Node {
    const order = this.ledger.query(this.number(business));
    if (order === null) return notThere;
    const paid = order.paidAt === null ? {} : { send_pay_date: beijingTime(Date.parse(order.paidAt)), ...funds(order) };
    const { buyer_logon_id } = payer;
    return success({ ...named(order), buyer_logon_id, trade_status: status(order), ...amounts(order), ...paid });
  }

  private cancel(business: Node): Node {
    const number = this.number(business);
    const revoked = this.ledger.revoke(number);
    const trade = this.ledger.query(number);
    const names = trade === null ? { out_trade_no: number } : named(trade);
    switch (revoked) {
      case 'closed':
        return success({ ...names, retry_flag: 'N', action: 'close' });
      case 'refunded':
        return success({ ...names, retry_flag: 'N', action: 'refund' });
      case 'nothing':
        return success({ ...names, retry_flag: 'N' });
      case 'not-yet':
        return { ...systemError, ...names, retry_flag: 'Y' };
      case 'too-late':
        return { ...failed('ACQ.TRADE_CANCEL_TIME_OUT', 'refund it'), ...names, retry_flag: 'N' };
      case 'unknown':
      case 'wrong-way':
        return notThere;
      default:
        return revoked satisfies never;
    }
  }

  private close(business: Node): Node {
    const number = this.number(business);
    const closed = this.ledger.close(number);
    switch (closed) {
      case 'closed': {
        const order = this.ledger.query(number);
        return success(order === null ? { out_trade_no: number } : named(order));
      }
      case 'unknown':
        return notThere;
      case 'not-yet':
        return systemError;
      case 'paid':
      case 'already':
      case 'wrong-way':
        return failed('ACQ.TRADE_STATUS_ERROR', 'only a waiting trade can be closed');
      default:
        return closed satisfies never;
    }
  }

  private refund(business: Node): Node {
    const number = this.number(business);
    const minor = minorOf(business.refund_amount);
    const id = textOf(business.out_request_no ?? number);
    if (minor === null || minor < 1) return failed('ACQ.INVALID_PARAMETER', 'refund_amount');
    if (!/^[0-9A-Za-z_-]{1,64}$/.test(id)) return failed('ACQ.INVALID_PARAMETER', 'out_request_no');
    const refunded = this.ledger.refund({ number, id, minor });
    switch (refunded.outcome) {
      case 'refunded': {
        const { order, refund, again } = refunded;
        const { buyer_logon_id } = payer;
        // The sum of all refunds of this trade, not this one's.
        const fee = { fund_change: again ? 'N' : 'Y', refund_fee: yuan(order.refundedMinor) };
        return success({ ...named(order), buyer_logon_id, ...fee, gmt_refund_pay: beijingTime(Date.parse(refund.at)) });
      }
      case 'unknown':
        return notThere;
      case 'not-paid':
        return failed('ACQ.TRADE_STATUS_ERROR', 'this trade was not paid');
      case 'finished':
        return failed('ACQ.TRADE_HAS_FINISHED', 'this trade is finished');
      case 'other':
        return failed('ACQ.DISCORDANT_REPEAT_REQUEST', 'this out_request_no had another amount');
      case 'over':
      case 'other-total':
        return failed('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL', 'more than is left of it');
      case 'many':
        return failed('ACQ.REASON_TRADE_REFUND_FEE_ERR', 'too many refunds of one trade');
      default:
        return refunded satisfies never;
    }
  }

  /** Success says only that the question was understood: of a refund that was not made, nothing is told. */
  private refundQuery(business: Node): Node {
    const number = this.number(business);
    if (this.ledger.query(number) === null) return notThere;
    const found = this.ledger.refundBy(textOf(business.out_request_no), number);
    if (found === null) return success({});
    const { order, refund } = found;
    return success({
      ...named(order),
      out_request_no: refund.id,
      total_amount: yuan(order.minor),
      refund_amount: yuan(refund.minor),
      refund_status: 'REFUND_SUCCESS',
      gmt_refund_pay: beijingTime(Date.parse(refund.at)),
    });
  }

  private bill(business: Node): Node {
    if (business.bill_type !== 'trade') return failed('isv.invalid-arguments', 'bill_type is trade');
    const bill = this.ledger.bill(textOf(business.bill_date));
    if (bill.outcome === 'no-day') return failed('isv.invalid-arguments', 'bill_date is yyyy-MM-dd');
    if (bill.outcome !== 'bill') return failed('isp.bill_not_exist', 'there is no such bill');
    const wrong = wrongOf(this.ledger.mood);
    const nowMs = this.ledger.nowMs();
    const sheet = alipaySheet(twistedRows(bill.rows, wrong), textOf(business.bill_date), nowMs);
    const livesMs = wrong === 'expired' ? 0 : linkLivesMs;
    const token = this.bills.add(sheet.archive(cutOff(sheet.text, wrong)), nowMs, livesMs);
    return success({ bill_download_url: `${this.url()}/bill?token=${token}` });
  }

  private download(request: GatewayRequest): GatewayAnswer {
    const content = this.bills.find(request.query.get('token'), this.ledger.nowMs());
    if (content === null) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'gone' };
    return { status: 200, headers: { 'content-type': 'application/zip' }, body: content };
  }

  /** The order that a request describes, or the parameter that is wrong. */
  private asked(business: Node, given: Parameters, way: 'shown-code' | 'payment-code') {
    const number = textOf(business.out_trade_no);
    const minor = minorOf(business.total_amount);
    const { subject, time_expire: end, terminal_id: terminal } = business;
    if (!/^[0-9A-Za-z_]{1,64}$/.test(number)) return 'out_trade_no';
    if (minor === null || minor < 1 || minor > amountMaximumMinor) return 'total_amount';
    if (typeof subject !== 'string' || subject === '' || subject.length > 256) return 'subject';
    if (terminal !== undefined && !(typeof terminal === 'string' && terminal !== '' && terminal.length <= 32))
      return 'terminal_id';
    if (business.trans_currency !== undefined && business.trans_currency !== 'CNY') return 'trans_currency';
    const nowMs = this.ledger.nowMs();
    const endMs = end === undefined ? null : beijingMs(end);
    if (end !== undefined && endMs === null) return 'time_expire';
    const payMs = expressMs(business.timeout_express);
    const codeMs = expressMs(business.qr_code_timeout_express);
    if (payMs === 'wrong') return 'timeout_express';
    if (codeMs === 'wrong') return 'qr_code_timeout_express';
    const ownMs = way === 'shown-code' ? codeMs : payMs;
    return {
      number,
      minor,
      subject,
      expiresMs: endMs ?? (ownMs === null ? null : nowMs + ownMs),
      payWithinMs: way === 'shown-code' ? payMs : null,
      notifyUrl: given.notify_url ?? null,
      mark: terminal ?? '',
    };
  }

  /** By either name; Alipay's own goes before the merchant's. */
  private number(business: Node): string {
    const own = business.trade_no;
    if (typeof own === 'string' && own !== '') return this.ledger.numberOf(own) ?? '';
    return textOf(business.out_trade_no);
  }

  private twisted(node: Node): Node {
    const { kind } = this.ledger.mood;
    if (kind === 'other-number' && 'out_trade_no' in node)
      return { ...node, out_trade_no: `${textOf(node.out_trade_no)}9` };
    if (kind !== 'other-amount') return node;
    const sums = ['total_amount', 'receipt_amount', 'buyer_pay_amount', 'refund_fee', 'refund_amount'];
    const more = (value: unknown): string => yuan((minorOf(value) ?? 0) + 100);
    return Object.fromEntries(
      Object.entries(node).map(([name, value]) => [name, sums.includes(name) ? more(value) : value]),
    );
  }

  private signed(method: string | undefined, node: Node): GatewayAnswer {
    // As the real one writes it; the signature is over these very letters.
    const text = JSON.stringify(node).replaceAll('/', '\\/');
    const name = method === undefined || !/^[a-z.]{1,128}$/.test(method) ? 'error' : method.replaceAll('.', '_');
    return { status: 200, headers: answerHeaders, body: `{"${name}_response":${text},"sign":"${this.sign(text)}"}` };
  }

  private sign(text: string): string {
    // The merchant's own key is as wrong as any.
    const wrong = this.ledger.mood.kind === 'wrong-signature';
    const key = wrong ? this.keys.merchantPrivate : this.keys.gatewayPrivate;
    return createSign('RSA-SHA256').update(text, 'utf8').sign(key, 'base64');
  }
}

/** From the address and the form together. */
function parameters({ query, body }: GatewayRequest): Parameters {
  return Object.fromEntries([...query, ...new URLSearchParams(body)]);
}

/** What is signed: every parameter that has a value, by name in ASCII order. */
function canonical(given: Parameters): string {
  return Object.keys(given)
    .sort()
    .filter((name) => given[name] !== '')
    .map((name) => `${name}=${given[name]}`)
    .join('&');
}

function parsed(text: string | undefined): Node | null {
  try {
    const json: unknown = JSON.parse(text ?? '');
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Node) : null;
  } catch {
    return null;
  }
}

/** `5m`, `2h`, `1d`; between a minute and fifteen days. Null when it is not given. */
function expressMs(value: unknown): number | null | 'wrong' {
  if (value === undefined) return null;
  const [, count = '', unit = ''] = /^(\d{1,5})([mhd])$/.exec(textOf(value)) ?? [];
  const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit] ?? 0;
  const ms = Number(count) * unitMs;
  return ms < 60_000 || ms > expressMaximumMs ? 'wrong' : ms;
}
