/** The cabinet as it stands in the hall, each device where it really is; a touch opens it. */
import { CircleCheck, CircleDashed, OctagonX, TriangleAlert, Unplug } from 'lucide-preact';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { usePlace } from '../desk.ts';
import type { Words } from '../text.ts';
import { Fitting } from '../device-drawings.tsx';
import { kindBeside, type Mark, markOf, shelfOf, shelves, paperSteps, type Unit, unitSteps } from '../device-look.ts';

type Device = StaffTill['devices'][number];

const iconShape = { size: '1em', strokeWidth: 2.25, 'aria-hidden': true } as const;
const icons = { ready: CircleCheck, warning: TriangleAlert, fault: OctagonX, lost: Unplug, off: CircleDashed } as const;

export function MarkSign({ mark }: { readonly mark: Mark }) {
  const { words } = usePlace();
  const Icon = icons[mark];
  return (
    <span class="mark" data-mark={mark}>
      <Icon {...iconShape} /> {words.device.marks[mark]}
    </span>
  );
}

export function Cabinet({ till }: { readonly till: StaffTill }) {
  const { words, now } = usePlace();
  const own = words.device;
  const marks = till.devices.map((device) => markOf(device, unitsOf(till, device)));
  const broken = marks.filter((mark) => mark === 'fault' || mark === 'lost').length;
  const off = marks.filter((mark) => mark === 'off').length;
  const glance = broken > 0 ? 'fault' : off > 0 || marks.length === 0 ? 'off' : 'ready';
  const Sign = icons[glance];
  const sentences = {
    fault: own.needHand(broken),
    off: marks.length === 0 ? own.noDevices : own.notReady(off),
    ready: own.allWell,
  };
  const on = (shelf: (typeof shelves)[number]) => till.devices.filter(({ kind }) => shelfOf(kind) === shelf);
  return (
    <section class="cabinet" aria-label={own.cabinet}>
      <div class="cabinet-glass" data-glance={glance}>
        <p class="cabinet-sentence">
          <Sign {...iconShape} /> {sentences[glance]}
        </p>
        <p class="cabinet-name">
          {now.kiosk} · {now.glass.widthPx} × {now.glass.heightPx}
        </p>
      </div>
      <div class="cabinet-front">
        {shelves
          .filter((shelf) => shelf !== 'inside')
          .flatMap((shelf) => on(shelf))
          .map((device) => (
            <Place key={device.device} device={device} units={unitsOf(till, device)} />
          ))}
      </div>
      {on('inside').length > 0 && (
        <div class="cabinet-vault">
          <p class="note">{own.vault}</p>
          <div class="cabinet-front">
            {on('inside').map((device) => (
              <Place key={device.device} device={device} units={unitsOf(till, device)} />
            ))}
          </div>
        </div>
      )}
    </section>
  );
}

export function unitsOf({ units }: StaffTill, { device }: Device): readonly Unit[] {
  return units.filter((unit) => unit.device === device);
}

function Place({ device, units }: { readonly device: Device; readonly units: readonly Unit[] }) {
  const { words, go, lang, time } = usePlace();
  const own = words.device;
  const mark = markOf(device, units);
  const fault = device.faults[0];
  return (
    <button
      type="button"
      class="place"
      data-device={device.device}
      data-mark={mark}
      onClick={() => go({ at: 'device', device: device.device })}
    >
      <Fitting kind={device.kind} />
      <span class="place-words">
        <span class="place-name">
          <strong>{device.device}</strong>{' '}
          <span class="quiet">{kindBeside(device.device, words.kinds[device.kind])}</span>
        </span>
        <span>
          <MarkSign mark={mark} />
          {mark !== 'ready' && device.since !== null && <span class="since"> {own.since(time(device.since))}</span>}
        </span>
        {fault !== undefined && (
          <span class="note place-fault">
            {fault.remedy?.[lang]} <span class="code">{fault.code}</span>
          </span>
        )}
        <States device={device} />
        {units.map((unit) => (
          <Fill key={unit.unit} unit={unit} coins={isForCoins(device)} />
        ))}
        {device.paper !== null && <Steps steps={paperSteps(device.paper)} text={words.paper[device.paper]} />}
        {device.lastFault !== null && !stands(device, device.lastFault.code) && (
          <span class="note">{own.lastFault(device.lastFault.code, time(device.lastFault.at))}</span>
        )}
      </span>
    </button>
  );
}

/** What a person has to do with it besides faults. */
function States({ device }: { readonly device: Device }) {
  const { words } = usePlace();
  const states = [
    ...(device.boxOut ? [words.boxOut] : []),
    ...(device.emptying ? [words.emptying] : []),
    ...(device.newTable === null ? [] : [words.device.newTable]),
  ];
  return states.length === 0 ? null : <span class="note place-fault">{states.join(' · ')}</span>;
}

/** It is said above, with what to do. */
function stands({ faults }: Device, code: string): boolean {
  return faults.some((fault) => fault.code === code);
}

function isForCoins({ kind }: Device): boolean {
  return kind === 'hopper' || kind === 'coin-acceptor';
}

function Fill({ unit, coins }: { readonly unit: Unit; readonly coins: boolean }) {
  const { words, money } = usePlace();
  const sum = unit.minor === null ? '' : `${money(unit.minor)} · `;
  const inside =
    unit.pieces > 0 ? `${sum}${words.device.pieces(unit.pieces, coins, unit.capacity)}` : words.nothingInside;
  const held = unit.declared ? inside : words.notDeclared;
  return <Steps steps={unitSteps(unit)} text={levelWords(words, unit)} more={held} />;
}

/** A unit by its name, with what its sensors say. */
export function levelWords(words: Words, { unit, state }: Unit): string {
  return state === null ? words.units[unit] : `${words.units[unit]} · ${words.levels[state]}`;
}

interface StepsProps {
  readonly steps: 0 | 1 | 2 | 3 | null;
  readonly text: string;
  readonly more?: string;
}

/** A level in three steps, and in words. */
export function Steps({ steps, text, more }: StepsProps) {
  return (
    <span class="steps">
      {steps !== null && (
        <span class="steps-bar" data-steps={steps} aria-hidden="true">
          <i />
          <i />
          <i />
        </span>
      )}
      <span>{text}</span>
      {more !== undefined && <span class="steps-more">{more}</span>}
    </span>
  );
}
