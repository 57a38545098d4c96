/** Every machine is moved and what it did is read back; the last result of each check stands beside it. */
import { LoaderCircle } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import type { CheckName, CheckRead, Right, StaffChecks, StaffCheckResult } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure, useReading } from '../api.ts';
import { type CheckWords, checkWords, isCheckFault } from '../check-words.ts';
import { size } from '../../desk/written.ts';
import { duration, type Place, usePlace } from '../desk.ts';
import { kindBeside } from '../device-look.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Pad, Sheet, Trouble } from '../parts.tsx';
import { Confirm } from './machine.tsx';
import { Looks, Tones, TouchGrid } from './screen-checks.tsx';

const readEveryMs = 500;
/** Digits of what a person reads or counts. */
const digits = 4;
/** Cash or goods leave their place with it: where that takes two persons, this does. */
const paying: Right = 'empty';
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

type Check = StaffChecks['checks'][number];
type Open = NonNullable<StaffChecks['open']>;

const keyOf = ({ check, device }: { readonly check: CheckName; readonly device: string | null }) =>
  `${check} ${device ?? ''}`;

export function Checks() {
  const place = usePlace();
  const words = checkWords[place.lang];
  const { table: checks, again: read } = useReading('checks', undefined, readEveryMs);
  const [failure, fail] = useState<Failure | null>(null);
  /** Those that are still to be run by themselves, and how many there were. */
  const [queue, setQueue] = useState<{ readonly left: readonly Check[]; readonly all: number } | null>(null);
  /** The one that lets something out, and waits for the person who stands by. */
  const [forTwo, setForTwo] = useState<Check | null>(null);
  const { busy, once } = useOnce();
  const begin = async ({ check, device }: Check) => {
    const answer = await act({ do: 'check', check, device, second: null });
    fail(answer.ok ? null : answer);
    await read();
    return answer.ok;
  };
  const open = checks?.open ?? null;
  useEffect(() => {
    if (queue === null || busy || open !== null) return;
    const [next, ...left] = queue.left;
    if (next === undefined) setQueue(null);
    else
      once(async () => {
        setQueue({ ...queue, left });
        if (!(await begin(next))) setQueue(null);
      });
  }, [queue, open, busy]);
  if (checks === null) return <Sheet title={words.title}>{null}</Sheet>;
  const quick = checks.checks.filter((one) => one.quick);
  const needsTwo = ({ check }: Check) => (check === 'pay-one' || check === 'relay') && place.forTwo(paying);
  const stop = () => {
    setQueue(null);
    if (open !== null) void act({ do: 'end-check', command: open.command }).then(read);
  };
  return (
    <Sheet title={words.title} text={words.text}>
      <Trouble failure={failure} />
      <Touch onTouch={() => place.go({ at: 'readiness' })}>{words.readiness}</Touch>
      {queue !== null ? (
        <section class="card">
          <p role="status">{words.quickRuns(queue.all - queue.left.length, queue.all)}</p>
          <Touch onTouch={stop}>{words.stop}</Touch>
        </section>
      ) : (
        open === null && (
          <Touch look="main" onTouch={() => setQueue({ left: quick, all: quick.length })}>
            {words.quick}
          </Touch>
        )
      )}
      {open !== null && <Running key={open.command} open={open} checks={checks} read={read} />}
      <div class="device-cards">
        {groups(checks.checks).map(([name, own]) => (
          <section class="card" key={name} data-checked={name}>
            <h2>{headOf(own[0], place)}</h2>
            {own.map((check) => (
              <Row
                key={check.check}
                check={check}
                off={busy || open !== null || queue !== null}
                run={() => (needsTwo(check) ? setForTwo(check) : once(async () => void (await begin(check))))}
              />
            ))}
            {forTwo !== null && open === null && own.some((one) => keyOf(one) === keyOf(forTwo)) && (
              <Confirm
                right={paying}
                name={`${words.run}: ${forTwo.name[place.lang]}`}
                ask={(second) => ({ do: 'check', check: forTwo.check, device: forTwo.device, second })}
                onDone={() => {
                  setForTwo(null);
                  void read();
                }}
              />
            )}
          </section>
        ))}
      </div>
    </Sheet>
  );
}

/** The device and what it is; the kiosk's own checks have no device. */
function headOf(check: Check | undefined, { lang, words }: Place): string {
  const own = checkWords[lang];
  if (check === undefined || check.kind === 'kiosk') return own.kiosk;
  const device = check.device ?? own.kiosk;
  const kind = kindBeside(device, check.kind === 'wallet' ? own.wallet : words.kinds[check.kind]);
  return kind === null ? device : `${device} · ${kind}`;
}

/** Of each device, in order; the kiosk's own under its name. */
function groups(checks: readonly Check[]): readonly (readonly [string, readonly Check[]])[] {
  const found = new Map<string, Check[]>();
  for (const one of checks) found.set(one.device ?? 'kiosk', [...(found.get(one.device ?? 'kiosk') ?? []), one]);
  return [...found];
}

function Row({ check, off, run }: { readonly check: Check; readonly off: boolean; readonly run: () => void }) {
  const place = usePlace();
  const words = checkWords[place.lang];
  const { last, refused } = check;
  return (
    <div class="line line-tall check-row" data-check={check.check} data-outcome={last?.outcome ?? 'none'}>
      <div>
        <p class="strong">{check.name[place.lang]}</p>
        {last === null ? <p class="note">{words.never}</p> : <Result check={check.check} result={last} />}
        {refused !== null && !off && <p class="note">{place.words.problems[refused]}</p>}
      </div>
      <Touch off={off || refused !== null} label={`${words.run}: ${check.name[place.lang]}`} onTouch={run}>
        {words.run}
      </Touch>
    </div>
  );
}

function Result({ check, result }: { readonly check: Check['check']; readonly result: StaffCheckResult }) {
  const place = usePlace();
  const words = checkWords[place.lang];
  const { outcome, fault, remedy, at, by, read } = result;
  const look = outcome === 'passed' ? 'chip-good' : outcome === 'failed' ? 'chip-stop' : '';
  return (
    <>
      <p>
        <span class={`chip chip-first ${look}`}>{words.outcomes[outcome]}</span>{' '}
        <span class="note-inline">
          {place.time(at)} · {by}
        </span>
      </p>
      {fault !== null && (
        <p>{remedy?.[place.lang] ?? place.sentences(faultIn(words, fault), remedyIn(words, fault))}</p>
      )}
      {outcome === 'passed' && words.passed[check] !== undefined && <p>{words.passed[check]}</p>}
      <p class="note">{readIn(place, words, read)}</p>
    </>
  );
}

/** In words; what only the machine has a word for stands behind them as it came. */
function faultIn({ faults, faultsBefore }: CheckWords, fault: string): string {
  const [, before = '', word = ''] = /^([a-z]+)-(.+)$/.exec(fault) ?? [];
  if (isCheckFault(fault)) return faults[fault];
  if (faultsBefore[before] === undefined) return fault;
  return `${faultsBefore[before]}: ${isCheckFault(word) ? faults[word] : word}`;
}

function remedyIn({ remedies }: CheckWords, fault: string): string | null {
  return isCheckFault(fault) ? remedies[fault] : null;
}

/** Every figure with its name. */
function readIn(place: Place, words: CheckWords, read: CheckRead): string {
  // An amount has its currency's sign.
  const shown = Object.entries(read).filter(([name]) => name !== 'currency' || read.minor === undefined);
  return shown.map(([name, value]) => place.named(words.read[name] ?? name, valueIn(place, name, value))).join(' · ');
}

function valueIn({ money, lang }: Place, name: string, value: string | number | boolean): string {
  if (typeof value === 'boolean') return value ? checkWords[lang].yes : checkWords[lang].no;
  if (typeof value === 'string') return checkWords[lang].values[value] ?? value;
  if (/minor$/i.test(name)) return money(value);
  if (name.endsWith('Ms')) return duration(value);
  return name.endsWith('Bytes') ? size(value) : String(value);
}

interface RunningProps {
  readonly open: Open;
  readonly checks: StaffChecks;
  readonly read: () => Promise<void>;
}

/** The check that runs: what to do, what it has read so far, and what the person has to tell. */
function Running({ open, checks, read }: RunningProps) {
  const place = usePlace();
  const words = checkWords[place.lang];
  const check = checks.checks.find((one) => keyOf(one) === keyOf(open));
  const tell = (told: number | boolean) => void act({ do: 'tell-check', command: open.command, told }).then(read);
  const end = () => void act({ do: 'end-check', command: open.command }).then(read);
  return (
    <section class="card check-open" data-open={open.check} data-step={open.step}>
      <div class="line">
        <h2>
          <LoaderCircle {...iconShape} /> {check?.name[place.lang]}
          {open.device !== null && ` · ${open.device}`}
        </h2>
        <span class="chip">{words.seconds(open.seconds)}</span>
      </div>
      <p>{check?.task[place.lang]}</p>
      <p class="large strong" role="status">
        {open.check === 'lamps' && `${words.values[String(open.read.lamp)] ?? ''}: `}
        {words.steps[open.step] ?? (check?.quick ? words.machine : '')}
      </p>
      <p class="note">{readIn(place, words, open.read)}</p>
      <Asked open={open} tell={tell} />
      <Touch onTouch={end}>{words.end}</Touch>
    </section>
  );
}

function Asked({ open, tell }: { readonly open: Open; readonly tell: (told: number | boolean) => void }) {
  const words = checkWords[usePlace().lang];
  const [shown, show] = useState<'before' | 'on' | 'after'>('before');
  if (open.asks === 'nothing') return null;
  const { check } = open;
  if (check === 'touch-grid' || check === 'pixels' || check === 'burn-in') {
    if (shown === 'before') {
      return (
        <Touch look="main" onTouch={() => show('on')}>
          {words.begin}
        </Touch>
      );
    }
    if (shown === 'on' && check === 'touch-grid') return <TouchGrid onEnd={tell} />;
    if (shown === 'on' && check !== 'touch-grid') return <Looks of={check} onEnd={() => show('after')} />;
  }
  return (
    <>
      {open.tones !== null && <Tones count={open.tones} />}
      <p class="strong">{words.asks[`${check} ${open.step}`] ?? words.asks[check]}</p>
      {open.asks === 'number' ? (
        <Counted tell={tell} />
      ) : (
        <div class="choices">
          <Touch onTouch={() => tell(true)}>{words.yes}</Touch>
          <Touch onTouch={() => tell(false)}>{words.no}</Touch>
        </div>
      )}
    </>
  );
}

function Counted({ tell }: { readonly tell: (told: number) => void }) {
  const words = checkWords[usePlace().lang];
  const [typed, type] = useState('');
  return (
    <div class="fields">
      <p class="entry check-number" aria-live="polite">
        {typed}
      </p>
      <Pad value={typed} most={digits} onChange={type} />
      <Touch look="main" off={typed === ''} onTouch={() => tell(Number(typed))}>
        {words.send}
      </Touch>
    </div>
  );
}
