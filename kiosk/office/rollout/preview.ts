/** What a publication would change at each kiosk, in words. Pure. */
import { differences, unknownBefore } from '../../../config/difference.ts';
import { plainAmount } from '../../text/amount.ts';
import { baseOf, type RunningByKiosk } from '../repository/publishing.ts';
import type { Repository } from '../repository/repository.ts';
import type { PreviewLine } from '../server/wire.ts';
import type { Check } from './publication.ts';

/** By name of kiosk. */
export function previewOf(
  repository: Pick<Repository, 'kiosks' | 'document' | 'documentBefore'>,
  documents: ReadonlyMap<string, unknown>,
  check: Check,
  running: RunningByKiosk,
): readonly PreviewLine[] {
  return [...documents.keys()].toSorted().map((kiosk) => {
    const [before, after] = [baseOf(repository, kiosk, running), documents.get(kiosk)].map((document) =>
      check(document),
    );
    if (!before?.ok || !after?.ok) return { kiosk, differences: [unknownBefore] };
    return { kiosk, differences: differences(before.config, after.config, plainAmount).map(({ text }) => text) };
  });
}
