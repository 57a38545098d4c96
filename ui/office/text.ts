/**
 * Every word of the office's console, in both languages: a key that one of them lacks does not compile. The words of one topic
 * stand together in `words/`.
 */
import type { Lang } from '../../kiosk/server/wire.ts';
import { alertsEn, alertsZh } from './words/alerts.ts';
import { commandsEn, commandsZh } from './words/commands.ts';
import { frameEn, frameZh } from './words/frame.ts';
import { kiosksEn, kiosksZh } from './words/kiosks.ts';
import { personsEn, personsZh } from './words/persons.ts';
import { problemsEn, problemsZh } from './words/problems.ts';
import { rolloutsEn, rolloutsZh } from './words/rollouts.ts';

const en = {
  ...frameEn,
  ...problemsEn,
  kiosks: kiosksEn,
  alerts: alertsEn,
  rollouts: rolloutsEn,
  commands: commandsEn,
  persons: personsEn,
};

export type Words = typeof en;

const zhCN: Words = {
  ...frameZh,
  ...problemsZh,
  kiosks: kiosksZh,
  alerts: alertsZh,
  rollouts: rolloutsZh,
  commands: commandsZh,
  persons: personsZh,
};

export const words: Readonly<Record<Lang, Words>> = { en, 'zh-CN': zhCN };
