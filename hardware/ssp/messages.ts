/**
 * Every SSP message as one table: commands, replies, events with the layouts of their data, reject codes and reasons
 * (ITL GA138). Layouts of events differ between protocol versions and, in what is publicly known, between devices: an
 * answer is read so that all of it makes sense.
 */
import type { RejectReason } from '../device.ts';
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder, type Frame } from './frame.ts';

/** Orders of the host. */
export const command = {
  reset: 0x01,
  setInhibits: 0x02,
  displayOn: 0x03,
  displayOff: 0x04,
  setupRequest: 0x05,
  hostProtocol: 0x06,
  poll: 0x07,
  reject: 0x08,
  disable: 0x09,
  enable: 0x0a,
  serialNumber: 0x0c,
  unitData: 0x0d,
  channelValues: 0x0e,
  channelSecurity: 0x0f,
  channelReteach: 0x10,
  sync: 0x11,
  lastReject: 0x17,
  hold: 0x18,
  firmware: 0x20,
  dataset: 0x21,
  allLevels: 0x22,
  barcodeReader: 0x23,
  setBarcode: 0x24,
  barcodeInhibit: 0x25,
  setBarcodeInhibit: 0x26,
  barcodeData: 0x27,
  refillMode: 0x30,
  payoutAmount: 0x33,
  setLevel: 0x34,
  getLevel: 0x35,
  passThrough: 0x37,
  halt: 0x38,
  setRoute: 0x3b,
  getRoute: 0x3c,
  floatAmount: 0x3d,
  minimumPayout: 0x3e,
  emptyAll: 0x3f,
  coinInhibits: 0x40,
  notePositions: 0x41,
  payoutNote: 0x42,
  stackNote: 0x43,
  floatByDenomination: 0x44,
  valueReporting: 0x45,
  payoutByDenomination: 0x46,
  coinMechGlobal: 0x49,
  setGenerator: 0x4a,
  setModulus: 0x4b,
  keyExchange: 0x4c,
  setBaud: 0x4d,
  buildRevision: 0x4f,
  setOptions: 0x50,
  getOptions: 0x51,
  smartEmpty: 0x52,
  cashboxData: 0x53,
  bezel: 0x54,
  pollWithAck: 0x56,
  eventAck: 0x57,
  counters: 0x58,
  resetCounters: 0x59,
  coinMechOptions: 0x5a,
  disablePayout: 0x5b,
  enablePayout: 0x5c,
  setFixedKey: 0x60,
  resetFixedKey: 0x61,
} as const;

const commandNames: ReadonlyMap<number, string> = new Map<number, string>([
  [command.reset, 'reset'],
  [command.setInhibits, 'set-inhibits'],
  [command.displayOn, 'display-on'],
  [command.displayOff, 'display-off'],
  [command.setupRequest, 'setup-request'],
  [command.hostProtocol, 'host-protocol'],
  [command.poll, 'poll'],
  [command.reject, 'reject'],
  [command.disable, 'disable'],
  [command.enable, 'enable'],
  [command.serialNumber, 'serial-number'],
  [command.unitData, 'unit-data'],
  [command.channelValues, 'channel-values'],
  [command.channelSecurity, 'channel-security'],
  [command.channelReteach, 'channel-reteach'],
  [command.sync, 'sync'],
  [command.lastReject, 'last-reject'],
  [command.hold, 'hold'],
  [command.firmware, 'firmware-version'],
  [command.dataset, 'dataset-version'],
  [command.allLevels, 'all-levels'],
  [command.barcodeReader, 'barcode-reader'],
  [command.setBarcode, 'set-barcode-reader'],
  [command.barcodeInhibit, 'barcode-inhibit'],
  [command.setBarcodeInhibit, 'set-barcode-inhibit'],
  [command.barcodeData, 'barcode-data'],
  [command.refillMode, 'refill-mode'],
  [command.payoutAmount, 'payout-amount'],
  [command.setLevel, 'set-level'],
  [command.getLevel, 'get-level'],
  [command.passThrough, 'pass-through'],
  [command.halt, 'halt-payout'],
  [command.setRoute, 'set-route'],
  [command.getRoute, 'get-route'],
  [command.floatAmount, 'float-amount'],
  [command.minimumPayout, 'minimum-payout'],
  [command.emptyAll, 'empty-all'],
  [command.coinInhibits, 'coin-mech-inhibits'],
  [command.notePositions, 'note-positions'],
  [command.payoutNote, 'payout-note'],
  [command.stackNote, 'stack-note'],
  [command.floatByDenomination, 'float-by-denomination'],
  [command.valueReporting, 'value-reporting'],
  [command.payoutByDenomination, 'payout-by-denomination'],
  [command.coinMechGlobal, 'coin-mech-global-inhibit'],
  [command.setGenerator, 'set-generator'],
  [command.setModulus, 'set-modulus'],
  [command.keyExchange, 'key-exchange'],
  [command.setBaud, 'set-baud-rate'],
  [command.buildRevision, 'build-revision'],
  [command.setOptions, 'set-hopper-options'],
  [command.getOptions, 'hopper-options'],
  [command.smartEmpty, 'smart-empty'],
  [command.cashboxData, 'cashbox-payout-data'],
  [command.bezel, 'configure-bezel'],
  [command.pollWithAck, 'poll-with-ack'],
  [command.eventAck, 'event-ack'],
  [command.counters, 'counters'],
  [command.resetCounters, 'reset-counters'],
  [command.coinMechOptions, 'coin-mech-options'],
  [command.disablePayout, 'disable-payout'],
  [command.enablePayout, 'enable-payout'],
  [command.setFixedKey, 'set-fixed-key'],
  [command.resetFixedKey, 'reset-fixed-key'],
]);

/** First byte of an answer. */
export const reply = {
  ok: 0xf0,
  notKnown: 0xf2,
  wrongParameters: 0xf3,
  outOfRange: 0xf4,
  cannot: 0xf5,
  softwareError: 0xf6,
  fail: 0xf8,
  keyNotSet: 0xfa,
} as const;

const replyNames: ReadonlyMap<number, string> = new Map<number, string>([
  [reply.ok, 'ok'],
  [reply.notKnown, 'not-known'],
  [reply.wrongParameters, 'wrong-parameters'],
  [reply.outOfRange, 'out-of-range'],
  [reply.cannot, 'cannot-be-processed'],
  [reply.softwareError, 'software-error'],
  [reply.fail, 'fail'],
  [reply.keyNotSet, 'key-not-set'],
]);

const ENCRYPTED = 0x7e;

// Events.

/** A sum in the device's own units; the country as its three letters. `requested` where a payout was cut short. */
export interface Amount {
  readonly value: number;
  readonly country: string | null;
  readonly requested?: number;
}

export interface Event {
  readonly code: number;
  readonly name: string;
  /** Channel, or the error's own code. */
  readonly byte?: number;
  readonly amounts?: readonly Amount[];
  /** As it stood in the answer, hex. */
  readonly text: string;
}

/** Data behind an event's code; answers how many bytes they are and what they say, or null when they are none of it. */
type Layout = (bytes: Uint8Array, at: number) => (Pick<Event, 'byte' | 'amounts'> & { readonly length: number }) | null;

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, true);
}

function letters(bytes: Uint8Array, at: number): string | null {
  const text = String.fromCharCode(...bytes.subarray(at, at + 3));
  return /^[A-Z]{3}$/.test(text) ? text : null;
}

const none: Layout = () => ({ length: 0 });
const byte: Layout = (bytes, at) => (at < bytes.length ? { length: 1, byte: bytes[at] as number } : null);
const value: Layout = (bytes, at) =>
  at + 4 <= bytes.length ? { length: 4, amounts: [{ value: u32(bytes, at), country: null }] } : null;
const paidOf: Layout = (bytes, at) =>
  at + 8 <= bytes.length
    ? { length: 8, amounts: [{ value: u32(bytes, at), requested: u32(bytes, at + 4), country: null }] }
    : null;
const note: Layout = (bytes, at) => {
  const country = letters(bytes, at + 4);
  return at + 7 > bytes.length || country === null
    ? null
    : { length: 7, amounts: [{ value: u32(bytes, at), country }] };
};

/** A count, and so many of: value, requested value (where `cut`), country. */
function list(cut: boolean): Layout {
  const each = cut ? 11 : 7;
  return (bytes, at) => {
    const count = bytes[at];
    if (count === undefined || at + 1 + count * each > bytes.length) return null;
    const amounts: Amount[] = [];
    for (let place = at + 1; amounts.length < count; place += each) {
      const country = letters(bytes, place + each - 3);
      if (country === null) return null;
      const requested = cut ? { requested: u32(bytes, place + 4) } : {};
      amounts.push({ value: u32(bytes, place), country, ...requested });
    }
    return { length: 1 + count * each, amounts };
  };
}

const values = list(false);
const cutValues = list(true);
const valuesAndByte: Layout = (bytes, at) => {
  const first = values(bytes, at);
  const code = first === null ? undefined : bytes[at + first.length];
  return first === null || code === undefined ? null : { ...first, length: first.length + 1, byte: code };
};

interface EventRow {
  readonly name: string;
  /** The likeliest first, by protocol version: from 8, from 6, and below. */
  readonly layouts: readonly [readonly Layout[], readonly Layout[], readonly Layout[]];
  /** Repeated to POLL WITH ACK until EVENT ACK. */
  readonly held?: true;
}

const same = (...layouts: Layout[]): EventRow['layouts'] => [layouts, layouts, layouts];
const paying: EventRow['layouts'] = [[values], [values], [value]];
const moved: EventRow['layouts'] = [
  [note, values, none],
  [note, values, none],
  [none, note],
];
const since8: EventRow['layouts'] = [
  [note, values, none],
  [none, values, note],
  [none, note],
];

export const event = {
  slaveReset: 0xf1,
  read: 0xef,
  credit: 0xee,
  rejecting: 0xed,
  rejected: 0xec,
  stacking: 0xcc,
  stacked: 0xeb,
  safeJam: 0xea,
  unsafeJam: 0xe9,
  disabled: 0xe8,
  stackerFull: 0xe7,
  fraud: 0xe6,
  barcodeValidated: 0xe5,
  cashboxReplaced: 0xe4,
  cashboxRemoved: 0xe3,
  clearedToCashbox: 0xe2,
  clearedFromFront: 0xe1,
  pathOpen: 0xe0,
  coinCredit: 0xdf,
  cashboxPaid: 0xde,
  incompleteFloat: 0xdd,
  incompletePayout: 0xdc,
  noteStored: 0xdb,
  dispensing: 0xda,
  timeOut: 0xd9,
  floated: 0xd8,
  floating: 0xd7,
  halted: 0xd6,
  jammed: 0xd5,
  dispensed: 0xd2,
  barcodeAcknowledged: 0xd1,
  deviceFull: 0xcf,
  heldInBezel: 0xce,
  dispensedAtPowerUp: 0xcd,
  storedAtPowerUp: 0xcb,
  stackedAtPowerUp: 0xca,
  transferred: 0xc9,
  floatAttached: 0xc8,
  floatRemoved: 0xc7,
  payoutOutOfService: 0xc6,
  returnPressed: 0xc5,
  coinMechJam: 0xc4,
  emptied: 0xc3,
  emptying: 0xc2,
  coinMechError: 0xb7,
  initialising: 0xb6,
  channelsDisabled: 0xb5,
  smartEmptied: 0xb4,
  smartEmptying: 0xb3,
  payoutError: 0xb1,
  jamRecovery: 0xb0,
} as const;

const eventRows: ReadonlyMap<number, EventRow> = new Map<number, EventRow>([
  [event.slaveReset, { name: 'slave-reset', layouts: same(none) }],
  [event.read, { name: 'read-note', layouts: same(byte) }],
  [event.credit, { name: 'credit-note', layouts: same(byte), held: true }],
  [event.rejecting, { name: 'rejecting', layouts: same(none) }],
  [event.rejected, { name: 'rejected', layouts: same(none) }],
  [event.stacking, { name: 'stacking', layouts: same(none) }],
  [event.stacked, { name: 'stacked', layouts: same(none) }],
  [event.safeJam, { name: 'safe-jam', layouts: same(none) }],
  [event.unsafeJam, { name: 'unsafe-jam', layouts: same(none) }],
  [event.disabled, { name: 'disabled', layouts: same(none) }],
  [event.stackerFull, { name: 'stacker-full', layouts: same(none) }],
  // A payer names what was at stake, a validator the channel.
  [event.fraud, { name: 'fraud-attempt', layouts: same(values, byte), held: true }],
  [event.barcodeValidated, { name: 'barcode-validated', layouts: same(none) }],
  [event.cashboxReplaced, { name: 'cashbox-replaced', layouts: same(none) }],
  [event.cashboxRemoved, { name: 'cashbox-removed', layouts: same(none) }],
  [event.clearedToCashbox, { name: 'cleared-to-cashbox', layouts: same(byte), held: true }],
  [event.clearedFromFront, { name: 'cleared-from-front', layouts: same(byte), held: true }],
  [event.pathOpen, { name: 'path-open', layouts: same(none) }],
  // Public hosts disagree: one coin alone, or a list of them.
  [event.coinCredit, { name: 'coin-credit', layouts: [[values, note], [values, note], [value]], held: true }],
  [event.cashboxPaid, { name: 'cashbox-paid', layouts: paying }],
  [event.incompleteFloat, { name: 'incomplete-float', layouts: [[cutValues], [cutValues], [paidOf]], held: true }],
  [event.incompletePayout, { name: 'incomplete-payout', layouts: [[cutValues], [cutValues], [paidOf]], held: true }],
  [event.noteStored, { name: 'note-stored', layouts: same(none, values, note) }],
  [event.dispensing, { name: 'dispensing', layouts: paying }],
  [event.timeOut, { name: 'time-out', layouts: paying, held: true }],
  [event.floated, { name: 'floated', layouts: paying, held: true }],
  [event.floating, { name: 'floating', layouts: paying }],
  [event.halted, { name: 'halted', layouts: paying, held: true }],
  [event.jammed, { name: 'jammed', layouts: paying }],
  [event.dispensed, { name: 'dispensed', layouts: paying, held: true }],
  [event.barcodeAcknowledged, { name: 'barcode-acknowledged', layouts: same(none) }],
  [event.deviceFull, { name: 'device-full', layouts: same(none) }],
  [event.heldInBezel, { name: 'held-in-bezel', layouts: since8 }],
  [event.dispensedAtPowerUp, { name: 'dispensed-at-power-up', layouts: moved, held: true }],
  [event.storedAtPowerUp, { name: 'stored-at-power-up', layouts: since8, held: true }],
  [event.stackedAtPowerUp, { name: 'stacked-at-power-up', layouts: since8, held: true }],
  [event.transferred, { name: 'transferred-to-stacker', layouts: moved, held: true }],
  [event.floatAttached, { name: 'float-attached', layouts: same(none) }],
  [event.floatRemoved, { name: 'float-removed', layouts: same(none) }],
  [event.payoutOutOfService, { name: 'payout-out-of-service', layouts: same(none) }],
  [event.returnPressed, { name: 'return-pressed', layouts: same(none) }],
  [event.coinMechJam, { name: 'coin-mech-jam', layouts: same(none) }],
  [event.emptied, { name: 'emptied', layouts: same(none), held: true }],
  [event.emptying, { name: 'emptying', layouts: same(none) }],
  [event.coinMechError, { name: 'coin-mech-error', layouts: same(byte, none) }],
  [event.initialising, { name: 'initialising', layouts: same(none) }],
  [event.channelsDisabled, { name: 'channels-disabled', layouts: same(none) }],
  [event.smartEmptied, { name: 'smart-emptied', layouts: paying, held: true }],
  [event.smartEmptying, { name: 'smart-emptying', layouts: paying }],
  [
    event.payoutError,
    {
      name: 'payout-error',
      layouts: [
        [valuesAndByte, byte],
        [valuesAndByte, byte],
        [byte, valuesAndByte],
      ],
      held: true,
    },
  ],
  [event.jamRecovery, { name: 'jam-recovery', layouts: same(none) }],
]);

/** Whether the device repeats it until EVENT ACK; a code that nobody knows may be one of those. */
export function isHeld({ code }: Event): boolean {
  const row = eventRows.get(code);
  return row === undefined || row.held === true;
}

/** Codes of events lie above; a smaller byte can only be data. */
const LOWEST_EVENT = 0x90;
const noRow: EventRow['layouts'] = same(none);

/** The events of an answer, and what of it nobody can read; `version` is the protocol's that was agreed. */
export interface Events {
  readonly events: readonly Event[];
  readonly unread: Uint8Array;
}

/**
 * Reads so that all bytes are used: where the first layout of an event leaves bytes behind that are no event, the next one
 * is tried. If none fits, what could be read is told with the rest.
 */
export function eventsIn(bytes: Uint8Array, version: number): Events {
  const column = version >= 8 ? 0 : version >= 6 ? 1 : 2;
  /** From each place to the end; null: cannot be read. */
  const readings: (readonly Event[] | null)[] = new Array(bytes.length + 1).fill(null);
  readings[bytes.length] = [];
  for (let at = bytes.length - 1; at >= 0; at--) {
    for (const one of eventsAt(bytes, at, column)) {
      const rest = readings[at + one.length];
      if (rest === null || rest === undefined) continue;
      readings[at] = [one.event, ...rest];
      break;
    }
  }
  const whole = readings[0];
  if (whole !== null && whole !== undefined) return { events: whole, unread: bytes.subarray(bytes.length) };
  const events: Event[] = [];
  let at = 0;
  for (let first = eventsAt(bytes, at, column)[0]; first !== undefined; first = eventsAt(bytes, at, column)[0]) {
    events.push(first.event);
    at += first.length;
  }
  return { events, unread: bytes.subarray(at) };
}

function eventsAt(bytes: Uint8Array, at: number, column: number): readonly { event: Event; length: number }[] {
  const code = bytes[at];
  if (code === undefined || code < LOWEST_EVENT) return [];
  const row = eventRows.get(code);
  const name = row?.name ?? `event-${hexByte(code).toLowerCase()}`;
  return ((row?.layouts ?? noRow)[column] as readonly Layout[]).flatMap((layout) => {
    const data = layout(bytes, at + 1);
    if (data === null) return [];
    const { length, ...fields } = data;
    return [{ event: { code, name, ...fields, text: hex(bytes.subarray(at, at + 1 + length)) }, length: length + 1 }];
  });
}

// Tables that the device answers with.

/** What a device is (first byte of its set-up). */
export const unit = { validator: 0, hopper: 3, payout: 6, noteFloat: 7 } as const;

export interface Channel {
  /** From 1; its bit in the inhibits is one lower. A coin's is its place in the table. */
  readonly channel: number;
  readonly country: string;
  /** Whole units of money; of a coin hundredths. */
  readonly face: number;
}

export interface SetUp {
  readonly unitType: number;
  readonly firmware: string;
  readonly channels: readonly Channel[];
  /** A face value times this is the value in payouts, routes and levels; 1 for coins. */
  readonly multiplier: number;
}

/** The reply to SETUP REQUEST without its first byte, in the layouts of validators and of hoppers; null: neither. */
export function setUp(data: Uint8Array): SetUp | null {
  if (data.length < 10) return null;
  const unitType = data[0] as number;
  const head = { unitType, firmware: text(data.subarray(1, 5)) };
  const country = text(data.subarray(5, 8));
  return unitType === unit.hopper ? hopperSetUp(data, head, country) : validatorSetUp(data, head, country);
}

type Head = Pick<SetUp, 'unitType' | 'firmware'>;

function hopperSetUp(data: Uint8Array, head: Head, country: string): SetUp | null {
  const count = data[9] as number;
  const countriesAt = 10 + count * 2;
  if (data.length < countriesAt) return null;
  const each = data.length >= countriesAt + count * 3;
  const channels = Array.from({ length: count }, (_, at) => ({
    channel: at + 1,
    country: each ? text(data.subarray(countriesAt + at * 3, countriesAt + at * 3 + 3)) : country,
    face: (data[10 + at * 2] as number) | ((data[11 + at * 2] as number) << 8),
  }));
  return { ...head, channels: channels.filter(({ face }) => face > 0), multiplier: 1 };
}

function validatorSetUp(data: Uint8Array, head: Head, country: string): SetUp | null {
  const count = data[11] ?? 0;
  const afterAt = 12 + count * 2;
  if (data.length < afterAt + 4) return null;
  const small = be24(data, 8);
  const countriesAt = afterAt + 4;
  const valuesAt = countriesAt + count * 3;
  // From protocol version 6 each channel has its country and its full value.
  const expanded = data.length >= valuesAt + count * 4;
  const channels = Array.from({ length: count }, (_, at) => ({
    channel: at + 1,
    country: expanded ? text(data.subarray(countriesAt + at * 3, countriesAt + at * 3 + 3)) : country,
    face: expanded ? u32(data, valuesAt + at * 4) : (data[12 + at] as number) * small,
  }));
  return { ...head, channels: channels.filter(({ face }) => face > 0), multiplier: be24(data, afterAt) || 1 };
}

function be24(data: Uint8Array, at: number): number {
  return ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number);
}

/** The serial number, four bytes, highest first; null: it is none. */
export function serialNumber(data: Uint8Array): number | null {
  return data.length === 4 ? new DataView(data.buffer, data.byteOffset, 4).getUint32(0) : null;
}

export interface StoredLevel {
  readonly value: number;
  readonly country: string;
  readonly count: number;
}

const LEVEL_BYTES = 9;

/** ALL LEVELS: a count, and so many of level (2), value (4), country (3); null: it is no such table. */
export function allLevels(data: Uint8Array): readonly StoredLevel[] | null {
  const count = data[0];
  if (count === undefined || data.length !== 1 + count * LEVEL_BYTES) return null;
  return Array.from({ length: count }, (_, place) => {
    const at = 1 + place * LEVEL_BYTES;
    return {
      count: (data[at] as number) | ((data[at + 1] as number) << 8),
      value: u32(data, at + 2),
      country: text(data.subarray(at + 6, at + 9)),
    };
  });
}

/** NOTE POSITIONS by value: the last is the one that is paid first. Null: it is no such table. */
export function notePositions(data: Uint8Array): readonly number[] | null {
  const count = data[0];
  if (count === undefined || data.length !== 1 + count * 4) return null;
  return Array.from({ length: count }, (_, place) => u32(data, 1 + place * 4));
}

export function le16(number: number): readonly number[] {
  return [number & 0xff, (number >>> 8) & 0xff];
}

export function le32(number: number): readonly number[] {
  return [...le16(number), ...le16(number >>> 16)];
}

export function ascii(text: string): readonly number[] {
  return Array.from(text, (sign) => sign.charCodeAt(0));
}

/** Last byte of PAYOUT and FLOAT: only try, or do. */
export const payoutOption = { test: 0x19, do: 0x58 } as const;

export const route = { payout: 0, cashbox: 1 } as const;

function text(data: Uint8Array): string {
  return Array.from(data, (code) => (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ' '))
    .join('')
    .trim();
}

function hexByte(number: number): string {
  return number.toString(16).toUpperCase().padStart(2, '0');
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, hexByte).join(' ');
}

// Reasons.

interface Reason {
  readonly reason: RejectReason;
  readonly en: string;
  readonly 'zh-CN': string;
}

/** Answers of LAST REJECT CODE. */
const rejects: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [0x00, { reason: 'other', en: 'no reason given', 'zh-CN': '未给出原因' }],
  [0x01, { reason: 'damaged', en: 'length', 'zh-CN': '长度不符' }],
  [0x02, { reason: 'unreadable', en: 'average', 'zh-CN': '均值不符' }],
  [0x03, { reason: 'unreadable', en: 'outline', 'zh-CN': '轮廓不符' }],
  [0x04, { reason: 'unreadable', en: 'graph', 'zh-CN': '图形不符' }],
  [0x05, { reason: 'unreadable', en: 'buried feature', 'zh-CN': '隐藏特征不符' }],
  [0x06, { reason: 'inhibited', en: 'inhibited in the dataset', 'zh-CN': '数据集停收该面额' }],
  [0x07, { reason: 'multiple', en: 'a second note', 'zh-CN': '放入了第二张纸币' }],
  [0x08, { reason: 'host', en: 'rejected by this program', 'zh-CN': '本机要求退回' }],
  [0x09, { reason: 'unreadable', en: 'several channels match', 'zh-CN': '同时符合多个面额' }],
  [0x0a, { reason: 'other', en: 'rear sensor', 'zh-CN': '后部传感器异常' }],
  [0x0b, { reason: 'damaged', en: 'too long', 'zh-CN': '纸币过长' }],
  [0x0c, { reason: 'inhibited', en: 'inhibited by this program', 'zh-CN': '该面额已停收' }],
  [0x0d, { reason: 'other', en: 'slow mechanism', 'zh-CN': '机构过慢' }],
  [0x0e, { reason: 'other', en: 'an attempt to pull it back', 'zh-CN': '有人回拉纸币' }],
  [0x0f, { reason: 'unreadable', en: 'fraud channel', 'zh-CN': '可疑面额' }],
  [0x10, { reason: 'other', en: 'no note seen', 'zh-CN': '未检测到纸币' }],
  [0x11, { reason: 'unreadable', en: 'peak', 'zh-CN': '峰值不符' }],
  [0x12, { reason: 'askew', en: 'twisted', 'zh-CN': '纸币歪斜' }],
  [0x13, { reason: 'timeout', en: 'nobody decided in time', 'zh-CN': '等待超时' }],
  [0x14, { reason: 'unreadable', en: 'barcode', 'zh-CN': '条码无法识别' }],
  [0x15, { reason: 'other', en: 'did not reach the head', 'zh-CN': '未到达识别头' }],
  [0x16, { reason: 'unreadable', en: 'slot 1', 'zh-CN': '特征一不符' }],
  [0x17, { reason: 'unreadable', en: 'slot 2', 'zh-CN': '特征二不符' }],
  [0x18, { reason: 'other', en: 'moved too fast', 'zh-CN': '移动过快' }],
  [0x19, { reason: 'damaged', en: 'width', 'zh-CN': '宽度不符' }],
  [0x1a, { reason: 'damaged', en: 'too short', 'zh-CN': '纸币过短' }],
  [0x1b, { reason: 'other', en: 'a note was being paid out', 'zh-CN': '正在出钞' }],
  [0x1c, { reason: 'multiple', en: 'two notes at once', 'zh-CN': '两张纸币重叠' }],
  [0x1d, { reason: 'other', en: 'could not be stacked', 'zh-CN': '无法压入' }],
]);

export function rejectReason(code: number): RejectReason {
  return rejects.get(code)?.reason ?? 'other';
}

export function rejectCode(code: number): string {
  return rejects.has(code) ? `ssp.reject-${hexByte(code).toLowerCase()}` : 'ssp.rejected';
}

const payoutReasons: Readonly<Record<number, string>> = {
  0: 'not-enough-value',
  1: 'cannot-pay-exactly',
  3: 'device-busy',
  4: 'device-disabled',
};
/** As ITL's own host reads them; to hosts that count them from 0, that is what 1 is here. */
const floatReasons: Readonly<Record<number, string>> = {
  0: 'not-enough-value',
  1: 'not-enough-value',
  2: 'cannot-keep-exactly',
  3: 'device-busy',
  4: 'device-disabled',
};
const noteReasons: Readonly<Record<number, string>> = {
  1: 'no-note-float',
  2: 'note-float-empty',
  3: 'device-busy',
  4: 'device-disabled',
};
const enableReasons: Readonly<Record<number, string>> = {
  1: 'none-connected',
  2: 'other-currency',
  3: 'device-busy',
  4: 'empty-only',
  5: 'device-error',
};
const routeReasons: Readonly<Record<number, string>> = {
  1: 'no-payout-connected',
  2: 'other-currency',
  3: 'payout-error',
};

/** Why a command was not carried out: the second byte of CANNOT BE PROCESSED, which each command has its own of. */
export function refusalReason(asked: number, code: number, data: Uint8Array): string {
  const [reason] = data;
  if (code !== reply.cannot || reason === undefined) return replyNames.get(code) ?? 'no-such-reply';
  switch (asked) {
    case command.payoutAmount:
    case command.payoutByDenomination:
      return payoutReasons[reason] ?? 'cannot-be-processed';
    case command.floatAmount:
    case command.floatByDenomination:
      return floatReasons[reason] ?? 'cannot-be-processed';
    case command.payoutNote:
    case command.stackNote:
      return noteReasons[reason] ?? 'cannot-be-processed';
    case command.enablePayout:
      return enableReasons[reason] ?? 'cannot-be-processed';
    case command.setRoute:
    case command.getRoute:
    case command.valueReporting:
      return routeReasons[reason] ?? 'cannot-be-processed';
    default:
      return 'cannot-be-processed';
  }
}

// Faults.

/** The fault that an event stands for as long as it comes, worst first. */
export const standingFaults: readonly (readonly [code: number, fault: string])[] = [
  [event.fraud, 'ssp.fraud'],
  [event.unsafeJam, 'ssp.jam-unsafe'],
  [event.safeJam, 'ssp.jam-safe'],
  [event.jammed, 'ssp.payout-jam'],
  [event.payoutError, 'ssp.payout-error'],
  [event.jamRecovery, 'ssp.jam-recovery'],
  [event.pathOpen, 'ssp.path-open'],
  [event.floatRemoved, 'ssp.float-removed'],
  [event.stackerFull, 'ssp.stacker-full'],
  [event.coinMechJam, 'ssp.coin-mech-jam'],
  [event.coinMechError, 'ssp.coin-mech-error'],
  [event.deviceFull, 'ssp.device-full'],
];

function fault(code: string, stopsAcceptance: boolean, zh: string, en: string): FaultEntry {
  return { code: `ssp.${code}`, stopsAcceptance, remedy: { 'zh-CN': zh, en } };
}

export const faults: readonly FaultEntry[] = [
  fault(
    'fraud',
    true,
    '怀疑有人回拉纸币或作弊：检查入口与钞箱，保留现场并上报。',
    'A note may have been pulled back: inspect the mouth and the cash box, keep what you find, report it.',
  ),
  fault(
    'jam-unsafe',
    true,
    '入口处卡钞，顾客可能取得到：打开设备，取出纸币并登记，再合上。',
    'A note is jammed where a person could reach it: open the device, take the note out, record it, close it.',
  ),
  fault(
    'jam-safe',
    true,
    '设备内部卡钞：打开设备，取出纸币并登记，再合上。',
    'A note is jammed inside: open the device, take the note out, record it, close it.',
  ),
  fault(
    'payout-jam',
    true,
    '出款机构卡住：打开设备，取出卡住的钱并登记，再合上。',
    'The payout is jammed: open the device, take out what is stuck, record it, close it.',
  ),
  fault(
    'payout-error',
    true,
    '出款时纸币移动异常：检查循环鼓和通道，清点后再使用。',
    'A note did not move as it should while paying: inspect the store and the path, and count before further use.',
  ),
  fault(
    'payout-time-out',
    false,
    '设备没有在时限内付完：检查机构，并清点。',
    'The device did not finish paying in time: inspect the mechanism, and count.',
  ),
  fault(
    'jam-recovery',
    true,
    '设备正在自行排除卡钞，部分纸币会移入钞箱：等待完成。',
    'The device is clearing a jam by itself and moves notes into the box: wait.',
  ),
  fault('path-open', true, '纸币通道打开：合上设备。', 'The note path is open: close the device.'),
  fault('float-removed', true, '循环单元已拆下：装回。', 'The note float is off: put it back.'),
  fault(
    'stacker-full',
    true,
    '钞箱已满：取出清点，装回空钞箱。',
    'The cash box is full: collect it and put an empty one in.',
  ),
  fault(
    'device-full',
    false,
    '循环库已满，后收的纸币进入钞箱：可清空到钞箱。',
    'The store is full, and further notes go into the box: empty it into the box when convenient.',
  ),
  fault(
    'coin-mech-jam',
    true,
    '投币器卡币：打开并取出硬币。',
    'The coin mechanism is jammed: open it and take the coin out.',
  ),
  fault(
    'coin-mech-error',
    true,
    '投币器故障：断电后检查，必要时更换。',
    'The coin mechanism failed: switch off, inspect it, replace it if it comes back.',
  ),
  fault(
    'payout-out-of-service',
    false,
    '出款单元停用：程序会重试启用；若不恢复，断电检查。',
    'The payout unit went out of service: it is enabled again by itself; if that does not help, switch off and inspect.',
  ),
  fault(
    'payout-refused',
    true,
    '出款单元不能启用：检查是否装好、数据集币种是否一致。',
    'The payout unit cannot be enabled: check that it is fitted and has the dataset of the same currency.',
  ),
  fault(
    'disabled',
    true,
    '设备反复自行停用：断电重启；若再次出现，送修。',
    'The device keeps itself disabled: switch it off and on; if it comes back, have it repaired.',
  ),
  fault(
    'encryption-refused',
    true,
    '设备不能按固定密钥建立加密通信，已停用：核对 fixedKey 与固件。',
    'The device does not encrypt with the fixed key, and is not used: check the setting "fixedKey" and the firmware.',
  ),
  fault(
    'encryption-wanted',
    true,
    '设备只接受加密命令：把设置 encryption 改为 required。',
    'The device wants its commands encrypted: set "encryption" to "required".',
  ),
  fault(
    'other-model',
    true,
    '设备型号与设置 model 不符：更正设置或更换设备。',
    'The device is another model than the setting "model" says: correct the setting or exchange the device.',
  ),
  fault(
    'protocol-too-old',
    true,
    '固件协议版本低于 6，不能按面额出款：升级固件。',
    'The firmware speaks a protocol below version 6 and cannot pay by denomination: update it.',
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
    '没有可用面额：核对设备数据集的币种与设置 countries。',
    'No denomination can be used: compare the currency of the dataset with the setting "countries".',
  ),
  fault(
    'denominations-changed',
    true,
    '运行中面额表发生变化，已停用：核对设备数据集，再重启程序。',
    'The table of denominations changed while running, so the device is not used: check the dataset, then start again.',
  ),
  fault(
    'setting-refused',
    true,
    '设备拒绝一项设置：核对固件版本与型号设置。',
    'The device refuses a setting: check its firmware and the setting "model".',
  ),
  fault(
    'event-unreadable',
    true,
    '设备报告了无法识别的事件，已停用：请上报型号与固件版本。',
    'The device reports an event that cannot be read, and is held: report its model and firmware.',
  ),
  fault(
    'levels-disagree',
    false,
    '设备报出的付款额与库存变化不一致：清点循环库与钞箱并登记。',
    'What the device says it paid and what its levels lost are not the same: count the store and the box.',
  ),
  fault(
    'rejected',
    false,
    '退回纸币，原因未知。频繁出现时请清洁识别头。',
    'A note was rejected for a reason that is not known. Clean the head if this happens often.',
  ),
  ...[...rejects].map(([code, words]) =>
    fault(
      `reject-${hexByte(code).toLowerCase()}`,
      false,
      `退回纸币：${words['zh-CN']}。频繁出现时请清洁识别头。`,
      `A note was rejected: ${words.en}. Clean the head if this happens often.`,
    ),
  ),
];

// For people.

/** Events in an answer are read as of the highest version: layouts are found by what fits. */
const LATEST = 8;

function hostFields(code: number, data: Uint8Array): Record<string, unknown> {
  switch (code) {
    case command.hostProtocol:
      return { version: data[0] ?? null };
    case command.setGenerator:
    case command.setModulus:
    case command.keyExchange:
      return data.length === 8 ? { number: hex(data.slice().reverse()).replaceAll(' ', '') } : { data: hex(data) };
    case command.setInhibits:
      return { enabled: hex(data) };
    default:
      return data.length === 0 ? {} : { data: hex(data) };
  }
}

function deviceLine(data: Uint8Array): { readonly name: string | undefined; readonly fields: Record<string, unknown> } {
  const name = replyNames.get(data[0] as number);
  const rest = data.subarray(1);
  if (rest.length === 0) return { name, fields: {} };
  const { events, unread } = eventsIn(rest, LATEST);
  if (data[0] === reply.ok && unread.length === 0) {
    const told = events.map(({ text: _, code: __, ...fields }) => fields);
    return { name: [...new Set(events.map((one) => one.name))].join('+'), fields: { events: told } };
  }
  return { name, fields: { data: hex(rest) } };
}

function line({ address, sequence, data, bytes }: Frame, from: Speaker): MessageLine {
  const apdu = hex(bytes);
  const head = { address, sequence };
  const code = data[0] as number;
  if (code === ENCRYPTED) {
    return { apdu, command: 'encrypted', direction: from, fields: { ...head, blocks: (data.length - 1) / 16 } };
  }
  const device = from === 'device' || (from === 'either' && code >= reply.ok);
  const { name, fields } = device
    ? deviceLine(data)
    : { name: commandNames.get(code), fields: hostFields(code, data.subarray(1)) };
  if (name === undefined) return { error: `unknown message ${hexByte(code)}`, apdu };
  return { apdu, command: name, direction: device ? 'device' : 'host', fields: { ...head, ...fields } };
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const decoder = createDecoder();
  return [...decoder.push(bytes), ...decoder.silence()].map((item) => {
    if (item.type === 'discarded') return { error: item.why, apdu: hex(item.bytes.subarray(0, 64)) };
    return line(item.frame, from);
  });
}
