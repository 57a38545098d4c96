/**
 * Every ID-003 message as one table: commands, reports, set-ups, reject reasons and failures. Codes and meanings are
 * those commonly documented, not compared with JCM's specification; failures A8 and A9 are the least certain.
 */
import type { RejectReason } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder, encode, type Frame } from './frame.ts';

/** Orders of the host. All but ACK are answered: operations with ACK (50), set-ups with an echo. */
export const command = {
  status: 0x11,
  reset: 0x40,
  stack1: 0x41,
  stack2: 0x42,
  return: 0x43,
  hold: 0x44,
  wait: 0x45,
  ack: 0x50,
  getDenominations: 0x80,
  getSecurity: 0x81,
  getCommunication: 0x82,
  getInhibit: 0x83,
  getDirection: 0x84,
  getOptions: 0x85,
  getBarcode: 0x86,
  getBarcodeInhibit: 0x87,
  version: 0x88,
  bootVersion: 0x89,
  currencyAssign: 0x8a,
  setDenominations: 0xc0,
  setSecurity: 0xc1,
  setCommunication: 0xc2,
  setInhibit: 0xc3,
  setDirection: 0xc4,
  setOptions: 0xc5,
  setBarcode: 0xc6,
  setBarcodeInhibit: 0xc7,
  setEscrowLimit: 0xcd,
} as const;

/** Reports of the device, in answer to a status request. */
export const status = {
  enq: 0x05,
  idle: 0x11,
  accepting: 0x12,
  escrow: 0x13,
  stacking: 0x14,
  vendValid: 0x15,
  stacked: 0x16,
  rejecting: 0x17,
  returning: 0x18,
  holding: 0x19,
  disabled: 0x1a,
  initialize: 0x1b,
  powerUp: 0x40,
  powerUpInAcceptor: 0x41,
  powerUpInStacker: 0x42,
  stackerFull: 0x43,
  stackerOpen: 0x44,
  acceptorJam: 0x45,
  stackerJam: 0x46,
  pause: 0x47,
  cheated: 0x48,
  failure: 0x49,
  communicationError: 0x4a,
  invalidCommand: 0x4b,
} as const;

const commandNames: ReadonlyMap<number, string> = new Map<number, string>([
  [command.status, 'status-request'],
  [command.reset, 'reset'],
  [command.stack1, 'stack-1'],
  [command.stack2, 'stack-2'],
  [command.return, 'return'],
  [command.hold, 'hold'],
  [command.wait, 'wait'],
  [command.ack, 'ack'],
  [command.getDenominations, 'get-denominations'],
  [command.getSecurity, 'get-security'],
  [command.getCommunication, 'get-communication'],
  [command.getInhibit, 'get-inhibit'],
  [command.getDirection, 'get-direction'],
  [command.getOptions, 'get-options'],
  [command.getBarcode, 'get-barcode'],
  [command.getBarcodeInhibit, 'get-barcode-inhibit'],
  [command.version, 'version'],
  [command.bootVersion, 'boot-version'],
  [command.currencyAssign, 'currency-assign'],
  [command.setDenominations, 'set-denominations'],
  [command.setSecurity, 'set-security'],
  [command.setCommunication, 'set-communication'],
  [command.setInhibit, 'set-inhibit'],
  [command.setDirection, 'set-direction'],
  [command.setOptions, 'set-options'],
  [command.setBarcode, 'set-barcode'],
  [command.setBarcodeInhibit, 'set-barcode-inhibit'],
  [command.setEscrowLimit, 'set-escrow-limit'],
]);

const statusNames: ReadonlyMap<number, string> = new Map<number, string>([
  [status.enq, 'enq'],
  [status.idle, 'idle'],
  [status.accepting, 'accepting'],
  [status.escrow, 'escrow'],
  [status.stacking, 'stacking'],
  [status.vendValid, 'vend-valid'],
  [status.stacked, 'stacked'],
  [status.rejecting, 'rejecting'],
  [status.returning, 'returning'],
  [status.holding, 'holding'],
  [status.disabled, 'disabled'],
  [status.initialize, 'initialize'],
  [status.powerUp, 'power-up'],
  [status.powerUpInAcceptor, 'power-up-in-acceptor'],
  [status.powerUpInStacker, 'power-up-in-stacker'],
  [status.stackerFull, 'stacker-full'],
  [status.stackerOpen, 'stacker-open'],
  [status.acceptorJam, 'acceptor-jam'],
  [status.stackerJam, 'stacker-jam'],
  [status.pause, 'pause'],
  [status.cheated, 'cheated'],
  [status.failure, 'failure'],
  [status.communicationError, 'communication-error'],
  [status.invalidCommand, 'invalid-command'],
  [command.ack, 'ack'],
]);

export function commandName(code: number): string {
  return commandNames.get(code) ?? 'unknown';
}

export function isStatus(code: number): boolean {
  return code !== command.ack && code !== status.invalidCommand && code !== status.enq && statusNames.has(code);
}

interface Reason {
  readonly reason: RejectReason;
  readonly en: string;
  readonly 'zh-CN': string;
}

/** Why a note was rejected (data of REJECTING). */
const rejects: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [0x71, { reason: 'askew', en: 'inserted askew', 'zh-CN': '放入歪斜' }],
  [0x72, { reason: 'unreadable', en: 'magnetic pattern', 'zh-CN': '磁性图案不符' }],
  [0x73, { reason: 'other', en: 'a note remains in the head', 'zh-CN': '识别头内有残留纸币' }],
  [0x74, { reason: 'unreadable', en: 'sensor compensation', 'zh-CN': '传感器补偿异常' }],
  [0x75, { reason: 'other', en: 'conveying', 'zh-CN': '传送异常' }],
  [0x76, { reason: 'unreadable', en: 'denomination not recognised', 'zh-CN': '面额无法识别' }],
  [0x77, { reason: 'unreadable', en: 'photo pattern 1', 'zh-CN': '光学图案一不符' }],
  [0x78, { reason: 'unreadable', en: 'photo level', 'zh-CN': '光学强度不符' }],
  [0x79, { reason: 'inhibited', en: 'inhibited, or the escrow time ran out', 'zh-CN': '禁止接收或暂存超时' }],
  [0x7b, { reason: 'other', en: 'operation', 'zh-CN': '操作异常' }],
  [0x7c, { reason: 'other', en: 'a note remains in the stacker', 'zh-CN': '压钞部有残留纸币' }],
  [0x7d, { reason: 'damaged', en: 'length', 'zh-CN': '长度不符' }],
  [0x7e, { reason: 'unreadable', en: 'photo pattern 2', 'zh-CN': '光学图案二不符' }],
  [0x7f, { reason: 'unreadable', en: 'genuine-note check', 'zh-CN': '真伪检测不符' }],
  [0x98, { reason: 'multiple', en: 'more than one note', 'zh-CN': '多张纸币重叠' }],
  [0x9b, { reason: 'other', en: 'ticket inserted back side up', 'zh-CN': '票券反面放入' }],
]);

interface Failure {
  readonly en: string;
  readonly 'zh-CN': string;
}

/** What broke (data of FAILURE). */
const failures: ReadonlyMap<number, Failure> = new Map<number, Failure>([
  [0xa2, { en: 'stack motor', 'zh-CN': '压钞电机' }],
  [0xa5, { en: 'transport speed', 'zh-CN': '传送速度' }],
  [0xa6, { en: 'transport motor', 'zh-CN': '传送电机' }],
  [0xa8, { en: 'solenoid or PB unit', 'zh-CN': '电磁阀或 PB 部件' }],
  [0xa9, { en: 'solenoid or PB unit', 'zh-CN': '电磁阀或 PB 部件' }],
  [0xab, { en: 'cash box not ready', 'zh-CN': '钞箱未就绪' }],
  [0xaf, { en: 'validator head removed', 'zh-CN': '识别头未装好' }],
  [0xb0, { en: 'boot ROM', 'zh-CN': '引导存储器' }],
  [0xb1, { en: 'external ROM', 'zh-CN': '外部存储器' }],
  [0xb2, { en: 'ROM', 'zh-CN': '程序存储器' }],
  [0xb3, { en: 'writing the external ROM', 'zh-CN': '外部存储器写入' }],
]);

export function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/** 0x79 after an escrow is the escrow's end, before one an inhibited note. */
export function rejectReason(code: number, escrowed: boolean): RejectReason {
  if (code === 0x79 && escrowed) return 'timeout';
  return rejects.get(code)?.reason ?? 'other';
}

export function failureCode(data: number): string {
  return failures.has(data) ? `id003.failure-${hexByte(data).toLowerCase()}` : 'id003.failure';
}

/** The fault that a report stands for, or null. CHEATED and FAILURE included. */
export function faultOfStatus(code: number, data: Uint8Array): string | null {
  switch (code) {
    case status.stackerFull:
      return 'id003.stacker-full';
    case status.stackerOpen:
      return 'id003.stacker-open';
    case status.acceptorJam:
      return 'id003.jam-acceptor';
    case status.stackerJam:
      return 'id003.jam-stacker';
    case status.pause:
      return 'id003.pause';
    case status.cheated:
      return 'id003.cheated';
    case status.failure:
      return failureCode(data[0] ?? 0);
    case status.communicationError:
      return 'id003.communication-error';
    default:
      return null;
  }
}

function fault(code: string, stopsAcceptance: boolean, zh: string, en: string): FaultEntry {
  return { code: `id003.${code}`, stopsAcceptance, remedy: { 'zh-CN': zh, en } };
}

const serviceZh = '断电后打开识别头，检查并清洁；若再次出现，更换该部件。';
const serviceEn = 'Switch off, open the head, inspect and clean it; if it comes back, replace the part.';

export const faults: readonly FaultEntry[] = [
  fault(
    'stacker-full',
    true,
    '钞箱已满：取出钞箱清点，装回空钞箱。',
    'The cash box is full: collect it and put an empty one in.',
  ),
  fault('stacker-open', true, '钞箱未装好：推入钞箱直至锁定。', 'The cash box is out: push it in until it locks.'),
  fault(
    'jam-acceptor',
    true,
    '识别头卡钞：打开上盖，取出纸币并登记，再合上。',
    'A note is jammed in the head: open the cover, take the note out, record it, close the cover.',
  ),
  fault(
    'jam-stacker',
    true,
    '压钞部卡钞：取出钞箱，取出卡住的纸币并登记，再装回。',
    'A note is jammed at the stacker: take the cash box out, free the note, record it, put the box back.',
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
    'communication-error',
    true,
    '设备内部通信异常：断电重启；若再次出现，检查接线。',
    'The device reports a communication error inside: switch it off and on; if it comes back, check its wiring.',
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
    'The device names a country code that is not mapped, and those denominations are off: add the code to the setting "countries".',
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
    '面额表发生变化，已停止收钞：装回原来的固件并重启程序；新的面额表须由人员确认后才会使用。',
    'The table of denominations changed, so no notes are taken: put the firmware of before back and start the program again. A new table is used only after a person has confirmed it.',
  ),
  fault(
    'option-refused',
    false,
    '设备不支持断电恢复：升级固件，或在设备设置中关闭 powerRecovery。',
    'The device does not know power recovery: update its firmware, or switch the setting "powerRecovery" off.',
  ),
  fault(
    'setting-refused',
    true,
    '设备拒绝一项设置：核对固件版本是否支持所配置的选项。',
    'The device refuses a setting: check that its firmware knows the configured options.',
  ),
];

/** JSON-safe meaning of a frame's data. */
function fields(frame: Frame, from: Speaker): Record<string, unknown> {
  const { code, data } = frame;
  const bytes = [...data];
  if (code === status.escrow && data.length > 0) {
    if (data[0] === 0x6f) return { barcode: String.fromCharCode(...data.subarray(1)) };
    return { denomination: hexByte(data[0] as number) };
  }
  if (code === status.vendValid && data.length > 0) return { denomination: hexByte(data[0] as number) };
  if (code === status.rejecting && data.length > 0) {
    return { code: hexByte(data[0] as number), reason: rejects.get(data[0] as number)?.en ?? 'unknown' };
  }
  if (code === status.failure && data.length > 0) {
    return { code: hexByte(data[0] as number), failure: failures.get(data[0] as number)?.en ?? 'unknown' };
  }
  if ((code === command.version || code === command.bootVersion) && data.length > 0) return { version: text(data) };
  if (code === command.currencyAssign && data.length > 0 && from !== 'host')
    return { denominations: currencyTable(data) };
  if ((code & 0xbf) === command.getInhibit && data.length > 0) return { inhibit: data[0] !== 0 };
  if ((code & 0xbf) === command.getDenominations && data.length > 0) {
    return { disabled: codesOf((data[0] as number) | ((data[1] ?? 0) << 8)) };
  }
  return data.length > 0 ? { data: bytes.map(hexByte).join(' ') } : {};
}

function codesOf(bits: number): readonly string[] {
  const codes: string[] = [];
  for (let place = 0; place < 16; place++) if (((bits >> place) & 1) === 1) codes.push(hexByte(0x61 + place));
  return codes;
}

/** Printable ASCII of a version reply, trimmed. */
export function text(data: Uint8Array): string {
  return String.fromCharCode(...data)
    .replaceAll(/[^\x20-\x7e]/g, ' ')
    .trim();
}

export interface CurrencyPlace {
  /** Escrow code, 0x61 and up. */
  readonly code: number;
  readonly country: number;
  readonly value: number;
  /** Power of ten that `value` is multiplied with. */
  readonly exponent: number;
}

/** The currency assignment reply, four bytes a place; unused places (value 0) left out, a torn last place ignored. */
export function currencyTable(data: Uint8Array): readonly CurrencyPlace[] {
  const places: CurrencyPlace[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) {
    const [code = 0, country = 0, value = 0, exponent = 0] = data.subarray(at, at + 4);
    if (value !== 0) places.push({ code, country, value, exponent });
  }
  return places;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}

/** What a frame says and who can have said it. An operation code without data may be either's. */
function line(frame: Frame, from: Speaker): MessageLine {
  const asHost = commandNames.get(frame.code);
  const asDevice = statusNames.get(frame.code) ?? (frame.code >= 0x80 ? asHost : undefined);
  const bytes = hex(encode(frame.code, frame.data));
  const sayings = from === 'host' ? [asHost] : from === 'device' ? [asDevice] : [asDevice, asHost];
  const known = sayings.filter((name) => name !== undefined);
  if (known.length === 0) return { error: `unknown message ${hexByte(frame.code)}`, apdu: bytes };
  const base = { apdu: bytes, command: known[0] as string, fields: fields(frame, from) };
  if (from !== 'either') return { ...base, direction: from };
  if (known.length === 2) {
    return known[0] === known[1]
      ? { ...base, direction: 'either' }
      : { ...base, direction: 'either', otherwise: known[1] as string };
  }
  return { ...base, direction: asDevice === undefined ? 'host' : 'device' };
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const decoder = createDecoder();
  return [...decoder.push(bytes), ...decoder.silence()].map((item) =>
    item.type === 'frame' ? line(item.frame, from) : { error: item.why, apdu: hex(item.bytes.subarray(0, 64)) },
  );
}
