import { useState } from 'preact/hooks';
import type { Device } from './api.ts';
import { Lamp } from './lamp.tsx';
import { nameOf } from './machines.ts';
import { billsShown, type Bench } from './state.ts';
import { walletName, walletsAmong } from './wallets.ts';

interface Item {
  readonly label: string;
  readonly text: string;
}

/** What lies about and has a code: bills, a phone that shows one, slips on the table. */
function itemsToHold(bench: Bench): readonly Item[] {
  const words = bench.words.value;
  const first = bench.firstBill.value ?? 0;
  const bills = (bench.bills.value ?? []).slice(first, first + billsShown);
  const phones = walletsAmong(bench.services.value);
  const slips = bench.table.value.flatMap(({ codes }) => codes);
  return [
    ...bills.map(({ number }) => ({ label: words.billNumber(number), text: number })),
    ...phones.flatMap((service) => {
      const text = service.wallet.phone.code?.text;
      return text === undefined ? [] : [{ label: words.codeOf(walletName(service, phones, words)), text }];
    }),
    ...slips.slice(0, 1).map((text) => ({ label: words.newestSlip, text })),
  ];
}

/** The scanner's window in the cabinet, and what can be held before it. */
export function Scanner({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const [text, setText] = useState('');
  const words = bench.words.value;
  const hold = (held: string) => void bench.hold(held, device.id);
  return (
    <section class="fascia scanner" data-off={device.power ? undefined : ''} aria-label={words.scanner}>
      <div class="fascia-head">
        <span>{nameOf(device, bench.devices.value, words)}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div class="scanner-face">
        <span class="scanner-window" aria-hidden="true" />
        <div class="scanner-things">
          <form
            class="fill"
            onSubmit={(event) => {
              event.preventDefault();
              if (text !== '') hold(text);
            }}
          >
            <input
              aria-label={words.scanText}
              placeholder={words.scanText}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <button type="submit" class="tool" disabled={text === ''}>
              {words.holdToScanner}
            </button>
          </form>
          <ul class="chips" aria-label={words.thingsToScan}>
            {itemsToHold(bench).map(({ label, text: code }) => (
              <li key={label}>
                <button type="button" class="tool" onClick={() => hold(code)}>
                  {label}
                </button>
              </li>
            ))}
          </ul>
        </div>
      </div>
    </section>
  );
}
