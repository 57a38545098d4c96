/**
 * Every word of the staff's page, in both languages: a key that one of them lacks does not compile. The words of one topic stand
 * together in `words/`.
 */
import type { Lang } from '../../kiosk/server/wire.ts';
import { frameEn, frameZh } from './words/frame.ts';
import { cabinetEn, cabinetZh } from './words/cabinet.ts';
import { cashEn, cashZh } from './words/cash.ts';
import { dayEn, dayZh } from './words/day.ts';
import { statementsEn, statementsZh } from './words/statements.ts';
import { casesEn, casesZh } from './words/cases.ts';
import { officeEn, officeZh } from './words/office.ts';
import { searchEn, searchZh } from './words/search.ts';
import { customersEn, customersZh } from './words/customers.ts';
import { reportsEn, reportsZh } from './words/reports.ts';
import { personsEn, personsZh } from './words/persons.ts';
import { lockedEn, lockedZh } from './words/locked.ts';
import { problemsEn, problemsZh } from './words/problems.ts';

const en = {
  ...frameEn,
  ...cabinetEn,
  ...cashEn,
  ...dayEn,
  ...statementsEn,
  ...casesEn,
  ...searchEn,
  ...officeEn,
  ...customersEn,
  ...reportsEn,
  ...personsEn,
  ...lockedEn,
  ...problemsEn,
};

export type Words = typeof en;

const zhCN: Words = {
  ...frameZh,
  ...cabinetZh,
  ...cashZh,
  ...dayZh,
  ...statementsZh,
  ...casesZh,
  ...searchZh,
  ...officeZh,
  ...customersZh,
  ...reportsZh,
  ...personsZh,
  ...lockedZh,
  ...problemsZh,
};

export const words: Readonly<Record<Lang, Words>> = { en, 'zh-CN': zhCN };
