/** Whether what is published now can follow what was believed before. Pure. */
import type { Both } from '../../config/fields.ts';
import type { Edition } from '../kept-configuration.ts';
import { refusal } from '../text/publication.ts';

/** Nobody counts so far: a higher number would leave nothing that could follow it. */
export const numberMaximum = 2 ** 31 - 1;
/** A clock here may be behind the office's by so much, milliseconds: its certificates are good from a day before as well. */
const behindMs = 86_400_000;

export interface Publication {
  readonly edition: Edition;
  /** ISO 8601, UTC. */
  readonly publishedAt: string;
}

/**
 * What is wrong with it, in words; null: it may be taken. `before`: the one of these keys that was believed last; null: none
 * was, and any number may be the first.
 */
export function editionProblem(
  { edition, publishedAt }: Publication,
  before: Edition | null,
  nowMs: number,
): Both | null {
  const { version, hash } = edition;
  if (!Number.isSafeInteger(version) || version < 1 || version > numberMaximum)
    return refusal.number(version, numberMaximum);
  if (!/^[0-9a-f]{64}$/.test(hash)) return refusal.noHash(JSON.stringify(hash));
  if (version === before?.version && hash === before.hash) return null;
  const publishedMs = Date.parse(publishedAt);
  if (Number.isNaN(publishedMs)) return refusal.noDate(version);
  if (publishedMs > nowMs + behindMs) return refusal.notYet(version, publishedAt, new Date(nowMs).toISOString());
  if (before === null || version > before.version) return null;
  return version === before.version ? refusal.otherText(version) : refusal.older(version, before.version);
}
