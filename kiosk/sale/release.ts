/**
 * Goods behind a hatch: once they are paid and booked, and while their owner stands before it, a relay of the cabinet lets
 * them out. It is told so once. What nobody knows of it is a case, and no second order: whoever works here looks and hands over.
 */
import type { DeviceFact } from '../../hardware/device.ts';
import type { EntryBody } from '../entry.ts';
import type { Kiosk } from '../kiosk.ts';
import { ownerGone } from '../methods/cash/presented.ts';
import type { Post, Release } from '../open-orders.ts';
import { releaseOutcomeMs } from '../rules.ts';
import { caseAbout, newId, nextCase, openCase, put, type Turn } from '../turn.ts';
import { numberSubject } from './goods.ts';

type Seen<K extends DeviceFact['fact']> = Extract<DeviceFact, { fact: K }>;

/**
 * Whoever paid stands before the hatch and waits for it. Who was told a number in its place may have gone with that, and who was
 * away when the money was settled is not known to be back.
 */
export function mayRelease(kiosk: Kiosk, post: Post): boolean {
  const { session, rules } = kiosk;
  if (rules.releaser === null || session?.id !== post.session || ownerGone(kiosk)) return false;
  if (caseAbout(kiosk, post.command) !== null) return false;
  const { stage } = session;
  return stage.at === 'settling' || stage.at === 'closing' || (stage.at === 'giving' && !stage.absent);
}

type Hatch = NonNullable<Extract<EntryBody, { kind: 'goods.not-released' }>['hatch']>;

/** The payment of this order is booked. */
export function releaseGoods(turn: Turn, of: { readonly session: string; readonly sale: string }, order: string): void {
  const { releaser } = turn.kiosk.rules;
  if (releaser === null) return;
  const { session, sale } = of;
  put(turn, { kind: 'goods.release', command: newId(turn, 'release'), ...releaser, session, sale, order });
}

export function goodsReleased(turn: Turn, { command }: Seen<'relay.done'>): void {
  const release = turn.kiosk.releases[command];
  if (release === undefined) return;
  const { device, session, sale, order } = release;
  put(turn, { kind: 'goods.released', command, device, session, sale, order });
}

/** An order that was refused is carried out by nobody any more; one in doubt may still open the hatch. */
export function goodsNotReleased(turn: Turn, seen: Seen<'relay.unknown' | 'command.refused'>): void {
  const release = turn.kiosk.releases[seen.command];
  if (release === undefined) return;
  notReleased(turn, release, seen.reason, seen.fact === 'command.refused' ? 'shut' : 'unknown');
}

/** When a word about goods that are to be let out is owed at the latest, monotonic; infinite: none is. */
export function releasesDue({ releases }: Kiosk): number {
  return Math.min(Number.POSITIVE_INFINITY, ...Object.values(releases).map(releaseDue));
}

function releaseDue({ orderedMs }: Release): number {
  return orderedMs + releaseOutcomeMs;
}

/** Without one it is a case. */
export function releasesTimeReached(turn: Turn): void {
  for (const release of Object.values(turn.kiosk.releases)) {
    if (turn.fact.monoMs >= releaseDue(release)) notReleased(turn, release, 'no answer in time', 'unknown');
  }
}

/** Of a relay that is configured no more nobody will ever say anything. */
export function giveUpReleases(turn: Turn): void {
  for (const release of Object.values(turn.kiosk.releases)) {
    if (release.device !== turn.kiosk.rules.releaser?.device)
      notReleased(turn, release, 'not configured any more', 'unknown');
  }
}

function notReleased(turn: Turn, { command, device, session, sale }: Release, reason: string, hatch: Hatch): void {
  const of = { session, sale, reason, hatch, case: nextCase(turn.kiosk) };
  put(turn, { kind: 'goods.not-released', command, device, ...of });
  openCase(turn, 'goods-not-released', { session, sale, minor: null, subject: numberSubject(sale) });
}
