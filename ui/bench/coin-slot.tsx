import type { Cash, Device } from './api.ts';
import { coinPx, PlayCoin } from './coin.tsx';
import { Lamp } from './lamp.tsx';
import { sayFaults } from './machine-words.ts';
import { cashIn, counted, nameOf, takes } from './machines.ts';
import { formatMoney, noteFigure } from './money.ts';
import type { Bench } from './state.ts';

const slotCoinPx = 38;
const cupCoinPx = 44;
/** More are counted in words alone. */
const drawnMaximum = 60;

interface Coin {
  readonly key: string;
  readonly figure: number;
}

/** One after the other, as many as are drawn; a coin keeps its key while others come. */
function single(bench: Bench, cash: readonly Cash[]): readonly Coin[] {
  return cash
    .flatMap(({ minor, currency, count }) =>
      Array.from({ length: Math.min(count, drawnMaximum) }, (_, at) => ({
        key: `${currency} ${minor} ${at}`,
        figure: noteFigure(bench.whole.value, minor, currency),
      })),
    )
    .slice(0, drawnMaximum);
}

/** An upright slit; coins that wait to be judged stand in it. */
export function CoinSlot({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const words = bench.words.value;
  const waiting = single(bench, cashIn(device, 'slot'));
  const faults = device.faults ?? [];
  const several = bench.devices.value.filter((one) => takes(one, 'coin')).length > 1;
  return (
    <div class="fascia fascia-coins" data-off={device.power ? undefined : ''}>
      <div class="fascia-head">
        <span>{several ? nameOf(device, bench.devices.value, words) : words.coins}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div
        class="slot coin-slot"
        data-slot="coin"
        data-device={device.id}
        data-jam={faults.includes('jam') ? '' : undefined}
      >
        <span class="coin-plate">
          <span class="coin-slit" />
        </span>
        {waiting.length > 0 && (
          <span class="coin-waiting">
            <PlayCoin figure={waiting[0]?.figure ?? 1} largestPx={slotCoinPx} />
            {waiting.length > 1 && <small>+{waiting.length - 1}</small>}
          </span>
        )}
      </div>
      <p class="fascia-words" role="status">
        {faults.length > 0
          ? sayFaults(faults, bench.language.value)
          : device.enabled === false
            ? words.coinsFallThrough
            : words.empty}
      </p>
    </div>
  );
}

/** Where change falls, and coins that were not taken: one for all machines of the cabinet. */
export function Cup({ bench, devices }: { readonly bench: Bench; readonly devices: readonly Device[] }) {
  const words = bench.words.value;
  const cash = counted(devices.flatMap((device) => cashIn(device, 'cup')));
  const coins = single(bench, cash);
  const sum = cash.reduce((all, { minor, count }) => all + minor * count, 0);
  const takeAll = async () => {
    for (const device of devices) {
      if (cashIn(device, 'cup').length > 0) await bench.doTo(`devices/${device.id}`, { action: 'take' });
    }
  };
  return (
    <div class="cup">
      <div class="fascia-head">
        <span>{words.cup}</span>
        <strong>{formatMoney(bench.whole.value, sum)}</strong>
      </div>
      <button
        type="button"
        class="cup-tray"
        aria-label={words.takeAll}
        disabled={coins.length === 0}
        onClick={() => void takeAll()}
      >
        <span class="cup-coins">
          {coins.map(({ key, figure }) => (
            <span
              key={key}
              class="cup-coin"
              style={{ marginTop: `${lean(key)}px`, width: `${coinPx(figure, cupCoinPx) - 4}px` }}
            >
              <PlayCoin figure={figure} largestPx={cupCoinPx} />
            </span>
          ))}
        </span>
      </button>
      <div class="cup-foot">
        <span class="hint" role="status">
          {coins.length === 0
            ? words.cupEmpty
            : cash
                .map(({ minor, currency, count }) => `${formatMoney(bench.whole.value, minor, currency)} × ${count}`)
                .join(', ')}
        </span>
        <button type="button" class="tool" disabled={coins.length === 0} onClick={() => void takeAll()}>
          {words.takeAll}
        </button>
      </div>
    </div>
  );
}

/** Coins do not lie in a row; each keeps its place. */
function lean(key: string): number {
  return [...key].reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) % 17, 7);
}
