import type { Device } from './api.ts';
import { sayFaults } from './machine-words.ts';
import { takes } from './machines.ts';
import type { Bench } from './state.ts';

type LampState = 'off' | 'unplugged' | 'fault' | 'closed' | 'on';

function lampOf(device: Device): LampState {
  if (!device.power) return 'off';
  if (!device.line) return 'unplugged';
  if ((device.faults?.length ?? 0) > 0) return 'fault';
  return device.enabled === false ? 'closed' : 'on';
}

/** How a machine stands, in a light and a word. */
export function Lamp({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const state = lampOf(device);
  const words = bench.words.value;
  const said: Readonly<Record<LampState, string>> = {
    off: words.noPower,
    unplugged: words.cableOut,
    fault: sayFaults(device.faults ?? [], bench.language.value),
    closed: words.slotClosed,
    on: device.enabled !== true ? words.on : takes(device, 'coin') ? words.takesCoins : words.takesNotes,
  };
  return (
    <span class="lamp" data-state={state}>
      {said[state]}
    </span>
  );
}
