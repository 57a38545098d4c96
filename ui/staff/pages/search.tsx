import { Check, Copy, LoaderCircle } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import type { StaffFound, StaffSearch } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useReading, useTable } from '../api.ts';
import { configurationWords } from '../configuration-words.ts';
import { type Place, usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Sheet, Trouble } from '../parts.tsx';

import { Change, Configuration } from './configuration.tsx';

/** One line after the other is asked, and each answer shows. */
const readEveryMs = 700;
const copiedMs = 2_000;
const SHAPE = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

type SearchedPort = StaffSearch['ports'][number];

/** Which devices stand at the lines that nobody here has open, and what the configuration would say of them. */
export function Search() {
  const { words } = usePlace();
  const { table: search, again } = useReading('search', undefined, readEveryMs);
  const [failure, fail] = useState<Failure | null>(null);
  const configuration = useTable('configuration');
  const { busy, once } = useOnce();
  const running = search?.running ?? false;
  const start = () =>
    once(async () => {
      const answer = await act({ do: 'find-devices' });
      fail(answer.ok ? null : answer);
      await again();
    });
  const ports = search?.ports ?? [];
  const toAsk = ports.filter(({ state }) => state !== 'held');
  const asked = toAsk.filter(({ state }) => state === 'asked').length;
  return (
    <Sheet title={words.find} text={words.findText}>
      <Trouble failure={failure} />
      {configuration !== null && <Configuration table={configuration} />}
      <Touch look="main" off={busy || running} onTouch={start}>
        {running ? words.findRunning(asked, toAsk.length) : ports.length === 0 ? words.findStart : words.findAgain}
      </Touch>
      <div class="found" aria-busy={running}>
        {[...toAsk, ...ports.filter(({ state }) => state === 'held')].map((port) => (
          <Port key={port.port} port={port} settled={configuration?.state === 'runs'} />
        ))}
      </div>
    </Sheet>
  );
}

interface PortProps {
  readonly port: SearchedPort;
  /** No changed configuration waits to begin or to prove itself. */
  readonly settled: boolean;
}

function Port({ port, settled }: PortProps) {
  const { words } = usePlace();
  const { state, protocol, problem, devices, heldBy } = port;
  return (
    <section class="card" data-port={port.port} data-state={state}>
      <div class="line">
        <h2 class="path">{port.port}</h2>
        <PortState port={port} />
      </div>
      {state === 'held' && <p class="quiet">{words.findHeld(heldBy.join(', '))}</p>}
      {problem !== null && <p>{words.portProblems[problem]}</p>}
      {protocol !== null &&
        devices.map((found) => (
          <Found key={found.address ?? 0} found={found} protocol={protocol} port={port.port} settled={settled} />
        ))}
    </section>
  );
}

function PortState({ port: { state, protocol, problem } }: { readonly port: SearchedPort }) {
  const { words } = usePlace();
  switch (state) {
    case 'held':
      return <span class="chip">{words.portStates.held}</span>;
    case 'waiting':
      return <span class="chip">{words.portStates.waiting}</span>;
    case 'asking':
      return (
        <span class="chip chip-busy">
          <LoaderCircle {...SHAPE} /> {words.portStates.asking}
        </span>
      );
    case 'asked':
      if (protocol !== null) return <span class="chip chip-good">{words.portStates.found}</span>;
      return problem === 'silent' ? (
        <span class="chip">{words.portStates.silent}</span>
      ) : (
        <span class="chip chip-stop">{words.portStates.nobody}</span>
      );
    default:
      return state satisfies never;
  }
}

interface FoundProps {
  readonly found: StaffFound;
  readonly protocol: string;
  readonly port: string;
  readonly settled: boolean;
}

function Found({ found, protocol, port, settled }: FoundProps) {
  const place = usePlace();
  const { words, may, lang } = place;
  const name = [found.maker, found.model].filter((word) => word !== null).join(' ');
  const facts: readonly (readonly [string, string | null])[] = [
    [words.protocol, protocol],
    [words.address, found.address === null ? null : String(found.address)],
    [words.serial, found.serial],
    [words.firmware, found.firmware],
    [words.denominations, found.denominations.map((one) => valueIn(place, one)).join(' · ') || null],
  ];
  return (
    <div class="found-device">
      <h3>
        {name === '' ? words.noName : name} · {words.kinds[found.kind ?? 'other']}
      </h3>
      {found.known !== null && <p class="good">{knownIn(place, found.known)}</p>}
      <dl>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd class={value === null ? 'quiet' : ''}>{value ?? words.notTold}</dd>
          </div>
        ))}
      </dl>
      {found.remarks.map(({ code, what }) => (
        <p key={`${code} ${what}`} class="remark">
          {words.remarks[code](what)}
        </p>
      ))}
      {found.use !== null && settled && may('configure') && (
        <Change
          name={configurationWords[lang][found.use]}
          question={null}
          ask={(second) => ({ do: 'use-device', port, address: found.address, second })}
        />
      )}
      {found.config !== null && <Fragment text={found.config} />}
    </div>
  );
}

/** Money of this kiosk as everywhere here; of another with its code, for it may have other places. */
function valueIn({ now, money }: Place, { currency, minor }: StaffFound['denominations'][number]): string {
  return currency === now.money.currency ? money(minor) : `${currency} ${minor}`;
}

function knownIn({ words }: Place, { id, by, from }: NonNullable<StaffFound['known']>): string {
  if (from === null) return words.knownHere(id);
  return by === 'likeness' ? words.knownPerhaps(id, from) : words.knownMoved(id, from);
}

/** What the configuration would say, to be copied. */
function Fragment({ text }: { readonly text: string }) {
  const { words } = usePlace();
  const [copied, set] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => set(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  // On a glass without a clipboard the text stands there to be read.
  const copy = () =>
    void navigator.clipboard?.writeText(text).then(
      () => set(true),
      () => {},
    );
  return (
    <div class="fragment">
      <div class="line">
        <p class="note">{words.fragment}</p>
        <Touch onTouch={copy}>
          {copied ? <Check {...SHAPE} /> : <Copy {...SHAPE} />} {copied ? words.copied : words.copy}
        </Touch>
      </div>
      <pre>{text}</pre>
    </div>
  );
}
