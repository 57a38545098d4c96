/** Which configuration this process runs with, and which the next start will, folded. */
import type { EntryBody } from '../entry.ts';
import type { PairedOffice, StagedConfiguration, Told, UplinkRefusal } from './change.ts';

export interface Configuration {
  /** Hashes. They differ from a change until the start that follows it. */
  readonly running: string;
  readonly wanted: string;
  /** The number of the last change that was recorded. */
  readonly changes: number;
  /** What the office has published and this process is yet to end for; null: nothing. */
  readonly staged: StagedConfiguration | null;
  /** The office's number of the last one that was refused. */
  readonly refused: number;
  /** What the office publishes could not be believed, is not fresh, or has not been reached for a while. */
  readonly stale: boolean;
  /** Why, in words; null: it can be believed, or nobody said. */
  readonly staleWhy: Told | null;
  /** Why the office takes nothing more of the journal; null: it does, or nobody has asked it yet. */
  readonly untaken: UplinkRefusal | null;
  /** With which office it is paired; null: with none. */
  readonly office: PairedOffice | null;
  /** It was decided that this process ends, so that the wanted one begins. */
  readonly ending: boolean;
}

export const emptyConfiguration: Configuration = {
  running: '',
  wanted: '',
  changes: 0,
  staged: null,
  refused: 0,
  stale: false,
  staleWhy: null,
  untaken: null,
  office: null,
  ending: false,
};

const unsaid = { stale: false, staleWhy: null, untaken: null } as const;

/** The configuration after an entry; the same object when it concerns none. */
export function foldConfiguration(configuration: Configuration, body: EntryBody): Configuration {
  switch (body.kind) {
    case 'kiosk.started':
      return { ...configuration, running: body.config, wanted: body.config, staged: null, ending: false };
    case 'config.changed':
      return { ...configuration, wanted: body.begun ? configuration.wanted : body.to, changes: body.n };
    case 'config.staged':
      return { ...configuration, staged: body.staged };
    case 'config.refused':
      return { ...configuration, refused: body.edition };
    case 'config.stale':
      return { ...configuration, stale: body.stale, staleWhy: body.problem ?? null };
    case 'uplink.judged':
      return { ...configuration, untaken: body.refused };
    // What one office said is nothing of another.
    case 'office.paired':
      return { ...configuration, office: { office: body.office, since: body.since }, ...unsaid };
    case 'office.left':
      return { ...configuration, office: null, ...unsaid };
    case 'kiosk.shutting-down':
      return body.why === 'configuration' ? { ...configuration, ending: true } : configuration;
    default:
      return configuration;
  }
}
