/**
 * Checks of what is no device: the disk, the clock, the biller and the wallets' gateways. Each really does what it names, over
 * the way that money takes, and reads back figures. Never rejects.
 */
import { randomBytes } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { leastFreeBytes } from './checks/readiness.ts';
import type { Clock } from '../hardware/clock.ts';
import type { BillerService } from './services/biller/contract.ts';
import type { Gateway } from './services/wallet/contract.ts';
import type { CheckName, CheckOutcome, CheckRead } from './server/staff-wire.ts';

/** Of the disk's check: so much is written, synced and read back, bytes. */
const writtenBytes = 1_048_576;
/** A sync that takes longer holds up every note, milliseconds. */
const longestSyncMs = 2_000;
/** Further from others' clocks than this, receipts and days would be wrong, milliseconds. */
const mostOffsetMs = 60_000;
/** How long a biller or a gateway may take, milliseconds. */
const answerMs = 15_000;
/** No bill has this number: its biller has to say that it knows none. */
const noBill = '000000000000';

export interface ProbeAnswer {
  readonly outcome: CheckOutcome;
  readonly read: CheckRead;
  readonly fault: string | null;
}

export interface ProbeParts {
  readonly data: string;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly biller: Pick<BillerService, 'lookUp'>;
  /** By the id of the wallet. */
  readonly gateways: ReadonlyMap<string, Pick<Gateway, 'attempt'>>;
  /** An address whose answers carry a date: the biller's or a gateway's; null: there is none. */
  readonly dated: string | null;
  /** When the newest entry of the journal was written, Unix milliseconds; null: there is none. */
  readonly lastEntryMs: () => number | null;
}

export interface Probes {
  /** Null: nothing of this check is tried here. */
  run(check: CheckName, device: string | null): Promise<ProbeAnswer> | null;
}

export function createProbes(parts: ProbeParts): Probes {
  const probe = (check: CheckName, device: string | null): Promise<ProbeAnswer> | null => {
    switch (check) {
      case 'disk':
        return disk(parts);
      case 'clock':
        return clockNow(parts);
      case 'biller':
        return biller(parts);
      case 'gateway':
        return gateway(parts, device ?? '');
      default:
        return null;
    }
  };
  return {
    run(check, device) {
      const answer = probe(check, device);
      return answer === null ? null : answer.catch((error: unknown) => failed({}, wordsOf(error)));
    },
  };
}

function passed(read: CheckRead): ProbeAnswer {
  return { outcome: 'passed', read, fault: null };
}

function failed(read: CheckRead, fault: string): ProbeAnswer {
  return { outcome: 'failed', read, fault };
}

function wordsOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
}

/** Writes, syncs and reads back what nobody could have known, in the folder in which the journal stands. */
async function disk({ data, clock }: ProbeParts): Promise<ProbeAnswer> {
  const path = join(data, 'disk-check');
  const written = randomBytes(writtenBytes);
  const startMs = clock.monoMs();
  try {
    const file = await open(path, 'w+', 0o600);
    try {
      await file.writeFile(written);
      const syncStartMs = clock.monoMs();
      await file.sync();
      const syncMs = Math.round(clock.monoMs() - syncStartMs);
      const back = Buffer.alloc(writtenBytes);
      const { bytesRead } = await file.read(back, 0, writtenBytes, 0);
      const { bavail, bsize, blocks } = await statfs(data);
      const freeBytes = bavail * bsize;
      const read = { writtenBytes, bytesRead, syncMs, allMs: Math.round(clock.monoMs() - startMs), freeBytes };
      if (!back.equals(written)) return failed(read, 'differs');
      if (freeBytes < leastFreeBytes) return failed({ ...read, diskBytes: blocks * bsize }, 'full');
      return syncMs > longestSyncMs ? failed(read, 'slow') : passed({ ...read, diskBytes: blocks * bsize });
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}

/** The clock beside another's, and beside the journal, which must not be ahead of it. */
async function clockNow({ clock, timeZone, dated, lastEntryMs }: ProbeParts): Promise<ProbeAnswer> {
  const nowMs = clock.wallMs();
  const lastMs = lastEntryMs();
  const ahead = lastMs === null ? 0 : Math.max(0, lastMs - nowMs);
  const read: CheckRead = { zone: timeZone, now: new Date(nowMs).toISOString(), behindJournalMs: ahead };
  if (ahead > mostOffsetMs) return failed(read, 'behind-journal');
  if (dated === null) return passed({ ...read, compared: 'journal' });
  const theirs = await dateOf(dated);
  if (theirs === null) return failed({ ...read, asked: new URL(dated).host }, 'no-date');
  const offsetMs = clock.wallMs() - theirs;
  // A date is told in whole seconds.
  const compared = { ...read, compared: new URL(dated).host, offsetMs };
  return Math.abs(offsetMs) > mostOffsetMs ? failed(compared, 'offset') : passed(compared);
}

async function dateOf(url: string): Promise<number | null> {
  const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(answerMs), redirect: 'manual' });
  const date = Date.parse(answer.headers.get('date') ?? '');
  return Number.isNaN(date) ? null : date;
}

/** A look-up of a bill that there is not: harmless, and answered by the biller itself. */
async function biller({ biller: service, clock }: ProbeParts): Promise<ProbeAnswer> {
  const startMs = clock.monoMs();
  const asked = { command: 'bill.recheck', id: `check-${randomBytes(8).toString('hex')}`, number: noBill } as const;
  const answer = await service.lookUp(asked, AbortSignal.timeout(answerMs));
  const read = { answered: answer.fact, answerMs: Math.round(clock.monoMs() - startMs) };
  return answer.fact === 'bill.unavailable' ? failed(read, answer.reason) : passed(read);
}

/** A query for a payment that there is not: harmless, and answered by the gateway itself. */
async function gateway({ gateways, clock }: ProbeParts, id: string): Promise<ProbeAnswer> {
  const service = gateways.get(id);
  if (service === undefined) return failed({}, 'not-started');
  const startMs = clock.monoMs();
  const number = randomBytes(16).toString('hex');
  const answer = await service.attempt({ ask: 'query', number }, AbortSignal.timeout(answerMs));
  const read = { answered: answer.came, answerMs: Math.round(clock.monoMs() - startMs) };
  return answer.came === 'undecided' ? failed({ ...read, code: answer.code }, answer.why) : passed(read);
}
