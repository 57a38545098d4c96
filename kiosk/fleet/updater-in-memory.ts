/**
 * tuf-js verifies, and keeps each document that it has verified in a file of its own at once. Here they stay in memory until all of an
 * update stands; the two methods that this replaces (tuf-js 6.0.2, dist/updater.js) are not in its types.
 */
import { Updater, type UpdaterOptions } from 'tuf-js';

interface Keeping {
  /** @throws Error when there is none */
  loadLocalMetadata(role: string): Buffer;
  persistMetadata(role: string, text: Buffer): void;
}

type OpenUpdater = Keeping & Pick<Updater, 'refresh' | 'getTargetInfo'>;
const OpenUpdater = Updater as unknown as new (options: UpdaterOptions) => OpenUpdater;

/** `documents`: what is believed, by role; what is verified is put there. @throws Error when its root cannot be used */
export function updaterInMemory(
  documents: Map<string, string>,
  from: Required<Pick<UpdaterOptions, 'metadataBaseUrl' | 'targetBaseUrl' | 'fetcher'>>,
): OpenUpdater {
  // The library reads the root while it is made, before a field of a class would be there.
  class InMemory extends OpenUpdater {
    override loadLocalMetadata(role: string): Buffer {
      const text = documents.get(role);
      if (text === undefined) throw new Error(`no ${role} is believed yet`);
      return Buffer.from(text, 'utf8');
    }

    override persistMetadata(role: string, text: Buffer): void {
      documents.set(role, text.toString('utf8'));
    }
  }
  return new InMemory({ metadataDir: '', ...from });
}
