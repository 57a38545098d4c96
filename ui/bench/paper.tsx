import type { Device } from './api.ts';
import type { Bench } from './state.ts';

/** Paper that hangs out of a machine; a touch tears it off. Nothing when none does. */
export function PaperOut({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const url = bench.paper.value[device.id];
  const words = bench.words.value;
  if (url === undefined) return null;
  return (
    <button
      type="button"
      class="paper"
      aria-label={words.tearOff}
      onClick={() => void bench.doTo(`devices/${device.id}`, { action: 'take' })}
    >
      <img src={url} alt={words.paperOut} />
    </button>
  );
}
