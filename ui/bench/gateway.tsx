import { useState } from 'preact/hooks';
import type { ActionBody } from './api.ts';
import { formatMoney } from './money.ts';
import type { Bench } from './state.ts';
import type { Words } from './words.ts';
import { walletName, type WalletService } from './wallets.ts';

/** Every way in which a gateway misbehaves; behind a colon what else is said with it. */
export const gatewayMoods = [
  'off',
  'slow',
  'silent',
  'deaf',
  'down',
  'hang-up',
  'wrong-signature',
  'error-after',
  'system-error',
  'system-error:done',
  'rate-limit',
  'other-amount',
  'other-number',
  'duplicate-notice',
  'password',
  'paying',
  'not-yet',
  'race:refunded',
  'race:paid',
  'late-pay',
  'clock',
  'statement:not-ready',
  'statement:expired',
  'statement:hash',
  'statement:cut',
  'statement:unsaid',
  'statement:stranger',
  'statement:amount',
] as const;

/** `race:paid` as `misbehave` takes it. */
export function misbehaviour(mood: string): ActionBody {
  const [value = 'off', text] = mood.split(':');
  return { action: 'misbehave', value, ...(text === undefined ? {} : { text }) };
}

/** What the gateway calls its behaviour, in the list; which of two alike it is, it does not say. */
function moodOf(behaviour = 'normal', chosen: string): string {
  if (behaviour === 'normal') return 'off';
  if (chosen.split(':')[0] === behaviour) return chosen;
  return gatewayMoods.find((mood) => mood.split(':')[0] === behaviour) ?? 'off';
}

interface GatewayProps {
  readonly bench: Bench;
  readonly service: WalletService;
}

/** The other side of a wallet: how its gateway behaves, and every order that it has. */
export function Gateway({ bench, service }: GatewayProps) {
  const [chosen, setChosen] = useState('off');
  const words = bench.words.value;
  const { provider, ledger, keptMinor } = service.wallet;
  const name = words.gatewayOf(walletName(service, bench.services.value, words));
  const send = (body: ActionBody) => bench.doTo(`services/${service.id}`, body);
  return (
    <section class="panel" aria-label={name}>
      <h2>
        {name} <small>{words.service}</small>
      </h2>
      <label class="field-line">
        <span>{words.misbehave}</span>
        <select
          value={moodOf(service.behaviour, chosen)}
          onChange={(event) => {
            const mood = event.currentTarget.value;
            setChosen(mood);
            void send(misbehaviour(mood));
          }}
        >
          {gatewayMoods.map((mood) => (
            <option key={mood} value={mood}>
              {words.gatewayMoods[mood]}
            </option>
          ))}
        </select>
      </label>
      {provider === 'wechat' && <Spelling service={service} words={words} send={send} />}
      <Orders bench={bench} service={service} send={send} />
      <p class="ledger-sum">
        <span>{words.kept}</span>
        <strong>{formatMoney(bench.whole.value, keptMinor, 'CNY')}</strong>
        <span class="hint">{words.ordersCounted(String(ledger.length))}</span>
      </p>
    </section>
  );
}

interface PartProps {
  readonly service: WalletService;
  readonly send: (body: ActionBody) => Promise<boolean>;
}

/** Codes of refusals are written differently in two places of the provider's manual. */
function Spelling({ service, words, send }: PartProps & { readonly words: Words }) {
  const [other, setOther] = useState(false);
  return (
    <label class="check">
      <input
        type="checkbox"
        name={`${service.id}-spelling`}
        checked={other}
        onChange={async () => {
          if (await send({ action: 'spell', value: other ? 'usual' : 'other' })) setOther(!other);
        }}
      />
      {words.otherSpelling}
    </label>
  );
}

/** More have scrolled away. */
const ordersShown = 50;

function Orders({ bench, service, send }: PartProps & { readonly bench: Bench }) {
  const words = bench.words.value;
  const orders = service.wallet.ledger.slice(-ordersShown).toReversed();
  const sum = (minor: number) => formatMoney(bench.whole.value, minor, 'CNY');
  if (orders.length === 0) return <p class="hint">{words.noOrders}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list has to be reached by keys
    <ol class="ledger" tabIndex={0} aria-label={words.orders}>
      {orders.map(({ number, minor, state, asking, settling, refundedMinor, finished }) => (
        <li key={number} data-state={state}>
          <span class="ledger-number">{number}</span>
          <strong>{sum(minor)}</strong>
          <span class="ledger-state">
            {asking ? words.orderAsks : settling ? words.orderSettles : words.orderIs[state]}
            {refundedMinor > 0 && <em>{words.refunded(sum(refundedMinor))}</em>}
            {finished && <em>{words.finished}</em>}
          </span>
          {state === 'paid' && !finished && refundedMinor < minor && (
            <button type="button" class="link" onClick={() => void send({ action: 'finish', text: number })}>
              {words.finish}
            </button>
          )}
        </li>
      ))}
    </ol>
  );
}
