import { pieceUrl, type TableItem } from './api.ts';
import { nameOf } from './machines.ts';
import { formatMoney, formatNote } from './money.ts';
import type { Bench } from './state.ts';

/** What was torn off or pulled out lies here: a change slip is typed in from it, a box is counted by it. */
export function Table({ bench }: { readonly bench: Bench }) {
  const words = bench.words.value;
  const items = bench.table.value;
  if (items.length === 0) return null;
  const scanner = bench.devices.value.some(({ kind }) => kind === 'scanner');
  return (
    <section class="panel" aria-label={words.table}>
      <h2>{words.table}</h2>
      <ul class="table">
        {items.map((item) => (
          <li key={item.number}>
            {item.kind === 'paper' ? (
              <a class="table-piece" href={pieceUrl(item)} target="_blank" rel="noreferrer">
                <img src={pieceUrl(item)} alt={words.tornSlip} />
              </a>
            ) : (
              <Box bench={bench} item={item} />
            )}
            <div class="row">
              {scanner &&
                item.codes.map((code) => (
                  <button key={code} type="button" class="tool" onClick={() => void bench.hold(code)}>
                    {words.holdToScanner}
                  </button>
                ))}
              <button type="button" class="tool" onClick={() => void bench.putAway(item.number)}>
                {item.kind === 'paper' ? words.throwAway : words.carryAway}
              </button>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Box({ bench, item }: { readonly bench: Bench; readonly item: TableItem }) {
  const words = bench.words.value;
  const money = bench.whole.value;
  const device = bench.devices.value.find(({ id }) => id === item.device);
  const from = device === undefined ? item.device : nameOf(device, bench.devices.value, words);
  const total = item.cash.reduce((sum, { minor, count }) => sum + minor * count, 0);
  const rows = item.cash.map(({ minor, currency, count }) => `${formatNote(money, minor, currency)} × ${count}`);
  return (
    <div class="table-box">
      <strong>{words.boxOf(from)}</strong>
      <strong>{formatMoney(money, total)}</strong>
      <span class="hint">{rows.length === 0 ? words.empty : rows.join(', ')}</span>
    </div>
  );
}
