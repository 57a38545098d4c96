/** What every page here needs: the words, how times and sums are written, and who is here. */
import { type Right, rights, type Session } from '../../kiosk/office/server/wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { placeFor } from '../desk/place.ts';
import { inARow } from '../desk/written.ts';
import type { Words } from './text.ts';

export type Person = NonNullable<Session['person']>;

export interface Place {
  readonly lang: Lang;
  readonly words: Words;
  /** Null: nobody is logged in. */
  readonly person: Person | null;
  /** What is shown goes by it; the office judges. */
  may(right: Right): boolean;
  /** By the clock of whoever reads. */
  time(at: string): string;
  count(value: number): string;
  money(currency: string, minor: number): string;
  /** Sentences in a row; those that are null are left out. */
  sentences(...said: readonly (string | null)[]): string;
  /** Names in a row. */
  list(names: readonly string[]): string;
}

export const { PlaceProvider, usePlace } = placeFor<Place>();

const commas: Readonly<Record<Lang, string>> = { en: ', ', 'zh-CN': '、' };

export function placeOf(lang: Lang, words: Words, person: Person | null): Place {
  const clock = { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const thisYear = new Intl.DateTimeFormat(lang, clock);
  const otherYear = new Intl.DateTimeFormat(lang, { year: 'numeric', ...clock });
  const counts = new Intl.NumberFormat(lang);
  return {
    lang,
    words,
    person,
    may: (right) => person !== null && rights[person.role].includes(right),
    time(at) {
      const date = new Date(at);
      return (date.getFullYear() === new Date().getFullYear() ? thisYear : otherYear).format(date);
    },
    count: (value) => counts.format(value),
    money: (currency, minor) => written(lang, currency, minor),
    sentences: (...said) => inARow(lang, said),
    list: (names) => names.join(commas[lang]),
  };
}

/** With as many digits as the currency has by ISO 4217; a currency that has no code of three letters is written as it came. */
function written(lang: Lang, currency: string, minor: number): string {
  if (!/^[A-Z]{3}$/.test(currency)) return `${minor} ${currency}`;
  const format = new Intl.NumberFormat(lang, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
