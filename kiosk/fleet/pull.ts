/**
 * Fetches this kiosk's signed configuration (TUF specification 1.0, section 5 "Detailed client workflow"): whatever a web
 * server carries, only what the office's keys signed is taken, and never anything older than was seen before.
 */
import { Readable } from 'node:stream';
import type { Fetcher, TargetFile } from 'tuf-js';
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js';
import { jsonMaximumBytes, parseJsonStrict } from '../../config/strict-json.ts';
import type { Told } from '../configuration/change.ts';
import type { Edition } from '../kept-configuration.ts';
import { refusal, unreached } from '../text/publication.ts';
import { trustWords } from '../text/trust.ts';
import { editionProblem, numberMaximum, type Publication } from './edition-order.ts';
import { limitedBody } from './limited-body.ts';
import { type Documents, readTrust } from './trust-store.ts';
import { updaterInMemory } from './updater-in-memory.ts';

/** A request that has not ended after so long has failed. */
const usualRequestMs = 15_000;

export interface PullParts {
  /** Where the repository's public part is, with `metadata/` and `targets/` below it. */
  readonly url: string;
  /** The folder of what is believed (`trust-store.ts`). */
  readonly trust: string;
  readonly kiosk: string;
  readonly fetch: typeof fetch;
  /** How long a request may take, to the last byte of its answer, milliseconds. */
  readonly requestMs?: number;
}

export type Pulled =
  /** Another one than `known`. */
  | { readonly came: 'document'; readonly edition: Edition; readonly json: unknown }
  /** The one that is known already; null: nothing is published for this kiosk. */
  | { readonly came: 'same'; readonly edition: Edition | null }
  | { readonly came: 'unreachable'; readonly problem: Told }
  /** It was signed so long ago that nobody knows whether it is still the newest. What runs goes on. */
  | { readonly came: 'expired'; readonly problem: Told }
  /** Not signed as it must be, older than what was seen, or not what it says it is. */
  | { readonly came: 'refused'; readonly problem: Told };

/** `known`: which one was judged already. Never throws for what a network or a server can do. */
export async function pull(parts: PullParts, known: Edition | null): Promise<Pulled> {
  const fetcher = new LimitedFetcher(parts.fetch, parts.requestMs ?? usualRequestMs);
  try {
    const trust = readTrust(parts.trust);
    const documents = new Map(Object.entries(trust.believed));
    const updater = updaterInMemory(documents, {
      metadataBaseUrl: `${parts.url}/metadata`,
      targetBaseUrl: `${parts.url}/targets`,
      fetcher,
    });
    await updater.refresh();
    const file = await updater.getTargetInfo(pathOf(parts.kiosk));
    const now = Object.fromEntries(documents);
    const [before, after] = [believedOf(trust.believed, parts.kiosk), believedOf(now, parts.kiosk)];
    const problem = orderProblem(before, after, file, fetcher.timestamp);
    if (problem !== null) return { came: 'refused', problem };
    trust.keep(now);
    if (file === undefined) return { came: 'same', edition: null };
    const { edition } = publicationOf(file);
    if (edition.hash === known?.hash && edition.version === known.version) return { came: 'same', edition };
    return await documentOf(parts, file, edition, fetcher);
  } catch (error) {
    return failed(error as Error, fetcher.unreachable);
  }
}

async function documentOf(
  { url, kiosk }: PullParts,
  file: TargetFile,
  edition: Edition,
  fetcher: Fetcher,
): Promise<Pulled> {
  const bytes = await fetcher.downloadBytes(`${url}/targets/kiosks/${edition.hash}.${kiosk}.json`, jsonMaximumBytes);
  await file.verify(Readable.from(bytes));
  const read = parseJsonStrict(bytes.toString('utf8'));
  if (!read.ok) return { came: 'refused', problem: refusal.unreadable(read.problem) };
  return { came: 'document', edition, json: read.json };
}

function pathOf(kiosk: string): string {
  return `kiosks/${kiosk}.json`;
}

/** A target as a signed document names it. */
type Named = Pick<TargetFile, 'hashes' | 'custom'>;

function publicationOf({ hashes, custom }: Named): Publication {
  const { version, publishedAt } = (custom ?? {}) as Readonly<Record<'version' | 'publishedAt', unknown>>;
  const edition = { version: typeof version === 'number' ? version : 0, hash: String(hashes.sha256) };
  return { edition, publishedAt: String(publishedAt) };
}

/** What is read of the documents that are believed. */
interface Believed {
  readonly root: string | undefined;
  readonly timestamp: string | undefined;
  /** Of each of them. */
  readonly numbers: readonly number[];
  /** Null: nothing is published for this kiosk. */
  readonly edition: Edition | null;
}

function believedOf(documents: Documents, kiosk: string): Believed {
  const signed = Object.values(documents).map((text): Document => JSON.parse(text).signed);
  const named = signed.flatMap(({ targets }) => targets?.[pathOf(kiosk)] ?? []);
  return {
    ...{ root: documents.root, timestamp: documents.timestamp },
    numbers: signed.map(({ version }) => version),
    edition: named[0] === undefined ? null : publicationOf(named[0]).edition,
  };
}

/** Of one that was verified before it was kept, what is asked for here. */
interface Document {
  readonly version: number;
  readonly targets?: Readonly<Record<string, Named>>;
}

/** What is signed as it must be, and yet cannot follow what was believed; null: it can. Replaced keys count anew. */
function orderProblem(
  before: Believed,
  now: Believed,
  file: TargetFile | undefined,
  timestamp: string | undefined,
): Told | null {
  const highest = Math.max(...now.numbers);
  if (highest > numberMaximum) return refusal.lastNumber(highest);
  // One of the same number is left out by tuf-js, whatever it says.
  if (timestamp !== now.timestamp) return refusal.otherTimestamp;
  if (file === undefined) return null;
  return editionProblem(publicationOf(file), before.root === now.root ? before.edition : null, Date.now());
}

function failed(error: Error, unreachable: Told | null): Pulled {
  if (unreachable !== null) return { came: 'unreachable', problem: unreachable };
  // tuf-js tells of an expired timestamp or snapshot in the words of another error.
  if (/ is expired$/.test(error.message)) return { came: 'expired', problem: trustWords(error.message) };
  return { came: 'refused', problem: trustWords(error.message) };
}

/** Keeps what it fetches in memory, within limits, and remembers that it was the network that failed. */
class LimitedFetcher implements Fetcher {
  private readonly get: typeof fetch;
  private readonly requestMs: number;
  unreachable: Told | null = null;
  /** The text of the timestamp that came last. */
  timestamp: string | undefined;

  constructor(get: typeof fetch, requestMs: number) {
    this.get = get;
    this.requestMs = requestMs;
  }

  async downloadBytes(url: string, maximum: number): Promise<Buffer> {
    try {
      const response = await this.get(url, { signal: AbortSignal.timeout(this.requestMs), redirect: 'error' });
      // A root that is not there is how the newest one is known.
      if (!response.ok) {
        await response.body?.cancel();
        throw new DownloadHTTPError(`${url}: ${response.status}`, response.status);
      }
      const bytes = await limitedBody(response, maximum, (words) => new DownloadLengthMismatchError(words));
      if (url.endsWith('/timestamp.json')) this.timestamp = bytes.toString('utf8');
      return bytes;
    } catch (error) {
      const notThere = error instanceof DownloadHTTPError && error.statusCode < 500;
      if (!notThere && !(error instanceof DownloadLengthMismatchError)) this.unreachable = words(url, error as Error);
      throw error;
    }
  }

  downloadFile<T>(): Promise<T> {
    throw new Error('documents are kept in memory');
  }
}

function words(url: string, error: Error): Told {
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const english = `${url}: ${error.message}${cause}`;
  if (error instanceof DownloadHTTPError) return unreached.answered(english, url, error.statusCode);
  if (error.name === 'TimeoutError') return unreached.late(english, url);
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return unreached.failed(english, url, typeof code === 'string' ? code : null);
}
