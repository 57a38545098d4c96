/** What each kiosk last said that it runs, and what is read from it again and again; a document is parsed when it changes. */
import * as v from 'valibot';
import type { Queries } from './store/open.ts';

/** As it came on `kiosk/ID/running`; of the document only what is asked for here, for the kiosk may be of another version. */
const message = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ hash: v.string(), edition: v.nullable(v.number()), document: v.unknown() }),
);
const documentParts = v.object({
  place: v.optional(v.object({ 'zh-CN': v.string(), en: v.string() })),
  groups: v.optional(v.array(v.string())),
  methods: v.optional(v.array(v.string())),
  display: v.optional(v.unknown()),
  reboot: v.optional(v.unknown()),
});

export interface Running {
  readonly hash: string;
  readonly edition: number | null;
  readonly place: { readonly 'zh-CN': string; readonly en: string } | null;
  readonly groups: readonly string[];
  /** Ways to pay; null: it does not say. */
  readonly methods: readonly string[] | null;
  /** Its configuration says where its screen is seen, and which program starts the machine anew. */
  readonly display: boolean;
  readonly reboot: boolean;
}

interface Kept {
  /** Of the text it was read from. */
  readonly mark: string;
  readonly running: Running | null;
}

export class RunningIndex {
  private readonly kept = new Map<string, Kept>();

  /** Of these kiosks, those that told. `mark`: a hash of what each told, as the database has it. */
  async of(
    database: Queries,
    told: readonly { readonly kiosk: string; readonly mark: string | null }[],
  ): Promise<ReadonlyMap<string, Running>> {
    const changed = told.filter(({ kiosk, mark }) => mark !== null && this.kept.get(kiosk)?.mark !== mark);
    if (changed.length > 0) await this.read(database, changed);
    return new Map(
      told.flatMap(({ kiosk, mark }) => {
        const running = mark === null ? null : this.kept.get(kiosk)?.running;
        return running === null || running === undefined ? [] : [[kiosk, running]];
      }),
    );
  }

  private async read(database: Queries, changed: readonly { readonly kiosk: string; readonly mark: string | null }[]) {
    const rows = await database.query<{ kiosk: string; mark: string; running: string }>(
      'SELECT kiosk, running_mark AS mark, running FROM kiosks WHERE running IS NOT NULL AND kiosk = ANY($1::text[])',
      [changed.map(({ kiosk }) => kiosk)],
    );
    for (const { kiosk, mark, running } of rows) this.kept.set(kiosk, { mark, running: runningIn(running) });
  }
}

/** What a kiosk told, with the whole document; null: it never did, or what it told is not read here. */
export function toldIn(text: string | null): v.InferOutput<typeof message> | null {
  const read = v.safeParse(message, text);
  return read.success ? read.output : null;
}

function runningIn(text: string): Running | null {
  const told = toldIn(text);
  if (told === null) return null;
  const { hash, edition, document } = told;
  const parts = v.safeParse(documentParts, document);
  const { place = null, groups = [], methods = null, display, reboot } = parts.success ? parts.output : {};
  return { hash, edition, place, groups, methods, display: display !== undefined, reboot: reboot !== undefined };
}
