/** Which configuration this process runs with, and which the next start will, folded. */
import type { EntryBody } from '../entry.ts';

export interface Configuration {
  /** Hashes. They differ from a change until the start that follows it. */
  readonly running: string;
  readonly wanted: string;
  /** The number of the last change that was recorded. */
  readonly changes: number;
}

export const emptyConfiguration: Configuration = { running: '', wanted: '', changes: 0 };

/** The configuration after an entry; the same object when it concerns none. */
export function foldConfiguration(configuration: Configuration, body: EntryBody): Configuration {
  switch (body.kind) {
    case 'kiosk.started':
      return { ...configuration, running: body.config, wanted: body.config };
    case 'config.changed':
      return { ...configuration, wanted: body.begun ? configuration.wanted : body.to, changes: body.n };
    default:
      return configuration;
  }
}
