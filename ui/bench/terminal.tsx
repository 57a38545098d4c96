import { useEffect, useState } from 'preact/hooks';
import type { Device } from './api.ts';
import { Lamp } from './lamp.tsx';
import { asksPin, sayDisplay } from './machine-words.ts';
import { nameOf } from './machines.ts';
import { PaperOut } from './paper.tsx';
import type { Bench } from './state.ts';

const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
const longestPin = 12;

interface TerminalProps {
  readonly bench: Bench;
  readonly device: Device;
}

/** The card terminal in the cabinet: its display as it stands there, its slot, and its keys. */
export function Terminal({ bench, device }: TerminalProps) {
  const words = bench.words.value;
  const { display = '', card = false, power } = device;
  const meaning = sayDisplay(display, bench.language.value);
  return (
    <section class="fascia terminal" data-off={power ? undefined : ''} aria-label={words.cardTerminal}>
      <div class="fascia-head">
        <span>{nameOf(device, bench.devices.value, words)}</span>
        <Lamp bench={bench} device={device} />
      </div>
      <div class="terminal-face">
        <div class="terminal-left">
          <p class="terminal-display" role="status" aria-label={words.display}>
            <strong>{display}</strong>
            {meaning !== null && <span>{meaning}</span>}
          </p>
          <div class="slot card-slot" data-slot="card" data-device={device.id}>
            <span class="slot-mouth" />
            {card && <span class="card-end" aria-hidden="true" />}
          </div>
          <button
            type="button"
            class="tool"
            disabled={!card}
            onClick={() => void bench.doTo(`devices/${device.id}`, { action: 'card', value: 'remove' })}
          >
            {card ? words.takeCard : words.noCard}
          </button>
        </div>
        <PinPad bench={bench} device={device} />
      </div>
      {bench.paper.value[device.id] !== undefined && <PaperOut bench={bench} device={device} />}
    </section>
  );
}

/** The keys sleep until the terminal asks for the PIN; the red one stops whatever can be stopped. */
function PinPad({ bench, device }: TerminalProps) {
  const [typed, setTyped] = useState('');
  const words = bench.words.value;
  const asks = asksPin(device.display ?? '');
  useEffect(() => {
    if (!asks) setTyped('');
  }, [asks]);
  const type = (digit: string) => setTyped((before) => (before + digit).slice(0, longestPin));
  const stop = () => void bench.doTo(`devices/${device.id}`, { action: 'press stop' });
  const confirm = () => {
    setTyped('');
    void bench.doTo(`devices/${device.id}`, { action: 'pin', text: typed });
  };
  /** The keys of a real keyboard, while one of the drawn ones has the focus. */
  const byKeyboard = (event: KeyboardEvent) => {
    if (event.key === 'Escape') stop();
    else if (asks && /^\d$/.test(event.key)) type(event.key);
    else if (asks && event.key === 'Backspace') setTyped((before) => before.slice(0, -1));
  };
  const key = (digit: string) => (
    <button
      key={digit}
      type="button"
      class="pin-key"
      disabled={!asks}
      onKeyDown={byKeyboard}
      onClick={() => type(digit)}
    >
      {digit}
    </button>
  );
  return (
    <fieldset class="pin-pad" aria-label={words.pinPad} data-asks={asks ? '' : undefined}>
      <p class="pin-typed" role="status" aria-label={words.pinTyped(String(typed.length))}>
        {asks ? '●'.repeat(typed.length) || <span>{words.pinIs}</span> : ''}
      </p>
      {digits.map(key)}
      <button
        type="button"
        class="pin-key pin-stop"
        aria-label={words.pressStop}
        disabled={!device.power}
        onKeyDown={byKeyboard}
        onClick={stop}
      >
        ✕
      </button>
      {key('0')}
      <button
        type="button"
        class="pin-key pin-confirm"
        aria-label={words.confirmPin}
        disabled={!asks || typed === ''}
        onKeyDown={byKeyboard}
        onClick={confirm}
      >
        ✓
      </button>
    </fieldset>
  );
}
