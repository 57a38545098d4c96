/**
 * A wallet as a device: runs the conversation's requests with a time limit, lets no exception of a gateway through, wakes
 * the conversation, and tells its facts. To the kiosk it is a machine like others; only its wire is a network.
 */
import type { Clock } from '../../../hardware/clock.ts';
import type { Device, DeviceCommand, DeviceFact, DeviceMemory } from '../../../hardware/device.ts';
import { noProbe, type Probe } from '../../../hardware/port.ts';
import type { Gateway, GatewayAnswer, GatewayRequest } from './contract.ts';
import {
  createConversation,
  type Timings,
  type WalletInput,
  type WalletRequest,
  type WalletState,
} from './conversation.ts';
import type { PaymentCodes } from './payment-codes.ts';

export interface WalletParts {
  readonly id: string;
  readonly gateway: Gateway;
  readonly timings: Timings;
  readonly clock: Clock;
  /** What was recorded of it; asked at its start, and after a crash of its conversation. */
  readonly memory: () => DeviceMemory;
  readonly codes: PaymentCodes;
  /** Called later, never from within a call of this. */
  readonly onFact: (fact: DeviceFact) => void;
  /** Told of each attempt that decided nothing, in words without secrets; for the log. */
  readonly onUndecided?: (ask: GatewayRequest['ask'], number: string, why: string) => void;
  /** The conversation broke and is started again. */
  readonly onCrash?: (words: string) => void;
  /** Called around each question, named as in `wallet-create`; a gateway's own doing (b6) is not seen from here. */
  readonly probe?: Probe;
}

export interface Wallet extends Device {
  /** What a notification's headers and body say is asked about at once; false, and passed over, when it is not genuine. */
  notified(headers: Readonly<Record<string, string | undefined>>, body: string): boolean;
}

const crashed = 'driver.crashed';
/** A question has left by then, as far as its asker can tell; on loopback it has. */
const sentAfterMs = 40;
const crashPauseFirstMs = 1_000;
const crashPauseLongestMs = 60_000;

type Untimed = WalletInput extends infer Input
  ? Input extends WalletInput
    ? Omit<Input, 'nowMs' | 'wallMs'>
    : never
  : never;

export function openWallet(parts: WalletParts): Wallet {
  const { id, gateway, clock, timings, probe = noProbe } = parts;
  const { currency, merchant } = gateway;
  const conversation = createConversation({ device: id, currency, merchant, timings });
  const ending = new AbortController();
  /** Attempts of a conversation that crashed answer nobody. */
  let life = 0;
  let crashes = 0;
  let state: WalletState = conversation.start(parts.memory());
  let resting = false;
  let callOff = () => {};

  const tell = (fact: DeviceFact) => {
    clock.after(0, () => {
      if (!ending.signal.aborted) parts.onFact(fact);
    });
  };
  const take = (input: Untimed) => {
    if (ending.signal.aborted || resting) return;
    const timed = { ...input, nowMs: clock.monoMs(), wallMs: clock.wallMs() } as WalletInput;
    try {
      const step = conversation.step(state, timed);
      state = step.state;
      for (const fact of step.facts) tell(fact);
      for (const request of step.requests) void run(request, life);
      callOff();
      callOff =
        step.wakeAtMs === null ? () => {} : clock.after(step.wakeAtMs - timed.nowMs, () => take({ type: 'time' }));
    } catch (error) {
      crash(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };
  const run = async (request: WalletRequest, own: number) => {
    const answer = await probed(request);
    if (own !== life) return;
    take({ type: 'answer', request: request.id, answer });
    if (own !== life || answer.came !== 'undecided') return;
    parts.onUndecided?.(request.ask, request.number, `${answer.why}: ${answer.code}`);
  };
  const probed = async (request: WalletRequest): Promise<GatewayAnswer> => {
    if (probe === noProbe) return attempt(request);
    const what = `wallet-${request.ask}`;
    probe('b4', what);
    const callOff = clock.after(sentAfterMs, () => probe('b5', what));
    const answer = await attempt(request);
    callOff();
    probe('b7', what);
    probe('b8', what);
    return answer;
  };
  const attempt = async (request: WalletRequest): Promise<GatewayAnswer> => {
    if (request.ask !== 'pay') return contained(clock, timings.attemptMs, ending.signal, request, gateway);
    const { handle, ...rest } = request;
    const authCode = parts.codes.take(handle);
    // It never left; that nothing stands at the gateway is asked all the same.
    if (authCode === null) return { came: 'code-stale', code: 'no-code' };
    return contained(clock, timings.attemptMs, ending.signal, { ...rest, authCode }, gateway);
  };
  const crash = (words: string) => {
    life += 1;
    callOff();
    resting = true;
    parts.onCrash?.(words);
    if (crashes === 0) tell({ device: id, fact: 'device.fault', code: crashed });
    const pauseMs = Math.min(crashPauseFirstMs * 2 ** Math.min(crashes, 20), crashPauseLongestMs);
    crashes += 1;
    callOff = clock.after(pauseMs, () => {
      resting = false;
      state = conversation.start(parts.memory());
      take({ type: 'opened' });
      if (resting) return;
      crashes = 0;
      tell({ device: id, fact: 'device.cleared', code: crashed });
    });
  };

  // Of its own: a command that comes before it must not call it off.
  clock.after(0, () => take({ type: 'opened' }));
  return {
    id,
    obey: (command: DeviceCommand) => take({ type: 'command', command }),
    maintain: () => {},
    recorded: (key: string) => take({ type: 'recorded', key }),
    notified(headers, body) {
      const number = noticed(gateway, headers, body);
      if (number !== null) take({ type: 'notified', number });
      return number !== null;
    },
    close() {
      ending.abort();
      callOff();
    },
  };
}

function noticed(gateway: Gateway, headers: Parameters<Gateway['notified']>[0], body: string): string | null {
  try {
    return gateway.notified(headers, body);
  } catch {
    return null;
  }
}

/**
 * One attempt: it may throw, hang or answer after its time, and none of that is seen outside. What it throws is not
 * repeated, because a client's errors carry what was sent, payment code included.
 */
function contained(
  clock: Clock,
  timeoutMs: number,
  ending: AbortSignal,
  request: GatewayRequest,
  gateway: Gateway,
): Promise<GatewayAnswer> {
  const own = new AbortController();
  return new Promise((resolve) => {
    const finish = (answer: GatewayAnswer) => {
      callOff();
      ending.removeEventListener('abort', gone);
      resolve(answer);
    };
    const gone = () => {
      finish({ came: 'undecided', why: 'unreachable', code: 'no answer in time' });
      own.abort();
    };
    const callOff = clock.after(timeoutMs, gone);
    ending.addEventListener('abort', gone, { once: true });
    Promise.resolve()
      .then(() => gateway.attempt(request, own.signal))
      .then(finish, () => finish({ came: 'undecided', why: 'unreachable', code: 'the attempt broke' }));
  });
}
