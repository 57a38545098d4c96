import { useState } from 'preact/hooks';
import type { ActionBody, Board, Device } from './api.ts';
import { Lamp } from './lamp.tsx';
import { nameOf } from './machines.ts';
import type { Bench } from './state.ts';
import type { Words } from './words.ts';

/** What a hand does to a contact that stands so, to make it the other. */
const moves: Readonly<Record<string, Readonly<Record<string, ActionBody>>>> = {
  door: { closed: { action: 'open door' }, open: { action: 'close door' } },
  vault: { closed: { action: 'open vault' }, open: { action: 'close vault' } },
  mains: { on: { action: 'mains', value: 'off' }, off: { action: 'mains', value: 'on' } },
  'ups-low': { on: { action: 'ups', value: 'ok' }, off: { action: 'ups', value: 'low' } },
  key: { on: { action: 'key', value: 'off' }, off: { action: 'key', value: 'on' } },
};
/** As the cabinet stands when nothing is amiss. */
const usual: Readonly<Record<string, string>> = {
  door: 'closed',
  vault: 'closed',
  mains: 'on',
  'ups-low': 'off',
  key: 'off',
};

const noBoard: Board = { contacts: [], lamps: [], relays: [], celsiusTenths: null };

/** The cabinet's contacts, each moved by a touch, and its lamps as they shine. */
export function IoModule({ bench, device }: { readonly bench: Bench; readonly device: Device }) {
  const words = bench.words.value;
  const { contacts, lamps, relays, celsiusTenths } = device.board ?? noBoard;
  const send = (body: ActionBody) => void bench.doTo(`devices/${device.id}`, body);
  return (
    <section class="fascia io-module" data-off={device.power ? undefined : ''} aria-label={words.ioModule}>
      <div class="fascia-head">
        <span>{nameOf(device, bench.devices.value, words)}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <ul class="io-contacts" aria-label={words.contacts}>
        {contacts.map(({ name, state }) => (
          <li key={name}>
            <Contact name={name} state={state} words={words} send={send} />
          </li>
        ))}
      </ul>
      <ul class="io-lamps" aria-label={words.lamps}>
        {[...lamps, ...relays].map(({ name, on }) => (
          <li key={name} data-on={on ? '' : undefined}>
            <span class="io-light" aria-hidden="true" />
            {words.lampNames[name] ?? name}
            <span class="io-state">{on ? words.lit : words.unlit}</span>
          </li>
        ))}
      </ul>
      {celsiusTenths !== null && <Thermometer tenths={celsiusTenths} words={words} send={send} />}
    </section>
  );
}

interface PartProps {
  readonly words: Words;
  readonly send: (body: ActionBody) => void;
}

function Contact({ name, state, words, send }: PartProps & { readonly name: string; readonly state: string }) {
  const move = name === 'vibration' ? { action: 'shake' } : moves[name]?.[state];
  const label = name === 'vibration' ? words.shake : (words.contactIs[name]?.[state] ?? `${name} ${state}`);
  const amiss = name in usual && usual[name] !== state;
  return (
    <button
      type="button"
      class="tool"
      data-amiss={amiss ? '' : undefined}
      disabled={move === undefined}
      onClick={() => move !== undefined && send(move)}
    >
      {label}
    </button>
  );
}

function Thermometer({ tenths, words, send }: PartProps & { readonly tenths: number }) {
  const [text, setText] = useState('');
  const shown = (tenths / 10).toFixed(1);
  return (
    <form
      class="fill"
      onSubmit={(event) => {
        event.preventDefault();
        if (text !== '') send({ action: 'temperature', text });
        setText('');
      }}
    >
      <strong>{shown} °C</strong>
      <input
        aria-label={words.celsius}
        inputMode="decimal"
        placeholder={words.celsius}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="tool" disabled={text === ''}>
        {words.setTemperature}
      </button>
    </form>
  );
}
