import { useCallback, useState } from 'preact/hooks';
import type { StaffEvidence } from '../../../kiosk/server/staff-wire.ts';
import { askTable } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { Pager } from './lists.tsx';

/** What a case rests on, for whoever has to decide it: read when somebody wants it. */
export function EvidenceCard({ number }: { readonly number: number }) {
  const { words } = usePlace();
  const [evidence, set] = useState<StaffEvidence | null>(null);
  const [page, turn] = useState(0);
  const read = useCallback(
    async (wanted: number) => {
      const table = await askTable('evidence', { case: number, page: wanted });
      if (table?.found == null) return;
      set(table.found);
      turn(wanted);
    },
    [number],
  );
  return (
    <section class="card" data-evidence={evidence === null ? undefined : ''}>
      <h2>{words.evidence}</h2>
      {evidence === null ? (
        <Touch onTouch={() => void read(0)}>{words.showEvidence}</Touch>
      ) : (
        <>
          <Entries evidence={evidence} />
          <Pager from={page} next={evidence.next} turn={(wanted) => void read(wanted)} names={words.oldestFirst} />
          <Counters evidence={evidence} />
          <Wire evidence={evidence} />
        </>
      )}
    </section>
  );
}

/** As they stand in the journal. */
function Entries({ evidence }: { readonly evidence: StaffEvidence }) {
  const { words, time } = usePlace();
  return (
    <>
      <h3>{words.entries}</h3>
      {evidence.entries.map(({ seq, at, kind, hash, fields }) => (
        <div class="entry-row" key={seq}>
          <p>
            <strong>
              {seq} · {kind}
            </strong>{' '}
            · {time(at)}
          </p>
          <p class="note break">{fields.map(([name, value]) => `${name} ${value}`).join(' · ')}</p>
          <p class="note break">{hash}</p>
        </div>
      ))}
    </>
  );
}

function Counters({ evidence }: { readonly evidence: StaffEvidence }) {
  const { words, time } = usePlace();
  if (evidence.counters.length === 0) return null;
  return (
    <>
      <h3>{words.counters}</h3>
      {evidence.counters.map(({ at, kind, values }, n) => (
        <p class="note break" key={`${n} ${at}`}>
          {time(at)} · {kind} · {values}
        </p>
      ))}
    </>
  );
}

/** What went over the wire before the case was opened, the last first. */
function Wire({ evidence }: { readonly evidence: StaffEvidence }) {
  const { words } = usePlace();
  return (
    <>
      <h3>{words.wire}</h3>
      {evidence.trace === null ? (
        <p class="quiet">{words.noWire}</p>
      ) : (
        <pre class="note wire">
          {evidence.trace
            .toReversed()
            .map(({ beforeMs, direction, what, bytes }) => {
              const way = { in: '←', out: '→', crash: '!' }[direction];
              return `−${(beforeMs / 1000).toFixed(3)} s ${way} ${what} ${bytes}`;
            })
            .join('\n')}
        </pre>
      )}
    </>
  );
}
