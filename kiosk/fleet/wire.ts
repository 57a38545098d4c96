/**
 * What kiosk and office say to each other over MQTT: topics, and the messages on them. A kiosk writes below `kiosk/ID/` and
 * reads below `office/ID/` and `office/all/`; a broker that knows it by its certificate allows it nothing else.
 */
import * as v from 'valibot';

/** As in a kiosk's configuration; so none is called as `office/all/…` is. */
export const kioskName = /^[A-Z0-9][A-Z0-9-]{0,15}$/;

/** Rows of one message at most, and one message that the office has not stored yet. */
export const rowsPerMessage = 200;

/** A kiosk's own: what it writes. */
export const kioskTopics = {
  /** `JournalMessage`, quality of service 1. */
  journal: (kiosk: string) => `kiosk/${kiosk}/journal`,
  /** `StateMessage`, retained. */
  state: (kiosk: string) => `kiosk/${kiosk}/state`,
  /** `AliveMessage`, retained; the last will says that it is gone. */
  alive: (kiosk: string) => `kiosk/${kiosk}/alive`,
  /** `AskedMessage`. */
  asked: (kiosk: string) => `kiosk/${kiosk}/asked`,
  /** `RunningMessage`, retained. */
  running: (kiosk: string) => `kiosk/${kiosk}/running`,
  /** `DoneMessage` of a command. */
  done: (kiosk: string) => `kiosk/${kiosk}/done`,
} as const;

/** What the office writes for one kiosk, or for all. */
export const officeTopics = {
  /** `StoredMessage`. */
  stored: (kiosk: string) => `office/${kiosk}/stored`,
  /** `ToldMessage`. */
  told: (kiosk: string) => `office/${kiosk}/told`,
  /** A signed command as a compact JWS (RFC 7515). */
  command: (kiosk: string) => `office/${kiosk}/command`,
  /** `LookMessage`, retained. */
  look: (kiosk: string) => `office/${kiosk}/look`,
  lookAll: 'office/all/look',
} as const;

const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const sequence = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const row = v.strictTuple([sequence, v.string(), v.string(), v.string(), v.nullable(v.string()), v.string(), hash]);

/** One entry of the journal as it is stored there: seq, at, day, kind, session, body (JSON text), hash. */
export type JournalRow = v.InferOutput<typeof row>;

/** An entry with the kiosk's signature over it, and so over all before it (`head-seal.ts`): key's name and signature in hex. */
const signedHead = v.strictObject({ seq: sequence, hash, key: v.string(), signature: v.string() });
export type SignedHead = v.InferOutput<typeof signedHead>;

/** Rows that follow each other. `previous`: the hash of the entry before the first of them. Empty: nothing is new, what is stored? */
export const journalMessage = v.strictObject({
  previous: hash,
  rows: v.pipe(v.array(row), v.maxLength(rowsPerMessage)),
  /** The newest entry of the journal. */
  head: v.strictObject({ seq: sequence, hash }),
  /** At each Z report and each hour: the last of these rows; of no rows, one that the office holds. */
  signed: v.nullable(signedHead),
});
export type JournalMessage = v.InferOutput<typeof journalMessage>;

/**
 * The office's word on what it holds of a kiosk: everything up to `seq`. `refused`: what came does not follow from it; 'gap':
 * rows between are missing and are sent again; 'rewritten': another entry is stored under that number, which is never replaced.
 */
export const storedMessage = v.strictObject({
  seq: sequence,
  hash,
  refused: v.nullable(v.picklist(['gap', 'rewritten', 'broken'])),
  /** When it spoke, by its clock; left out: it does not say. */
  at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
});
export type StoredMessage = v.InferOutput<typeof storedMessage>;

const short = v.pipe(v.string(), v.minLength(1), v.maxLength(64));

/**
 * Was the voucher spent that `issuer` gave out under this number? `id`: of the question, for its answer. `proof`: that who asks has
 * the slip; what others have said of it without the same does not count.
 */
export const askedMessage = v.strictObject({ id: short, issuer: short, serial: short, proof: v.optional(hash) });
export type AskedMessage = v.InferOutput<typeof askedMessage>;

/**
 * Where and when it was, ISO 8601 UTC; null: no journal that the office holds says so. Said at once or never: a kiosk waits
 * two seconds, and asks no second time.
 */
export const toldMessage = v.strictObject({
  id: short,
  spent: v.nullable(v.strictObject({ kiosk: short, at: v.pipe(v.string(), v.isoTimestamp()) })),
});
export type ToldMessage = v.InferOutput<typeof toldMessage>;

/** There may be something new in the repository. `version`: its own, another after each publication. */
export const lookMessage = v.strictObject({ version: sequence });

/** Bytes of all that the end of an order brings, before it is made text. */
export const attachmentsMaximum = 1024 * 1024;

const attachment = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)),
  media: v.picklist(['text/plain', 'image/png']),
  content: v.pipe(v.string(), v.base64(), v.maxLength(Math.ceil(attachmentsMaximum / 3) * 4)),
});
/** `content`: Base64. */
export type Attachment = v.InferOutput<typeof attachment>;

/** What became of an order, each time it is asked about the same. `result`: a word that says why, or what came of it. */
export const doneMessage = v.strictObject({
  seq: sequence,
  outcome: v.picklist(['done', 'failed', 'refused', 'expired']),
  result: v.nullable(v.pipe(v.string(), v.maxLength(64))),
  attachments: v.pipe(v.array(attachment), v.maxLength(4)),
});
export type DoneMessage = v.InferOutput<typeof doneMessage>;

export const aliveMessage = v.strictObject({ alive: v.boolean(), at: v.string() });
export type AliveMessage = v.InferOutput<typeof aliveMessage>;

/** The whole configuration that a kiosk runs with. */
export const runningMessage = v.strictObject({
  hash,
  /** The office's number; null: given by hand, or changed at the kiosk. */
  edition: v.nullable(sequence),
  document: v.record(v.string(), v.unknown()),
});
export type RunningMessage = v.InferOutput<typeof runningMessage>;

const both = v.strictObject({ 'zh-CN': v.string(), en: v.string() });

/** How a kiosk is, as a whole, each time anew. */
export const stateMessage = v.strictObject({
  at: v.string(),
  version: v.string(),
  /** Whether customers are served, and what keeps them out; words of the customer's screen. */
  open: v.boolean(),
  why: v.nullable(both),
  configuration: v.strictObject({
    running: v.string(),
    /** The office's number; null: none of the office's runs, or staff changed it. */
    edition: v.nullable(sequence),
    staged: v.nullable(sequence),
    /** The running one has proven itself, and no other begins in its place; left out: a kiosk of before. */
    proven: v.optional(v.boolean()),
    stale: v.boolean(),
    /** Why, in words, in English alone where nobody knows them in Chinese; left out: a kiosk of before. */
    problem: v.optional(v.nullable(v.union([v.string(), both]))),
  }),
  devices: v.array(
    v.strictObject({
      id: v.string(),
      kind: v.string(),
      state: v.picklist(['ready', 'busy', 'fault', 'lost']),
      fault: v.nullable(v.string()),
    }),
  ),
  /** Cash by unit; a full box and a low hopper are the office's to judge. */
  levels: v.array(
    v.strictObject({
      device: v.string(),
      unit: v.string(),
      currency: v.string(),
      minor: v.number(),
      count: v.number(),
      capacity: v.nullable(v.number()),
    }),
  ),
  /** How far its clock was ahead when it was found to be off, milliseconds; null: it is right as far as anybody said. */
  clockOffMs: v.optional(v.nullable(v.number())),
  openCases: v.number(),
  /** Rows of the journal that the office has not said it holds. */
  waiting: v.number(),
});
export type StateMessage = v.InferOutput<typeof stateMessage>;
