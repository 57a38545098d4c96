/** A change of the configuration, as it is kept and recorded. */
import type { Both } from '../../config/fields.ts';

/** In both languages of the staff; in English alone as entries of before have it, and what a library says. */
export type Told = Both | string;

export function isSameTold(one: Told | null, other: Told | null): boolean {
  if (one === null || other === null || typeof one === 'string' || typeof other === 'string') return one === other;
  return one.en === other.en && one['zh-CN'] === other['zh-CN'];
}

/**
 * push: the office published it; use: a device was added; move: one is at another port now; take-out: one is gone; undo: the one before; file: the file
 * given by hand was edited; went-back: the new one could not be used.
 */
export type ConfigChangeKind = 'push' | 'use' | 'move' | 'take-out' | 'undo' | 'file' | 'went-back';

/**
 * not-started: the program ended with it again and again; unsound: it breaks a rule; silent: a device did not answer; no-glass:
 * no screen showed it, where there was one. */
export type WentBackWhy = 'not-started' | 'unsound' | 'silent' | 'no-glass';

export interface ConfigChange {
  /** Counts up from 1; what is recorded already is not recorded again. */
  readonly n: number;
  readonly what: ConfigChangeKind;
  readonly device: string | null;
  /** Numbers of persons; null: nobody, or nobody else. */
  readonly by: string | null;
  readonly second: string | null;
  /** Of one that went back. */
  readonly why: WentBackWhy | null;
  /** Hashes of the configurations. */
  readonly from: string;
  readonly to: string;
  /** The office's number of what was pushed, and of what went back again. */
  readonly edition?: number;
  /** It had begun when this was recorded; left out: the next start begins it. */
  readonly begun?: true;
}

/** A configuration of the office that waits for the time between two customers. */
export interface StagedConfiguration {
  /** The office's running number. */
  readonly edition: number;
  /** Its hash. */
  readonly to: string;
  /** What it has no more, or as something else (`leaving.ts`). */
  readonly leaving: readonly string[];
}

/**
 * Why the office's configuration was not taken. unsound: it breaks a rule; other-kiosk: it is another kiosk's; other-money:
 * another currency than the money that is inside.
 */
export type ConfigRefusedWhy = 'unsound' | 'other-kiosk' | 'other-money';

export interface RefusedConfiguration {
  readonly edition: number;
  /** SHA-256 of its text as it was published, hex. */
  readonly hash: string;
  readonly why: ConfigRefusedWhy;
  /** In words, the first ones. */
  readonly problems: readonly Told[];
}

/**
 * Why the office takes nothing more of this journal. rewritten: it holds another entry under a number of it; broken: it says that
 * the entries do not follow each other; ahead: it holds more than the journal here has.
 */
export type UplinkRefusal = 'rewritten' | 'broken' | 'ahead';

/** An office by its address, and when the kiosk was paired with it, ISO 8601 UTC; null: nobody noted it. */
export interface PairedOffice {
  readonly office: string;
  readonly since: string | null;
}
