/**
 * Every CCNET message as one table: commands, states, events, reject reasons and failures. Codes and meanings are those
 * commonly documented, not compared with Crane's specification; the extended identification is left out.
 */
import type { Denomination, RejectReason } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder, type Frame } from './frame.ts';

/** Orders of the host. All but ACK and NAK are answered: by data, by ACK, or by ILLEGAL COMMAND. */
export const command = {
  ack: 0x00,
  reset: 0x30,
  getStatus: 0x31,
  setSecurity: 0x32,
  poll: 0x33,
  enableBillTypes: 0x34,
  stack: 0x35,
  return: 0x36,
  identification: 0x37,
  hold: 0x38,
  setBarcode: 0x39,
  extractBarcode: 0x3a,
  cassetteStatus: 0x3b,
  dispense: 0x3c,
  unload: 0x3d,
  extendedIdentification: 0x3e,
  setCassetteType: 0x40,
  billTable: 0x41,
  download: 0x50,
  crc32: 0x51,
  statistics: 0x60,
  emptyDispenser: 0x67,
  setOptions: 0x68,
  getOptions: 0x69,
  diagnostics: 0xf0,
  nak: 0xff,
} as const;

/** What the device says to a poll. */
export const state = {
  powerUp: 0x10,
  powerUpInValidator: 0x11,
  powerUpInStacker: 0x12,
  initialize: 0x13,
  idling: 0x14,
  accepting: 0x15,
  stacking: 0x17,
  returning: 0x18,
  disabled: 0x19,
  holding: 0x1a,
  busy: 0x1b,
  rejecting: 0x1c,
  dispensing: 0x1d,
  unloading: 0x1e,
  settingCassetteType: 0x21,
  dispensed: 0x25,
  unloaded: 0x26,
  invalidBillNumber: 0x28,
  cassetteTypeSet: 0x29,
  illegal: 0x30,
  cassetteFull: 0x41,
  cassetteOut: 0x42,
  validatorJam: 0x43,
  cassetteJam: 0x44,
  cheated: 0x45,
  pause: 0x46,
  failed: 0x47,
  unitJam: 0x48,
  escrow: 0x80,
  stacked: 0x81,
  returned: 0x82,
} as const;

const commandNames: ReadonlyMap<number, string> = new Map<number, string>([
  [command.ack, 'ack'],
  [command.reset, 'reset'],
  [command.getStatus, 'get-status'],
  [command.setSecurity, 'set-security'],
  [command.poll, 'poll'],
  [command.enableBillTypes, 'enable-bill-types'],
  [command.stack, 'stack'],
  [command.return, 'return'],
  [command.identification, 'identification'],
  [command.hold, 'hold'],
  [command.setBarcode, 'set-barcode-parameters'],
  [command.extractBarcode, 'extract-barcode-data'],
  [command.cassetteStatus, 'cassette-status'],
  [command.dispense, 'dispense'],
  [command.unload, 'unload'],
  [command.extendedIdentification, 'extended-identification'],
  [command.setCassetteType, 'set-cassette-type'],
  [command.billTable, 'get-bill-table'],
  [command.download, 'download'],
  [command.crc32, 'get-crc32'],
  [command.statistics, 'request-statistics'],
  [command.emptyDispenser, 'empty-dispenser'],
  [command.setOptions, 'set-options'],
  [command.getOptions, 'get-options'],
  [command.diagnostics, 'diagnostics'],
  [command.nak, 'nak'],
]);

const stateNames: ReadonlyMap<number, string> = new Map<number, string>([
  [command.ack, 'ack'],
  [command.nak, 'nak'],
  [state.powerUp, 'power-up'],
  [state.powerUpInValidator, 'power-up-bill-in-validator'],
  [state.powerUpInStacker, 'power-up-bill-in-stacker'],
  [state.initialize, 'initialize'],
  [state.idling, 'idling'],
  [state.accepting, 'accepting'],
  [state.stacking, 'stacking'],
  [state.returning, 'returning'],
  [state.disabled, 'disabled'],
  [state.holding, 'holding'],
  [state.busy, 'busy'],
  [state.rejecting, 'rejecting'],
  [state.dispensing, 'dispensing'],
  [state.unloading, 'unloading'],
  [state.settingCassetteType, 'setting-cassette-type'],
  [state.dispensed, 'dispensed'],
  [state.unloaded, 'unloaded'],
  [state.invalidBillNumber, 'invalid-bill-number'],
  [state.cassetteTypeSet, 'cassette-type-set'],
  [state.illegal, 'illegal-command'],
  [state.cassetteFull, 'cassette-full'],
  [state.cassetteOut, 'cassette-out'],
  [state.validatorJam, 'validator-jammed'],
  [state.cassetteJam, 'cassette-jammed'],
  [state.cheated, 'cheated'],
  [state.pause, 'pause'],
  [state.failed, 'failure'],
  [state.unitJam, 'dispenser-jammed'],
  [state.escrow, 'escrow'],
  [state.stacked, 'stacked'],
  [state.returned, 'returned'],
]);

export function commandName(code: number): string {
  return commandNames.get(code) ?? 'unknown';
}

/** The second byte of DISPENSING: notes wait at the lips; of POWER UP with a note: it lies where notes come out. */
const AT_FRONT = 0x01;

export function atFront([where]: Uint8Array): boolean {
  return where === AT_FRONT;
}

/** A fault as long as it is said; the box that is full, or out, is one. */
export function isFaultState(code: number): boolean {
  return code >= state.cassetteFull && code <= state.unitJam;
}

/** A state comes with one byte of data, or with two from a bill-to-bill unit; what is longer is a table. */
const MOST_STATE_BYTES = 3;

/** True for what answers a poll, also for a state that is not in the table. */
export function isState({ code, content }: Frame): boolean {
  return content.length <= MOST_STATE_BYTES && code !== command.ack && code !== command.nak && code !== state.illegal;
}

/**
 * The same for a bill-to-bill unit, whose events of notes have three bytes: the shorter answer of a unit with a single
 * cassette would look like one.
 */
export function isUnitState(frame: Frame): boolean {
  return isState(frame) && (frame.code < state.escrow || frame.content.length === MOST_STATE_BYTES);
}

interface Reason {
  readonly reason: RejectReason;
  readonly en: string;
  readonly 'zh-CN': string;
}

/** Why a note was rejected (data of REJECTING). */
const rejects: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [0x60, { reason: 'askew', en: 'inserted askew', 'zh-CN': '放入歪斜' }],
  [0x61, { reason: 'unreadable', en: 'magnetic', 'zh-CN': '磁性不符' }],
  [0x62, { reason: 'other', en: 'a note remains in the head', 'zh-CN': '识别头内有残留纸币' }],
  [0x63, { reason: 'multiple', en: 'more than one note', 'zh-CN': '多张纸币重叠' }],
  [0x64, { reason: 'other', en: 'conveying', 'zh-CN': '传送异常' }],
  [0x65, { reason: 'unreadable', en: 'identification', 'zh-CN': '无法识别' }],
  [0x66, { reason: 'unreadable', en: 'verification', 'zh-CN': '验证不符' }],
  [0x67, { reason: 'unreadable', en: 'optic', 'zh-CN': '光学特征不符' }],
  [0x68, { reason: 'inhibited', en: 'inhibited', 'zh-CN': '该面额已停收' }],
  [0x69, { reason: 'unreadable', en: 'capacity', 'zh-CN': '电容特征不符' }],
  [0x6a, { reason: 'other', en: 'operation', 'zh-CN': '操作异常' }],
  [0x6c, { reason: 'damaged', en: 'length', 'zh-CN': '长度不符' }],
  [0x6d, { reason: 'unreadable', en: 'ultraviolet', 'zh-CN': '紫外特征不符' }],
  [0x92, { reason: 'other', en: 'barcode not recognised', 'zh-CN': '条码无法识别' }],
  [0x93, { reason: 'other', en: 'barcode: wrong number of signs', 'zh-CN': '条码位数不符' }],
  [0x94, { reason: 'other', en: 'barcode: start not found', 'zh-CN': '条码缺少起始符' }],
  [0x95, { reason: 'other', en: 'barcode: end not found', 'zh-CN': '条码缺少结束符' }],
]);

/** What broke (data of FAILED). */
const failures: ReadonlyMap<number, { readonly en: string; readonly 'zh-CN': string }> = new Map([
  [0x50, { en: 'stack motor', 'zh-CN': '压钞电机' }],
  [0x51, { en: 'transport speed', 'zh-CN': '传送速度' }],
  [0x52, { en: 'transport motor', 'zh-CN': '传送电机' }],
  [0x53, { en: 'aligning motor', 'zh-CN': '对齐电机' }],
  [0x54, { en: 'first state of the cassette', 'zh-CN': '钞箱初始状态' }],
  [0x55, { en: 'optic canal', 'zh-CN': '光学通道' }],
  [0x56, { en: 'magnetic canal', 'zh-CN': '磁性通道' }],
  [0x57, { en: 'motor of the first cassette', 'zh-CN': '1 号循环钞箱电机' }],
  [0x58, { en: 'motor of the second cassette', 'zh-CN': '2 号循环钞箱电机' }],
  [0x59, { en: 'motor of the third cassette', 'zh-CN': '3 号循环钞箱电机' }],
  [0x5a, { en: 'transport motor of the unit', 'zh-CN': '设备传送电机' }],
  [0x5b, { en: 'first switch motor', 'zh-CN': '1 号换向电机' }],
  [0x5c, { en: 'second switch motor', 'zh-CN': '2 号换向电机' }],
  [0x5d, { en: 'first motor of the dispenser', 'zh-CN': '1 号出钞电机' }],
  [0x5e, { en: 'second motor of the dispenser', 'zh-CN': '2 号出钞电机' }],
  [0x5f, { en: 'capacitance canal', 'zh-CN': '电容通道' }],
]);

export function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

export function rejectReason(code: number): RejectReason {
  return rejects.get(code)?.reason ?? 'other';
}

export function failureCode(data: number): string {
  return failures.has(data) ? `ccnet.failure-${hexByte(data).toLowerCase()}` : 'ccnet.failure';
}

/** The fault that a state stands for, or null. CHEATED and FAILED included. */
export function faultOfState(code: number, data: Uint8Array): string | null {
  switch (code) {
    case state.cassetteFull:
      return 'ccnet.cassette-full';
    case state.cassetteOut:
      return 'ccnet.cassette-out';
    case state.validatorJam:
      return 'ccnet.jam-validator';
    case state.cassetteJam:
      return 'ccnet.jam-cassette';
    case state.cheated:
      return 'ccnet.cheated';
    case state.pause:
      return 'ccnet.pause';
    case state.failed:
      return failureCode(data[0] ?? 0);
    case state.unitJam:
      return 'ccnet.jam-unit';
    default:
      return null;
  }
}

function fault(code: string, stopsAcceptance: boolean, zh: string, en: string): FaultEntry {
  return { code: `ccnet.${code}`, stopsAcceptance, remedy: { 'zh-CN': zh, en } };
}

const serviceZh = '断电后打开识别头，检查并清洁；若再次出现，更换该部件。';
const serviceEn = 'Switch off, open the head, inspect and clean it; if it comes back, replace the part.';

export const faults: readonly FaultEntry[] = [
  fault(
    'cassette-full',
    true,
    '钞箱已满：取出钞箱清点，装回空钞箱。',
    'The cash box is full: collect it and put an empty one in.',
  ),
  fault('cassette-out', true, '钞箱未装好：推入钞箱直至锁定。', 'The cash box is out: push it in until it locks.'),
  fault(
    'jam-validator',
    true,
    '识别头卡钞：打开上盖，取出纸币并登记，再合上。',
    'A note is jammed in the head: open the cover, take the note out, record it, close the cover.',
  ),
  fault(
    'jam-cassette',
    true,
    '钞箱口卡钞：取出钞箱，取出卡住的纸币并登记，再装回。',
    'A note is jammed at the cash box: take the box out, free the note, record it, put the box back.',
  ),
  fault(
    'jam-unit',
    true,
    '出钞部件卡钞：打开设备，取出纸币并登记，再合上。',
    'A note is jammed where notes are paid out: open the unit, take the note out, record it, close the unit.',
  ),
  fault(
    'pause',
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
    'failure',
    true,
    `设备故障，代码未知。${serviceZh}`,
    `The device failed with a code that is not known here. ${serviceEn}`,
  ),
  ...[...failures].map(([code, text]) =>
    fault(
      `failure-${hexByte(code).toLowerCase()}`,
      true,
      `部件故障：${text['zh-CN']}。${serviceZh}`,
      `The device failed: ${text.en}. ${serviceEn}`,
    ),
  ),
  ...[...rejects].map(([code, text]) =>
    fault(
      `reject-${hexByte(code).toLowerCase()}`,
      false,
      `退回纸币：${text['zh-CN']}。频繁出现时请清洁识别头。`,
      `A note was rejected: ${text.en}. Clean the head if this happens often.`,
    ),
  ),
  fault(
    'country-unmapped',
    false,
    '设备报出未知的国家代码，相应面额已停用：请在设备设置 countries 中填写该代码的币种。',
    'The device names a country that is not mapped, and those denominations are off: add it to the setting "countries".',
  ),
  fault(
    'no-denominations',
    true,
    '没有可用面额：核对设备固件的币种与设置 countries。',
    'No denomination can be used: compare the currency of the firmware with the setting "countries".',
  ),
  fault(
    'denominations-changed',
    true,
    '运行中面额表发生变化，已停止收钞：核对设备固件，再重启程序。',
    'The table of denominations changed while running, so no notes are taken: check the firmware, then start again.',
  ),
  fault(
    'cassettes-unread',
    true,
    '循环钞箱状态读不到：核对设备型号设置 model，检查循环钞箱是否装好。',
    'The recycling cassettes cannot be read: check the setting "model", and that the cassettes are in.',
  ),
  fault(
    'cassette-refused',
    false,
    '循环钞箱不接受面额设置：清空该钞箱后重启设备；仍然出现时更换钞箱。',
    'A recycling cassette does not take the note it is to keep: empty it and switch the unit off and on; if it comes back, replace the cassette.',
  ),
  fault(
    'levels-disagree',
    false,
    '出钞结果与循环钞箱计数不符：打开设备清点循环钞箱和钞箱，并处理相应的待查事项。',
    'What was paid and what the recycling cassettes count do not agree: count the cassettes and the box, and settle the open case.',
  ),
  fault(
    'setting-refused',
    true,
    '设备拒绝一项设置：核对固件版本与地址设置。',
    'The device refuses a setting: check its firmware and the setting "address".',
  ),
];

export interface BillType {
  /** Place in the table, which is its bit in the masks. */
  readonly type: number;
  /** Three letters as the device names the country or currency. */
  readonly country: string;
  readonly value: number;
  /** Power of ten that `value` is multiplied with. */
  readonly exponent: number;
}

const BILL_TYPE_BYTES = 5;
const BILL_TABLE_BYTES = 120;
const IDENTITY_BYTES = 34;

/**
 * The bill table: 24 places of value, three letters, exponent (bit 7: negative). Unused places (value 0) are left out.
 * Null for a reply of another length, which is no table.
 */
export function billTable(data: Uint8Array): readonly BillType[] | null {
  if (data.length !== BILL_TABLE_BYTES) return null;
  const types: BillType[] = [];
  for (let at = 0; at < data.length; at += BILL_TYPE_BYTES) {
    const value = data[at] as number;
    if (value === 0) continue;
    const power = data[at + 4] as number;
    types.push({
      type: at / BILL_TYPE_BYTES,
      country: text(data.subarray(at + 1, at + 4)),
      value,
      exponent: (power & 0x80) === 0 ? power : -(power & 0x7f),
    });
  }
  return types;
}

/** One recycling cassette of a bill-to-bill unit. */
export interface Cassette {
  /** As orders name it, from 1. */
  readonly number: number;
  readonly present: boolean;
  readonly full: boolean;
  /** Bill type that it keeps, or one of the two below. */
  readonly type: number;
  readonly count: number;
}

/** Keeps no note at all; and notes of several values, to give back. */
export const NO_TYPE = 0x1f;
export const ESCROW_TYPE = 0x18;
const CASSETTES_LEAST = 2;
const CASSETTES_MOST = 16;

/**
 * RECYCLING CASSETTE STATUS: two bytes for each place, whether there is one, whether it is full, its bill type; how many
 * notes. Null for what is none; also for a single place, whose two bytes could be a state as well.
 */
export function cassettes(data: Uint8Array): readonly Cassette[] | null {
  const places = data.length / 2;
  if (!Number.isInteger(places) || places < CASSETTES_LEAST || places > CASSETTES_MOST) return null;
  const found = Array.from({ length: places }, (_, place): Cassette => {
    const [head = 0, count = 0] = data.subarray(place * 2);
    const present = (head & 0x80) !== 0;
    return { number: place + 1, present, full: (head & 0x40) !== 0, type: head & 0x1f, count: present ? count : 0 };
  });
  return found.some(({ present }) => present) ? found : null;
}

export interface Identity {
  readonly part: string;
  readonly serial: string;
}

/** IDENTIFICATION: 15 bytes of part number, 12 of serial number, 7 of asset number; null when shorter. */
export function identity(data: Uint8Array): Identity | null {
  if (data.length !== IDENTITY_BYTES) return null;
  return { part: text(data.subarray(0, 15)), serial: text(data.subarray(15, 27)) };
}

/** A mask of bill types as three bytes, highest first; the lowest bit is type 0. */
export function mask(types: readonly number[]): readonly number[] {
  let bits = 0;
  for (const type of types) bits |= 1 << type;
  return [(bits >> 16) & 0xff, (bits >> 8) & 0xff, bits & 0xff];
}

function text(data: Uint8Array): string {
  return Array.from(data, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '))
    .join('')
    .trim();
}

/** The amount in minor units, or null when it is not whole. */
export function denominationOf({ value, exponent }: BillType, currency: string, digits: number): Denomination | null {
  const minor = Math.round(value * 10 ** (exponent + digits) * 1_000) / 1_000;
  return Number.isSafeInteger(minor) ? { currency, minor } : null;
}

function fields({ code, data, content }: Frame, from: Speaker): Record<string, unknown> {
  if (from !== 'host') {
    if (content.length === MOST_STATE_BYTES && code === state.stacked)
      return { type: data[0] ?? null, cassette: data[1] ?? null };
    if (code === state.escrow || code === state.stacked || code === state.returned) return { type: data[0] ?? null };
    if (content.length === MOST_STATE_BYTES && code === state.dispensing) return { waits: atFront(data) };
    if (code === state.rejecting)
      return { code: hexByte(data[0] ?? 0), reason: rejects.get(data[0] ?? 0)?.en ?? 'unknown' };
    if (code === state.failed)
      return { code: hexByte(data[0] ?? 0), part: failures.get(data[0] ?? 0)?.en ?? 'unknown' };
    if (code === state.busy) return { waitMs: (data[0] ?? 0) * 100 };
  }
  if (code === command.enableBillTypes && data.length === 6) {
    return { enabled: hex(data.subarray(0, 3)), escrow: hex(data.subarray(3)) };
  }
  if (content.length === BILL_TABLE_BYTES) return { table: billTable(content) };
  if (content.length === IDENTITY_BYTES) return { ...identity(content) };
  return data.length === 0 ? {} : { data: hex(data) };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}

/** What is too long for a state is a table that was asked for; a table that only the question names is `data`. */
function answerName({ code, content }: Frame): string | undefined {
  if (content.length <= MOST_STATE_BYTES) return stateNames.get(code);
  if (content.length === BILL_TABLE_BYTES) return 'bill-table';
  if (content.length === IDENTITY_BYTES) return 'identification';
  return commandNames.has(code) ? undefined : 'data';
}

/** What a frame says and who can have said it: host and device use the same address. */
function line(frame: Frame, raw: string, from: Speaker): MessageLine {
  const asHost = commandNames.get(frame.code);
  const asDevice = answerName(frame);
  const sayings = from === 'host' ? [asHost] : from === 'device' ? [asDevice ?? 'data'] : [asHost, asDevice];
  const [name, other] = sayings.filter((one) => one !== undefined);
  const speaker =
    from !== 'either' ? from : asHost === undefined ? 'device' : asDevice === undefined ? 'host' : 'either';
  if (name === undefined) return { error: `unknown message ${hexByte(frame.code)}`, apdu: raw };
  return {
    apdu: raw,
    command: name,
    direction: speaker,
    fields: { address: frame.address, ...fields(frame, speaker) },
    ...(other === undefined || other === name ? {} : { otherwise: other }),
  };
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const decoder = createDecoder();
  return [...decoder.push(bytes), ...decoder.silence()].map((item) => {
    if (item.type === 'discarded') return { error: item.why, apdu: hex(item.bytes.subarray(0, 64)) };
    return line(item.frame, hex(item.frame.bytes), from);
  });
}
