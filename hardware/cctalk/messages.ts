/**
 * Every ccTalk message, event and code spoken here as tables (Crane, ccTalk Generic Specification 4.7, Part 2 for headers,
 * Part 3 tables 2, 3 and 7 for codes; hopper flags from header 163 and the manuals of SCH2 and Flow).
 */
import type { Denomination, RejectReason } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createReader, type Frame, HOST } from './frame.ts';

/** What the host asks. An answer has header 0 whatever the question was. */
export const header = {
  reply: 0,
  reset: 1,
  commsRevision: 4,
  nak: 5,
  busy: 6,
  currencyRevision: 145,
  billMode: 152,
  modifyBillMode: 153,
  routeBill: 154,
  scalingFactor: 156,
  billId: 157,
  billEvents: 159,
  cipherKey: 160,
  pumpRng: 161,
  testHopper: 163,
  enableHopper: 164,
  hopperStatus: 166,
  dispense: 167,
  dispenseCount: 168,
  hopperCoin: 171,
  emergencyStop: 172,
  coinId: 184,
  buildCode: 192,
  romChecksum: 197,
  sorterPaths: 209,
  modifySorterPaths: 210,
  dataStorage: 216,
  payoutLevels: 217,
  enterPin: 218,
  acceptCounter: 225,
  masterInhibit: 227,
  modifyMasterInhibit: 228,
  credits: 229,
  inhibits: 230,
  modifyInhibits: 231,
  selfCheck: 232,
  softwareRevision: 241,
  serialNumber: 242,
  productCode: 244,
  category: 245,
  manufacturer: 246,
  simplePoll: 254,
} as const;

type Fields = Readonly<Record<string, unknown>>;

interface HeaderEntry {
  readonly name: string;
  /** What the data of the question say. */
  readonly asks?: (data: Uint8Array) => Fields;
  /** What the data of the answer say. */
  readonly says?: (data: Uint8Array) => Fields;
}

const words = (data: Uint8Array): Fields => ({ text: text(data) });
const first = (name: string) => (data: Uint8Array) => (data[0] === undefined ? {} : { [name]: data[0] });
const little = (name: string) => (data: Uint8Array) => ({ [name]: littleEndian(data) });
const happened = (data: Uint8Array): Fields => ({ ...eventBuffer(data) });

const headers: ReadonlyMap<number, HeaderEntry> = new Map<number, HeaderEntry>([
  [header.reset, { name: 'reset' }],
  [header.commsRevision, { name: 'request-comms-revision' }],
  [header.currencyRevision, { name: 'request-currency-revision', says: words }],
  [header.billMode, { name: 'request-bill-operating-mode', says: first('mode') }],
  [header.modifyBillMode, { name: 'modify-bill-operating-mode', asks: first('mode') }],
  [header.routeBill, { name: 'route-bill', asks: first('route'), says: first('error') }],
  [header.scalingFactor, { name: 'request-scaling-factor', asks: words, says: (data) => ({ ...scaling(data) }) }],
  [header.billId, { name: 'request-bill-id', asks: first('type'), says: words }],
  [header.billEvents, { name: 'read-bill-events', says: happened }],
  [header.cipherKey, { name: 'request-cipher-key' }],
  [header.pumpRng, { name: 'pump-rng' }],
  [header.testHopper, { name: 'test-hopper', says: (data) => ({ flags: hopperFlags(data) }) }],
  [header.enableHopper, { name: 'enable-hopper', asks: (data) => ({ enabled: data[0] === ENABLE_HOPPER }) }],
  [header.hopperStatus, { name: 'request-hopper-status', says: (data) => ({ ...hopperStatus(data) }) }],
  [header.dispense, { name: 'dispense', asks: (data) => ({ coins: data.at(-1) }), says: first('counter') }],
  [header.dispenseCount, { name: 'request-dispense-count', says: little('count') }],
  [header.hopperCoin, { name: 'request-hopper-coin', says: words }],
  [header.emergencyStop, { name: 'emergency-stop', says: first('unpaid') }],
  [header.coinId, { name: 'request-coin-id', asks: first('position'), says: words }],
  [header.buildCode, { name: 'request-build-code', says: words }],
  [header.romChecksum, { name: 'calculate-rom-checksum' }],
  [header.sorterPaths, { name: 'request-sorter-paths', asks: first('position'), says: first('path') }],
  [header.modifySorterPaths, { name: 'modify-sorter-paths', asks: first('position') }],
  [header.dataStorage, { name: 'request-data-storage' }],
  [header.payoutLevels, { name: 'request-payout-levels', says: (data) => ({ ...levelSensors(data[0] ?? 0) }) }],
  [header.enterPin, { name: 'enter-pin', asks: () => ({ pin: 'hidden' }) }],
  [header.acceptCounter, { name: 'request-accept-counter', says: little('count') }],
  [header.masterInhibit, { name: 'request-master-inhibit', says: (data) => ({ accepts: (data[0] ?? 0) & 1 }) }],
  [header.modifyMasterInhibit, { name: 'modify-master-inhibit', asks: (data) => ({ accepts: (data[0] ?? 0) & 1 }) }],
  [header.credits, { name: 'read-credits', says: happened }],
  [header.inhibits, { name: 'request-inhibits', says: (data) => ({ enabled: positionsOf(data) }) }],
  [header.modifyInhibits, { name: 'modify-inhibits', asks: (data) => ({ enabled: positionsOf(data) }) }],
  [header.selfCheck, { name: 'self-check', says: first('fault') }],
  [header.softwareRevision, { name: 'request-software-revision', says: words }],
  [header.serialNumber, { name: 'request-serial-number', says: little('serial') }],
  [header.productCode, { name: 'request-product-code', says: words }],
  [header.category, { name: 'request-category', says: words }],
  [header.manufacturer, { name: 'request-manufacturer', says: words }],
  [header.simplePoll, { name: 'simple-poll' }],
]);

export function headerName(code: number): string {
  return headers.get(code)?.name ?? 'unknown';
}

/** Enable code of header 164; any other disables. */
export const ENABLE_HOPPER = 165;

/** Route codes of header 154 and what it answers beside ACK. */
export const route = { return: 0, stack: 1, escrowEmpty: 254, failed: 255 } as const;

/** Operating mode of a bill validator (header 153): stacker and escrow. */
export const WITH_ESCROW = 0b11;

/** What became of one coin or note. `a` 0: `b` is an event or error code; else the position, and `b` its path. */
export interface Event {
  readonly a: number;
  readonly b: number;
}

export interface EventBuffer {
  /** 0 only after a reset; 255 is followed by 1. */
  readonly counter: number;
  /** Newest first. */
  readonly events: readonly Event[];
}

const KEPT_EVENTS = 5;
const EVENT_BUFFER_BYTES = 1 + 2 * KEPT_EVENTS;
/** The counter runs from 1 to 255. */
const COUNTER_STEPS = 255;

/** Answer to headers 229 and 159; null when it has another length. */
export function eventBuffer(data: Uint8Array): EventBuffer | null {
  if (data.length !== EVENT_BUFFER_BYTES) return null;
  const events: Event[] = [];
  for (let at = 1; at < data.length; at += 2) events.push({ a: data[at] as number, b: data[at + 1] as number });
  return { counter: data[0] as number, events };
}

/** The counter after so many steps. */
export function counterAfter(counter: number, steps: number): number {
  return counter + steps === 0 ? 0 : ((counter + steps - 1) % COUNTER_STEPS) + 1;
}

/**
 * How many events came since the counter stood at `before`. `reset`: the device began anew meanwhile, and all of its
 * events are new. A counter that went down has wrapped, or the device was reset: then its buffer is not full yet. `kept`:
 * the events that were read then, null when they are not known; a buffer in which they do not come next is another one.
 */
export function eventsSince(
  before: number,
  { counter, events }: EventBuffer,
  kept: readonly Event[] | null,
): { readonly count: number; readonly reset: boolean } {
  if (counter === 0) return { count: 0, reset: before !== 0 };
  const begunAnew = { count: counter, reset: true };
  const filled = events.filter(({ a, b }) => a !== 0 || b !== 0).length;
  if (counter < before && counter < KEPT_EVENTS && filled === counter) return begunAnew;
  const count = counter >= before ? counter - before : counter + COUNTER_STEPS - before;
  const follows = events
    .slice(count)
    .every(({ a, b }, at) => kept === null || (kept[at]?.a === a && kept[at]?.b === b));
  return follows ? { count, reset: false } : begunAnew;
}

/** So many events of before, one behind the other as they were, show that a buffer was not filled anew. */
const LEAST_KNOWN_AGAIN = 2;

/**
 * Those of the newest `count` events that the buffer still tells, oldest first. When more came than it holds, and behind its
 * newest ones stand those of before (`kept`), then the counter jumped, and these are not new: nobody knows what came.
 */
export function newEvents(count: number, { events }: EventBuffer, kept: readonly Event[] | null): readonly Event[] {
  if (count <= KEPT_EVENTS || kept === null) return events.slice(0, Math.min(count, KEPT_EVENTS)).reverse();
  let added = 0;
  const isAgain = ({ a, b }: Event, at: number): boolean => kept[at]?.a === a && kept[at]?.b === b;
  while (!events.slice(added).every(isAgain)) added++;
  return events.slice(0, KEPT_EVENTS - added < LEAST_KNOWN_AGAIN ? KEPT_EVENTS : added).reverse();
}

export interface HopperStatus {
  /** Valid dispense orders since the reset; 255 is followed by 1. */
  readonly counter: number;
  readonly remaining: number;
  /** Of the last order. */
  readonly paid: number;
  readonly unpaid: number;
}

/** Answer to header 166; null when it has another length. */
export function hopperStatus(data: Uint8Array): HopperStatus | null {
  if (data.length !== 4) return null;
  const [counter, remaining, paid, unpaid] = data as unknown as [number, number, number, number];
  return { counter, remaining, paid, unpaid };
}

export interface LevelSensors {
  /** Fewer coins than the sensor's height; null: no such sensor. */
  readonly low: boolean | null;
  readonly full: boolean | null;
}

/** Answer to header 217. */
export function levelSensors(byte: number): LevelSensors {
  return {
    low: (byte & 0x10) === 0 ? null : (byte & 0x01) !== 0,
    full: (byte & 0x20) === 0 ? null : (byte & 0x02) !== 0,
  };
}

/** Answer to header 156: what one unit of a bill id is worth, in units of `decimals` places; null: country not known. */
export function scaling(data: Uint8Array): { readonly factor: number; readonly decimals: number } | null {
  if (data.length !== 3) return null;
  const factor = littleEndian(data.subarray(0, 2));
  return factor === 0 ? null : { factor, decimals: data[2] as number };
}

export function littleEndian(data: Uint8Array): number {
  return data.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

/** ASCII, without what cannot be printed. */
export function text(data: Uint8Array): string {
  return Array.from(data, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '))
    .join('')
    .trim();
}

/** Positions from 1 on, whose bits are set; position 1 is the lowest bit of the first byte. */
export function positionsOf(mask: Uint8Array | readonly number[]): readonly number[] {
  const positions: number[] = [];
  for (let position = 1; position <= mask.length * 8; position++) {
    if (((mask[(position - 1) >> 3] as number) >> ((position - 1) & 7)) & 1) positions.push(position);
  }
  return positions;
}

/** The mask of headers 231 and 230, `bytes` long: 2 for coins, 8 vectors or 2 for notes. */
export function maskOf(positions: readonly number[], bytes: number): readonly number[] {
  const mask = new Array<number>(bytes).fill(0);
  for (const position of positions) {
    const at = (position - 1) >> 3;
    if (at < bytes) mask[at] = (mask[at] as number) | (1 << ((position - 1) & 7));
  }
  return mask;
}

/** ISO 4217 code and its decimal places for two letters of an id; null: not known. */
export type CurrencyOf = (letters: string) => { readonly currency: string; readonly exponent: number } | null;

/** What an id of a coin or note says; `country` null: the place is not in use. */
export interface Id {
  readonly country: string | null;
  readonly value: number;
}

/**
 * Coin ids (Part 3, appendix 3.1): two letters of a country, three signs of value, one of issue. A K stands for a decimal
 * point and a thousand: 1K5 is 1500. The value counts the smallest units of the currency.
 */
export function coinId(id: string): Id {
  const found = /^([A-Z]{2})([0-9K.]{3})[A-Z0-9]$/.exec(id);
  if (found === null) return unused;
  const [, country = '', digits = ''] = found;
  const value = digits.includes('K') ? Number(digits.replace('K', '.')) * 1_000 : Number(digits);
  return Number.isInteger(value) && value > 0 ? { country, value } : unused;
}

/** Bill ids (Part 3, appendix 15): two letters of a country, four digits of value, one of issue. */
export function billId(id: string): Id {
  const found = /^([A-Z]{2})([0-9]{4})[A-Z0-9]$/.exec(id);
  if (found === null || Number(found[2]) === 0) return unused;
  return { country: found[1] as string, value: Number(found[2]) };
}

const unused: Id = { country: null, value: 0 };

/** What a bill id is worth; null when it is not whole in minor units. */
export function billValue(
  value: number,
  { factor, decimals }: { readonly factor: number; readonly decimals: number },
  { currency, exponent }: { readonly currency: string; readonly exponent: number },
): Denomination | null {
  const minor = Math.round(value * factor * 10 ** (exponent - decimals) * 1_000) / 1_000;
  return Number.isSafeInteger(minor) && minor > 0 ? { currency, minor } : null;
}

interface Code {
  readonly code: number;
  readonly en: string;
  readonly 'zh-CN': string;
}

function code(number: number, zh: string, en: string): Code {
  return { code: number, en, 'zh-CN': zh };
}

/** Part 3, table 2: why no coin was credited. */
const coinRejects: readonly Code[] = [
  code(1, '未能识别', 'not recognised'),
  code(2, '该面额已停收', 'inhibited'),
  code(3, '与多个面额相符', 'fits more than one denomination'),
  code(4, '入口唤醒超时，可能卡币', 'wake-up timeout, perhaps a jam'),
  code(5, '识别区超时，可能卡币', 'validation timeout, perhaps a jam'),
  code(6, '记币传感器超时，可能卡币', 'credit sensor timeout, perhaps a jam'),
  code(7, '分币器超时，可能卡币', 'sorter timeout, perhaps a jam'),
  code(8, '两枚过近', 'too close behind another'),
  code(9, '闸门未就绪', 'the gate was not ready'),
  code(10, '记币传感器未就绪', 'the credit sensor was not ready'),
  code(11, '分币器未就绪', 'the sorter was not ready'),
  code(12, '前一枚退币未离开', 'the coin rejected before was still there'),
  code(13, '识别传感器未就绪', 'the validation sensor was not ready'),
  code(18, '经过记币传感器过快', 'too fast over the credit sensor'),
  code(19, '经过记币传感器过慢', 'too slow over the credit sensor'),
  code(21, '防回拉传感器超时', 'timeout of the DCE sensor'),
  code(22, '未经过防回拉传感器', 'not seen by the DCE sensor'),
  code(23, '过早到达记币传感器', 'reached the credit sensor too early'),
  code(24, '多次连续被拒', 'rejected for repeated trips'),
  code(25, '代币或假币', 'a slug'),
  code(27, '游戏过载', 'games overload'),
  code(28, '计数脉冲过多', 'too many meter pulses'),
  code(31, '汇流口超时', 'manifold timeout'),
  code(33, '汇流口未就绪', 'the manifold was not ready'),
  code(37, '经过识别传感器过快', 'too fast over the validation sensor'),
  code(38, '经过识别传感器过慢', 'too slow over the validation sensor'),
  code(254, '按下了退币键', 'the return lever was pressed'),
];

/** Of the same table: what a technician has to see. */
const coinAlarms: readonly Code[] = [
  code(14, '记币传感器被挡', 'the credit sensor is blocked'),
  code(15, '分币器传感器被挡', 'the sorter sensor is blocked'),
  code(16, '记币顺序错误', 'wrong order of the credit sensors'),
  code(17, '硬币倒行', 'a coin went backwards'),
  code(20, '疑似拉线硬币', 'a coin on a string'),
  code(26, '退币传感器被挡', 'the reject sensor is blocked'),
  code(29, '闸门应开未关', 'the gate is open and should be closed'),
  code(30, '闸门应关未开', 'the gate is closed and should be open'),
  code(32, '汇流口被挡', 'the manifold is blocked'),
  code(34, '安全设置被更改', 'the security setting was changed'),
  code(35, '电机异常', 'motor'),
  code(36, '应退的硬币被吞入', 'a coin that should be rejected went in'),
  code(39, '硬币分错通道', 'a coin went down the wrong path'),
  code(40, '外部强光攻击', 'light from outside'),
  code(160, '已记的硬币被取消', 'a credited coin was cancelled'),
  code(255, '未指明的警报', 'unspecified alarm'),
];

/** Codes from 128 on: the position that was inhibited; from 160 on: credits taken back. */
const INHIBITED_FROM = 128;
const CANCELLED_FROM = 160;
const CANCELLED_TO = 191;
const INHIBITED = 2;

const rejectCodes = new Set(coinRejects.map((one) => one.code));
const alarmCodes = new Set(coinAlarms.map((one) => one.code));

/** What an error code of a coin acceptor means. `alarm`: it stands until a coin goes through. */
export function coinError(b: number): { readonly code: string; readonly alarm: boolean } {
  const known =
    b >= INHIBITED_FROM && b < CANCELLED_FROM
      ? INHIBITED
      : b >= CANCELLED_FROM && b <= CANCELLED_TO
        ? CANCELLED_FROM
        : b;
  if (alarmCodes.has(known)) return { code: `cctalk.coin-${known}`, alarm: true };
  return { code: rejectCodes.has(known) ? `cctalk.coin-${known}` : 'cctalk.coin-unknown', alarm: false };
}

type BillMeaning =
  | { readonly means: 'nothing' | 'returned' | 'box-out' | 'box-in' | 'well' | 'stacked-unknown' }
  | { readonly means: 'rejected'; readonly reason: RejectReason }
  /** `suspect`: somebody may have pulled a note back. `handled`: hands will be at the note. */
  | { readonly means: 'fault'; readonly suspect: boolean; readonly handled: boolean };

interface BillCode extends Code {
  readonly meaning: BillMeaning;
}

function bill(number: number, zh: string, en: string, meaning: BillMeaning): BillCode {
  return { ...code(number, zh, en), meaning };
}

const jam: BillMeaning = { means: 'fault', suspect: false, handled: true };
const fraud: BillMeaning = { means: 'fault', suspect: true, handled: false };
const broken: BillMeaning = { means: 'fault', suspect: false, handled: false };

/** Part 3, table 7: events of bill validators. */
const billCodes: readonly BillCode[] = [
  bill(0, '总停收', 'master inhibit', { means: 'nothing' }),
  bill(1, '纸币从暂存退回', 'returned from escrow', { means: 'returned' }),
  bill(2, '未能识别', 'not recognised', { means: 'rejected', reason: 'unreadable' }),
  bill(3, '传送异常', 'conveying', { means: 'rejected', reason: 'other' }),
  bill(4, '该面额已停收', 'inhibited', { means: 'rejected', reason: 'inhibited' }),
  bill(5, '该面额由开关停收', 'inhibited by switches', { means: 'rejected', reason: 'inhibited' }),
  bill(6, '通道卡钞，纸币可能已被取走', 'jam in the transport, within reach', jam),
  bill(7, '钞箱口卡钞', 'jam at the stacker', jam),
  bill(8, '纸币被回拉', 'a note was pulled backwards', fraud),
  bill(9, '纸币被动过', 'a note was tampered with', fraud),
  bill(10, '钞箱正常', 'the stacker is well', { means: 'well' }),
  bill(11, '钞箱取出', 'the stacker was removed', { means: 'box-out' }),
  bill(12, '钞箱装回', 'the stacker was put back', { means: 'box-in' }),
  bill(13, '压钞机构故障', 'the stacker is faulty', broken),
  bill(14, '钞箱已满', 'the stacker is full', broken),
  bill(15, '压钞机构卡住', 'the stacker is jammed', jam),
  bill(16, '通道卡钞', 'jam in the transport, out of reach', jam),
  bill(17, '光学欺诈', 'fraud at an optical sensor', fraud),
  bill(18, '拉线欺诈', 'fraud with a string', fraud),
  bill(19, '防拉线机构故障', 'the anti-string mechanism is faulty', broken),
  bill(20, '识别到条码', 'a barcode', { means: 'nothing' }),
  bill(21, '未知面额已入箱', 'a note of unknown type was stacked', { means: 'stacked-unknown' }),
];

const billByCode: ReadonlyMap<number, BillCode> = new Map(billCodes.map((one) => [one.code, one]));

export function billEvent(b: number): BillMeaning {
  return billByCode.get(b)?.meaning ?? { means: 'nothing' };
}

export function billCode(b: number): string {
  return `cctalk.bill-${b}`;
}

/** Part 3, table 3: what a self-check finds. */
const selfCheckFaults: readonly Code[] = [
  code(1, '存储器校验和', 'EEPROM checksum'),
  code(2, '电感线圈', 'inductive coils'),
  code(3, '记币传感器', 'credit sensor'),
  code(4, '压电传感器', 'piezo sensor'),
  code(5, '反射传感器', 'reflective sensor'),
  code(6, '直径传感器', 'diameter sensor'),
  code(7, '唤醒传感器', 'wake-up sensor'),
  code(8, '分币器出口传感器', 'sorter exit sensors'),
  code(9, '非易失存储校验和', 'NVRAM checksum'),
  code(10, '出币', 'coin dispensing'),
  code(11, '低位传感器', 'low level sensor'),
  code(12, '高位传感器', 'high level sensor'),
  code(13, '计币', 'coin counting'),
  code(14, '键盘', 'keypad'),
  code(15, '按键', 'button'),
  code(16, '显示', 'display'),
  code(17, '审计', 'coin auditing'),
  code(18, '退币传感器', 'reject sensor'),
  code(19, '退币机构', 'coin return mechanism'),
  code(20, '防拉线机构', 'coin-on-string mechanism'),
  code(21, '边缘传感器', 'rim sensor'),
  code(22, '温度传感器', 'thermistor'),
  code(23, '出币电机', 'payout motor'),
  code(24, '出币超时', 'payout timeout'),
  code(25, '出币卡住', 'payout jam'),
  code(26, '出币传感器', 'payout sensor'),
  code(27, '料位传感器', 'level sensor'),
  code(28, '未装数据模块', 'data module not fitted'),
  code(29, '数据模块校验和', 'data module checksum'),
  code(30, '程序校验和', 'program checksum'),
  code(31, '缺少下级部件', 'missing slave device'),
  code(32, '内部通信', 'internal communication'),
  code(33, '电源电压', 'supply voltage'),
  code(34, '温度超限', 'temperature out of range'),
  code(35, '防回拉机构', 'DCE'),
  code(36, '纸币传感器', 'bill sensor'),
  code(37, '纸币传送电机', 'bill transport motor'),
  code(38, '压钞机构', 'stacker'),
  code(39, '卡钞', 'bill jam'),
  code(40, '内存检测', 'memory test'),
  code(41, '拉线传感器', 'string sensor'),
  code(42, '闸门常开', 'gate failed open'),
  code(43, '闸门常闭', 'gate failed closed'),
  code(44, '缺少钞箱', 'stacker missing'),
  code(45, '钞箱已满', 'stacker full'),
  code(46, '闪存擦除', 'flash erase'),
  code(47, '闪存写入', 'flash write'),
  code(48, '下级部件无应答', 'slave device silent'),
  code(49, '光学传感器', 'optical sensor'),
  code(50, '电池', 'battery'),
  code(51, '门未关', 'door open'),
  code(52, '微动开关', 'microswitch'),
  code(53, '时钟', 'clock'),
  code(54, '固件', 'firmware'),
  code(55, '初始化', 'initialisation'),
  code(56, '电源电流', 'supply current'),
  code(57, '停在引导程序', 'boot loader'),
];

export const STACKER_MISSING = 44;
const selfCheckCodes = new Set(selfCheckFaults.map((one) => one.code));

/** The fault that a self-check (header 232) found; null for 0, all well. */
export function selfCheckFault(found: number): string | null {
  if (found === 0) return null;
  return selfCheckCodes.has(found) ? `cctalk.check-${found}` : 'cctalk.check-unknown';
}

interface Flag {
  /** 0 to 23: register × 8 + bit. */
  readonly bit: number;
  readonly name: string;
  /** The fault that it stands for, in the order in which faults are told; absent: it says nothing to a technician. */
  readonly fault?: { readonly stops: boolean; readonly 'zh-CN': string; readonly en: string };
}

const memoryFault = {
  stops: false,
  'zh-CN': '出币器报告存储或机构异常(不同型号含义不同)：断电重启；若再次出现，更换出币器。',
  en: 'The hopper reports its memory or its mechanism (models differ): switch it off and on; if it comes back, replace it.',
};

/** Header 163. Bits 10 to 13 are checksums on some models and mechanics on others. */
const flags: readonly Flag[] = [
  {
    bit: 5,
    name: 'opto-blocked-in-payout',
    fault: {
      stops: true,
      'zh-CN': '出币口卡币：断电，打开出币器，取出卡住的硬币，再通电。',
      en: 'The exit is jammed: switch off, open the hopper, take the coin out, switch on.',
    },
  },
  {
    bit: 0,
    name: 'current-exceeded',
    fault: {
      stops: true,
      'zh-CN': '出币电机电流过大：断电，检查是否卡币，再通电。',
      en: 'The motor took too much current: switch off, look for a jam, switch on.',
    },
  },
  {
    bit: 3,
    name: 'opto-blocked-in-idle',
    fault: {
      stops: true,
      'zh-CN': '空闲时出币口被挡：检查是否有异物或作弊，清理出币口。',
      en: 'The exit is blocked although nothing is paid: look for a foreign body or fraud, and clear it.',
    },
  },
  {
    bit: 4,
    name: 'opto-short-in-idle',
    fault: {
      stops: true,
      'zh-CN': '空闲时出币传感器短路：检查是否作弊，再断电重启。',
      en: 'The exit sensor was short-circuited although nothing is paid: look for fraud, then switch off and on.',
    },
  },
  {
    bit: 8,
    name: 'opto-short-in-payout',
    fault: {
      stops: true,
      'zh-CN': '出币时传感器短路：检查是否作弊，核对出币数量。',
      en: 'The exit sensor was short-circuited during a payout: look for fraud, and count what was paid.',
    },
  },
  {
    bit: 18,
    name: 'pin-incorrect',
    fault: {
      stops: true,
      'zh-CN': '出币器 PIN 不正确：更正设备设置 pin。',
      en: 'The PIN of the hopper is wrong: correct the setting "pin".',
    },
  },
  {
    bit: 19,
    name: 'cipher-incorrect',
    fault: {
      stops: true,
      'zh-CN': '出币密钥不被接受：更正设备设置 method。',
      en: 'The hopper refuses the key of the order: correct the setting "method".',
    },
  },
  { bit: 14, name: 'power-failed-in-write', fault: memoryFault },
  { bit: 10, name: 'register-2-bit-2', fault: memoryFault },
  { bit: 11, name: 'register-2-bit-3', fault: memoryFault },
  { bit: 12, name: 'register-2-bit-4', fault: memoryFault },
  { bit: 13, name: 'register-2-bit-5', fault: memoryFault },
  { bit: 1, name: 'payout-timeout' },
  { bit: 2, name: 'motor-reversed' },
  { bit: 6, name: 'power-up' },
  { bit: 7, name: 'disabled' },
  { bit: 9, name: 'single-coin-mode' },
  { bit: 15, name: 'pin-mechanism' },
  { bit: 16, name: 'power-down-in-payout' },
  { bit: 17, name: 'unknown-coin-paid' },
  { bit: 20, name: 'encryption-enabled' },
];

function isSet(registers: Uint8Array, { bit }: Flag): boolean {
  return (((registers[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

/** Names of what the one to three registers say. */
export function hopperFlags(registers: Uint8Array): readonly string[] {
  return flags.filter((flag) => isSet(registers, flag)).map(({ name }) => name);
}

/** The gravest fault of the registers; null: none. */
export function hopperFault(registers: Uint8Array): string | null {
  const flag = flags.find((one) => one.fault !== undefined && isSet(registers, one));
  return flag === undefined ? null : hopperCode(flag);
}

function hopperCode({ name, fault }: Flag): string {
  return fault === memoryFault ? 'cctalk.hopper-memory' : `cctalk.hopper-${name}`;
}

/** The hopper ran out of coins: nothing came for the time that it allows. */
export function ranEmpty(registers: Uint8Array): boolean {
  return ((registers[0] ?? 0) & 0b10) !== 0;
}

/** It takes no order: so it is after a reset, until it is enabled. */
export function isDisabled(registers: Uint8Array): boolean {
  return ((registers[0] ?? 0) & 0x80) !== 0;
}

function fault(what: string, stopsAcceptance: boolean, zh: string, en: string): FaultEntry {
  return { code: `cctalk.${what}`, stopsAcceptance, remedy: { 'zh-CN': zh, en } };
}

const cleanZh = '频繁出现时请清洁投币通道。';
const cleanEn = 'Clean the path of the coins if this happens often.';
const lookZh = '检查投币通道，取出异物。';
const lookEn = 'Inspect the path of the coins, and take out what does not belong there.';

export const faults: readonly FaultEntry[] = [
  ...coinRejects.map(({ code: number, en, 'zh-CN': zh }) =>
    fault(`coin-${number}`, false, `退出硬币：${zh}。${cleanZh}`, `A coin was rejected: ${en}. ${cleanEn}`),
  ),
  ...coinAlarms.map(({ code: number, en, 'zh-CN': zh }) =>
    fault(`coin-${number}`, false, `投币器警报：${zh}。${lookZh}`, `Alarm of the coin acceptor: ${en}. ${lookEn}`),
  ),
  fault('coin-unknown', false, `退出硬币：原因未知。${cleanZh}`, `A coin was rejected: reason unknown. ${cleanEn}`),
  ...billCodes
    .filter(({ meaning }) => meaning.means === 'rejected')
    .map(({ code: number, en, 'zh-CN': zh }) =>
      fault(
        `bill-${number}`,
        false,
        `退回纸币：${zh}。频繁出现时请清洁识别头。`,
        `A note was rejected: ${en}. Clean the head if this happens often.`,
      ),
    ),
  ...billCodes
    .filter(({ meaning }) => meaning.means === 'fault')
    .map(({ code: number, en, 'zh-CN': zh }) =>
      fault(
        `bill-${number}`,
        true,
        `${zh}:打开设备检查，取出的纸币须登记，再装好钞箱。`,
        `The bill validator reports: ${en}. Open it, record every note that you take out, and put the stacker back.`,
      ),
    ),
  ...selfCheckFaults.map(({ code: number, en, 'zh-CN': zh }) =>
    fault(
      `check-${number}`,
      true,
      `自检发现故障：${zh}。断电检查并清洁；若再次出现，更换设备。`,
      `The self-check found: ${en}. Switch off, inspect and clean; if it comes back, replace the device.`,
    ),
  ),
  fault(
    'check-unknown',
    true,
    '自检发现未知故障：断电重启；若再次出现，更换设备。',
    'The self-check found something unknown here: switch off and on; if it comes back, replace the device.',
  ),
  ...flags.flatMap((flag) =>
    flag.fault === undefined || flag.fault === memoryFault
      ? []
      : [fault(`hopper-${flag.name}`, flag.fault.stops, flag.fault['zh-CN'], flag.fault.en)],
  ),
  fault('hopper-memory', memoryFault.stops, memoryFault['zh-CN'], memoryFault.en),
  fault(
    'hopper-empty',
    false,
    '出币器已空：补充硬币并登记；若仍显示已空，断电重启。',
    'The hopper is empty: fill it and record the coins; if it is still called empty, switch it off and on.',
  ),
  fault(
    'hopper-coin-differs',
    true,
    '出币器内的硬币与设置不符：更正设备设置 currency 与 minor，或换上正确的出币器。',
    'The hopper names another coin than its settings: correct "currency" and "minor", or fit the right hopper.',
  ),
  fault(
    'credits-lost',
    false,
    '有硬币未能读出面额：清点钱箱并与记录核对。',
    'The values of some coins could not be read: count the box and compare it with the records.',
  ),
  fault(
    'events-lost',
    false,
    '有纸币事件未能读出：清点钞箱并与记录核对。',
    'Some events of notes could not be read: count the stacker and compare it with the records.',
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
    '没有可用面额：核对设备的币种与设置 countries。',
    'No denomination can be used: compare the currency of the device with the setting "countries".',
  ),
  fault(
    'denominations-changed',
    true,
    '运行中面额表发生变化，已停止接收：核对设备，再重启程序。',
    'The table of denominations changed while running, so nothing is taken: check the device, then start again.',
  ),
  fault(
    'setting-refused',
    true,
    '设备拒绝一项设置：核对设备型号与设置 device、address 和 checksum。',
    'The device refuses a setting: check its model and the settings "device", "address" and "checksum".',
  ),
];

function hexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}

/** An answer names no question: what its data say is known when the question stands before it. */
function answerFields(data: Uint8Array, question: HeaderEntry | null): Fields {
  if (data.length === 0) return question === null ? {} : { to: question.name };
  const said = question?.says?.(data) ?? (question === null ? eventBuffer(data) : null);
  return { ...(question === null ? {} : { to: question.name }), ...(said ?? {}), data: hex(data) };
}

function answerName({ header: code, data }: Frame): string {
  if (code === header.nak) return 'nak';
  if (code === header.busy) return 'busy';
  if (code !== header.reply) return 'unknown-reply';
  return data.length === 0 ? 'ack' : 'reply';
}

/** A frame to the host is the device's, any other the host's: its own echo in what the device sent is named as such. */
function line(frame: Frame, asked: HeaderEntry | null): MessageLine {
  const apdu = hex(frame.bytes);
  const { dst, src, data } = frame;
  if (dst === HOST) {
    const fields = { ...(src === null ? {} : { address: src }), ...answerFields(data, asked) };
    return { apdu, command: answerName(frame), direction: 'device', fields };
  }
  const entry = headers.get(frame.header);
  if (entry === undefined) return { error: `unknown message ${frame.header}`, apdu };
  const said = entry.asks?.(data) ?? (data.length === 0 ? {} : { data: hex(data) });
  if (frame.header === header.enterPin)
    return { apdu: 'hidden', command: entry.name, direction: 'host', fields: { address: dst, ...said } };
  return { apdu, command: entry.name, direction: 'host', fields: { address: dst, ...said } };
}

/** What a message asks; null: it is none, or asks nothing known. */
function questionIn(bytes: Uint8Array): HeaderEntry | null {
  const [item] = createReader().push(bytes);
  return item?.type === 'frame' ? (headers.get(item.frame.header) ?? null) : null;
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. */
export function describe(bytes: Uint8Array, _from: Speaker, question?: Uint8Array): readonly MessageLine[] {
  const reader = createReader();
  const lines: MessageLine[] = [];
  let asked = question === undefined ? null : questionIn(question);
  for (const item of [...reader.push(bytes), ...reader.silence()]) {
    if (item.type === 'discarded') {
      lines.push({ error: item.why, apdu: hex(item.bytes.subarray(0, 64)) });
      continue;
    }
    lines.push(line(item.frame, asked));
    asked = item.frame.dst === HOST ? null : (headers.get(item.frame.header) ?? null);
  }
  return lines;
}
