import type { Cash, Device, Unit } from './api.ts';
import { sayFaults } from './machine-words.ts';
import { formatMoney, formatNote, noteFigure } from './money.ts';
import { noteColours, PlayNote } from './note.tsx';
import type { Bench } from './state.ts';

/** The cabinet as it stands there: glass, slot, printer mouth, cash box. Every note is drawn where it is. */
export function Cabinet({ bench }: { readonly bench: Bench }) {
  const acceptor = bench.devices.value.find((device) => device.kind === 'note-acceptor');
  const printer = bench.devices.value.find((device) => device.kind === 'printer');
  return (
    <section class="cabinet" aria-label={bench.words.value.cabinet}>
      <Glass bench={bench} />
      {acceptor !== undefined && <Acceptor bench={bench} device={acceptor} />}
      {printer !== undefined && <Printer bench={bench} device={printer} />}
      {acceptor !== undefined && <CashBox bench={bench} device={acceptor} />}
    </section>
  );
}

/** Leads to the kiosk's screen; dark when the cabinet has no power. */
function Glass({ bench }: { readonly bench: Bench }) {
  const { power, kiosk } = bench.whole.value;
  const words = bench.words.value;
  if (!power || kiosk === null) {
    return (
      <div class="cabinet-glass" data-off={power ? undefined : ''}>
        <strong>{words.screen}</strong>
        <span>{power ? words.noScreen : words.screenDark}</span>
      </div>
    );
  }
  return (
    <a class="cabinet-glass" href={kiosk} target="kiosk">
      <strong>{words.screen}</strong>
      <span>{words.openScreen} ↗</span>
    </a>
  );
}

function cashIn(device: Device, name: Unit['unit']): readonly Cash[] {
  return (device.units?.find((unit) => unit.unit === name)?.cash ?? []).filter((cash) => cash.count > 0);
}

/** The sum of a unit in minor units. */
export function totalOf(device: Device | undefined, name: Unit['unit']): number {
  return device === undefined ? 0 : cashIn(device, name).reduce((sum, cash) => sum + cash.minor * cash.count, 0);
}

function Acceptor({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const waiting = cashIn(device, 'slot')[0];
  const inside = cashIn(device, 'escrow')[0];
  const faults = device.faults ?? [];
  const words = bench.words.value;
  const note = (cash: Cash) => formatNote(bench.whole.value, cash.minor, cash.currency);
  const figure = (cash: Cash) => noteFigure(bench.whole.value, cash.minor, cash.currency);
  return (
    <div class="fascia" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>{words.notes}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div class="slot" data-slot-target data-jam={faults.includes('jam') ? '' : undefined}>
        <span class="slot-mouth" />
        {inside !== undefined && (
          <span class="slot-note slot-note-inside">
            <PlayNote figure={figure(inside)} />
          </span>
        )}
        {waiting !== undefined && (
          <button
            type="button"
            class="slot-note slot-note-out"
            aria-label={words.takeBack(note(waiting))}
            onClick={() => void bench.doTo(`devices/${device.id}`, { action: 'take' })}
          >
            <PlayNote figure={figure(waiting)} />
          </button>
        )}
      </div>
      <p class="fascia-words" role="status">
        {waiting !== undefined
          ? words.cameBack(note(waiting))
          : inside !== undefined
            ? words.isInside(note(inside))
            : faults.length > 0
              ? sayFaults(faults, bench.language.value)
              : device.enabled === false
                ? words.noNoteWanted
                : words.empty}
      </p>
    </div>
  );
}

function Printer({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const url = bench.paper.value[device.id];
  const words = bench.words.value;
  return (
    <div class="fascia" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>{words.receipts}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div class="mouth">
        <span class="slot-mouth" />
        {url !== undefined && (
          <button type="button" class="paper" aria-label={words.tearOff} onClick={() => void bench.tear(device.id)}>
            <img src={url} alt={words.paperOut} />
          </button>
        )}
      </div>
      <p class="fascia-words" role="status">
        {url !== undefined ? words.touchPaper : sayFaults(device.faults ?? [], bench.language.value) || words.noPaper}
      </p>
    </div>
  );
}

type LampState = 'off' | 'unplugged' | 'fault' | 'closed' | 'on';

function lampOf(device: Device): LampState {
  if (!device.power) return 'off';
  if (!device.line) return 'unplugged';
  if ((device.faults?.length ?? 0) > 0) return 'fault';
  return device.enabled === false ? 'closed' : 'on';
}

function Lamp({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const state = lampOf(device);
  const words = bench.words.value;
  const said: Readonly<Record<LampState, string>> = {
    off: words.noPower,
    unplugged: words.cableOut,
    fault: sayFaults(device.faults ?? [], bench.language.value),
    closed: words.slotClosed,
    on: device.enabled === true ? words.takesNotes : words.on,
  };
  return (
    <span class="lamp" data-state={state}>
      {said[state]}
    </span>
  );
}

function CashBox({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const out = device.faults?.includes('cash box out') === true;
  const cash = [...cashIn(device, 'box')].sort((a, b) => b.minor - a.minor);
  const words = bench.words.value;
  const money = bench.whole.value;
  const act = out ? 'insert cashbox' : 'remove cashbox';
  return (
    <div class="box" data-out={out ? '' : undefined}>
      <div class="box-head">
        <span>{words.box}</span>
        <strong>{formatMoney(money, totalOf(device, 'box'))}</strong>
      </div>
      <ul class="box-cash">
        {cash.map((one) => (
          <li key={one.minor} style={{ '--note-ink': noteColours(noteFigure(money, one.minor, one.currency))[0] }}>
            <span class="box-stack" style={{ height: `${Math.min(48, 6 + one.count * 3)}px` }} />
            <span>{formatNote(money, one.minor, one.currency)}</span>
            <span>× {one.count}</span>
          </li>
        ))}
        {cash.length === 0 && <li class="hint">{out ? words.pulledOut : words.empty}</li>}
      </ul>
      <button type="button" class="tool" onClick={() => void bench.doTo(`devices/${device.id}`, { action: act })}>
        {out ? words.insertBox : words.pullBox}
      </button>
    </div>
  );
}
