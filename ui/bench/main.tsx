import '@fontsource-variable/inter';
import '@fontsource-variable/noto-sans-sc';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import '../theme.css';
import './bench.css';
import { formatMinor } from './api.ts';
import { Cabinet, totalOf } from './cabinet.tsx';
import { Bills, CabinetControls, DeviceControls, ServiceControls } from './controls.tsx';
import { EventLog } from './log.tsx';
import { type Bench, createBench } from './state.ts';
import { Wallet } from './wallet.tsx';

/** The bench: the cabinet in the middle, a person's things on the left, the troublemaker's on the right. */
function BenchPage({ bench }: { readonly bench: Bench }) {
  useEffect(bench.start, [bench]);
  const acceptor = bench.devices.value.find((device) => device.kind === 'note-acceptor');
  return (
    <div class="bench">
      <header class="top">
        <h1>
          Bench <span lang="zh-CN">试验台</span>
        </h1>
        <dl class="count">
          <Sum label="Box 钱箱" minor={totalOf(acceptor, 'box')} />
          <Sum label="Inside 通道" minor={totalOf(acceptor, 'escrow')} />
          <Sum label="In the slot 口" minor={totalOf(acceptor, 'slot')} />
          <Sum label="Given back 已退" minor={totalOf(acceptor, 'customer')} />
        </dl>
        <span class="lamp" data-state={bench.alive.value ? 'on' : 'fault'}>
          {bench.alive.value ? 'connected' : 'bench does not answer'}
        </span>
      </header>
      <main class="columns">
        <div class="column">
          <Wallet bench={bench} acceptor={acceptor} />
          <Bills bench={bench} />
          <Table bench={bench} />
        </div>
        <Cabinet bench={bench} />
        <div class="column column-controls">
          <CabinetControls bench={bench} />
          {bench.devices.value.map((device) => (
            <DeviceControls key={device.id} bench={bench} device={device} />
          ))}
          {bench.services.value.map((service) => (
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

function Sum({ label, minor }: { readonly label: string; readonly minor: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{formatMinor(minor)}</dd>
    </div>
  );
}

/** What was torn off lies here and can be read: a change slip is typed in from it. */
function Table({ bench }: { readonly bench: Bench }) {
  if (bench.table.value.length === 0) return null;
  return (
    <section class="panel" aria-label="On the table">
      <h2>
        On the table <span lang="zh-CN">桌上</span>
      </h2>
      <ul class="table">
        {bench.table.value.map((slip) => (
          <li key={slip.key}>
            <a href={slip.url} target="_blank" rel="noreferrer">
              <img src={slip.url} alt="A slip that was torn off; opens in full size" />
            </a>
            <button type="button" class="tool" onClick={() => bench.putAway(slip.key)}>
              Throw away
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

render(<BenchPage bench={createBench()} />, document.getElementById('bench')!);
