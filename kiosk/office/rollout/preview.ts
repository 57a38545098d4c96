/** What a publication would change at each kiosk, in words. Pure. */
import { differences } from '../../../config/difference.ts';
import { both } from '../../../config/fields.ts';
import { plainAmount } from '../../text/amount.ts';
import { baseOf, type RunningByKiosk } from '../repository/publishing.ts';
import type { Repository } from '../repository/repository.ts';
import type { PreviewLine } from '../server/wire.ts';
import type { Check } from './publication.ts';

/** Where there is nothing sound to compare with. */
const whole = both(
  'A whole configuration; what this kiosk has now is not known here',
  '整份配置；尚不知道这台终端现有的配置',
);

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
    if (!before?.ok || !after?.ok) return { kiosk, differences: [whole] };
    return { kiosk, differences: differences(before.config, after.config, plainAmount).map(({ text }) => text) };
  });
}
