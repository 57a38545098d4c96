/** What a terminal is: its settings, its cards, and the words on its display and its paper. */
import type { Card } from './simulator-journal.ts';
import { clockFace } from './simulator-time.ts';

export interface Model {
  readonly transport: 'serial' | 'tcp' | null;
  /** Six digits. */
  readonly password: string;
  readonly currency: string;
  /** ISO 4217's number of it. */
  readonly currencyCode: number;
  readonly exponent: number;
  readonly terminal: string;
  readonly merchant: string;
  readonly name: string;
  readonly software: string;
  readonly serial: string;
  readonly pin: string;
  readonly card: Card;
  /** Whole card numbers that it tells and prints as they are, one payment after the other; empty: it hides their middle. */
  readonly pans: readonly string[];
  /** How long it waits for a card, a PIN, or a card to be taken out. */
  readonly customerMs: number;
  /** How often it says the status information while goods are on their way, when the host does not say. */
  readonly statusInfos: number;
  /** How it refuses what it cannot do: with 84 at once, or accepted and then aborted. */
  readonly refuses: 'nak' | 'abort';
  readonly lastReceipt: number;
  /** Of its clock; IANA. */
  readonly timeZone: string;
}

const currencyCodes: Readonly<Record<string, number>> = {
  CNY: 156,
  EUR: 978,
  USD: 840,
  GBP: 826,
  CHF: 756,
  HKD: 344,
  JPY: 392,
  SEK: 752,
  PLN: 985,
};

/** Invented cards; the first six and last four digits are what is shown. */
const cards: Readonly<Record<string, Card>> = {
  visa: { name: 'VISA', pan: '457136EEEEEE0004', type: 10, expiry: '3012', aid: 'A0000000031010' },
  mastercard: { name: 'Mastercard', pan: '555555EEEEEE4444', type: 6, expiry: '2911', aid: 'A0000000041010' },
  girocard: { name: 'girocard', pan: '672590EEEEEEEE00142', type: 5, expiry: '2812', aid: 'A0000003591010028001' },
};

export const settingsHelp: readonly string[] = [
  'transport=serial|tcp password=DIGITS currency=CNY currencyCode=156 exponent=2 terminal=DIGITS merchant=TEXT',
  'name=TEXT software=TEXT serial=DIGITS scheme=visa|mastercard|girocard pin=DIGITS customerSeconds=N',
  'statusInfos=N refuses=abort|nak lastReceipt=N pans=DIGITS,DIGITS timeZone=ZONE',
];

const known: ReadonlySet<string> = new Set(
  settingsHelp.flatMap((line) => line.split(' ').map((word) => word.slice(0, word.indexOf('=')))),
);

type Settings = Readonly<Record<string, string>>;

/** @throws Error naming the setting that is wrong. */
export function modelOf(settings: Settings): Model {
  const stranger = Object.keys(settings).find((name) => !known.has(name));
  if (stranger !== undefined) throw new Error(`a ZVT terminal has no setting "${stranger}"`);
  const currency = matching(settings, 'currency', 'CNY', /^[A-Z]{3}$/);
  const currencyCode = Number(matching(settings, 'currencyCode', String(currencyCodes[currency] ?? ''), /^\d{1,3}$/));
  return {
    transport: oneOf(settings, 'transport', ['serial', 'tcp']),
    password: matching(settings, 'password', '123456', /^\d{6}$/),
    currency,
    currencyCode,
    exponent: whole(settings, 'exponent', 2, 4),
    terminal: matching(settings, 'terminal', '52523535', /^\d{8}$/),
    merchant: matching(settings, 'merchant', '804011926', /^.{1,15}$/),
    name: settings.name ?? 'LAB PT',
    software: settings.software ?? '1.04',
    serial: matching(settings, 'serial', '18632442', /^\d{8}$/),
    pin: matching(settings, 'pin', '1234', /^\d{4,12}$/),
    card: cards[oneOf(settings, 'scheme', Object.keys(cards)) ?? 'visa'] as Card,
    pans: matching(settings, 'pans', '', /^(?:\d{13,19}(?:,\d{13,19})*)?$/)
      .split(',')
      .filter((pan) => pan !== ''),
    customerMs: whole(settings, 'customerSeconds', 60, 600) * 1_000,
    statusInfos: whole(settings, 'statusInfos', 30, 255),
    refuses: oneOf(settings, 'refuses', ['abort', 'nak']) ?? 'abort',
    lastReceipt: whole(settings, 'lastReceipt', 0, 9_999),
    timeZone: zone(settings.timeZone ?? 'UTC'),
  };
}

function matching(settings: Settings, name: string, otherwise: string, form: RegExp): string {
  const value = settings[name] ?? otherwise;
  if (!form.test(value)) throw new Error(`${name}=${value} must match ${form.source}`);
  return value;
}

function zone(name: string): string {
  try {
    clockFace(0, name);
    return name;
  } catch {
    throw new Error(`timeZone=${name} must be an IANA time zone that this machine knows`);
  }
}

function oneOf<T extends string>(settings: Settings, name: string, values: readonly T[]): T | null {
  const value = settings[name];
  if (value === undefined) return null;
  const found = values.find((one) => one === value);
  if (found === undefined) throw new Error(`${name}=${value} must be one of ${values.join(', ')}`);
  return found;
}

function whole(settings: Settings, name: string, otherwise: number, most: number): number {
  const value = Number(settings[name] ?? otherwise);
  if (settings[name] === '' || !Number.isInteger(value) || value < 0 || value > most)
    throw new Error(`${name}=${settings[name]} must be a whole number up to ${most}`);
  return value;
}

export type Language = 'de' | 'en';

/** On the display, by intermediate status without its bit "remove card". */
const shown: Readonly<Record<number, Readonly<Record<Language, string>>>> = {
  1: { de: 'PIN eingeben', en: 'Enter PIN' },
  4: { de: 'Verbindung zum Rechenzentrum', en: 'Asking the bank' },
  5: { de: 'Automatischer Storno', en: 'Being reversed' },
  9: { de: 'Karte abgelaufen', en: 'Card expired' },
  10: { de: 'Karte einstecken', en: 'Insert card' },
  11: { de: 'Karte entnehmen', en: 'Remove card' },
  12: { de: 'Karte nicht lesbar', en: 'Card not readable' },
  13: { de: 'Verarbeitungsfehler', en: 'Processing error' },
  14: { de: 'Bitte warten', en: 'Please wait' },
  20: { de: 'Deckung nicht ausreichend', en: 'Not enough credit' },
  21: { de: 'PIN falsch', en: 'Wrong PIN' },
  23: { de: 'Bitte warten', en: 'Please wait' },
  24: { de: 'PIN zu oft falsch', en: 'Wrong PIN too often' },
  28: { de: 'Genehmigt, Ware entnehmen', en: 'Approved, take goods' },
  29: { de: 'Abgelehnt', en: 'Declined' },
};

export const AND_REMOVE_CARD = 0x40;

export function shownFor(status: number, language: Language): string {
  const words = (shown[status & ~AND_REMOVE_CARD] ?? shown[14])?.[language] ?? '';
  const remove = (status & AND_REMOVE_CARD) === 0 ? '' : `, ${shown[11]?.[language]}`;
  return words + remove;
}

/** Minor units as people write them: `20.00`. */
export function amountOf(minor: number, exponent: number): string {
  const digits = String(Math.abs(minor)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  return `${minor < 0 ? '-' : ''}${whole}${exponent === 0 ? '' : `.${digits.slice(-exponent)}`}`;
}
