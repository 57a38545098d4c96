/**
 * A wallet under the virtual clock. The gateway's ledger and the payer's phone outlive every process; a process carries the
 * kiosk's own conversation to them by hand, question by question.
 */
import type { Clock } from '../../hardware/clock.ts';
import type { Device, DeviceFact, DeviceMemory } from '../../hardware/device.ts';
import type { Boundary } from '../../hardware/port.ts';
import { WalletLedger } from '../../hardware/bench/wallets/ledger.ts';
import type { OrderRow } from '../../hardware/bench/wallets/orders.ts';
import type { GatewayAnswer } from '../../kiosk/services/wallet/contract.ts';
import { createConversation, type WalletInput, type WalletRequest } from '../../kiosk/services/wallet/conversation.ts';
import type { PaymentCodes } from '../../kiosk/services/wallet/payment-codes.ts';
import type { Random } from './random.ts';

export type Provider = 'alipay' | 'wechat';
/** What becomes of a question: `lost`: done, and the answer does not come; `deaf`: not even done. */
export type Network = 'well' | 'lost' | 'deaf';

const merchant = 'the merchant';
const currency = 'CNY';
/** The conversation's own limit for one question. */
const attemptMs = 8_000;
const timings = { codeShownMs: 60_000, undecidedMs: 60_000, attemptMs };

export class SimulatedGateway {
  readonly provider: Provider;
  readonly ledger: WalletLedger;
  network: Network = 'well';
  /** So many of the next answers about a payment name another amount. */
  lies = 0;
  /** Sees every question before it is done. */
  onAsked: (request: WalletRequest) => void = () => {};
  private readonly clock: Clock;
  private readonly random: Random;

  constructor(provider: Provider, clock: Clock, random: Random) {
    this.provider = provider;
    this.clock = clock;
    this.random = random;
    this.ledger = new WalletLedger({ provider, clock, random: () => random.next() });
  }

  /** A question under way; `answered` is called once, or never. */
  carry(request: WalletRequest, code: string | null, answered: (answer: GatewayAnswer) => void): void {
    const { clock, random } = this;
    clock.after(random.integer(20, 400), () => {
      if (this.network === 'deaf') return;
      this.onAsked(request);
      const answer = this.lied(this.answer(request, code));
      if (this.network === 'well') clock.after(random.integer(20, 400), () => answered(answer));
    });
  }

  private lied(answer: GatewayAnswer): GatewayAnswer {
    if (answer.came !== 'paid' || this.lies === 0) return answer;
    this.lies -= 1;
    return { ...answer, minor: answer.minor + 100 };
  }

  private answer(request: WalletRequest, code: string | null): GatewayAnswer {
    const { ledger } = this;
    switch (request.ask) {
      case 'create': {
        const { number, minor, subject, expireAtMs: expiresMs } = request;
        const shown = ledger.show({ number, minor, subject, expiresMs, payWithinMs: null, notifyUrl: null });
        return shown.outcome === 'shown' ? { came: 'created', code: shown.code } : refused(shown.outcome);
      }
      case 'pay': {
        const { number, minor, subject } = request;
        const order = { number, minor, subject, expiresMs: null, payWithinMs: null, notifyUrl: null };
        const charged = ledger.payByCode(order, code ?? '');
        if (charged.outcome === 'charged') return rowAnswer(charged.order);
        if (charged.outcome === 'waiting') return { came: 'user-paying' };
        if (charged.outcome === 'declined') {
          const poor = charged.reason === 'poor';
          return poor ? { came: 'insufficient', code: 'poor' } : { came: 'refused', code: 'declines', forGood: true };
        }
        const stale = charged.outcome === 'stale-code' || charged.outcome === 'unknown-code';
        return stale ? { came: 'code-stale', code: charged.outcome } : refused(charged.outcome);
      }
      case 'query': {
        const row = ledger.query(request.number);
        return row === null ? { came: 'not-exist' } : rowAnswer(row);
      }
      case 'close': {
        const closed = ledger.close(request.number);
        if (closed === 'closed' || closed === 'already') return { came: 'closed' };
        return closed === 'unknown' ? { came: 'not-exist' } : refused(closed);
      }
      case 'revoke': {
        const revoked = ledger.revoke(request.number);
        if (revoked === 'closed' || revoked === 'refunded' || revoked === 'nothing')
          return { came: 'revoked', gaveBack: revoked === 'nothing' ? null : revoked === 'refunded' };
        return revoked === 'unknown' ? { came: 'not-exist' } : refused(revoked);
      }
      case 'refund': {
        const { number, refundNumber: id, minor, totalMinor } = request;
        const refunded = ledger.refund({ number, id, minor, totalMinor });
        if (refunded.outcome === 'refunded') return refundAnswer(refunded.refund.arrived, refunded.refund.transaction);
        if (refunded.outcome === 'over' && gone(ledger.query(number))) return { came: 'given-back', code: 'over' };
        return refunded.outcome === 'unknown' ? { came: 'not-exist' } : refused(refunded.outcome);
      }
      case 'refund-query': {
        const found = ledger.refundBy(request.refundNumber, request.number);
        return found === null ? { came: 'not-exist' } : refundAnswer(found.refund.arrived, found.refund.transaction);
      }
      default:
        return request satisfies never;
    }
  }
}

function refused(code: string): GatewayAnswer {
  return { came: 'refused', code, forGood: false };
}

function refundAnswer(arrived: boolean, transaction: string): GatewayAnswer {
  return arrived ? { came: 'refund-made', reference: { transaction } } : { came: 'refund-pending' };
}

function gone(row: OrderRow | null): boolean {
  return row !== null && row.capturedMinor > 0 && row.refundedMinor >= row.capturedMinor;
}

function rowAnswer(row: OrderRow): GatewayAnswer {
  const { minor, transaction } = row;
  if (gone(row)) return { came: 'closed' };
  if (row.refundedMinor > 0) return { came: 'refunded' };
  switch (row.state) {
    case 'paid':
      return { came: 'paid', currency, minor, transaction, merchant };
    case 'waiting':
      return row.asking || row.settling ? { came: 'user-paying' } : { came: 'waiting' };
    case 'failed':
    case 'closed':
    case 'revoked':
      return { came: 'closed' };
    default:
      return row.state satisfies never;
  }
}

export interface WalletParts {
  readonly id: string;
  readonly gateway: SimulatedGateway;
  /** The process's own: nothing of it runs when the process is gone. */
  readonly clock: Clock;
  readonly memory: () => DeviceMemory;
  readonly codes: PaymentCodes;
  readonly probe: (boundary: Boundary, what: string) => void;
  readonly onFact: (fact: DeviceFact) => void;
}

type Untimed = WalletInput extends infer Input
  ? Input extends WalletInput
    ? Omit<Input, 'nowMs' | 'wallMs'>
    : never
  : never;

/** The shell that carries the conversation, as `kiosk/services/wallet/wallet.ts` does it with a real network. */
export function carryWallet({ id, gateway, clock, memory, codes, probe, onFact }: WalletParts): Device {
  const conversation = createConversation({ device: id, currency, merchant, timings });
  let state = conversation.start(memory());
  let callOff = () => {};
  const take = (input: Untimed): void => {
    const nowMs = clock.monoMs();
    const step = conversation.step(state, { ...input, nowMs, wallMs: clock.wallMs() } as WalletInput);
    state = step.state;
    for (const fact of step.facts) clock.after(0, () => onFact(fact));
    for (const request of step.requests) ask(request);
    callOff();
    callOff = step.wakeAtMs === null ? () => {} : clock.after(step.wakeAtMs - nowMs, () => take({ type: 'time' }));
  };
  const ask = (request: WalletRequest): void => {
    const code = request.ask === 'pay' ? codes.take(request.handle) : null;
    if (request.ask === 'pay' && code === null) {
      clock.after(0, () =>
        take({ type: 'answer', request: request.id, answer: { came: 'code-stale', code: 'no-code' } }),
      );
      return;
    }
    const what = `wallet-${request.ask}`;
    let over = false;
    const late = clock.after(attemptMs, () => {
      over = true;
      take({ type: 'failed', request: request.id, why: 'late' });
    });
    probe('b4', what);
    gateway.carry(request, code?.reveal() ?? null, (answer) => {
      // On the process's own clock, so that nobody is told who is gone.
      clock.after(0, () => {
        if (over) return;
        probe('b7', what);
        late();
        probe('b8', what);
        take({ type: 'answer', request: request.id, answer });
      });
    });
    probe('b5', what);
  };
  clock.after(0, () => take({ type: 'opened' }));
  return {
    id,
    obey: (command) => take({ type: 'command', command }),
    maintain: () => {},
    recorded: (key) => take({ type: 'recorded', key }),
    close: () => callOff(),
  };
}
