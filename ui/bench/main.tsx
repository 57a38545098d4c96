import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import '../theme.css';
import './bench.css';
import './cashless.css';
import './io-module.css';
import type { Unit } from './api.ts';
import { Bank } from './bank.tsx';
import { Bills } from './bills.tsx';
import { Cabinet } from './cabinet.tsx';
import { CabinetControls, MachineControls, ServiceControls } from './controls.tsx';
import { Gateway } from './gateway.tsx';
import { EventLog } from './log.tsx';
import { totalOf, usesCup } from './machines.ts';
import { formatMoney } from './money.ts';
import { Phone } from './phone.tsx';
import { type Bench, createBench } from './state.ts';
import { Table } from './table.tsx';
import { Wallet } from './wallet.tsx';
import { keptByBank, walletsAmong } from './wallets.ts';

/** The bench: the cabinet in the middle, a person's things on the left, the troublemaker's on the right. */
function BenchPage({ bench }: { readonly bench: Bench }) {
  useEffect(bench.start, [bench]);
  const devices = bench.devices.value;
  const words = bench.words.value;
  const language = bench.language.value;
  const other = language === 'en' ? 'zh-CN' : 'en';
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = words.title;
  }, [language, words]);
  const sum = (label: string, ...units: readonly Unit['unit'][]) => (
    <Sum label={label} sum={formatMoney(bench.whole.value, totalOf(devices, ...units))} />
  );
  const terminals = devices.filter(({ kind }) => kind === 'card-terminal');
  const wallets = walletsAmong(bench.services.value);
  const paysOut = devices.some(({ kind }) => kind === 'hopper' || kind === 'recycler');
  return (
    <div class="bench">
      <header class="top">
        <h1>{words.title}</h1>
        <dl class="count">
          {sum(paysOut ? words.boxes : words.box, 'box')}
          {paysOut && sum(words.forChange, 'hopper', 'recycler')}
          {sum(words.inside, 'escrow')}
          {sum(words.inSlot, 'slot', 'bezel')}
          {devices.some(usesCup) && sum(words.cup, 'cup')}
          {sum(words.givenBack, 'customer')}
          {terminals.length > 0 && (
            <Sum
              label={words.onCards}
              sum={formatMoney(
                bench.whole.value,
                terminals.reduce((all, { ledger = [] }) => all + keptByBank(ledger), 0),
              )}
            />
          )}
          {wallets.length > 0 && (
            <Sum
              label={words.inWallets}
              sum={formatMoney(
                bench.whole.value,
                wallets.reduce((all, { wallet }) => all + wallet.keptMinor, 0),
                'CNY',
              )}
            />
          )}
        </dl>
        <span class="lamp" data-state={bench.alive.value ? 'on' : 'fault'}>
          {bench.alive.value ? words.connected : words.noAnswer}
        </span>
        <button type="button" class="tool" lang={other} onClick={() => bench.speak(other)}>
          {words.toOther}
        </button>
      </header>
      <main class="columns">
        <div class="column">
          <Wallet bench={bench} />
          <Table bench={bench} />
          <Bills bench={bench} />
        </div>
        <div class="column column-cabinet">
          <Cabinet bench={bench} />
          {wallets.length > 0 && (
            <div class="phones">
              {wallets.map((service) => (
                <Phone key={service.id} bench={bench} service={service} />
              ))}
            </div>
          )}
        </div>
        <div class="column column-controls">
          <CabinetControls bench={bench} />
          <MachineControls bench={bench} />
          {terminals.map((device) => (
            <Bank key={device.id} bench={bench} device={device} />
          ))}
          {wallets.map((service) => (
            <Gateway key={service.id} bench={bench} service={service} />
          ))}
          {bench.services.value
            .filter(({ wallet }) => wallet === undefined)
            .map((service) => (
              <ServiceControls key={service.id} bench={bench} service={service} />
            ))}
          <EventLog bench={bench} />
        </div>
      </main>
      <div class="toast" role="status" data-shown={bench.toast.value !== null ? '' : undefined}>
        {bench.toast.value}
      </div>
    </div>
  );
}

function Sum({ label, sum }: { readonly label: string; readonly sum: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{sum}</dd>
    </div>
  );
}

render(<BenchPage bench={createBench()} />, document.getElementById('bench')!);
