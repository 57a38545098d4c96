/** Documents of older versions, brought forward one version at a time. */
import { type Both, both } from './fields.ts';

export const newestVersion = 3;

type Document = Readonly<Record<string, unknown>>;

/**
 * `steps[n]` turns a document of version n into one of version n + 1. Version 2 keeps some coins and notes back when change
 * is promised, and says where two persons stand by; version 3 says how long a paid-out note waits for its owner.
 */
const steps: Readonly<Record<number, (document: Document) => Document>> = {
  1: (document) => ({
    staff: { twoPersons: { corrections: true, emptying: false } },
    ...document,
    version: 2,
    limits: withLimit(document.limits, { changeReservePieces: 3 }),
  }),
  2: (document) => ({
    ...document,
    version: 3,
    limits: withLimit(document.limits, { takeChangeMs: 45_000 }),
  }),
};

function withLimit(limits: unknown, added: Readonly<Record<string, number>>): unknown {
  return typeof limits === 'object' && limits !== null && !Array.isArray(limits) ? { ...added, ...limits } : limits;
}

export type Migrated = { readonly ok: true; readonly json: unknown } | { readonly ok: false; readonly problem: Both };

/** Brings a document to the newest version. A document without a sound version is left to the schema, which names what is wrong. */
export function migrate(json: unknown): Migrated {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return { ok: true, json };
  let document = json as Document;
  for (;;) {
    const version = document.version;
    if (typeof version !== 'number' || version === newestVersion) return { ok: true, json: document };
    if (version > newestVersion) {
      const problem = both(
        `is ${version}, newer than this program knows (up to ${newestVersion}); update the program, or write a configuration of version ${newestVersion}`,
        `是 ${version}，比本程序认识的（到 ${newestVersion} 为止）新；请更新程序，或按版本 ${newestVersion} 编写配置`,
      );
      return { ok: false, problem };
    }
    const step = Object.hasOwn(steps, version) ? steps[version] : undefined;
    if (step === undefined) return { ok: true, json: document };
    document = step(document);
  }
}
