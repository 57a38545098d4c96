/**
 * Checks of what is no device: the disk, the clock, the biller, the wallets' gateways, and the glass that the system taps. Each
 * really does what it names, over the way that money takes, and reads back figures. Never rejects.
 */
import { randomBytes } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { leastFreeBytes } from './checks/readiness.ts';
import { failed, passed } from './checks/word.ts';
import type { Clock } from '../hardware/clock.ts';
import type { BillerService } from './services/biller/contract.ts';
import type { Gateway } from './services/wallet/contract.ts';
import type { CheckEnd, CheckName, CheckRead } from './server/staff-wire.ts';
import type { TouchCheck } from './touch-check.ts';

/** Of the disk's check: so much is written, synced and read back, bytes. */
const writtenBytes = 1_048_576;
/** A sync that takes longer holds up every note, milliseconds. */
const longestSyncMs = 2_000;
/** Further from others' clocks than this, receipts and days would be wrong, milliseconds. */
const mostOffsetMs = 60_000;
/** How long a biller, a gateway or another's clock may take, milliseconds. */
const usualAnswerMs = 15_000;
/** No bill has this number: its biller has to say that it knows none. */
const noBill = '000000000000';

/** What the system says when nothing can be written, and how a check has it. Any other word of its own stays as it is. */
const diskFaults: Readonly<Record<string, string>> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'unwritable',
  EACCES: 'unwritable',
  EPERM: 'unwritable',
  EIO: 'broken',
};

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
  /** Taps at the glass, once. */
  readonly touchCheck: () => Promise<TouchCheck>;
  readonly answerMs?: number;
}

export interface Probes {
  /** Null: nothing of this check is tried here. */
  run(check: CheckName, device: string | null): Promise<CheckEnd> | null;
}

export function createProbes(parts: ProbeParts): Probes {
  const probe = (check: CheckName, device: string | null): Promise<CheckEnd> | null => {
    switch (check) {
      case 'disk':
        return disk(parts);
      case 'clock':
        return clockNow(parts);
      case 'biller':
        return biller(parts);
      case 'gateway':
        return gateway(parts, device ?? '');
      case 'taps':
        return taps(parts);
      default:
        return null;
    }
  };
  return {
    run(check, device) {
      const answer = probe(check, device);
      const faultOf = check === 'disk' ? diskFault : wireFault;
      return answer === null ? null : answer.catch((error: unknown) => failed({}, faultOf(error)));
    },
  };
}

/** The codes of an error and of what caused it, outermost first. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  for (let one = error; one instanceof Error; one = one.cause) {
    const { code } = one as { readonly code?: unknown };
    codes.push(typeof code === 'string' ? code : one.name);
  }
  return codes;
}

function diskFault(error: unknown): string {
  const [code] = codesOf(error);
  return code === undefined ? String(error) : (diskFaults[code] ?? code);
}

/** In the words that the biller's client has: no answer in time, not HTTP, or not reached. */
function wireFault(error: unknown): string {
  const codes = codesOf(error);
  if (codes.some((code) => code === 'ABORT_ERR' || code === 'TimeoutError')) return 'slow';
  return codes.some((code) => code.startsWith('HPE_') || code === 'HTTPParserError') ? 'nonsense' : 'down';
}

/** Writes, syncs and reads back what nobody could have known, in the folder in which the journal stands. */
async function disk({ data, clock }: ProbeParts): Promise<CheckEnd> {
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
async function clockNow({
  clock,
  timeZone,
  dated,
  lastEntryMs,
  answerMs = usualAnswerMs,
}: ProbeParts): Promise<CheckEnd> {
  const nowMs = clock.wallMs();
  const lastMs = lastEntryMs();
  const ahead = lastMs === null ? 0 : Math.max(0, lastMs - nowMs);
  const read: CheckRead = { zone: timeZone, now: new Date(nowMs).toISOString(), behindJournalMs: ahead };
  if (ahead > mostOffsetMs) return failed(read, 'behind-journal');
  if (dated === null) return passed({ ...read, compared: 'journal' });
  const asked = { ...read, asked: new URL(dated).host };
  const startMs = clock.monoMs();
  const theirs = await dateOf(dated, answerMs).catch((error: unknown) => wireFault(error));
  if (typeof theirs === 'string') return failed(asked, theirs);
  // It was told at some moment between question and answer, in whole seconds.
  const tookMs = clock.monoMs() - startMs;
  const offsetMs = Math.round(clock.wallMs() - tookMs / 2 - theirs);
  const compared = { ...read, compared: new URL(dated).host, offsetMs };
  return Math.abs(offsetMs) > mostOffsetMs ? failed(compared, 'offset') : passed(compared);
}

/** Unix milliseconds; `no-date`: its answer has none. */
async function dateOf(url: string, withinMs: number): Promise<number | 'no-date'> {
  // An answer out of somebody's memory has the date of then.
  const headers = { 'cache-control': 'no-cache' };
  const signal = AbortSignal.timeout(withinMs);
  const answer = await fetch(url, { method: 'HEAD', headers, signal, redirect: 'manual' });
  const date = Date.parse(answer.headers.get('date') ?? '');
  return Number.isNaN(date) ? 'no-date' : date;
}

/** A look-up of a bill that there is not: harmless, and answered by the biller itself, which has to know none. */
async function biller({ biller: service, clock, answerMs = usualAnswerMs }: ProbeParts): Promise<CheckEnd> {
  const startMs = clock.monoMs();
  const asked = { command: 'bill.recheck', id: `check-${randomBytes(8).toString('hex')}`, number: noBill } as const;
  const answer = await service.lookUp(asked, AbortSignal.timeout(answerMs));
  const read = { answered: answer.fact, answerMs: Math.round(clock.monoMs() - startMs) };
  if (answer.fact === 'bill.unavailable') return failed(read, answer.reason);
  return answer.fact === 'bill.not-found' ? passed(read) : failed(read, 'stranger');
}

/**
 * A query for a payment that there is not: harmless, and answered by the gateway itself. Only that there is none is the right
 * answer: one that refuses whatever it is asked refuses the customer's money too.
 */
async function gateway({ gateways, clock, answerMs = usualAnswerMs }: ProbeParts, id: string): Promise<CheckEnd> {
  const service = gateways.get(id);
  if (service === undefined) return failed({}, 'not-started');
  const startMs = clock.monoMs();
  const number = randomBytes(16).toString('hex');
  const answer = await service.attempt({ ask: 'query', number }, AbortSignal.timeout(answerMs));
  const read = { answered: answer.came, answerMs: Math.round(clock.monoMs() - startMs) };
  if (answer.came === 'not-exist') return passed(read);
  if (answer.came === 'undecided') return failed({ ...read, code: answer.code }, answer.why);
  return answer.came === 'refused' ? failed({ ...read, code: answer.code }, 'refused') : failed(read, 'stranger');
}

/** How many taps arrived, and how far the worst of them was off, in thousandths of the glass. */
async function taps({ touchCheck, clock }: ProbeParts): Promise<CheckEnd> {
  const startMs = clock.monoMs();
  const check = await touchCheck();
  if (!check.checked) {
    const isLater = check.why === 'served' || check.why === 'running';
    return { outcome: isLater ? 'given-up' : 'failed', read: {}, fault: check.why };
  }
  const off = check.taps.flatMap(({ at, arrived }) =>
    arrived === null ? [] : [Math.max(Math.abs(at.x - arrived.x), Math.abs(at.y - arrived.y))],
  );
  const read = {
    taps: check.taps.length,
    arrived: off.length,
    ...(off.length > 0 && { off: Math.max(...off) }),
    tookMs: Math.round(clock.monoMs() - startMs),
  };
  return check.ok ? passed(read) : failed(read, 'untouched');
}
