import { useState } from 'preact/hooks';
import { type ActionBody, type Device, formatMinor, type Service } from './api.ts';
import type { Bench } from './state.ts';

interface SwitchSpec {
  readonly label: string;
  readonly on: boolean;
  readonly turnOn: ActionBody;
  readonly turnOff: ActionBody;
}

const MISBEHAVIOURS = ['off', 'repeat', 'late', 'noise', 'counter'] as const;
const PAPER = ['ok', 'low', 'out'] as const;

/** What a hand can do to one device besides using it. */
export function DeviceControls({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const [odd, setOdd] = useState<string>('off');
  const faults = device.faults ?? [];
  const send = (body: ActionBody) => bench.doTo(`devices/${device.id}`, body);
  const paper = faults.includes('paper out') ? 'out' : faults.some((fault) => fault.startsWith('paper')) ? 'low' : 'ok';
  return (
    <section class="panel" aria-label={device.id}>
      <h2>
        {device.id} <small>{device.protocol}</small>
      </h2>
      <div class="switches">
        {switchesOf(device).map((one) => (
          <Switch key={one.label} spec={one} send={send} />
        ))}
      </div>
      {device.kind === 'printer' && (
        <Choice
          name={`${device.id}-paper`}
          label="Paper 纸"
          options={PAPER}
          value={paper}
          choose={(value) => void send({ action: 'paper', value })}
        />
      )}
      <Choice
        name={`${device.id}-misbehave`}
        label="Misbehave"
        options={MISBEHAVIOURS}
        value={odd}
        choose={async (value) => {
          if (await send({ action: 'misbehave', value })) setOdd(value);
        }}
      />
    </section>
  );
}

function switchesOf(device: Device): readonly SwitchSpec[] {
  const has = (fault: string) => device.faults?.includes(fault) === true;
  const power: readonly SwitchSpec[] = [
    { label: 'Power 电源', on: device.power, turnOn: { action: 'restore power' }, turnOff: { action: 'cut power' } },
    { label: 'Cable 连线', on: device.line, turnOn: { action: 'plug' }, turnOff: { action: 'unplug' } },
    { label: 'Jam 卡住', on: has('jam'), turnOn: { action: 'jam' }, turnOff: { action: 'clear jam' } },
    {
      label: 'Cover open 开盖',
      on: has('cover open'),
      turnOn: { action: 'open cover' },
      turnOff: { action: 'close cover' },
    },
  ];
  if (device.kind === 'printer') return power;
  return [
    ...power,
    {
      label: 'Box full 钱箱满',
      on: has('full'),
      turnOn: { action: 'stacker full', value: 'on' },
      turnOff: { action: 'stacker full', value: 'off' },
    },
  ];
}

function Switch({ spec, send }: { readonly spec: SwitchSpec; readonly send: (body: ActionBody) => Promise<boolean> }) {
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={spec.on}
      onClick={() => void send(spec.on ? spec.turnOff : spec.turnOn)}
    >
      <span class="switch-knob" aria-hidden="true" />
      <span>{spec.label}</span>
    </button>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string;
  readonly choose: (value: string) => void;
}

function Choice({ name, label, options, value, choose }: ChoiceProps) {
  return (
    <fieldset class="choice-line">
      <legend>{label}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option} class="segment">
            <input type="radio" name={name} checked={value === option} onChange={() => choose(option)} />
            <span>{option}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Power and cables of everything at once. */
export function CabinetControls({ bench }: { readonly bench: Bench }) {
  const power = bench.devices.value.some((device) => device.power);
  const line = bench.devices.value.some((device) => device.line);
  const send = (action: string) => void bench.doTo('', { action });
  return (
    <section class="panel" aria-label="Whole cabinet">
      <h2>
        Whole cabinet <span lang="zh-CN">整机</span>
      </h2>
      <div class="row">
        <button type="button" class="tool tool-strong" onClick={() => send(power ? 'cut power' : 'restore power')}>
          {power ? 'Cut the power 断电' : 'Restore power 通电'}
        </button>
        <button type="button" class="tool" onClick={() => send(line ? 'unplug' : 'plug')}>
          {line ? 'Unplug all cables' : 'Plug all cables in'}
        </button>
      </div>
    </section>
  );
}

const SERVICE_ACTIONS: readonly { readonly label: string; readonly body: ActionBody }[] = [
  { label: 'Slow 4 s', body: { action: 'slow', value: '4000' } },
  { label: 'Quick', body: { action: 'slow', value: '0' } },
  { label: 'Down', body: { action: 'down' } },
  { label: 'Up', body: { action: 'up' } },
  { label: 'Wrong bill', body: { action: 'wrong' } },
  { label: 'Right bill', body: { action: 'right' } },
  { label: 'Forget answers', body: { action: 'forget' } },
  { label: 'Remember', body: { action: 'remember' } },
];

export function ServiceControls({ bench, service }: { readonly bench: Bench; readonly service: Service }) {
  const [bill, setBill] = useState('1001');
  const [amount, setAmount] = useState('92.00');
  const send = (body: ActionBody) => void bench.doTo(`services/${service.id}`, body);
  const minor = Math.round(Number.parseFloat(amount) * 100);
  return (
    <section class="panel" aria-label={service.id}>
      <h2>
        {service.id} <small>service</small>
      </h2>
      <div class="row">
        {SERVICE_ACTIONS.map((one) => (
          <button key={one.label} type="button" class="tool" onClick={() => send(one.body)}>
            {one.label}
          </button>
        ))}
      </div>
      <div class="row">
        <label class="small-field">
          Bill
          <input value={bill} onInput={(event) => setBill(event.currentTarget.value)} />
        </label>
        <button type="button" class="tool" onClick={() => send({ action: 'pay', text: bill })}>
          Paid elsewhere
        </button>
        <label class="small-field">
          Amount
          <input inputMode="decimal" value={amount} onInput={(event) => setAmount(event.currentTarget.value)} />
        </label>
        <button
          type="button"
          class="tool"
          disabled={!Number.isSafeInteger(minor) || minor <= 0}
          onClick={() => send({ action: 'reprice', text: bill, minor })}
        >
          Reprice
        </button>
      </div>
    </section>
  );
}

export function Bills({ bench }: { readonly bench: Bench }) {
  return (
    <section class="panel" aria-label="Sample bills">
      <h2>
        Sample bills <span lang="zh-CN">示例账单</span>
      </h2>
      <ul class="bills">
        {bench.bills.value.map((bill) => (
          <li key={bill.number}>
            <strong>{bill.number}</strong>
            <span>{bill.payee}</span>
            <strong>{formatMinor(bill.minor)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
