/**
 * What a scanner says, for people: codes, of which the long ones are told only by their beginning and length. A code may be
 * a payment code (18 to 24 digits), which is money to whoever reads it within a minute, a slip that cash is owed for, or
 * somebody's tax number; what is no longer than the number of an article is none of these.
 */
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder } from './frame.ts';

/** EAN-13, the longest number of an article; the shortest payment code has 16 digits. */
const SHOWN_IN_FULL = 13;
const SHOWN_OF_LONGER = 2;

/** AIM identifier (ISO/IEC 15424): `]`, the letter of the symbology, one modifier. */
const aimIdentifier = /^\][A-Za-z][0-9A-Za-z]/;

/** The code itself: what the scanner was set to put before it is taken away where it stands. */
export function withoutMarks(text: string, marks: { readonly prefix: string; readonly aim: boolean }): string {
  const rest = marks.prefix !== '' && text.startsWith(marks.prefix) ? text.slice(marks.prefix.length) : text;
  return marks.aim ? rest.replace(aimIdentifier, '') : rest;
}

export const fault = { noSuffix: 'scanner.no-suffix', unreadable: 'scanner.unreadable' } as const;

export const faults: readonly FaultEntry[] = [
  {
    code: fault.noSuffix,
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '扫码器送出的条码没有结束符：把后缀设为回车 (CR)，或 CR LF。',
      en: 'The codes of the scanner have no end: set its suffix to CR, or to CR LF.',
    },
  },
  {
    code: fault.unreadable,
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '扫码器送出的数据不是文字：核对波特率和校验位，检查电缆。',
      en: 'What the scanner sends is no text: check its speed and parity, and its cable.',
    },
  },
];

/** Names what a scanner said. Long codes are not repeated, neither as text nor as bytes. Never throws. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  if (bytes.length === 0) return [];
  if (from === 'host') return [{ error: 'a scanner is told nothing', apdu: shownBytes(bytes) }];
  const decoder = createDecoder('cr');
  return [...decoder.push(bytes), ...decoder.silence()].map((item): MessageLine => {
    if (item.type === 'discarded') return { error: item.why, apdu: shownBytes(item.bytes) };
    const { text } = item.frame;
    const signs = [...text];
    const whole = signs.length <= SHOWN_IN_FULL;
    const shown = whole ? text : `${signs.slice(0, SHOWN_OF_LONGER).join('')}…`;
    return {
      apdu: shownBytes(item.frame.bytes),
      command: 'code',
      direction: 'device',
      fields: { text: shown, length: signs.length },
    };
  });
}

function shownBytes(bytes: Uint8Array): string {
  const shown = bytes.length <= SHOWN_IN_FULL ? bytes : bytes.subarray(0, SHOWN_OF_LONGER);
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
  return shown === bytes ? hex : `${hex} … (${bytes.length} bytes)`;
}
