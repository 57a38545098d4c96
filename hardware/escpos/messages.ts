/**
 * Every order sent and every bit of an answer, as tables. Fixed bits are Citizen's published table, bit meanings
 * and the real-time orders Epson's ESC/POS reference (DLE EOT, DLE ENQ, DLE DC4, GS a, GS r, GS I, GS ( H, GS ( k).
 */
import type { PaperState } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder, type Frame } from './frame.ts';

export type StatusNumber = 1 | 2 | 3 | 4;

/** DLE EOT n: answered at once, also while printing, offline or full. */
export const askStatus = (n: StatusNumber) => Uint8Array.of(0x10, 0x04, n);
/** DLE ENQ 2: leaves a recoverable error and forgets what stands in the buffers. */
export const RECOVER = Uint8Array.of(0x10, 0x05, 0x02);
/** DLE DC4 8: forgets what stands in the buffers, at once. */
export const CLEAR_BUFFERS = Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);
/** ESC @. */
export const INITIALISE = Uint8Array.of(0x1b, 0x40);
/** GS a: reports on every change of cover, error, paper and panel. */
export const REPORT_CHANGES = Uint8Array.of(0x1d, 0x61, 0xff);
/** Line feed, then feed to the blade and cut: what is left of a broken document leaves the mouth. */
export const EJECT = Uint8Array.of(0x0a, 0x1d, 0x56, 0x42, 0x00);
/** GS r 1: answered when everything before it was processed; says nothing about which job. */
export const ASK_PAPER_IN_TURN = Uint8Array.of(0x1d, 0x72, 0x01);
export type Identity = 'firmware' | 'maker' | 'model' | 'serial';
const IDENTITY_NUMBERS: Readonly<Record<Identity, number>> = { firmware: 65, maker: 66, model: 67, serial: 68 };
export const identities: readonly Identity[] = ['maker', 'model', 'serial', 'firmware'];
export const askIdentity = (what: Identity) => Uint8Array.of(0x1d, 0x49, IDENTITY_NUMBERS[what]);

/** GS ( H 48: answered with the same four signs when everything before it was printed. */
export function askProcessed(id: string): Uint8Array {
  return Uint8Array.from([0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...Array.from(id, (sign) => sign.charCodeAt(0))]);
}

/** What the status bits say, whether they came by DLE EOT or by report. */
export interface Status {
  readonly offline: boolean;
  readonly cover: boolean;
  readonly feed: boolean;
  readonly error: boolean;
  readonly cutter: boolean;
  readonly unrecoverable: boolean;
  readonly recoverable: boolean;
  readonly paper: PaperState;
}

export const allWell: Status = {
  offline: false,
  cover: false,
  feed: false,
  error: false,
  cutter: false,
  unrecoverable: false,
  recoverable: false,
  paper: 'ok',
};

const has = (value: number, place: number) => (value & (1 << place)) !== 0;

/** The part of the status that answer `n` speaks of. */
export function statusOf(n: StatusNumber, value: number): Partial<Status> {
  switch (n) {
    case 1:
      return { offline: has(value, 3) };
    case 2: {
      const part = { cover: has(value, 2), feed: has(value, 3), error: has(value, 6) };
      return has(value, 5) ? { ...part, paper: 'out' } : part;
    }
    case 3:
      return { cutter: has(value, 3), unrecoverable: has(value, 5), recoverable: has(value, 6) };
    case 4:
      return { paper: (value & 0x60) !== 0 ? 'out' : (value & 0x0c) !== 0 ? 'low' : 'ok' };
  }
}

/** A report (GS a) speaks of everything at once. */
function statusOfReport([first, second, third]: readonly [number, number, number, number]): Status {
  const cutter = has(second, 3);
  const unrecoverable = has(second, 5);
  const recoverable = has(second, 6);
  return {
    offline: has(first, 3),
    cover: has(first, 5),
    feed: has(first, 6),
    error: cutter || unrecoverable || recoverable || has(second, 2),
    cutter,
    unrecoverable,
    recoverable,
    paper: (third & 0x0c) !== 0 ? 'out' : (third & 0x03) !== 0 ? 'low' : 'ok',
  };
}

export type FaultCode =
  | 'escpos.cover'
  | 'escpos.cutter'
  | 'escpos.recoverable'
  | 'escpos.unrecoverable'
  | 'escpos.feed'
  | 'escpos.offline';

/** Every fault that the status shows; paper has a fact of its own. */
export function faultsOf(status: Status): readonly FaultCode[] {
  const found: FaultCode[] = [];
  if (status.cover) found.push('escpos.cover');
  if (status.cutter) found.push('escpos.cutter');
  if (status.unrecoverable) found.push('escpos.unrecoverable');
  if (status.recoverable || (status.error && !status.cutter && !status.unrecoverable)) found.push('escpos.recoverable');
  if (status.feed) found.push('escpos.feed');
  if (status.offline && found.length === 0 && status.paper !== 'out') found.push('escpos.offline');
  return found;
}

function fault(what: FaultCode, zh: string, en: string): FaultEntry {
  return { code: what, stopsAcceptance: true, remedy: { 'zh-CN': zh, en } };
}

export const faults: readonly FaultEntry[] = [
  fault('escpos.cover', '打印机盖打开：关好盖子。', 'The cover is open: close it.'),
  fault(
    'escpos.cutter',
    '切刀卡住：打开盖子取出纸片，再合上；机器会自行恢复。',
    'The cutter is jammed: open the cover, take the paper out, close it; the printer recovers by itself.',
  ),
  fault(
    'escpos.recoverable',
    '打印机暂停(多为打印头过热)：等待降温，无需操作。',
    'The printer pauses, mostly to let its head cool: wait, nothing need be done.',
  ),
  fault(
    'escpos.unrecoverable',
    '打印机故障：断电一分钟再通电；仍有故障请更换打印机。',
    'The printer has a fault: switch it off for a minute; if it comes back, replace the printer.',
  ),
  fault('escpos.feed', '进纸键被按住：松开进纸键。', 'The feed button is held: let it go.'),
  fault(
    'escpos.offline',
    '打印机离线，未说明原因：检查面板指示灯，必要时断电再通电。',
    'The printer is offline and does not say why: look at its lamps, switch it off and on if need be.',
  ),
];

/** Orders that stand in a stream from the host, for people who read a recording. */
const HOST_ORDERS: readonly { readonly start: readonly number[]; readonly length: number; readonly name: string }[] = [
  { start: [0x10, 0x04], length: 3, name: 'status' },
  { start: [0x10, 0x05], length: 3, name: 'recover' },
  { start: [0x10, 0x14], length: 10, name: 'clear-buffers' },
  { start: [0x1b, 0x40], length: 2, name: 'initialise' },
  { start: [0x1d, 0x61], length: 3, name: 'report-changes' },
  { start: [0x1d, 0x72], length: 3, name: 'ask-paper-in-turn' },
  { start: [0x1d, 0x49], length: 3, name: 'identity' },
  { start: [0x1d, 0x28, 0x48], length: 11, name: 'ask-processed' },
  { start: [0x1d, 0x56, 0x41], length: 4, name: 'cut' },
  { start: [0x1d, 0x56, 0x42], length: 4, name: 'cut' },
  { start: [0x1d, 0x56], length: 3, name: 'cut' },
];

const hex = (bytes: Iterable<number>) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

/**
 * Names what a recording holds. From the host only orders are named; what lies between them is print data, which is counted
 * and not repeated: the codes of cash slips are in it.
 */
export function describe(bytes: Uint8Array, from: Speaker, asked?: Uint8Array): readonly MessageLine[] {
  return from === 'host' ? describeHost(bytes) : describeDevice(bytes, statusNumberOf(asked));
}

/** Which answer this order asks for; null: it is none that asks for a status, or not known. */
function statusNumberOf(asked?: Uint8Array): StatusNumber | null {
  const numbers: readonly StatusNumber[] = [1, 2, 3, 4];
  return numbers.find((n) => asked !== undefined && hex(askStatus(n)) === hex(asked)) ?? null;
}

function describeHost(bytes: Uint8Array): readonly MessageLine[] {
  const lines: MessageLine[] = [];
  let data = 0;
  const flush = (end: number) => {
    if (end > data)
      lines.push({ apdu: 'hidden', command: 'print-data', direction: 'host', fields: { bytes: end - data } });
  };
  for (let at = 0; at < bytes.length; ) {
    const order = HOST_ORDERS.find(({ start }) => start.every((byte, i) => bytes[at + i] === byte));
    if (order === undefined) {
      at++;
      continue;
    }
    flush(at);
    const whole = bytes.subarray(at, at + order.length);
    const apdu = hex(whole);
    if (whole.length < order.length) lines.push({ error: `${order.name} that is not whole`, apdu });
    else lines.push({ apdu, command: order.name, direction: 'host', fields: { n: whole[order.start.length] ?? null } });
    at += order.length;
    data = at;
  }
  flush(bytes.length);
  return lines;
}

function describeDevice(bytes: Uint8Array, asked: StatusNumber | null): readonly MessageLine[] {
  const decoder = createDecoder();
  const found = [...decoder.push(bytes), ...decoder.silence()];
  return found.map((item): MessageLine => {
    if (item.type === 'discarded') return { error: item.why, apdu: hex(item.bytes) };
    const { frame } = item;
    return { direction: 'device', ...lineOf(frame, asked) };
  });
}

function lineOf(
  frame: Frame,
  asked: StatusNumber | null,
): { apdu: string; command: string; fields: Readonly<Record<string, unknown>> } {
  switch (frame.type) {
    case 'real-time': {
      const said = asked === null ? {} : statusOf(asked, frame.value);
      return { apdu: hex([frame.value]), command: 'status', fields: { value: frame.value, ...said } };
    }
    case 'report':
      return { apdu: hex(frame.bytes), command: 'report', fields: { ...statusOfReport(frame.bytes) } };
    case 'answer':
      return { apdu: hex([frame.value]), command: 'answer', fields: { value: frame.value } };
    case 'text':
      return { apdu: hex([0x5f, ...codes(frame.text), 0]), command: 'identity', fields: { text: frame.text } };
    case 'process-id':
      return { apdu: hex([0x37, 0x22, ...codes(frame.id), 0]), command: 'processed', fields: { id: frame.id } };
    case 'flow':
      return { apdu: frame.ready ? '11' : '13', command: frame.ready ? 'ready' : 'busy', fields: {} };
    default:
      return frame satisfies never;
  }
}

const codes = (text: string) => Array.from(text, (sign) => sign.charCodeAt(0));
