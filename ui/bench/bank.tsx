import type { ActionBody, Device } from './api.ts';
import { Choice } from './choice.tsx';
import { nameOf } from './machines.ts';
import { formatMoney } from './money.ts';
import type { Bench } from './state.ts';
import { keptByBank } from './wallets.ts';

/** More have scrolled away. */
const transactionsShown = 50;

/** The bank behind a card terminal: whether it is there, and what it holds, whatever the terminal and the kiosk believe. */
export function Bank({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const words = bench.words.value;
  const { ledger = [], bank = 'online' } = device;
  const several = bench.devices.value.filter(({ kind }) => kind === 'card-terminal').length > 1;
  const title = several ? `${words.bank}: ${nameOf(device, bench.devices.value, words)}` : words.bank;
  const send = (body: ActionBody) => void bench.doTo(`devices/${device.id}`, body);
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      <Choice
        name={`${device.id}-bank`}
        label={words.bankLine}
        options={[
          { value: 'online', label: words.bankOnline },
          { value: 'offline', label: words.bankOffline },
          { value: 'lost', label: words.bankLost },
        ]}
        value={bank}
        choose={(value) => send({ action: 'host', value })}
      />
      {ledger.length === 0 ? (
        <p class="hint">{words.noTransactions}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list has to be reached by keys
        <ol class="ledger" tabIndex={0} aria-label={words.transactions}>
          {ledger
            .slice(-transactionsShown)
            .toReversed()
            .map(({ receipt, minor, currency, state }, at) => (
              <li key={`${ledger.length - at}`} data-state={state}>
                <span class="ledger-number">{String(receipt).padStart(4, '0')}</span>
                <strong>{formatMoney(bench.whole.value, minor, currency)}</strong>
                <span class="ledger-state">{words.transactionIs[state]}</span>
              </li>
            ))}
        </ol>
      )}
      <p class="ledger-sum">
        <span>{words.kept}</span>
        <strong>{formatMoney(bench.whole.value, keptByBank(ledger), ledger[0]?.currency)}</strong>
      </p>
    </section>
  );
}
