/** Which documents a wish to publish makes, for whom, each checked before anything is signed. Pure. */
import type { Checked } from '../../../config/schema.ts';
import { mergeFragment } from '../../../config/fragment.ts';
import type { Repository } from './repository.ts';

export type Whom =
  | { readonly whom: 'kiosk'; readonly kiosk: string }
  | { readonly whom: 'group'; readonly group: string }
  | { readonly whom: 'all' };

export interface PublishProblem {
  /** Null: it concerns no kiosk alone. */
  readonly kiosk: string | null;
  readonly path: string;
  readonly problem: string;
}

export type Plan =
  | { readonly ok: true; readonly documents: ReadonlyMap<string, unknown> }
  | { readonly ok: false; readonly problems: readonly PublishProblem[] };

type Published = Pick<Repository, 'kiosks' | 'document' | 'documentBefore'>;
type Fields = Readonly<Record<string, unknown>>;

/**
 * `file`: a whole document, for the one kiosk that it names, or a fragment (`config/fragment.ts`) for one or many. All of them are
 * sound, or none is published.
 */
export function planned(repository: Published, whom: Whom, file: unknown, check: (json: unknown) => Checked): Plan {
  if (!isFields(file)) return refused(null, '', 'is no object; it must be a configuration or a part of one');
  if (isWhole(file)) return whole(whom, file, check);
  if ('kiosk' in file) return refused(null, 'kiosk', 'names a kiosk in a part of a configuration; leave it out');
  const kiosks = chosen(repository, whom);
  if (kiosks.length === 0) return refused(null, '', nobody(whom));
  return checkedAll(
    kiosks.map((kiosk) => [kiosk, mergeFragment(repository.document(kiosk), file)]),
    check,
  );
}

/** What each of them had before, published anew. */
export function rolledBack(repository: Published, whom: Whom, check: (json: unknown) => Checked): Plan {
  const before = chosen(repository, whom).flatMap((kiosk) => {
    const document = repository.documentBefore(kiosk);
    return document === null ? [] : [[kiosk, document] as const];
  });
  if (before.length === 0) return refused(null, '', 'nothing was published before that could be gone back to');
  return checkedAll(before, check);
}

/** The kiosks for which something is published that a wish is about. */
function chosen(repository: Published, whom: Whom): readonly string[] {
  const all = repository.kiosks.map(({ kiosk }) => kiosk);
  switch (whom.whom) {
    case 'all':
      return all;
    case 'kiosk':
      return all.filter((kiosk) => kiosk === whom.kiosk);
    case 'group':
      return all.filter((kiosk) => groupsOf(repository.document(kiosk)).includes(whom.group));
    default:
      return whom satisfies never;
  }
}

function whole(whom: Whom, file: Fields, check: (json: unknown) => Checked): Plan {
  if (whom.whom !== 'kiosk')
    return refused(null, '', 'is a whole configuration, which is one kiosk’s; publish a part of one for many');
  if (file.kiosk !== whom.kiosk)
    return refused(whom.kiosk, 'kiosk', `is ${JSON.stringify(file.kiosk)}; it is published for ${whom.kiosk}`);
  return checkedAll([[whom.kiosk, file]], check);
}

function checkedAll(
  documents: readonly (readonly [kiosk: string, document: unknown])[],
  check: (json: unknown) => Checked,
): Plan {
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

function nobody(whom: Whom): string {
  switch (whom.whom) {
    case 'all':
      return 'nothing is published for any kiosk yet; publish a whole configuration for each first';
    case 'kiosk':
      return `nothing is published for ${whom.kiosk} yet; publish a whole configuration for it first`;
    case 'group':
      return `no published configuration names ${whom.group} among its "groups"`;
    default:
      return whom satisfies never;
  }
}

function refused(kiosk: string | null, path: string, problem: string): Plan {
  return { ok: false, problems: [{ kiosk, path, problem }] };
}

/** What a fragment never has to say. */
function isWhole(file: Fields): boolean {
  return 'version' in file && 'kiosk' in file;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
