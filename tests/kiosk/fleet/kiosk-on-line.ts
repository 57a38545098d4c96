/** A kiosk's side of the uplink on a real broker, put together as the daemon does, with waits that suit a test. */
import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { systemClock } from '../../../hardware/clock.ts';
import type { FactBody } from '../../../kiosk/fact.ts';
import { openCursor } from '../../../kiosk/fleet/cursor.ts';
import { signHead } from '../../../kiosk/fleet/head-seal.ts';
import { openLine } from '../../../kiosk/fleet/line.ts';
import type { UplinkPairing } from '../../../kiosk/fleet/pairing.ts';
import { createUplink, type UplinkParts } from '../../../kiosk/fleet/uplink.ts';
import { openJournalReader } from '../../../kiosk/journal/sqlite-reading.ts';

export interface KioskOnLine {
  readonly facts: readonly FactBody[];
  readonly problems: readonly string[];
  /** How often it was told to look. */
  looks(): number;
  /** May be asked again. */
  close(): Promise<void>;
}

/** `data` holds its journal, and a folder `fleet`. `own`: what a test has of its own instead. */
export function openKioskOnLine(
  kiosk: string,
  data: string,
  pairing: UplinkPairing,
  keys: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
  own: Partial<Pick<UplinkParts, 'state' | 'take' | 'timings'>> = {},
): KioskOnLine {
  const facts: FactBody[] = [];
  const problems: string[] = [];
  const reader = openJournalReader(join(data, 'journal.sqlite'));
  const running = { hash: 'a'.repeat(64), edition: null, document: { kiosk } };
  let looks = 0;
  const uplink = createUplink({
    kiosk,
    openLine: (around) =>
      openLine({
        ...around,
        pairing,
        clock: systemClock,
        chance: Math.random,
        timings: { againMs: 40, againMaximumMs: 150, steadyMs: 1_000 },
      }),
    reader,
    cursor: openCursor(data, systemClock),
    sign: (head) => signHead({ signing: keys.privateKey, verifying: keys.publicKey }, head),
    running: () => running,
    state: (waiting) => ({
      ...{ at: new Date().toISOString(), version: '1', open: true, why: null, devices: [], levels: [], openCases: 0 },
      configuration: { running: 'a', edition: null, staged: null, stale: false },
      waiting,
    }),
    isClockOff: () => false,
    clock: systemClock,
    timings: {
      silentMs: 100,
      silentMaximumMs: 400,
      signedEveryMs: 3_600_000,
      tickMs: 50,
      stateEveryMs: 200,
      clockEveryMs: 50,
    },
    onCommand: () => {},
    onLook: () => {
      looks += 1;
    },
    take: (fact) => facts.push(fact),
    onStored: () => {},
    onTold: () => {},
    onProblem: (problem) => problems.push(problem),
    ...own,
  });
  let closing: Promise<void> | null = null;
  return {
    facts,
    problems,
    looks: () => looks,
    close() {
      closing ??= uplink.close().then(() => reader.close());
      return closing;
    },
  };
}
