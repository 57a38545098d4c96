/** What goes over a device's wire, live: filtered, paused, taken away as a file. */
import { ArrowDownLeft, ArrowUpRight, OctagonX, Pause, Play } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { StaffTraceLine } from '../../../kiosk/server/staff-wire.ts';
import { downloadPath } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Choice, Touch } from '../../desk/touch.tsx';
import { FileLink, Pad, Sheet } from '../parts.tsx';
import { type Filter, fitting, useTrace } from '../trace.ts';

/** Lines drawn at first, and more by each touch. */
const linesDrawn = 60;
const filterMaximum = 30;
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;
const arrows = { in: ArrowDownLeft, out: ArrowUpRight, crash: OctagonX } as const;

export function TracePage({ device }: { readonly device: string }) {
  const { words, go } = usePlace();
  const own = words.device;
  const [paused, pause] = useState(false);
  const [filter, setFilter] = useState<Filter>({ text: '', direction: 'all', onlyErrors: false, hideAgain: true });
  const [drawn, draw] = useState(linesDrawn);
  const trace = useTrace(device, paused);
  const shown = trace.lines.filter(fitting(filter)).toReversed();
  const onlyRepeats = filter.hideAgain && trace.lines.some(fitting({ ...filter, hideAgain: false }));
  return (
    <Sheet title={`${own.trace} · ${device}`} text={own.traceText} back={() => go({ at: 'device', device })}>
      {trace.state !== 'none' && (
        <>
          <div class="trace-tools">
            <Touch onTouch={() => pause(!paused)}>
              {paused ? <Play {...iconShape} /> : <Pause {...iconShape} />} {paused ? own.goOn : own.pause}
            </Touch>
            <FileLink href={downloadPath('trace', { device })}>{own.download}</FileLink>
          </div>
          <Filters filter={filter} onChange={(change) => setFilter({ ...filter, ...change })} />
        </>
      )}
      <p class="quiet" role="status">
        {trace.state === 'none' ? own.noTrace : own.shown(shown.length, trace.lines.length)}
        {paused && ` · ${own.paused}`}
      </p>
      {trace.state === 'there' && shown.length === 0 && (
        <p class="quiet">{trace.lines.length === 0 ? own.noLines : onlyRepeats ? own.allAgain : own.noMatch}</p>
      )}
      {shown.length > 0 && (
        <ol class="trace">
          {shown.slice(0, drawn).map((line) => (
            <Line key={line.key} line={line} afterMs={line.afterMs} />
          ))}
        </ol>
      )}
      {shown.length > drawn && <Touch onTouch={() => draw(drawn + linesDrawn)}>{own.moreLines}</Touch>}
    </Sheet>
  );
}

function Filters({
  filter,
  onChange,
}: {
  readonly filter: Filter;
  readonly onChange: (change: Partial<Filter>) => void;
}) {
  const { words } = usePlace();
  const own = words.device;
  const [typing, type] = useState(false);
  const text = (value: string) => onChange({ text: value.slice(0, filterMaximum) });
  return (
    <div class="trace-filter">
      <div class="trace-tools">
        {(['all', 'out', 'in'] as const).map((direction) => (
          <Choice key={direction} on={filter.direction === direction} onTouch={() => onChange({ direction })}>
            {own.directions[direction]}
          </Choice>
        ))}
        <Choice on={filter.onlyErrors} onTouch={() => onChange({ onlyErrors: !filter.onlyErrors })}>
          {own.onlyErrors}
        </Choice>
        <Choice on={filter.hideAgain} onTouch={() => onChange({ hideAgain: !filter.hideAgain })}>
          {own.hideAgain}
        </Choice>
      </div>
      <label class="field">
        <span>
          {own.filter} <span class="note-inline">{own.filterText}</span>
        </span>
        <input
          class="entry"
          type="text"
          inputMode="none"
          autocomplete="off"
          value={filter.text}
          onFocus={() => type(true)}
          onInput={(event) => text(event.currentTarget.value)}
        />
      </label>
      {typing && (
        <>
          <Pad value={filter.text} most={filterMaximum} signs="letters" onChange={text} />
          <Touch onTouch={() => type(false)}>{words.done}</Touch>
        </>
      )}
    </div>
  );
}

export function Line({ line, afterMs }: { readonly line: StaffTraceLine; readonly afterMs: number | null }) {
  const { words, lang, now } = usePlace();
  const own = words.device;
  const clock = new Intl.DateTimeFormat(lang, {
    timeZone: now.timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  });
  const Arrow = arrows[line.direction];
  return (
    <li data-direction={line.direction} data-error={line.error ? '' : undefined}>
      <span class="trace-when">
        {clock.format(new Date(line.at))}
        <span class="note">{afterMs === null ? '' : `+${afterMs.toFixed(1)} ms`}</span>
      </span>
      <span class="trace-way">
        <Arrow {...iconShape} /> {line.direction === 'crash' ? own.crash : own.directions[line.direction]}
      </span>
      <span class="trace-what">
        <strong>{line.name}</strong>
        {line.again && <span class="chip">{own.again}</span>}
        {line.fields !== '' && <span class="trace-fields">{line.fields}</span>}
        {line.bytes !== '' && <span class="trace-bytes">{line.bytes}</span>}
      </span>
    </li>
  );
}
