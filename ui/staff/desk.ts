/** What every page here needs: the words, money as it is written, and who is here. */
import type { Right, StaffNow, StaffPieces } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { placeFor } from '../desk/place.ts';
import { inARow } from '../desk/written.ts';
import type { Words } from './text.ts';

export interface Place {
  readonly lang: Lang;
  readonly words: Words;
  readonly now: StaffNow;
  /** The page stands on the customers' glass. */
  readonly onGlass: boolean;
  /** Minor units with the currency's sign. */
  money(minor: number): string;
  /** The same with + or −, 0 without. */
  signed(minor: number): string;
  time(at: string): string;
  /** A name and what it is, as in a list. */
  named(name: string, value: string): string;
  /** Sentences in a row; those that are null are left out. */
  sentences(...said: readonly (string | null)[]): string;
  may(right: Right): boolean;
  forTwo(right: Right): boolean;
  go(page: Page): void;
  /** Somebody came in or left. */
  changed(): void;
}

export type Page =
  | { readonly at: 'home' }
  | { readonly at: 'fill' | 'remove' | 'declare' | 'empty' | 'box' | 'close-terminal' | 'confirm-table' }
  | { readonly at: 'device' | 'trace' | 'console'; readonly device: string }
  | { readonly at: 'count' | 'seal'; readonly bag: string }
  | { readonly at: 'correct'; readonly move: string }
  | { readonly at: 'case'; readonly case: number }
  | {
      readonly at:
        | 'pay-slip'
        | 'refunds'
        | 'orders'
        | 'reports'
        | 'statements'
        | 'office'
        | 'day'
        | 'moves'
        | 'cases'
        | 'find'
        | 'checks'
        | 'readiness'
        | 'persons'
        | 'my-pin';
    };

export const { PlaceProvider, usePlace } = placeFor<Place>();

const colons: Readonly<Record<Lang, string>> = { en: ': ', 'zh-CN': '：' };

type PlaceParts = Pick<Place, 'lang' | 'words' | 'now' | 'go' | 'changed'> & Partial<Pick<Place, 'onGlass'>>;

export function placeOf(parts: PlaceParts): Place {
  const { now, lang } = parts;
  const { currency, exponent } = now.money;
  const format = new Intl.NumberFormat(lang, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: exponent,
    maximumFractionDigits: exponent,
  });
  const clock = new Intl.DateTimeFormat(lang, {
    timeZone: now.timeZone,
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const money = (minor: number) => format.format(minor / 10 ** exponent);
  return {
    ...parts,
    onGlass: parts.onGlass ?? false,
    money,
    signed: (minor) => (minor === 0 ? money(0) : `${minor > 0 ? '+' : '−'}${money(Math.abs(minor))}`),
    time: (at) => clock.format(new Date(at)),
    named: (name, value) => `${name}${colons[lang]}${value}`,
    sentences: (...said) => inARow(lang, said),
    may: (right) => now.me?.rights.includes(right) ?? false,
    forTwo: (right) => now.twoPersons.includes(right),
  };
}

/** A duration, with the unit that it is read in. */
export function duration(ms: number): string {
  return ms < 1_000 ? `${ms} ms` : `${Number((ms / 1_000).toFixed(2))} s`;
}

/** A date whose parts stay on one line. */
export function whole(date: string): string {
  return date.replaceAll('-', '\u2011');
}

export function sumOf(pieces: readonly StaffPieces[]): number {
  return pieces.reduce((sum, { minor, count }) => sum + minor * count, 0);
}
