/** Another configuration is recorded once, and begins with a start: when nobody is there and nothing moves. */
import type { FactBody } from '../fact.ts';
import type { Kiosk } from '../kiosk.ts';
import { isQuiet } from '../moving.ts';
import { put, type Turn } from '../turn.ts';
import { isSameTold, type PairedOffice, type StagedConfiguration, type UplinkRefusal } from './change.ts';
import { leavingRefused } from './devices.ts';

/** Another configuration than the one that runs is kept, or was published and holds up nothing here. */
export function startIsDue(kiosk: Kiosk): boolean {
  const { running, wanted, staged } = kiosk.configuration;
  return running !== wanted || (staged !== null && heldUpBy(kiosk, staged).length === 0);
}

/** The devices that a published configuration leaves out while money is in them, or something of them is waited for. */
export function heldUpBy(kiosk: Kiosk, { leaving }: StagedConfiguration): readonly string[] {
  return leaving.filter((device) => leavingRefused(kiosk, device) !== null);
}

/** One that was kept just before the power went is told again by the next start. */
export function configChanged(turn: Turn, { fact: _, ...change }: Extract<FactBody, { fact: 'config.changed' }>): void {
  if (change.n > turn.kiosk.configuration.changes) put(turn, { kind: 'config.changed', ...change });
}

/** The next start tells it again as long as it has not begun. Null: the office wants the one that runs. */
export function configStaged(turn: Turn, staged: StagedConfiguration | null): void {
  if (staged?.to !== turn.kiosk.configuration.staged?.to) put(turn, { kind: 'config.staged', staged });
}

export function configRefused(
  turn: Turn,
  { fact: _, ...refused }: Extract<FactBody, { fact: 'config.refused' }>,
): void {
  if (refused.edition !== turn.kiosk.configuration.refused) put(turn, { kind: 'config.refused', ...refused });
}

/** Sales go on with what runs; staff and the office are told. */
export function configLooked(turn: Turn, { stale, problem }: Extract<FactBody, { fact: 'config.looked' }>): void {
  const before = turn.kiosk.configuration;
  const why = stale ? (problem ?? null) : null;
  if (stale === before.stale && isSameTold(why, before.staleWhy)) return;
  put(turn, { kind: 'config.stale', stale, ...(why === null ? {} : { problem: why }) });
}

/** Sales go on; the journal keeps what the office does not take. */
export function uplinkJudged(turn: Turn, refused: UplinkRefusal | null): void {
  if (refused !== turn.kiosk.configuration.untaken) put(turn, { kind: 'uplink.judged', refused });
}

/** Each start tells it again, so that a power cut in between leaves nothing out. */
export function officePaired(turn: Turn, { office, since }: PairedOffice): void {
  const known = turn.kiosk.configuration.office;
  if (known?.office !== office || known.since !== since) put(turn, { kind: 'office.paired', office, since });
}

export function officeLeft(turn: Turn, { fact: _, ...left }: Extract<FactBody, { fact: 'office.left' }>): void {
  if (turn.kiosk.configuration.office !== null) put(turn, { kind: 'office.left', ...left });
}

/** No visit is interrupted, no work of staff, no check of a machine, and nothing that the office ordered and that is under way. */
export function endForConfiguration(turn: Turn): void {
  const { cabinet, checks, configuration, remote, staff } = turn.kiosk;
  if (cabinet.ending || configuration.ending || remote.ending || !startIsDue(turn.kiosk)) return;
  if (checks.open !== null || remote.open.some(({ begun }) => begun) || !isQuiet(turn.kiosk)) return;
  // Who changed it here waits for it; what comes from the office does not log anybody out.
  if (configuration.wanted === configuration.running && staff.service !== null) return;
  put(turn, { kind: 'kiosk.shutting-down', why: 'configuration' });
}
