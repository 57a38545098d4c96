import { Search } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { KioskLine, Presence } from '../../../kiosk/office/server/wire.ts';
import { Choice } from '../../desk/touch.tsx';
import { useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Bars } from '../levels.tsx';
import { Awaited, iconShape, Link, Mark, Nothing, Row, Sheet, Table, Typed } from '../parts.tsx';
import { differs, runningSaid, type Tone } from '../said.ts';

const shows = ['all', 'trouble', 'closed', 'away', 'differs'] as const;
type Show = (typeof shows)[number];

const belongs: Readonly<Record<Show, (line: KioskLine) => boolean>> = {
  all: () => true,
  trouble: ({ alerts }) => alerts > 0,
  closed: ({ open }) => open === false,
  away: ({ presence }) => presence !== 'here',
  differs,
};

export function Kiosks() {
  const { words, count } = usePlace();
  const { value, failure } = useReading<{ readonly kiosks: readonly KioskLine[] }>('kiosks');
  const [search, setSearch] = useState('');
  const [show, setShow] = useState<Show>('all');
  const own = words.kiosks;
  if (value === null) {
    return (
      <Sheet title={words.nav.kiosks}>
        <Awaited failure={failure} />
      </Sheet>
    );
  }
  if (value.kiosks.length === 0) return <FirstKiosk />;
  const found = value.kiosks.filter((line) => belongs[show](line) && isLike(line, search));
  return (
    <Sheet title={words.nav.kiosks}>
      <div class="sieve">
        <div class="sieve-search">
          <Search {...iconShape} />
          <Typed label={own.search} kind="search" value={search} onChange={setSearch} />
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would stand in the way of the row */}
        <div class="tools" role="group" aria-label={own.show}>
          {shows.map((one) => (
            <Choice key={one} on={one === show} onTouch={() => setShow(one)}>
              {own.shows[one]}
              <span class="quiet">{count(value.kiosks.filter(belongs[one]).length)}</span>
            </Choice>
          ))}
        </div>
      </div>
      {found.length === 0 ? (
        <p class="quiet" role="status">
          {own.noneFound}
        </p>
      ) : (
        <KioskTable lines={found} />
      )}
    </Sheet>
  );
}

/** Small or large letters, and each word anywhere in its name, place or groups. */
export function isLike({ kiosk, place, groups }: KioskLine, search: string): boolean {
  const text = [kiosk, place?.en ?? '', place?.['zh-CN'] ?? '', ...groups].join(' ').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function FirstKiosk() {
  const { words, may } = usePlace();
  return (
    <Sheet title={words.nav.kiosks}>
      <Nothing title={words.kiosks.noKiosks}>
        <ol class="steps">
          {words.kiosks.noKiosksSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        {may('manage') && (
          <Link to={{ at: 'pairing' }} look="main">
            {words.kiosks.pairFirst}
          </Link>
        )}
      </Nothing>
    </Sheet>
  );
}

function KioskTable({ lines }: { readonly lines: readonly KioskLine[] }) {
  const { words } = usePlace();
  const own = words.kiosks;
  const heads = [own.kiosk, own.state, own.service, own.configuration, own.cash, own.cases, own.alerts, own.journal];
  return (
    <div class="card card-table">
      <Table label={words.nav.kiosks} heads={heads}>
        {lines.map((line) => (
          <KioskRow key={line.kiosk} line={line} heads={heads} />
        ))}
      </Table>
    </div>
  );
}

function KioskRow({ line, heads }: { readonly line: KioskLine; readonly heads: readonly string[] }) {
  const place = usePlace();
  const { words, lang, count } = place;
  const { kiosk, groups, openCases, alerts } = line;
  return (
    <Row heads={heads}>
      <div>
        <Link to={{ at: 'kiosk', kiosk }}>{kiosk}</Link>
        {line.place !== null && <span class="note">{line.place[lang]}</span>}
        {groups.length > 0 && <span class="note">{place.list(groups)}</span>}
      </div>
      <PresenceMark line={line} />
      <Service line={line} />
      <Running line={line} />
      <Cash line={line} />
      <Counted count={openCases} tone="caution" />
      <Counted count={alerts} tone="stop" />
      <div>
        {words.kiosks.stored(count(line.stored))}
        {line.waiting > 0 && <span class="note">{words.kiosks.waiting(count(line.waiting))}</span>}
      </div>
    </Row>
  );
}

/** How full it is, and worth how much; sums of two currencies are not added. */
function Cash({ line: { levels } }: { readonly line: KioskLine }) {
  const { money } = usePlace();
  if (levels.length === 0) return <span class="quiet">–</span>;
  const sums = new Map<string, number>();
  for (const { currency, minor, count } of levels) sums.set(currency, (sums.get(currency) ?? 0) + minor * count);
  return (
    <div>
      <Bars levels={levels} />
      {[...sums].map(([currency, minor]) => (
        <span key={currency} class="note">
          {money(currency, minor)}
        </span>
      ))}
    </div>
  );
}

/** None is quiet. */
function Counted({ count: number, tone }: { readonly count: number; readonly tone: Tone }) {
  const { count } = usePlace();
  return <div>{number === 0 ? <span class="quiet">0</span> : <Mark tone={tone}>{count(number)}</Mark>}</div>;
}

export const presenceTones: Readonly<Record<Presence, Tone>> = { here: 'good', away: 'stop', never: 'plain' };

export function PresenceMark({ line }: { readonly line: KioskLine }) {
  const { words, time } = usePlace();
  return (
    <div>
      <Mark tone={presenceTones[line.presence]}>{words.kiosks.presence[line.presence]}</Mark>
      {line.since !== null && <span class="note">{words.kiosks.since(time(line.since))}</span>}
    </div>
  );
}

export function Service({ line }: { readonly line: KioskLine }) {
  const { words, lang } = usePlace();
  const { open, why, presence } = line;
  if (open === null) return <span class="quiet">{words.kiosks.notTold}</span>;
  return (
    <div>
      <Mark tone={presence !== 'here' ? 'plain' : open ? 'good' : 'caution'}>
        {open ? words.kiosks.open : words.kiosks.closed}
      </Mark>
      {presence !== 'here' && <span class="note">{words.kiosks.toldLast}</span>}
      {why !== null && <span class="note">{why[lang]}</span>}
    </div>
  );
}

export function Running({ line }: { readonly line: Pick<KioskLine, 'running'> }) {
  const { words } = usePlace();
  const { text, notes, tone } = runningSaid(words, line.running);
  return (
    <div>
      {tone === 'plain' ? <span>{text}</span> : <Mark tone={tone}>{text}</Mark>}
      {notes.map((note) => (
        <span key={note} class="note">
          {note}
        </span>
      ))}
    </div>
  );
}
