import { useState } from 'preact/hooks';
import type { BenchEvent, Cash } from './api.ts';
import { sayDisplay, sayEvent, sayField, sayPhone, sayValue } from './machine-words.ts';
import { nameOf } from './machines.ts';
import { formatNote, type Money } from './money.ts';
import { type Bench, isCommand } from './state.ts';
import { walletName, walletsAmong } from './wallets.ts';
import type { Language } from './words.ts';

/** Everything that happened, newest first. What the host asks of a device is shown on demand. */
export function EventLog({ bench }: { readonly bench: Bench }) {
  const [commands, setCommands] = useState(false);
  const shown = bench.events.value.filter((event) => commands || !isCommand(event));
  const words = bench.words.value;
  const language = bench.language.value;
  const { timeZone } = bench.whole.value;
  return (
    <section class="panel log" aria-label={words.events}>
      <div class="log-head">
        <h2>{words.events}</h2>
        <label class="check">
          <input type="checkbox" checked={commands} onChange={() => setCommands(!commands)} />
          {words.commands}
        </label>
        <button type="button" class="tool" onClick={bench.clearEvents}>
          {words.clear}
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled list has to be reached by keys */}
      <ol class="log-lines" tabIndex={0}>
        {shown.map((event) => (
          <li key={event.id} data-kind={kindOf(event.event)}>
            <time>{timeOf(event.at, timeZone)}</time>
            <span class="log-device">{sayWho(event.device, bench)}</span>
            <span class="log-event">{sayEvent(event.event, language)}</span>
            <span class="log-details">{details(event, bench.whole.value, language)}</span>
          </li>
        ))}
        {shown.length === 0 && <li class="hint">{words.nothingYet}</li>}
      </ol>
    </section>
  );
}

/** `14:05:09`, by the clock that the slips have; by this computer's while that is not known. */
export function timeOf(at: string, timeZone: string | null): string {
  const zone = timeZone === null ? {} : { timeZone };
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? '' : date.toLocaleTimeString('en-GB', { hourCycle: 'h23', ...zone });
}

/** A machine by its kind, as its panel is called; several of one kind by their names. */
function sayWho(id: string | null, bench: Bench): string {
  if (id === null) return '';
  const words = bench.words.value;
  const service = bench.services.value.find((one) => one.id === id);
  if (service !== undefined) {
    const wallet = walletsAmong([service])[0];
    return wallet === undefined ? words.biller : walletName(wallet, bench.services.value, words);
  }
  const device = bench.devices.value.find((one) => one.id === id);
  const alike = bench.devices.value.filter((one) => one.kind === device?.kind);
  return device === undefined || alike.length > 1 ? id : nameOf(device, alike, words);
}

function details(event: BenchEvent, money: Money, language: Language): string {
  const sum = event.money === null ? [] : [formatNote(money, event.money.minor, event.money.currency)];
  const more = Object.entries(event.more).flatMap(([name, value]) => {
    const said = spoken(name, value, language) ?? shortly(value, money, language);
    return said === null ? [] : `${sayField(name, language)} ${said}`;
  });
  return [...sum, ...more].join(' · ');
}

/** What a display or a phone says, in the language of the page; null for what is not said by one. */
function spoken(name: string, value: unknown, language: Language): string | null {
  if (typeof value !== 'string') return null;
  if (name === 'said') return sayPhone(value, language);
  return name === 'text' ? (sayDisplay(value, language) ?? value) : null;
}

/** Cash as notes and how many of each, other lists as their length; null for what has no short form. */
function shortly(value: unknown, money: Money, language: Language): string | null {
  if (Array.isArray(value)) {
    const cash = value.filter(isCash).filter(({ count }) => count > 0);
    if (cash.length === 0) return String(value.length);
    return cash.map(({ minor, currency, count }) => `${formatNote(money, minor, currency)} × ${count}`).join(', ');
  }
  return typeof value === 'object' ? null : sayValue(String(value), language);
}

function isCash(value: unknown): value is Cash {
  return typeof value === 'object' && value !== null && 'minor' in value && 'count' in value;
}

function kindOf(event: string): string {
  if (/^(note\.stacked|vend\.acknowledged|coin\.accepted|card\.approved|card\.confirmed)$/.test(event)) return 'good';
  if (/^(note|coin)\.(rejected|returned)$|^card\.(declined|reversed|refunded)$/.test(event)) return 'back';
  if (/^(power\.cut|line\.cut|jammed|cashbox\.removed|supply\.cut)$/.test(event)) return 'bad';
  return 'plain';
}
