/**
 * Every EBDS message as one table: types, the bits of order and report, auxiliary questions, the note specification.
 * Places and meanings are those commonly documented, not compared with MEI's specification.
 */
import type { Denomination } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder, encode, type Frame } from './frame.ts';

export const type = {
  order: 1,
  report: 2,
  bookmark: 3,
  calibration: 4,
  flash: 5,
  auxiliary: 6,
  extended: 7,
} as const;

/** First byte of an extended message. */
export const extended = { barcode: 0x01, note: 0x02, inhibits: 0x03, escrowTimeout: 0x04, valueTable: 0x06 } as const;

/** Third byte of an auxiliary question. */
export const auxiliary = { model: 0x04, serial: 0x05, application: 0x07 } as const;

/** Second byte of an order: what to do with a note, and that every note is held. */
export const mode = { anyOrientation: 0x0c, escrow: 0x10, stack: 0x20, return: 0x40 } as const;
/** Third byte: power-up policy B (a held note is kept, one past escrow is stacked and told), extended notes. */
export const config = { policyB: 0x04, extendedNotes: 0x10 } as const;
export const everyDenomination = 0x7f;

const stateBits = ['idle', 'accepting', 'escrowed', 'stacking', 'stacked', 'returning', 'returned'] as const;
const statusBits = ['cheated', 'rejected', 'jammed', 'full', 'cassette', 'paused', 'calibration'] as const;

export type StateBit = (typeof stateBits)[number];

/** What a report says; all seven state bits off is a device out of service. */
export interface Report {
  readonly state: ReadonlySet<StateBit>;
  readonly status: ReadonlySet<(typeof statusBits)[number]>;
  readonly powerUp: boolean;
  readonly invalidCommand: boolean;
  readonly failure: boolean;
  /** 1 to 7; 0: none. */
  readonly value: number;
  readonly open: boolean;
  readonly stalled: boolean;
  readonly disabled: boolean;
  readonly model: number;
  readonly revision: number;
  /** Of an extended report that names a note. */
  readonly note: NoteSpecification | null;
}

export interface NoteSpecification {
  readonly index: number;
  readonly currency: string;
  /** Times ten to the power of `exponent`. */
  readonly base: number;
  readonly exponent: number;
}

const STATUS_BYTES = 6;
const NOTE_BYTES = 18;

/** A report, standard or with a note; null for every other message. */
export function report({ type: kind, data }: Frame): Report | null {
  const withNote = kind === type.extended && data[0] === extended.note && data.length >= 1 + STATUS_BYTES + NOTE_BYTES;
  if (kind !== type.report && !withNote) return null;
  const [state = 0, status = 0, exception = 0, misc = 0, model = 0, revision = 0] = data.subarray(withNote ? 1 : 0);
  if (!withNote && data.length < STATUS_BYTES) return null;
  return {
    state: new Set(stateBits.filter((_, bit) => (state & (1 << bit)) !== 0)),
    status: new Set(statusBits.filter((_, bit) => (status & (1 << bit)) !== 0)),
    powerUp: (exception & 0x01) !== 0,
    invalidCommand: (exception & 0x02) !== 0,
    failure: (exception & 0x04) !== 0,
    value: (exception >> 3) & 0x07,
    open: (exception & 0x40) !== 0,
    stalled: (misc & 0x01) !== 0,
    disabled: (misc & 0x20) !== 0,
    model,
    revision,
    note: withNote ? specification(data.subarray(1 + STATUS_BYTES)) : null,
  };
}

/** Index (0 in a report of a note), three letters, three digits, sign, two digits of exponent; null for an empty place. */
function specification(data: Uint8Array): NoteSpecification | null {
  const index = data[0] as number;
  const currency = text(data.subarray(1, 4));
  const base = Number(text(data.subarray(4, 7)));
  const power = Number(text(data.subarray(8, 10)));
  if (!/^[A-Z]{3}$/.test(currency) || !(base > 0) || !Number.isInteger(power)) return null;
  return { index, currency, base, exponent: data[7] === 0x2d ? -power : power };
}

/** Minor units of a note, or null when they are not whole. */
export function denominationOf({ base, exponent, currency }: NoteSpecification, digits: number): Denomination | null {
  const minor = Math.round(base * 10 ** (exponent + digits) * 1_000) / 1_000;
  return Number.isSafeInteger(minor) ? { currency, minor } : null;
}

export function text(data: Uint8Array): string {
  return Array.from(data, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '))
    .join('')
    .trim();
}

/** Enabled notes by index (from 1) as bytes of seven bits, lowest first. */
export function noteMask(indexes: readonly number[]): readonly number[] {
  const bytes = new Array<number>(8).fill(0);
  for (const index of indexes) {
    const bit = index - 1;
    const at = Math.floor(bit / 7);
    if (at < bytes.length) bytes[at] = (bytes[at] as number) | (1 << (bit % 7));
  }
  return bytes;
}

function fault(code: string, stopsAcceptance: boolean, zh: string, en: string): FaultEntry {
  return { code: `ebds.${code}`, stopsAcceptance, remedy: { 'zh-CN': zh, en } };
}

export const faults: readonly FaultEntry[] = [
  fault(
    'full',
    true,
    '钞箱已满：取出钞箱清点，装回空钞箱。',
    'The cash box is full: collect it and put an empty one in.',
  ),
  fault('cassette-out', true, '钞箱未装好：推入钞箱直至锁定。', 'The cash box is out: push it in until it locks.'),
  fault(
    'jam',
    true,
    '卡钞：打开设备，取出纸币并登记，再合上。',
    'A note is jammed: open the device, take the note out, record it, close it.',
  ),
  fault(
    'paused',
    true,
    '同时放入了两张纸币：请取走后放入的一张。',
    'A second note was put in: take it back out of the mouth.',
  ),
  fault(
    'cheated',
    true,
    '怀疑有人回拉纸币：检查入口与钞箱，保留现场并上报。',
    'A note may have been pulled back: inspect the mouth and the cash box, keep what you find, report it.',
  ),
  fault(
    'calibration',
    true,
    '设备处于校准状态：完成或取消校准。',
    'The device is being calibrated: finish or leave it.',
  ),
  fault('open', true, '走钞通道未合上：合上并锁好。', 'The transport is open: close it and lock it.'),
  fault(
    'failure',
    true,
    '设备自检失败：断电清洁后重试；若再次出现，更换设备。',
    'The device failed its self-check: switch off, clean, try again; if it comes back, replace it.',
  ),
  fault(
    'stalled',
    true,
    '走钞电机停转：断电检查通道内有无异物。',
    'The transport stalled: switch off and look for something in the path.',
  ),
  fault(
    'rejected',
    false,
    '退回纸币。频繁出现时请清洁传感器。',
    'A note was rejected. Clean the sensors if this happens often.',
  ),
  fault(
    'currency-unknown',
    false,
    '设备报出的币种不在 ISO 4217 之列，相应面额已停用：核对设备固件。',
    'The device names a currency that is not in ISO 4217, and those denominations are off: check its firmware.',
  ),
  fault(
    'no-denominations',
    true,
    '没有可用面额：若设备不支持扩展面额表，请填写设置 values 与 currency。',
    'No denomination can be used: if the device has no extended notes, fill in the settings "values" and "currency".',
  ),
  fault(
    'denominations-changed',
    true,
    '运行中面额表发生变化，已停止收钞：核对设备固件，再重启程序。',
    'The table of denominations changed while running, so no notes are taken: check the firmware, then start again.',
  ),
  fault(
    'setting-refused',
    true,
    '设备拒绝一项设置：核对固件版本。',
    'The device refuses a setting: check the version of its firmware.',
  ),
];

/** The fault that a report stands for, the gravest first; null when all is well. */
export function faultOf({ status, failure, open, stalled }: Report): string | null {
  if (failure) return 'ebds.failure';
  if (status.has('cheated')) return 'ebds.cheated';
  if (status.has('jammed')) return 'ebds.jam';
  if (open) return 'ebds.open';
  if (!status.has('cassette')) return 'ebds.cassette-out';
  if (status.has('full')) return 'ebds.full';
  if (stalled) return 'ebds.stalled';
  if (status.has('paused')) return 'ebds.paused';
  return status.has('calibration') ? 'ebds.calibration' : null;
}

const typeNames: ReadonlyMap<number, string> = new Map([
  [type.order, 'omnibus'],
  [type.report, 'report'],
  [type.bookmark, 'bookmark'],
  [type.calibration, 'calibrate'],
  [type.flash, 'flash-download'],
  [type.auxiliary, 'auxiliary'],
  [type.extended, 'extended'],
]);
const auxiliaryNames: ReadonlyMap<number, string> = new Map([
  [0x00, 'query-software-crc'],
  [0x01, 'query-cash-box-total'],
  [0x02, 'query-resets'],
  [0x03, 'clear-cash-box-total'],
  [0x04, 'query-type'],
  [0x05, 'query-serial-number'],
  [0x06, 'query-boot-part'],
  [0x07, 'query-application-part'],
  [0x08, 'query-variant-name'],
  [0x09, 'query-variant-part'],
  [0x0d, 'query-capabilities'],
  [0x0e, 'query-application-id'],
  [0x0f, 'query-variant-id'],
  [0x7f, 'soft-reset'],
]);
/** Host and device say most of them with the same name. */
const extendedNames: ReadonlyMap<number, readonly [host: string, device: string]> = new Map([
  [0x01, ['barcode', 'barcode']],
  [0x02, ['query-note-specification', 'note-specification']],
  [0x03, ['set-note-enables', 'set-note-enables']],
  [0x04, ['set-escrow-timeout', 'escrow-timeout']],
  [0x06, ['query-value-table', 'value-table']],
  [0x0b, ['note-retrieved', 'note-retrieved']],
  [0x0d, ['advanced-bookmark', 'advanced-bookmark']],
]);

/** What a report is about first: what is wrong, then the note, then the rest. */
function reportName({ state, status, ...said }: Report): string {
  if (said.invalidCommand) return 'invalid-command';
  if (said.failure) return 'failure';
  if (said.stalled) return 'stalled';
  if (said.open) return 'transport-open';
  if (status.has('jammed')) return 'jammed';
  if (!status.has('cassette')) return 'cassette-out';
  if (status.has('full')) return 'full';
  if (status.has('paused')) return 'paused';
  if (status.has('calibration')) return 'calibrating';
  if (status.has('cheated')) return 'cheated';
  if (status.has('rejected')) return 'rejected';
  const last = stateBits.findLast((bit) => state.has(bit));
  if (said.powerUp && (last === undefined || last === 'idle')) return 'power-up';
  return last ?? 'out-of-service';
}

/** The name of a message, and by whom it is when its own content tells; undefined: not in the table. */
function nameOf(frame: Frame, from: Speaker): string | undefined {
  const [first = 0, how = 0, third = 0] = frame.data;
  const said = report(frame);
  const host = from === 'host';
  switch (frame.type) {
    case type.order:
      return (how & mode.stack) !== 0 ? 'stack' : (how & mode.return) !== 0 ? 'return' : 'omnibus';
    case type.report:
      return said === null ? undefined : reportName(said);
    case type.auxiliary:
      return host || (from === 'either' && frame.data.length === 3) ? auxiliaryNames.get(third) : 'auxiliary';
    case type.extended:
      // A place of the table has a number, and a note in the path has none.
      if (said?.note?.index === 0) return reportName(said);
      return extendedNames.get(first)?.[host ? 0 : 1];
    default:
      return typeNames.get(frame.type);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

function fields(frame: Frame): Record<string, unknown> {
  const said = report(frame);
  if (said !== null) {
    const { state, status, note, ...rest } = said;
    return { ack: frame.ack, state: [...state], status: [...status], ...rest, ...(note === null ? {} : { note }) };
  }
  const [denominations = 0, how = 0, settings = 0] = frame.data;
  if (frame.type === type.order && frame.data.length === 3) {
    return {
      ack: frame.ack,
      denominations,
      escrow: (how & mode.escrow) !== 0,
      stack: (how & mode.stack) !== 0,
      return: (how & mode.return) !== 0,
      powerUpPolicy: ['A', 'B', 'C', '?'][(settings >> 2) & 3],
      extendedNotes: (settings & config.extendedNotes) !== 0,
    };
  }
  return { ack: frame.ack, data: hex(frame.data) };
}

/** Only orders and reports say by their type who spoke; a note specification with a report in it is the device's. */
function speaker(frame: Frame): Speaker {
  if (frame.type === type.order) return 'host';
  return report(frame) === null ? 'either' : 'device';
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const decoder = createDecoder();
  return [...decoder.push(bytes), ...decoder.silence()].map((item) => {
    if (item.type === 'discarded') return { error: item.why, apdu: hex(item.bytes.subarray(0, 64)) };
    const { frame } = item;
    const apdu = hex(encode({ type: frame.type, ack: frame.ack, data: [...frame.data].map((byte) => byte & 0x7f) }));
    const direction = from === 'either' ? speaker(frame) : from;
    const command = nameOf(frame, direction) ?? `unknown ${typeNames.get(frame.type) ?? `type ${frame.type}`}`;
    return { apdu, command, direction, fields: fields(frame) };
  });
}
