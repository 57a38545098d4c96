import { useState } from 'preact/hooks';
import type { ActionBody, Device, Service } from './api.ts';
import { Choice, type Option } from './choice.tsx';
import { nameOf } from './machines.ts';
import { readMoney } from './money.ts';
import type { Bench } from './state.ts';
import type { Words } from './words.ts';

interface SwitchSpec {
  readonly label: string;
  readonly on: boolean;
  readonly turnOn: ActionBody;
  readonly turnOff: ActionBody;
}

/** As many machines have room below each other; of more, one at a time is shown. */
const panelsMaximum = 2;

/** What a hand can do to each machine besides using it. */
export function MachineControls({ bench }: { readonly bench: Bench }) {
  const [chosen, choose] = useState<string | null>(null);
  const devices = bench.devices.value;
  const words = bench.words.value;
  if (devices.length <= panelsMaximum) {
    return (
      <>
        {devices.map((device) => {
          const name = nameOf(device, devices, words);
          return (
            <section key={device.id} class="panel" aria-label={name}>
              <h2>
                {name} <small>{device.protocol}</small>
              </h2>
              <DeviceControls bench={bench} device={device} />
            </section>
          );
        })}
      </>
    );
  }
  const device = devices.find(({ id }) => id === chosen) ?? devices[0];
  return (
    <section class="panel" aria-label={words.machines}>
      <h2>
        {words.machines} <small>{device?.protocol}</small>
      </h2>
      <div class="segments" role="radiogroup" aria-label={words.machines}>
        {devices.map((one) => (
          <label key={one.id} class="segment" data-troubled={isTroubled(one) ? '' : undefined}>
            <input type="radio" name="machine" checked={one.id === device?.id} onChange={() => choose(one.id)} />
            <span>{nameOf(one, devices, words)}</span>
          </label>
        ))}
      </div>
      {device !== undefined && <DeviceControls key={device.id} bench={bench} device={device} />}
    </section>
  );
}

function isTroubled({ power, line, faults = [] }: Device): boolean {
  return !power || !line || faults.length > 0;
}

/** Machines of these protocols have no cover to open, and a counter of events that can jump. */
const coinBus: readonly string[] = ['cctalk'];

function DeviceControls({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const [odd, setOdd] = useState<string>('off');
  const [armed, setArmed] = useState(false);
  const words = bench.words.value;
  const send = async (body: ActionBody) => {
    const did = await bench.doTo(`devices/${device.id}`, body);
    if (body.action === 'jam' || body.action === 'clear jam') setArmed(did && body.action === 'jam');
    return did;
  };
  const jams = armed && device.faults?.includes('jam') !== true;
  const shared = bench.devices.value.some((one) => one.id !== device.id && one.port === device.port);
  return (
    <>
      <div class="switches">
        {switchesOf(device, words, { shared, jams }).map((one) => (
          <Switch key={one.label} spec={one} send={send} />
        ))}
      </div>
      {shared && <p class="hint">{words.cableHint}</p>}
      {device.kind === 'printer' && <PrinterChoices device={device} words={words} send={send} />}
      {device.kind === 'hopper' && <HopperJam device={device} words={words} send={send} />}
      <Choice
        name={`${device.id}-misbehave`}
        label={words.misbehave}
        options={misbehaviours(device, words)}
        value={odd}
        choose={async (value) => {
          if (await send({ action: 'misbehave', value })) setOdd(value);
        }}
      />
      {(coinBus.includes(device.protocol) || device.kind === 'card-terminal') && (
        <div class="row">
          <button type="button" class="tool" onClick={() => void send({ action: 'misbehave', value: 'counter' })}>
            {words.counterJumps}
          </button>
          {device.kind === 'card-terminal' && (
            <>
              <button type="button" class="tool" onClick={() => void send({ action: 'init required' })}>
                {words.initRequired}
              </button>
              <button type="button" class="tool" onClick={() => void send({ action: 'day full' })}>
                {words.dayFull}
              </button>
            </>
          )}
        </div>
      )}
    </>
  );
}

function misbehaviours({ kind }: Device, words: Words): readonly Option[] {
  if (kind === 'cabinet-io') {
    return [
      { value: 'off', label: words.behaves },
      { value: 'noise', label: words.noise },
      { value: 'late', label: words.late },
      { value: 'crc', label: words.wrongSum },
      { value: 'busy', label: words.saysBusy },
    ];
  }
  const usual = [
    { value: 'off', label: words.behaves },
    { value: 'repeat', label: words.repeat },
    { value: 'late', label: words.late },
    { value: 'noise', label: words.noise },
  ];
  if (kind !== 'card-terminal') return usual;
  return [
    ...usual,
    { value: 'wrong-amount', label: words.wrongAmount },
    { value: 'wrong-currency', label: words.wrongCurrency },
  ];
}

/** A coin in the exit is seen at once; a jam of the disc waits for the next coin that it pays. */
function HopperJam({ device, words, send }: ControlProps) {
  const [chosen, setChosen] = useState('none');
  const has = device.faults?.includes('jam') === true;
  const stands = chosen === 'disc' || has ? chosen : 'none';
  const choose = async (value: string) => {
    if (stands !== 'none' && !(await send({ action: 'clear jam' }))) return setChosen('none');
    setChosen('none');
    if (value === 'none') return;
    if (await send({ action: value === 'disc' ? 'jam hopper' : 'jam' })) setChosen(value);
  };
  return (
    <Choice
      name={`${device.id}-jam`}
      label={words.jam}
      options={[
        { value: 'none', label: words.jamNone },
        ...(coinBus.includes(device.protocol) ? [{ value: 'exit', label: words.jamExit }] : []),
        { value: 'disc', label: words.jamDisc },
      ]}
      value={has && stands === 'none' ? 'disc' : stands}
      choose={(value) => void choose(value)}
    />
  );
}

interface ControlProps {
  readonly device: Device;
  readonly words: Words;
  readonly send: (body: ActionBody) => Promise<boolean>;
}

/** How much paper there is, and what of a printer is stuck. */
function PrinterChoices({ device, words, send }: ControlProps) {
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

interface Circumstances {
  /** Other machines hang on its cable. */
  readonly shared: boolean;
  /** It was told to jam, and waits for something that moves. */
  readonly jams: boolean;
}

function switchesOf(device: Device, words: Words, { shared, jams }: Circumstances): readonly SwitchSpec[] {
  const has = (fault: string) => device.faults?.includes(fault) === true;
  const cover: SwitchSpec = {
    label: words.coverOpen,
    on: has('cover open'),
    turnOn: { action: 'open cover' },
    turnOff: { action: 'close cover' },
  };
  const cable = shared ? words.sharedCable : words.cable;
  const wires: readonly SwitchSpec[] = [
    { label: words.power, on: device.power, turnOn: { action: 'restore power' }, turnOff: { action: 'cut power' } },
    { label: cable, on: device.line, turnOn: { action: 'plug' }, turnOff: { action: 'unplug' } },
  ];
  const ownPaper: SwitchSpec = {
    label: words.ownPaper,
    on: !has('paper out'),
    turnOn: { action: 'paper', value: 'ok' },
    turnOff: { action: 'paper', value: 'out' },
  };
  if (device.kind === 'scanner' || device.kind === 'cabinet-io') return wires;
  if (device.kind === 'card-terminal') return [...wires, ownPaper];
  const all: readonly SwitchSpec[] = [
    ...wires,
    ...(coinBus.includes(device.protocol) || device.kind === 'hopper' ? [] : [cover]),
  ];
  if (device.kind === 'printer' || device.kind === 'hopper') return all;
  const jam: SwitchSpec = {
    label: jams ? words.jamNext : words.jam,
    on: jams || has('jam'),
    turnOn: { action: 'jam' },
    turnOff: { action: 'clear jam' },
  };
  if (device.kind === 'coin-acceptor') return [...all, jam];
  return [
    ...all,
    jam,
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
