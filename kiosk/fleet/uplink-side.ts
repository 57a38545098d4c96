/** The uplink of a paired kiosk, put together. Loaded when the daemon is ready, because no customer waits for it. */
import program from '../../package.json' with { type: 'json' };
import type { Clock } from '../../hardware/clock.ts';
import type { FactBody } from '../fact.ts';
import { openJournalReader } from '../journal/sqlite-reading.ts';
import type { KioskKeys } from '../keys.ts';
import type { Kiosk } from '../kiosk.ts';
import type { VoucherWord } from '../sale/voucher.ts';
import { clockIsOff } from '../own-clock.ts';
import { openCursor } from './cursor.ts';
import { signHead } from './head-seal.ts';
import { lineTimings, openLine } from './line.ts';
import type { UplinkPairing } from './pairing.ts';
import { type StateAround, stateOf } from './state-of.ts';
import { createUplink, type Uplink, uplinkTimings } from './uplink.ts';
import type { RunningMessage } from './wire.ts';

export interface UplinkSide {
  readonly pairing: UplinkPairing;
  readonly kiosk: string;
  /** The folder of the kiosk's data, and its journal. */
  readonly data: string;
  readonly journalPath: string;
  readonly keys: KioskKeys;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly chance: () => number;
  readonly state: () => Kiosk;
  /** What this process runs with. */
  readonly configuration: Pick<RunningMessage, 'hash' | 'document'>;
  readonly around: () => Omit<StateAround, 'version' | 'waiting' | 'wallMs'>;
  readonly onLook: () => void;
  readonly onCommand: (jws: string) => void;
  readonly take: (fact: FactBody) => void;
  /** The office's word on a voucher; null: none in time. */
  readonly onTold: (question: string, word: VoucherWord | null) => void;
  readonly onProblem: (problem: string) => void;
}

/** @throws Error, JournalProblem when what is kept here cannot be opened */
export function openUplink(side: UplinkSide): Uplink {
  const { pairing, kiosk, data, keys, clock, chance, onLook, onCommand, take, onTold, onProblem } = side;
  const reader = openJournalReader(side.journalPath);
  const uplink = createUplink({
    ...{ kiosk, reader, clock, onLook, onCommand, take, onTold, onProblem },
    onStored(seq) {
      const unasked = side.state().unasked.seq;
      if (unasked > 0 && seq >= unasked) take({ fact: 'uplink.stored', seq });
    },
    timings: uplinkTimings,
    openLine: (around) => openLine({ ...around, pairing, clock, chance, timings: lineTimings }),
    cursor: openCursor(data, clock),
    sign: (head) => signHead(keys, head),
    running: runningOf(side),
    isClockOff: () => clockIsOff(side.state()),
    state: (waiting) =>
      stateOf(side.state(), { ...side.around(), version: program.version, waiting, wallMs: clock.wallMs() }),
  });
  return {
    ask: (question) => uplink.ask(question),
    status: () => uplink.status(),
    tell: (done) => uplink.tell(done),
    async close() {
      await uplink.close();
      reader.close();
    },
  };
}

/** The same object as long as the office's number is the same: that alone changes while a process runs. */
function runningOf({ configuration, around }: UplinkSide): () => RunningMessage {
  let running: RunningMessage | null = null;
  return () => {
    const { edition } = around();
    if (running?.edition !== edition) running = { ...configuration, edition };
    return running;
  };
}
