import { ChevronDown, ChevronRight } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import type { ReportFigure, ReportPeriod, StaffEntries } from '../../../kiosk/server/staff-wire.ts';
import { type Asked, askTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Sheet } from '../parts.tsx';
import { Pager } from './lists.tsx';

/** Questions for one page: each looks at a bounded part of the journal, and what is rare may stand in none of it. */
const mostQuestions = 40;
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

type Entry = StaffEntries['entries'][number];

export interface FigureAsked {
  readonly figure: ReportFigure;
  readonly part: { readonly method?: string; readonly hour?: number; readonly payee?: string };
  /** As it is called on the page. */
  readonly name: string;
  /** One day of the period alone. */
  readonly day?: string;
}

interface EntriesProps {
  readonly asked: FigureAsked;
  readonly period: ReportPeriod;
  readonly day: string;
  readonly back: () => void;
}

interface Found extends StaffEntries {
  /** Null: it could not be read. */
  readonly read: boolean;
}

export function Entries({ asked, period, day, back }: EntriesProps) {
  const { words } = usePlace();
  const [from, turn] = useState(0);
  const [found, set] = useState<Found | null>(null);
  useEffect(() => {
    let over = false;
    set(null);
    const question = {
      figure: asked.figure,
      ...asked.part,
      ...(asked.day === undefined ? { period, day } : { period: 'day', day: asked.day }),
    };
    void firstOf(question, from, () => over).then((page) => {
      if (!over) set(page);
    });
    return () => {
      over = true;
    };
  }, [asked, period, day, from]);
  const own = words.report;
  return (
    <Sheet title={own.entriesOf(asked.name)} back={back}>
      {found === null && (
        <p class="quiet" role="status">
          {own.searching}
        </p>
      )}
      {found?.read === false && (
        <p class="trouble" role="alert">
          {own.failed}
        </p>
      )}
      {found?.read === true && found.entries.length === 0 && (
        <p class="quiet">{found.next === null ? own.noEntries : own.restShort}</p>
      )}
      {found?.entries.map((entry) => (
        <Row key={entry.seq} entry={entry} />
      ))}
      {found !== null && <Pager from={from} next={found.next} turn={turn} />}
    </Sheet>
  );
}

/** The next page that has an entry. */
async function firstOf(question: Asked, from: number, over: () => boolean): Promise<Found> {
  let next: number = from;
  for (let n = 0; n < mostQuestions && !over(); n++) {
    const page = await askTable('entries', { ...question, from: next });
    if (page === null) return { entries: [], next: null, read: false };
    if (page.entries.length > 0 || page.next === null) return { ...page, read: true };
    next = page.next;
  }
  return { entries: [], next, read: true };
}

function Row({ entry }: { readonly entry: Entry }) {
  const { words, money, time } = usePlace();
  const [open, set] = useState(false);
  const { seq, at, kind, session, minor, body, hash } = entry;
  const own = words.report;
  const facts: readonly (readonly [string, string])[] = [
    [own.sequence, String(seq)],
    [own.time, at],
    [own.kind, kind],
    [own.session, session ?? '–'],
    [own.hash, hash],
  ];
  return (
    <section class="card report-entry" data-seq={seq}>
      <button type="button" class="touch touch-row" aria-expanded={open} onClick={() => set(!open)}>
        <span>
          {time(at)} · {own.kinds[kind] ?? kind} · {seq}
        </span>
        <strong class="figure report-open">
          {money(minor)}
          {open ? <ChevronDown {...iconShape} /> : <ChevronRight {...iconShape} />}
        </strong>
      </button>
      {open && (
        <>
          <Facts facts={facts} />
          <p class="note">{own.minorUnits}</p>
          <Facts facts={fieldsOf(body).filter(([name]) => name !== 'kind')} />
        </>
      )}
    </section>
  );
}

/** Every value of an entry with the way to it: `tenders.1.method`. */
function fieldsOf(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[path, value === null ? '–' : String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => fieldsOf(inner, path === '' ? name : `${path}.${name}`));
}
