/** Which configuration this process runs with, and which the next start will, folded. */
import type { EntryBody } from '../entry.ts';

export interface Configuration {
  /** Hashes. They differ from a change until the start that follows it. */
  readonly running: string;
  readonly wanted: string;
  /** The number of the last change that was recorded. */
  readonly changes: number;
  /** It was decided that this process ends, so that the wanted one begins. */
  readonly ending: boolean;
}

export const emptyConfiguration: Configuration = { running: '', wanted: '', changes: 0, ending: false };

/** The configuration after an entry; the same object when it concerns none. */
export function foldConfiguration(configuration: Configuration, body: EntryBody): Configuration {
  switch (body.kind) {
    case 'kiosk.started':
      return { ...configuration, running: body.config, wanted: body.config, ending: false };
    case 'config.changed':
      return { ...configuration, wanted: body.begun ? configuration.wanted : body.to, changes: body.n };
    case 'kiosk.shutting-down':
      return body.why === 'configuration' ? { ...configuration, ending: true } : configuration;
    default:
      return configuration;
  }
}
