/** What the office is made of, and how a part attaches to it: `office.ts` names them all. */
import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import type { Authority } from './authority.ts';
import type { Broker } from './broker.ts';
import type { Follower } from './desk.ts';
import type { Repository } from './repository/repository.ts';
import type { Route } from './server/route.ts';
import type { Database } from './store/open.ts';

/** What every part may use. */
export interface OfficeCore {
  readonly database: Database;
  readonly repository: Repository;
  readonly authority: Authority;
  /** Signs commands; Ed25519. */
  readonly commandKey: KeyObject;
  /** To kiosks. */
  readonly publish: Broker['publish'];
  /** Since when this office looks, Unix milliseconds. */
  readonly startedMs: number;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export interface Part extends Follower {
  readonly routes: readonly Route[];
  /** Now and then, the next only after the last is done: time alone may change something. */
  look?(): Promise<void>;
  /** Ends what it began; nothing is asked of it any more. */
  close?(): Promise<void>;
}
