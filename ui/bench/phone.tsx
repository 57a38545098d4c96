import { useEffect, useState } from 'preact/hooks';
import type { ActionBody } from './api.ts';
import { sayPhone } from './machine-words.ts';
import { formatMoney } from './money.ts';
import type { Bench } from './state.ts';
import { inFours, orderOnGlass, secondsLeft, walletName, type WalletService } from './wallets.ts';

/** What the wallet will do when it is asked for money: the values of `show code` and `pay code`. */
const tempers = ['pays', 'password', 'poor', 'declines'] as const;
const tickMs = 250;

interface PhoneProps {
  readonly bench: Bench;
  readonly service: WalletService;
}

/** The payer's phone: it scans the glass, shows a code of its own, and asks its owner. */
export function Phone({ bench, service }: PhoneProps) {
  const [temper, setTemper] = useState<(typeof tempers)[number]>('pays');
  const words = bench.words.value;
  const { provider, phone, ledger } = service.wallet;
  const name = walletName(service, bench.services.value, words);
  const send = (body: ActionBody) => void bench.doTo(`services/${service.id}`, body);
  const as = temper === 'pays' ? {} : { value: temper };
  const scan = () => send({ action: 'pay code', text: orderOnGlass(ledger)?.number ?? '', ...as });
  return (
    <section class="phone-place" data-wallet={provider} aria-label={words.phoneOf(name)}>
      <div class="phone">
        <h2 class="phone-name">{name}</h2>
        <div class="phone-screen">
          {phone.code !== null && <PaymentCode bench={bench} code={phone.code} />}
          {phone.asking.map((number) => (
            <Asking key={number} bench={bench} service={service} number={number} send={send} />
          ))}
          <p class="phone-said" role="status">
            {phone.code !== null ? words.showsCode : saidOf(bench, phone.said)}
          </p>
          <button type="button" class="tool phone-main" onClick={scan}>
            {words.scanGlass}
          </button>
          <button type="button" class="tool" onClick={() => send({ action: 'show code', ...as })}>
            {phone.code === null ? words.showCode : words.anotherCode}
          </button>
        </div>
      </div>
      <fieldset class="choice-line">
        <legend>{words.walletWill}</legend>
        <div class="segments">
          {tempers.map((one) => (
            <label key={one} class="segment">
              <input
                type="radio"
                name={`${service.id}-temper`}
                checked={temper === one}
                onChange={() => setTemper(one)}
              />
              <span>{words.walletIs[one]}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </section>
  );
}

/** What it last said; a code that is over is not spoken of. */
function saidOf(bench: Bench, said: string | null): string {
  const idle = said === null || said.startsWith('payment code ');
  return idle ? bench.words.value.phoneIdle : sayPhone(said, bench.language.value);
}

/** The code in large digits, for as long as it is good. */
function PaymentCode({ bench, code }: { readonly bench: Bench; readonly code: { text: string; until: string } }) {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const ticks = setInterval(() => setNowMs(Date.now()), tickMs);
    return () => clearInterval(ticks);
  }, []);
  const words = bench.words.value;
  const left = secondsLeft(code.until, nowMs);
  const scanner = bench.devices.value.some(({ kind }) => kind === 'scanner');
  return (
    <div class="phone-code" data-over={left === 0 ? '' : undefined}>
      <strong>{inFours(code.text)}</strong>
      <span class="phone-time" style={{ '--left': left / 60 }} />
      <span class="hint">{left === 0 ? words.codeOver : words.goodFor(String(left))}</span>
      {scanner && (
        <button type="button" class="tool phone-main" disabled={left === 0} onClick={() => void bench.hold(code.text)}>
          {words.holdToScanner}
        </button>
      )}
    </div>
  );
}

interface AskingProps extends PhoneProps {
  readonly number: string;
  readonly send: (body: ActionBody) => void;
}

/** The wallet wants its owner's password before it pays. */
function Asking({ bench, service, number, send }: AskingProps) {
  const words = bench.words.value;
  const minor = service.wallet.ledger.find((order) => order.number === number)?.minor ?? 0;
  return (
    <div class="phone-asks">
      <span>{words.confirmOrder}</span>
      <strong>{formatMoney(bench.whole.value, minor, 'CNY')}</strong>
      <small>{number}</small>
      <button type="button" class="tool phone-main" onClick={() => send({ action: 'password', text: number })}>
        {words.rightPassword}
      </button>
      <button type="button" class="tool" onClick={() => send({ action: 'password', text: number, value: 'wrong' })}>
        {words.wrongPassword}
      </button>
      <button type="button" class="tool" onClick={() => send({ action: 'leave', text: number })}>
        {words.putAway}
      </button>
    </div>
  );
}
