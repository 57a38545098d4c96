/**
 * How a kiosk comes to this office: it asks with a request sealed by the code on its screen (`fleet/pairing-proof.ts`), a person
 * types the code here, and the one whose seal fits gets its certificate. What waits is held in memory: a kiosk whose request is
 * gone asks anew. What was let in stands in the store before the kiosk is told.
 */
import { randomBytes, X509Certificate } from 'node:crypto';
import {
  codeGoodMs,
  isProof,
  type PairAnswer,
  type PairRequest,
  proofOfAnswer,
  proofOfRequest,
  readCode,
  stretched,
} from '../fleet/pairing-proof.ts';
import { recordAct } from './acts.ts';
import type { Authority } from './authority.ts';
import type { Database } from './store/open.ts';

/** Kiosks that wait at once; a code that is typed is tried with each of them. */
const waitingMaximum = 32;
/** What a paired kiosk is told stays so long after it was let in, for one whose line was down, milliseconds. */
const answerKeptMs = codeGoodMs;
/** So many wrong codes in a row, and no further one is looked at for a while. */
const wrongMaximum = 5;
const lockedMs = 60_000;

export interface PairingsParts {
  readonly database: Database;
  readonly authority: Pick<Authority, 'certificate' | 'kiosk'>;
  /** Where kiosks reach what belongs to them, and the first root document, as its text. */
  readonly given: () => { readonly broker: string; readonly repository: string; readonly root: string };
  /** Public half of the key that signs commands, SPKI as PEM. */
  readonly command: string;
  readonly nowMs: () => number;
}

export type Asked = { readonly asked: 'waits'; readonly id: string } | { readonly asked: 'too-many' };

export type Typed =
  | { readonly typed: 'paired'; readonly kiosk: string }
  | { readonly typed: 'no-such-code' }
  | { readonly typed: 'known-kiosk'; readonly kiosk: string }
  | { readonly typed: 'locked'; readonly seconds: number };

export interface Pairings {
  /** Of a kiosk that waits already this request takes the place. */
  ask(request: PairRequest): Asked;
  /** What became of it: it waits, or what it is given; null: nothing is known of it. */
  answer(id: string): PairAnswer | 'waits' | null;
  waiting(): readonly { readonly kiosk: string; readonly sinceMs: number }[];
  /**
   * Lets in the kiosk whose screen shows this code. `replace`: also one that is known, whose old certificate is believed no more.
   *
   * @throws Error of the store; the kiosk waits on
   */
  type(code: string, by: string, replace: boolean): Promise<Typed>;
  /**
   * Whether the certificate with this serial number, hex, is not one that another took the place of. Of a kiosk that the store does
   * not know to be paired, the authority's signature says enough: so an older backup of the store locks nobody out.
   */
  believes(kiosk: string, serial: string): boolean;
}

interface Waiting {
  readonly id: string;
  readonly request: PairRequest;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly answer: PairAnswer | null;
}

/** @throws Error of the store */
export async function openPairings(parts: PairingsParts): Promise<Pairings> {
  const { database, nowMs } = parts;
  const waiting = new Map<string, Waiting>();
  const serials = await readSerials(database);
  let wrong = 0;
  let lockedUntilMs = 0;
  /** One code after the other: so no kiosk is let in twice, and nobody tries many at once. */
  let tail: Promise<unknown> = Promise.resolve();

  const sweep = () => {
    for (const [id, { untilMs }] of waiting) if (nowMs() >= untilMs) waiting.delete(id);
  };
  const open = () => {
    sweep();
    return [...waiting.values()].filter(({ answer }) => answer === null);
  };
  async function meant(code: string): Promise<{ waits: Waiting; key: Buffer } | null> {
    for (const waits of open()) {
      const key = await stretched(code, waits.request.nonce);
      if (isProof(waits.request.proof, proofOfRequest(key, waits.request))) return { waits, key };
    }
    return null;
  }
  async function letIn({ waits, key }: { waits: Waiting; key: Buffer }, by: string, replace: boolean): Promise<Typed> {
    const { id, request } = waits;
    const { kiosk, verifying } = request;
    const known = serials.has(kiosk);
    if (known && !replace) return { typed: 'known-kiosk', kiosk };
    const certificate = await parts.authority.kiosk(kiosk, request.request);
    const serial = serialOf(certificate);
    await keepPaired(database, {
      kiosk,
      verifying,
      serial,
      by,
      at: new Date(nowMs()),
      detail: known ? 'replaced' : '',
    });
    serials.set(kiosk, serial);
    const said = { certificate, ca: parts.authority.certificate, ...parts.given(), command: parts.command };
    const answer = { ...said, proof: proofOfAnswer(key, request.proof, said) };
    waiting.set(id, { ...waits, answer, untilMs: nowMs() + answerKeptMs });
    return { typed: 'paired', kiosk };
  }
  async function typed(code: string, by: string, replace: boolean): Promise<Typed> {
    if (nowMs() < lockedUntilMs) return { typed: 'locked', seconds: Math.ceil((lockedUntilMs - nowMs()) / 1_000) };
    const read = readCode(code);
    const found = read === null ? null : await meant(read);
    if (found !== null) {
      wrong = 0;
      return letIn(found, by, replace);
    }
    wrong += 1;
    if (wrong >= wrongMaximum) {
      wrong = 0;
      lockedUntilMs = nowMs() + lockedMs;
    }
    return { typed: 'no-such-code' };
  }
  return {
    ask(request) {
      const before = open();
      for (const { id, request: other } of before) if (other.kiosk === request.kiosk) waiting.delete(id);
      if (waiting.size >= waitingMaximum) return { asked: 'too-many' };
      const id = randomBytes(32).toString('hex');
      waiting.set(id, { id, request, sinceMs: nowMs(), untilMs: nowMs() + codeGoodMs, answer: null });
      return { asked: 'waits', id };
    },
    answer(id) {
      sweep();
      const found = waiting.get(id);
      return found === undefined ? null : (found.answer ?? 'waits');
    },
    waiting: () => open().map(({ request: { kiosk }, sinceMs }) => ({ kiosk, sinceMs })),
    type(code, by, replace) {
      const done = tail.then(() => typed(code, by, replace));
      tail = done.catch(() => undefined);
      return done;
    },
    believes: (kiosk, serial) => (serials.get(kiosk) ?? plain(serial)) === plain(serial),
  };
}

interface Paired {
  readonly kiosk: string;
  readonly verifying: string;
  readonly serial: string;
  readonly by: string;
  readonly at: Date;
  /** For the book of what was done. */
  readonly detail: string;
}

/** With what says who did it, or not at all. */
async function keepPaired(database: Database, { kiosk, verifying, serial, by, at, detail }: Paired): Promise<void> {
  await database.transaction(async (inside) => {
    await inside.query(
      `INSERT INTO kiosks (kiosk, verifying, certificate, paired_at, paired_by) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (kiosk) DO UPDATE SET verifying = excluded.verifying, certificate = excluded.certificate,
         paired_at = excluded.paired_at, paired_by = excluded.paired_by`,
      [kiosk, verifying, serial, at, by],
    );
    await recordAct(inside, { person: by, did: 'paired', subject: kiosk, detail }, at);
  });
}

async function readSerials(database: Database): Promise<Map<string, string>> {
  const rows = await database.query<{ kiosk: string; certificate: string }>(
    'SELECT kiosk, certificate FROM kiosks WHERE certificate IS NOT NULL',
  );
  return new Map(rows.map(({ kiosk, certificate }) => [kiosk, certificate]));
}

function serialOf(certificate: string): string {
  return plain(new X509Certificate(certificate).serialNumber);
}

/** One way to write it, whoever tells it. */
function plain(serial: string): string {
  return serial.toLowerCase();
}
