/**
 * A small protocol for a wire with several addresses: `to | from | what | checksum`, the sum of all four is 0. The host
 * is 1. A question is answered with its own `what`. It stands for the buses of the catalog, in driver and machine.
 */
import type { DeviceFact, DeviceKind } from '../../hardware/device.ts';
import type { Decoded, Decoder, Driver } from '../../hardware/driver.ts';
import type { ProtocolFrontDoor } from '../../hardware/protocol.ts';
import { both } from '../../hardware/setting-words.ts';
import type { SimulatorFactory } from '../../hardware/simulated.ts';

export const POLL = 0x10;
export const PAY = 0x20;
/** Makes a driver crash. */
export const CRASH = 0xee;
const HOST = 1;
const FRAME_BYTES = 4;
export const REPLY_WITHIN_MS = 50;

export interface BusFrame {
  readonly to: number;
  readonly from: number;
  readonly what: number;
}

export function encoded(to: number, from: number, what: number): Uint8Array {
  return Uint8Array.of(to, from, what, -(to + from + what) & 0xff);
}

/** Takes the echo away: only what equals the bytes that left, and only before anything else. */
function busDecoder(): Decoder<BusFrame> {
  let expected: number[] = [];
  let echoed: number[] = [];
  let kept: number[] = [];

  const take = (byte: number): void => {
    if (expected[0] === byte) {
      echoed.push(expected.shift() as number);
      if (expected.length === 0) echoed = [];
      return;
    }
    kept.push(...echoed, byte);
    expected = [];
    echoed = [];
  };

  const cut = (): Decoded<BusFrame>[] => {
    const found: Decoded<BusFrame>[] = [];
    while (kept.length >= FRAME_BYTES) {
      const bytes = kept.splice(0, FRAME_BYTES);
      const [to = 0, from = 0, what = 0] = bytes;
      if (bytes.reduce((sum, byte) => sum + byte, 0) % 256 === 0)
        found.push({ type: 'frame', frame: { to, from, what } });
      else found.push({ type: 'discarded', bytes: Uint8Array.from(bytes), why: 'wrong checksum' });
    }
    return found;
  };

  return {
    push(bytes) {
      for (const byte of bytes) take(byte);
      return cut();
    },
    sent(bytes) {
      expected = [...bytes];
      echoed = [];
    },
    silence() {
      const bytes = Uint8Array.from([...kept, ...echoed]);
      expected = [];
      echoed = [];
      kept = [];
      return bytes.length === 0 ? [] : [{ type: 'discarded', bytes, why: 'unfinished' }];
    },
    get pending() {
      return kept.length > 0 || echoed.length > 0;
    },
  };
}

interface State {
  readonly dueMs: number;
  readonly pays: boolean;
}

/** Asks its address every `everyMs` and tells all that it hears, as faults. */
export function busDriver(id: string, address: number, everyMs: number): Driver<State, BusFrame> {
  return {
    interByteMs: 10,
    decoder: busDecoder,
    answers: ({ to, from }) => to === HOST && from === address,
    start: () => ({ dueMs: 0, pays: false }),
    step(state, input) {
      const facts: DeviceFact[] = [];
      const tell = (code: string): void => void facts.push({ device: id, fact: 'device.fault', code });
      let next = state;
      let what: number | null = null;
      switch (input.type) {
        case 'opened':
          tell(`opened ${Buffer.from(input.chance).toString('hex')}`);
          break;
        case 'command':
          next = { ...state, pays: true };
          break;
        case 'turn':
          what = state.pays ? PAY : POLL;
          next = { dueMs: input.nowMs + everyMs, pays: false };
          break;
        case 'frame':
          if (input.frame.what === CRASH) throw new Error('a frame too many');
          tell(`frame ${input.frame.from} ${input.frame.what}`);
          break;
        case 'silence':
        case 'discarded':
          tell(input.type);
          break;
        default:
          break;
      }
      const name = what === PAY ? 'pay' : 'poll';
      return {
        state: next,
        facts,
        turnAtMs: next.pays ? input.nowMs : next.dueMs,
        urgent: next.pays,
        ...(what === null
          ? {}
          : { send: { name, bytes: encoded(address, HOST, what), replyWithinMs: REPLY_WITHIN_MS } }),
      };
    },
  };
}

const kinds: readonly string[] = ['coin-acceptor', 'hopper', 'recycler'] satisfies readonly DeviceKind[];

/** Settings: `address` (2 to 255) and `kind`. */
export const frontDoor: ProtocolFrontDoor<State, BusFrame> = {
  protocol: 'bus',
  line: { baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 1 },
  moneyMessages: ['pay'],
  faults: [],
  checkSettings({ address, kind }) {
    const right = typeof address === 'number' && address >= 2 && address <= 255;
    return [
      ...(right ? [] : [{ path: 'address', problem: both('must be from 2 to 255', '必须在 2 到 255 之间') }]),
      ...(kinds.includes(String(kind))
        ? []
        : [{ path: 'kind', problem: both(`must be one of ${kinds.join(', ')}`, `必须是 ${kinds.join('、')} 之一`) }]),
    ];
  },
  kindOf: ({ kind }) => kind as DeviceKind,
  addressOf: ({ address }) => Number(address),
  labSettings: { address: 2, kind: 'coin-acceptor' },
  settingsHelp: ['address=N kind=KIND'],
  simulatorSettings: ({ address, kind }) => ({ address: String(address), kind: String(kind) }),
  createDriver: ({ device, settings }) => busDriver(device, Number(settings.address), 20),
  requests: ({ address }) => ({ poll: encoded(Number(address), HOST, POLL) }),
  inquire: () => [][Symbol.iterator]() as never,
  requestEffects: {},
  describe: () => [],
};

/** Answers to its own address alone. Settings: `address`, `kind`, `echo` (on, off), `afterMs` of the answer, `mute` (on). */
export const simulate: SimulatorFactory = ({ clock, settings, sharesWire, send, emit }) => {
  const address = Number(settings.address ?? '2');
  const echoes = settings.echo !== 'off';
  let heard: number[] = [];
  let power = true;
  return {
    protocol: 'bus',
    kind: (settings.kind ?? 'coin-acceptor') as DeviceKind,
    echoes,
    get power() {
      return power;
    },
    receive(bytes) {
      if (echoes && sharesWire !== true) send(bytes);
      heard.push(...bytes);
      while (heard.length >= FRAME_BYTES) {
        const [to, from = 0, what = 0] = heard.splice(0, FRAME_BYTES);
        if (to !== address || !power) continue;
        emit({ event: 'command', name: what === PAY ? 'pay' : 'poll' });
        if (settings.mute !== 'on')
          clock.after(Number(settings.afterMs ?? '8'), () => send(encoded(from, address, what)));
      }
    },
    act({ action }) {
      if (action !== 'cut power' && action !== 'restore power') return { ok: false, reason: `nobody can ${action} it` };
      power = action === 'restore power';
      heard = [];
      return { ok: true };
    },
    units: () => [],
    faults: () => [],
  };
};
