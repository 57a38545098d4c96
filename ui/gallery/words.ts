/** The same sample in both languages, ordinary or with the longest texts that may come. */
import type { Action, AmountText, Intent, Lang } from '../../kiosk/server/wire.ts';

export interface Tongue {
  readonly lang: Lang;
  /** The longest texts: ¥188,888.88, a payee of forty letters. */
  readonly long: boolean;
  /** Chooses between Chinese and English. */
  t(zh: string, en: string): string;
  /** An amount in words of a sentence: 36.50 元 or ¥36.50; the longest one when long. */
  money(ordinary: string): string;
  amount(ordinary: string): AmountText;
}

const LONGEST = '188,888.88';

/** Samples speak through this. */
export function tongue(lang: Lang, long: boolean): Tongue {
  const figure = (ordinary: string) => (long ? LONGEST : ordinary);
  return {
    lang,
    long,
    t: (zh, en) => (lang === 'en' ? en : zh),
    money: (ordinary) => (lang === 'en' ? `¥${figure(ordinary)}` : `${figure(ordinary)} 元`),
    amount: (ordinary) => {
      const [whole, fraction] = figure(ordinary).split('.');
      return { sign: '¥', whole: whole!, fraction: fraction === undefined ? '' : `.${fraction}` };
    },
  };
}

export function action(place: Action['place'], label: string, intent: Intent, disabled = false): Action {
  return { place, label, intent, disabled };
}

/** What every sample of one language shares. */
export function common(tongue: Tongue) {
  const { t, long } = tongue;
  return {
    clinic: long
      ? t('东湖区湖滨街道社区卫生服务中心暨附属第二门诊部', 'East Lake District Community Health Centre')
      : t('东湖社区医院', 'East Lake Clinic'),
    window: t('一楼 3 号窗口', 'window 3, ground floor'),
    phone: '010-5555 0100',
  };
}
