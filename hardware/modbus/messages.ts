/**
 * The functions of Modbus that an I/O module may know, their answers and exceptions, as MODBUS Application Protocol
 * Specification V1.1b3 has them, and the faults that follow. 08 and 10 are never asked for here, only named in recordings.
 * Addresses are those of the wire: the first is 0, where many manuals of modules count from 1, or from 10001 and 30001.
 */
import type { FaultEntry, MessageLine, Speaker } from '../protocol.ts';
import { createDecoder as decoderOf, nothing, type Reading, short } from '../framing.ts';
import { answerLength, encode, EXCEPTION_BIT, type Frame, read, requestLength } from './frame.ts';

export const code = {
  readCoils: 0x01,
  readInputs: 0x02,
  readHoldingRegisters: 0x03,
  readInputRegisters: 0x04,
  writeCoil: 0x05,
  writeRegister: 0x06,
  diagnostics: 0x08,
  writeCoils: 0x0f,
  writeRegisters: 0x10,
  identification: 0x2b,
} as const;

const names: ReadonlyMap<number, string> = new Map([
  [code.readCoils, 'read-coils'],
  [code.readInputs, 'read-inputs'],
  [code.readHoldingRegisters, 'read-holding-registers'],
  [code.readInputRegisters, 'read-input-registers'],
  [code.writeCoil, 'write-coil'],
  [code.writeRegister, 'write-register'],
  [code.diagnostics, 'diagnostics'],
  [code.writeCoils, 'write-coils'],
  [code.writeRegisters, 'write-registers'],
  [code.identification, 'identification'],
]);

/** 6.5: the two values that switch a coil. */
const COIL_ON = 0xff00;
/** 6.1 and 6.2. */
export const MOST_BITS_READ = 2_000;
/** 6.3 and 6.4. */
const MOST_REGISTERS_READ = 125;
export const HIGHEST_ADDRESS = 0xffff;

/** Why a device does not do what it was asked, section 7. */
export const exception = { function: 0x01, address: 0x02, value: 0x03, failure: 0x04, busy: 0x06 } as const;

export const fault = {
  function: 'modbus.illegal-function',
  address: 'modbus.illegal-address',
  value: 'modbus.illegal-value',
  failure: 'modbus.device-failure',
  busy: 'modbus.busy',
  other: 'modbus.exception',
  relayOn: 'modbus.relay-on',
  sensor: 'modbus.temperature-sensor',
} as const;

const faultOfException: ReadonlyMap<number, string> = new Map([
  [exception.function, fault.function],
  [exception.address, fault.address],
  [exception.value, fault.value],
  [exception.failure, fault.failure],
  [exception.busy, fault.busy],
]);

export function faultOf(exceptionCode: number): string {
  return faultOfException.get(exceptionCode) ?? fault.other;
}

function entry(faultCode: string, zh: string, en: string): FaultEntry {
  return { code: faultCode, stopsAcceptance: false, remedy: { 'zh-CN': zh, en } };
}

export const faults: readonly FaultEntry[] = [
  entry(
    fault.function,
    'I/O 模块不支持该功能(异常 01)：核对模块型号，去掉它没有的输入、线圈或寄存器设置。',
    'The I/O module does not know the function (exception 01): check its model, and take out what it has not from the settings.',
  ),
  entry(
    fault.address,
    'I/O 模块没有该地址(异常 02)：核对设置中的地址；线路上的地址从 0 开始。',
    'The I/O module has no such address (exception 02): check the addresses in the settings; on the wire they begin at 0.',
  ),
  entry(
    fault.value,
    'I/O 模块不接受该值(异常 03)：核对地址的数量和脉冲长度。',
    'The I/O module refuses the value (exception 03): check how far apart the addresses are, and the length of a pulse.',
  ),
  entry(
    fault.failure,
    'I/O 模块报告自身故障(异常 04)：断电再上电，仍然如此则更换。',
    'The I/O module reports that it failed (exception 04): take its power away and give it back; replace it if that does not help.',
  ),
  entry(
    fault.busy,
    'I/O 模块忙(异常 06)：稍候；若一直如此，断电再上电。',
    'The I/O module is busy (exception 06): wait; if it stays so, take its power away and give it back.',
  ),
  entry(
    fault.other,
    'I/O 模块拒绝请求(其他异常)：查看线路记录中的异常码和模块手册。',
    'The I/O module refuses a request (another exception): look its code up in the trace, and in the module’s manual.',
  ),
  entry(
    fault.relayOn,
    '出货继电器断不开：切断出货机构的电源，检查继电器和模块。',
    'The relay that releases goods cannot be switched off: cut the power of what it releases, and check relay and module.',
  ),
  entry(
    fault.sensor,
    '温度读数不可能：检查温度探头、接线，以及设置中的 scale。',
    'The temperature cannot be true: check the sensor, its wires, and `scale` in the settings.',
  ),
];

// What is asked.

export interface Request {
  readonly name: string;
  readonly code: number;
  readonly bytes: Uint8Array;
}

export type RegisterTable = 'input' | 'holding';

function word(value: number): readonly [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

function request(name: string, unit: number, what: number, data: readonly number[]): Request {
  return { name, code: what, bytes: encode(unit, what, data) };
}

/** 6.1. */
export function readCoils(unit: number, from: number, count: number): Request {
  return request('read-coils', unit, code.readCoils, [...word(from), ...word(count)]);
}

/** 6.2. */
export function readInputs(unit: number, from: number, count: number): Request {
  return request('read-inputs', unit, code.readInputs, [...word(from), ...word(count)]);
}

/** 6.3 and 6.4. */
export function readRegister(unit: number, table: RegisterTable, address: number): Request {
  const what = table === 'input' ? code.readInputRegisters : code.readHoldingRegisters;
  return request(`read-${table}-register`, unit, what, [...word(address), ...word(1)]);
}

/** 6.5. */
export function writeCoil(unit: number, address: number, on: boolean, name = 'write-coil'): Request {
  return request(name, unit, code.writeCoil, [...word(address), ...word(on ? COIL_ON : 0)]);
}

/** 6.6. */
export function writeRegister(unit: number, address: number, value: number, name = 'write-register'): Request {
  return request(name, unit, code.writeRegister, [...word(address), ...word(value)]);
}

/** 6.11: these and their neighbours, the first bit at `from`. */
export function writeCoils(unit: number, from: number, bits: readonly boolean[]): Request {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((sum, on, bit) => sum | (on ? 1 << bit : 0), 0),
  );
  return request('write-coils', unit, code.writeCoils, [...word(from), ...word(bits.length), bytes.length, ...bytes]);
}

/** 6.21: maker, product and revision in one answer. */
export function askIdentification(unit: number): Request {
  return request('identification', unit, code.identification, [0x0e, 0x01, 0x00]);
}

// What is answered.

/** Its code when the frame is an exception to the request; null: it is not. */
export function exceptionOf(frame: Frame): number | null {
  return frame.code > EXCEPTION_BIT ? (frame.data[0] as number) : null;
}

/** So many bits as were asked for; null when it holds another number. */
export function bitsOf({ data }: Frame, count: number): readonly boolean[] | null {
  if (data[0] !== Math.ceil(count / 8)) return null;
  return Array.from({ length: count }, (_, at) => (((data[1 + (at >> 3)] as number) >> (at & 7)) & 1) === 1);
}

/** One register; null when the answer holds another number. */
export function registerOf({ data }: Frame): number | null {
  return data[0] === 2 ? ((data[1] as number) << 8) | (data[2] as number) : null;
}

/** A write is answered with its own address, and its value or its number: the first four bytes. */
export function repeats(frame: Frame, { bytes }: Request): boolean {
  return [0, 1, 2, 3].every((at) => frame.data[at] === bytes[2 + at]);
}

export interface Identity {
  readonly maker: string | null;
  readonly model: string | null;
  readonly firmware: string | null;
}

export const nobody: Identity = { maker: null, model: null, firmware: null };

/** 6.21: objects 0 to 2. Never throws; signs that cannot be printed are left out. */
export function identityOf({ data }: Frame): Identity {
  const objects = new Map<number, string>();
  for (let at = 6; at + 1 < data.length; at += 2 + (data[at + 1] as number)) {
    const value = data.subarray(at + 2, at + 2 + (data[at + 1] as number));
    const text = String.fromCharCode(...value.filter((byte) => byte >= 0x20 && byte < 0x7f)).trim();
    if (text !== '') objects.set(data[at] as number, text);
  }
  return {
    maker: objects.get(0) ?? null,
    model: objects.get(1) ?? null,
    firmware: objects.get(2) ?? null,
  };
}

// For people.

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}

interface Said {
  readonly frame: Frame;
  readonly as: 'host' | 'device' | 'either';
}

/** 6.1 to 6.4: a request asks for at least one and at most this many; an answer of eight bytes seldom looks like that. */
function isPossible({ code: what, data }: Frame): boolean {
  if (what > code.readInputRegisters) return true;
  const count = wordAt(data, 2);
  return count > 0 && count <= (what <= code.readInputs ? MOST_BITS_READ : MOST_REGISTERS_READ);
}

/** Reads what either may have said; a write of one coil or register is the same in both directions. */
function readEither(bytes: Uint8Array, from: Speaker): Reading<Said> {
  const host = from === 'device' ? nothing('') : read(bytes, requestLength);
  const device = from === 'host' ? nothing('') : read(bytes, answerLength);
  if (host.is === 'frame' && (device.is !== 'frame' || isPossible(host.frame))) {
    const as = device.is === 'frame' && device.length === host.length ? 'either' : 'host';
    return { ...host, frame: { frame: host.frame, as } };
  }
  if (device.is === 'frame') return { ...device, frame: { frame: device.frame, as: 'device' } };
  if (host.is === 'short' || device.is === 'short') return short;
  return nothing(device.why || (host.is === 'nothing' ? host.why : ''));
}

function wordAt(data: Uint8Array, at: number): number {
  return ((data[at] as number) << 8) | (data[at + 1] as number);
}

/** A request, or an answer that repeats its beginning. */
function askedFields({ code: what, data }: Frame): Readonly<Record<string, unknown>> {
  switch (what) {
    case code.writeCoil: {
      const value = wordAt(data, 2);
      return { address: wordAt(data, 0), value: value === COIL_ON ? 'on' : value === 0 ? 'off' : value };
    }
    case code.writeRegister:
      return { address: wordAt(data, 0), value: wordAt(data, 2) };
    case code.diagnostics:
      return { subfunction: wordAt(data, 0), data: hex(data.subarray(2)) };
    case code.identification:
      return { level: data[1], object: data[2] };
    default: {
      const values = data.length > 5 ? { values: hex(data.subarray(5)) } : {};
      return { address: wordAt(data, 0), count: wordAt(data, 2), ...values };
    }
  }
}

function answeredFields(frame: Frame): Readonly<Record<string, unknown>> {
  switch (frame.code) {
    case code.readCoils:
    case code.readInputs:
    case code.readHoldingRegisters:
    case code.readInputRegisters:
      return { values: hex(frame.data.subarray(1)) };
    case code.identification:
      return { ...identityOf(frame) };
    default:
      return askedFields(frame);
  }
}

function line({ frame, as }: Said): MessageLine {
  const { unit } = frame;
  const raised = exceptionOf(frame);
  const named = names.get(raised === null ? frame.code : frame.code - EXCEPTION_BIT) ?? 'unknown-function';
  const apdu = hex(frame.bytes);
  if (raised !== null)
    return { apdu, command: 'exception', direction: as, fields: { unit, to: named, exception: raised } };
  const fields = as === 'device' ? answeredFields(frame) : askedFields(frame);
  return { apdu, command: named, direction: as, fields: { unit, ...fields } };
}

/** Names the messages of a recording in order; what is no message becomes an `error` line. Never throws. */
export function describe(bytes: Uint8Array, from: Speaker): readonly MessageLine[] {
  const decoder = decoderOf((all, at) => readEither(all.subarray(at), from));
  return [...decoder.push(bytes), ...decoder.silence()].map((item): MessageLine => {
    if (item.type === 'discarded') return { error: item.why, apdu: hex(item.bytes.subarray(0, 64)) };
    return line(item.frame);
  });
}
