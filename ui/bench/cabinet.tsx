import type { Cash, Device } from './api.ts';
import { CoinSlot, Cup } from './coin-slot.tsx';
import { IoModule } from './io-module.tsx';
import { Lamp } from './lamp.tsx';
import { sayFaults } from './machine-words.ts';
import { cashIn, nameOf, takes, usesCup } from './machines.ts';
import { formatNote, noteFigure } from './money.ts';
import { PlayNote } from './note.tsx';
import { PaperOut } from './paper.tsx';
import { Scanner } from './scanner.tsx';
import type { Bench } from './state.ts';
import { Stores } from './stores.tsx';
import { Terminal } from './terminal.tsx';

/** The cabinet as it stands there: glass, slots, printer mouth, cup, boxes. Every note and coin is drawn where it is. */
export function Cabinet({ bench }: { readonly bench: Bench }) {
  const devices = bench.devices.value;
  const coins = devices.filter((device) => takes(device, 'coin'));
  const ofKind = (kind: Device['kind']) => devices.filter((device) => device.kind === kind);
  const cup = devices.some(usesCup);
  const cashless = devices.some(({ kind }) => kind === 'card-terminal' || kind === 'scanner');
  const tall = cup || cashless || bench.services.value.some(({ wallet }) => wallet !== undefined);
  return (
    <section class="cabinet" data-tall={tall ? '' : undefined} aria-label={bench.words.value.cabinet}>
      <Glass bench={bench} />
      <div class="slots">
        {devices
          .filter((device) => takes(device, 'note'))
          .map((device) => (
            <NoteSlot key={device.id} bench={bench} device={device} />
          ))}
        {coins.map((device) => (
          <CoinSlot key={device.id} bench={bench} device={device} />
        ))}
      </div>
      {ofKind('card-terminal').map((device) => (
        <Terminal key={device.id} bench={bench} device={device} />
      ))}
      {ofKind('scanner').map((device) => (
        <Scanner key={device.id} bench={bench} device={device} />
      ))}
      {ofKind('printer').map((device) => (
        <Printer key={device.id} bench={bench} device={device} />
      ))}
      {ofKind('cabinet-io').map((device) => (
        <IoModule key={device.id} bench={bench} device={device} />
      ))}
      {cup && <Cup bench={bench} devices={devices.filter(usesCup)} />}
      <Stores bench={bench} />
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

/** The slot of a note acceptor, and of a recycler, which also gives notes out there. */
function NoteSlot({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const paid = cashIn(device, 'bezel')[0];
  const waiting = paid ?? cashIn(device, 'slot')[0];
  const inside = cashIn(device, 'escrow')[0];
  const words = bench.words.value;
  const note = (cash: Cash) => formatNote(bench.whole.value, cash.minor, cash.currency);
  const figure = (cash: Cash) => noteFigure(bench.whole.value, cash.minor, cash.currency);
  const several = bench.devices.value.filter((one) => takes(one, 'note')).length > 1;
  return (
    <div class="fascia" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>{several ? nameOf(device, bench.devices.value, words) : words.notes}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div
        class="slot"
        data-slot="note"
        data-device={device.id}
        data-jam={device.faults?.includes('jam') === true ? '' : undefined}
      >
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
            aria-label={paid === undefined ? words.takeBack(note(waiting)) : words.takePaid(note(waiting))}
            onClick={() => void bench.doTo(`devices/${device.id}`, { action: 'take' })}
          >
            <PlayNote figure={figure(waiting)} />
          </button>
        )}
      </div>
      <p class="fascia-words" role="status">
        {paid !== undefined
          ? words.isPaid(paid.count > 1 ? `${note(paid)} × ${paid.count}` : note(paid))
          : waiting !== undefined
            ? words.cameBack(note(waiting))
            : inside !== undefined
              ? words.isInside(note(inside))
              : noteSlotWords(bench, device)}
      </p>
    </div>
  );
}

function noteSlotWords(bench: Bench, device: Device): string {
  const words = bench.words.value;
  if ((device.faults?.length ?? 0) > 0) return sayFaults(device.faults ?? [], bench.language.value);
  return device.enabled === false ? words.noNoteWanted : words.empty;
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
        <PaperOut bench={bench} device={device} />
      </div>
      <p class="fascia-words" role="status">
        {url !== undefined ? words.touchPaper : sayFaults(device.faults ?? [], bench.language.value) || words.noPaper}
      </p>
    </div>
  );
}
