/** Which documents a wish to publish makes, for whom, each checked before anything is signed. Pure. */
import type { Checked } from '../../../config/schema.ts';
import type { Both } from '../../../config/fields.ts';
import { mergeFragment } from '../../../config/fragment.ts';
import type { Whom } from '../server/wire.ts';
import { unpublished } from '../../text/publication.ts';
import type { Repository } from './repository.ts';

export type { Whom } from '../server/wire.ts';

/** What a kiosk said last that it runs. */
export interface Running {
  /** The office's number; null: none of the office's, or staff have changed it since. */
  readonly edition: number | null;
  /** Null: it did not tell. */
  readonly document: unknown;
  /** What it made of what is published for it now, where it does not run that; null: it has not said yet. */
  readonly answer: 'running' | 'refused' | 'went-back' | null;
}

/** By kiosk; empty where nobody has listened to kiosks. */
export type RunningByKiosk = ReadonlyMap<string, Running>;

const unheard: RunningByKiosk = new Map();

export interface PublishProblem {
  /** Null: it concerns no kiosk alone. */
  readonly kiosk: string | null;
  readonly path: string;
  readonly problem: Both;
}

export type Plan =
  | { readonly ok: true; readonly documents: ReadonlyMap<string, unknown> }
  | { readonly ok: false; readonly problems: readonly PublishProblem[] };

type Published = Pick<Repository, 'kiosks' | 'document' | 'documentBefore'>;
type Check = (json: unknown) => Checked;
type Fields = Readonly<Record<string, unknown>>;

/**
 * `file`: a whole document, for the one kiosk that it names, or a fragment (`config/fragment.ts`) for one or many. All of them are
 * sound, or none is published.
 */
export function planned(
  repository: Published,
  whom: Whom,
  file: unknown,
  check: Check,
  running: RunningByKiosk = unheard,
): Plan {
  if (!isFields(file)) return refused(null, '', unpublished.noObject);
  if (isWhole(file)) return whole(whom, file, check);
  if ('kiosk' in file) return refused(null, 'kiosk', unpublished.kioskInPart);
  const kiosks = chosen(repository, whom, running);
  if (kiosks.length === 0) return refused(null, '', nobody(whom));
  return checkedAll(
    kiosks.map((kiosk) => [kiosk, mergeFragment(baseOf(repository, kiosk, running), file)]),
    check,
  );
}

/**
 * What a fragment is laid over: what is published for the kiosk. What runs there instead where nothing is published yet, so that the
 * first change of a new kiosk needs no whole configuration; where staff have changed it since they had what is published, so that
 * a fragment does not undo what they did; and where the kiosk could not use what is published, so that a fragment does not bring it
 * again. While a publication is on its way, what runs is the one before it and no base.
 * Null: nothing is known of it.
 */
export function baseOf(repository: Published, kiosk: string, running: RunningByKiosk): unknown {
  const published = repository.document(kiosk);
  const runs = running.get(kiosk);
  if (runs === undefined || runs.document === null) return published;
  if (published === null) return runs.document;
  const isUnused = runs.answer === 'refused' || runs.answer === 'went-back';
  const isChanged = runs.answer === 'running' && runs.edition === null;
  return isUnused || isChanged ? runs.document : published;
}

/** What each of them had before, published anew. */
export function rolledBack(repository: Published, whom: Whom, check: Check): Plan {
  const before = chosen(repository, whom, unheard).flatMap((kiosk) => {
    const document = repository.documentBefore(kiosk);
    return document === null ? [] : [[kiosk, document] as const];
  });
  if (before.length === 0) return refused(null, '', unpublished.nothingBefore);
  return checkedAll(before, check);
}

/** The kiosks of which a configuration is known that a wish is about. */
function chosen(repository: Published, whom: Whom, running: RunningByKiosk): readonly string[] {
  const told = [...running].flatMap(([kiosk, { document }]) => (document === null ? [] : [kiosk]));
  const all = [...new Set([...repository.kiosks.map(({ kiosk }) => kiosk), ...told])];
  switch (whom.whom) {
    case 'all':
      return all;
    case 'kiosk':
      return all.filter((kiosk) => kiosk === whom.kiosk);
    case 'group':
      return all.filter((kiosk) => groupsOf(baseOf(repository, kiosk, running)).includes(whom.group));
    default:
      return whom satisfies never;
  }
}

function whole(whom: Whom, file: Fields, check: Check): Plan {
  if (whom.whom !== 'kiosk') return refused(null, '', unpublished.wholeForMany);
  if (file.kiosk !== whom.kiosk) {
    const problem = unpublished.otherKiosk(JSON.stringify(file.kiosk), whom.kiosk);
    return refused(whom.kiosk, 'kiosk', problem);
  }
  return checkedAll([[whom.kiosk, file]], check);
}

function checkedAll(documents: readonly (readonly [kiosk: string, document: unknown])[], check: Check): Plan {
  const problems = documents.flatMap(([kiosk, document]) => {
    const checked = check(document);
    return checked.ok ? [] : checked.problems.map((problem) => ({ kiosk, ...problem }));
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, documents: new Map(documents) };
}

function groupsOf(document: unknown): readonly unknown[] {
  const groups = isFields(document) ? document.groups : null;
  return Array.isArray(groups) ? groups : [];
}

function nobody(whom: Whom): Both {
  switch (whom.whom) {
    case 'all':
      return unpublished.noneYet;
    case 'kiosk':
      return unpublished.noneFor(whom.kiosk);
    case 'group':
      return unpublished.noneOfGroup(whom.group);
    default:
      return whom satisfies never;
  }
}

function refused(kiosk: string | null, path: string, problem: Both): Plan {
  return { ok: false, problems: [{ kiosk, path, problem }] };
}

/** What a fragment never has to say. */
function isWhole(file: Fields): boolean {
  return 'version' in file && 'kiosk' in file;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
