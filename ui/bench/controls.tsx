import { useState } from 'preact/hooks';
import type { ActionBody, Device, Service } from './api.ts';
import { readMoney } from './money.ts';
import type { Bench } from './state.ts';
import type { Words } from './words.ts';

interface SwitchSpec {
  readonly label: string;
  readonly on: boolean;
  readonly turnOn: ActionBody;
  readonly turnOff: ActionBody;
}

interface Option {
  readonly value: string;
  readonly label: string;
}

/** What a hand can do to one device besides using it. */
export function DeviceControls({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const [odd, setOdd] = useState<string>('off');
  const words = bench.words.value;
  const name = device.kind === 'printer' ? words.printer : words.acceptor;
  const send = (body: ActionBody) => bench.doTo(`devices/${device.id}`, body);
  return (
    <section class="panel" aria-label={name}>
      <h2>
        {name} <small>{device.protocol}</small>
      </h2>
      <div class="switches">
        {switchesOf(device, words).map((one) => (
          <Switch key={one.label} spec={one} send={send} />
        ))}
      </div>
      {device.kind === 'printer' && <PrinterChoices device={device} words={words} send={send} />}
      <Choice
        name={`${device.id}-misbehave`}
        label={words.misbehave}
        options={[
          { value: 'off', label: words.behaves },
          { value: 'repeat', label: words.repeat },
          { value: 'late', label: words.late },
          { value: 'noise', label: words.noise },
        ]}
        value={odd}
        choose={async (value) => {
          if (await send({ action: 'misbehave', value })) setOdd(value);
        }}
      />
    </section>
  );
}

interface PrinterChoicesProps {
  readonly device: Device;
  readonly words: Words;
  readonly send: (body: ActionBody) => Promise<boolean>;
}

/** How much paper there is, and what of a printer is stuck. */
function PrinterChoices({ device, words, send }: PrinterChoicesProps) {
  const [stuck, setStuck] = useState('paper');
  const faults = device.faults ?? [];
  const paper = faults.includes('paper out') ? 'out' : faults.includes('paper low') ? 'low' : 'ok';
  const jam = async (value: string) => {
    if (value === 'none') await send({ action: 'clear jam' });
    else if (await send({ action: 'jam', ...(value === 'paper' ? {} : { value }) })) setStuck(value);
  };
  return (
    <>
      <Choice
        name={`${device.id}-paper`}
        label={words.paper}
        options={[
          { value: 'ok', label: words.paperOk },
          { value: 'low', label: words.paperLow },
          { value: 'out', label: words.paperGone },
        ]}
        value={paper}
        choose={(value) => void send({ action: 'paper', value })}
      />
      <Choice
        name={`${device.id}-jam`}
        label={words.jam}
        options={[
          { value: 'none', label: words.jamNone },
          { value: 'paper', label: words.jamPaper },
          { value: 'cutter', label: words.jamCutter },
          { value: 'heat', label: words.jamHeat },
          { value: 'unrecoverable', label: words.jamBroken },
        ]}
        value={faults.includes('jam') ? stuck : 'none'}
        choose={(value) => void jam(value)}
      />
    </>
  );
}

function switchesOf(device: Device, words: Words): readonly SwitchSpec[] {
  const has = (fault: string) => device.faults?.includes(fault) === true;
  const all: readonly SwitchSpec[] = [
    { label: words.power, on: device.power, turnOn: { action: 'restore power' }, turnOff: { action: 'cut power' } },
    { label: words.cable, on: device.line, turnOn: { action: 'plug' }, turnOff: { action: 'unplug' } },
    {
      label: words.coverOpen,
      on: has('cover open'),
      turnOn: { action: 'open cover' },
      turnOff: { action: 'close cover' },
    },
  ];
  if (device.kind === 'printer') return all;
  return [
    ...all,
    { label: words.jam, on: has('jam'), turnOn: { action: 'jam' }, turnOff: { action: 'clear jam' } },
    {
      label: words.boxFull,
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
  readonly options: readonly Option[];
  readonly value: string;
  readonly choose: (value: string) => void;
}

function Choice({ name, label, options, value, choose }: ChoiceProps) {
  return (
    <fieldset class="choice-line">
      <legend>{label}</legend>
      <div class="segments">
        {options.map((option) => (
          <label key={option.value} class="segment">
            <input type="radio" name={name} checked={value === option.value} onChange={() => choose(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** Power and cables of everything at once. */
export function CabinetControls({ bench }: { readonly bench: Bench }) {
  const words = bench.words.value;
  const { power } = bench.whole.value;
  const line = bench.devices.value.some((device) => device.line);
  const send = (action: string) => void bench.doTo('', { action });
  return (
    <section class="panel" aria-label={words.whole}>
      <h2>{words.whole}</h2>
      <div class="row">
        <button type="button" class="tool tool-strong" onClick={() => send(power ? 'cut supply' : 'restore power')}>
          {power ? words.cutPower : words.restorePower}
        </button>
        <button type="button" class="tool" onClick={() => send(line ? 'unplug' : 'plug')}>
          {line ? words.unplugAll : words.plugAll}
        </button>
      </div>
      {bench.whole.value.kiosk !== null && <p class="hint">{words.powerHint}</p>}
    </section>
  );
}

/** The biller that the bench plays: how it behaves, and what becomes of its bills. */
export function ServiceControls({ bench, service }: { readonly bench: Bench; readonly service: Service }) {
  const words = bench.words.value;
  const send = (body: ActionBody) => void bench.doTo(`services/${service.id}`, body);
  return (
    <section class="panel" aria-label={words.biller}>
      <h2>
        {words.biller} <small>{words.service}</small>
      </h2>
      <Choice
        name={`${service.id}-misbehave`}
        label={words.misbehave}
        options={[
          { value: 'off', label: words.behaves },
          { value: 'slow', label: words.slow },
          { value: 'down', label: words.down },
          { value: 'failing', label: words.failing },
          { value: 'wrong', label: words.wrong },
          { value: 'forgetful', label: words.forgetful },
        ]}
        value={misbehaviourOf(service.behaviour)}
        choose={(value) => send({ action: 'misbehave', value })}
      />
      <BillChanges bench={bench} send={send} />
    </section>
  );
}

/** What the service calls its behaviour, as `misbehave` takes it. */
function misbehaviourOf(behaviour = 'normal'): string {
  if (behaviour === 'normal') return 'off';
  return ['slow', 'down', 'failing', 'forgetful'].includes(behaviour) ? behaviour : 'wrong';
}

function BillChanges({ bench, send }: { readonly bench: Bench; readonly send: (body: ActionBody) => void }) {
  const [bill, setBill] = useState('1001');
  const [amount, setAmount] = useState('92');
  const words = bench.words.value;
  const minor = readMoney(bench.whole.value, amount);
  return (
    <div class="row">
      <label class="small-field">
        {words.bill}
        <input value={bill} onInput={(event) => setBill(event.currentTarget.value)} />
      </label>
      <button type="button" class="tool" onClick={() => send({ action: 'pay elsewhere', text: bill })}>
        {words.paidElsewhere}
      </button>
      <button type="button" class="tool" onClick={() => send({ action: 'cancel bill', text: bill })}>
        {words.cancelBill}
      </button>
      <label class="small-field">
        {words.amount}
        <input inputMode="decimal" value={amount} onInput={(event) => setAmount(event.currentTarget.value)} />
      </label>
      <button
        type="button"
        class="tool"
        disabled={minor === null}
        onClick={() => minor !== null && send({ action: 'set amount', text: bill, minor })}
      >
        {words.setAmount}
      </button>
    </div>
  );
}
