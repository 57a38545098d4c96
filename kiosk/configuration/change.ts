/** A change of the configuration, as it is kept and recorded. */

/**
 * use: a device was added; move: one is at another port now; take-out: one is gone; undo: the one before; file: the file
 * given by hand was edited; went-back: the new one could not be used.
 */
export type ConfigChangeKind = 'use' | 'move' | 'take-out' | 'undo' | 'file' | 'went-back';

/** not-started: the program ended with it again and again; unsound: it breaks a rule; silent: its device did not answer. */
export type WentBackWhy = 'not-started' | 'unsound' | 'silent';

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
  /** It had begun when this was recorded; left out: the next start begins it. */
  readonly begun?: true;
}
