/** How the kiosk stands, with a verdict in words, and the same on paper. */
import { CircleCheck, OctagonX, TriangleAlert } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { act, type Failure, useTable } from '../api.ts';
import { checkWords } from '../check-words.ts';
import { size } from '../../desk/written.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { kindBeside } from '../device-look.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Good } from '../../desk/good.tsx';
import { Sheet, Trouble } from '../parts.tsx';
import type { Words } from '../text.ts';

const outcomeLooks = { passed: 'chip-good', failed: 'chip-stop', 'given-up': '' } as const;
const signs = { ready: CircleCheck, 'with-limits': TriangleAlert, 'not-ready': OctagonX } as const;

export function Readiness() {
  const place = usePlace();
  const { lang, money, time } = place;
  const words = checkWords[lang];
  const table = useTable('readiness');
  const [failure, fail] = useState<Failure | null>(null);
  const [printed, setPrinted] = useState(false);
  const { busy, once } = useOnce();
  if (table === null) return <Sheet title={words.readiness}>{null}</Sheet>;
  const { report, lines, names } = table;
  const [verdict, ...reasons] = lines[lang];
  const Sign = signs[report.verdict];
  const print = () =>
    once(async () => {
      const answer = await act({ do: 'print-readiness', lang });
      fail(answer.ok ? null : answer);
      setPrinted(answer.ok);
    });
  const facts: readonly (readonly [string, string])[] = [
    ...report.cash.map(({ unit, minor }) => [unitName(unit, place.words.units), money(minor)] as const),
    [words.read.paper ?? '', report.paper === null ? '–' : place.words.paper[report.paper]],
    [words.openCases, String(report.cases.count)],
    [words.read.freeBytes ?? '', report.freeBytes === null ? '–' : size(report.freeBytes)],
    [words.version, report.version],
    [words.config, report.config.slice(0, 12)],
  ];
  return (
    <Sheet title={words.readiness}>
      <Trouble failure={failure} />
      {printed && <Good text={words.isPrinting} />}
      <section class="card" data-verdict={report.verdict}>
        <p class="with-icon verdict">
          <Sign size="1em" strokeWidth={2.25} aria-hidden="true" /> {verdict}
        </p>
        {reasons.map((reason) => (
          <p key={reason}>{reason}</p>
        ))}
        <Touch look="main" off={busy} onTouch={print}>
          {words.print}
        </Touch>
      </section>
      <div class="device-cards">
        <section class="card">
          <h2>{place.words.devices}</h2>
          {report.devices.map(({ device, kind, identity, state, faults }) => (
            <div class="line line-tall" key={device}>
              <div>
                <p>
                  <strong>{device}</strong> <span class="quiet">{kindBeside(device, place.words.kinds[kind])}</span>
                </p>
                <p class="note">{[identity, ...faults].filter((word) => word !== null).join(' · ')}</p>
              </div>
              <span class={`chip ${state === 'ready' ? 'chip-good' : 'chip-stop'}`}>{words.states[state]}</span>
            </div>
          ))}
        </section>
        <section class="card">
          <h2>{words.kiosk}</h2>
          <Facts facts={facts} />
        </section>
        <section class="card">
          <h2>{words.title}</h2>
          {report.checks.map(({ check, device, last }) => (
            <div class="line line-tall" key={`${check} ${device}`}>
              <div>
                <p>
                  {names[check]?.[lang]} · {device ?? words.kiosk}
                </p>
                {last !== null && (
                  <p class="note">
                    {time(last.at)} · {last.by}
                  </p>
                )}
              </div>
              <span class={`chip ${last === null ? '' : outcomeLooks[last.outcome]}`}>
                {last === null ? words.never : words.outcomes[last.outcome]}
              </span>
            </div>
          ))}
        </section>
      </div>
    </Sheet>
  );
}

/** `DEVICE.UNIT` as the till's table has it. */
function unitName(name: string, units: Words['units']): string {
  const dot = name.lastIndexOf('.');
  const unit = name.slice(dot + 1) as keyof Words['units'];
  return `${name.slice(0, dot)} · ${units[unit] ?? unit}`;
}
