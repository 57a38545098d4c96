/** Whether what is published now can follow what was believed before. Pure. */
import type { Edition } from '../kept-configuration.ts';

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
): string | null {
  const { version, hash } = edition;
  if (!Number.isSafeInteger(version) || version < 1 || version > numberMaximum)
    return `the configuration has the number ${version}; it must be a whole number from 1 to ${numberMaximum}`;
  if (!/^[0-9a-f]{64}$/.test(hash)) return `the configuration is named by ${JSON.stringify(hash)}, which is no SHA-256`;
  if (version === before?.version && hash === before.hash) return null;
  const publishedMs = Date.parse(publishedAt);
  if (Number.isNaN(publishedMs)) return `configuration ${version} does not say when it was published`;
  if (publishedMs > nowMs + behindMs) {
    const now = new Date(nowMs).toISOString();
    return `configuration ${version} is not yet valid: it was published at ${publishedAt}, and here it is ${now}; set the clock that is wrong`;
  }
  if (before === null || version > before.version) return null;
  if (version === before.version)
    return `configuration ${version} came before with another text; what differs needs a number of its own`;
  return `configuration ${version} is older than ${before.version}, which came before; publish it anew to go back to it`;
}
