/**
 * What a module answers to each function, on nothing but its addresses: MODBUS Application Protocol V1.1b3, section 6, with
 * the order of its checks: the function (exception 01), the numbers (03), the addresses (02). Shares nothing with the driver.
 */

/** The tables of a module: how many addresses each has, from 0, and what is there. */
export interface Memory {
  readonly coils: number;
  readonly inputs: number;
  readonly inputRegisters: number;
  readonly holdingRegisters: number;
  input(address: number): boolean;
  coil(address: number): boolean;
  setCoil(address: number, on: boolean): void;
  inputRegister(address: number): number;
  holdingRegister(address: number): number;
  setHoldingRegister(address: number, value: number): void;
  /** Maker, product and revision; null: it knows no identification. */
  readonly identity: readonly string[] | null;
}

const ILLEGAL_FUNCTION = 0x01;
const ILLEGAL_ADDRESS = 0x02;
const ILLEGAL_VALUE = 0x03;
const MOST_BITS_READ = 2_000;
const MOST_REGISTERS_READ = 125;
const MOST_COILS_WRITTEN = 1_968;
const MOST_REGISTERS_WRITTEN = 123;
const MOST_REGISTERS_SWAPPED = 121;
const REGULAR_IDENTITY = 0x01;
const SINGLE_OBJECT = 0x04;

/** Data behind the function of a good answer, or an exception. */
type Outcome = readonly number[] | { readonly exception: number };

const illegalValue = { exception: ILLEGAL_VALUE };
const illegalAddress = { exception: ILLEGAL_ADDRESS };

/** `pdu`: function and data, without unit and CRC. Obeys it, and answers so too. */
export function answerTo(pdu: readonly number[], memory: Memory): readonly number[] {
  const [what = 0, ...data] = pdu;
  const known = functions.get(what);
  const outcome = known === undefined ? { exception: ILLEGAL_FUNCTION } : known(data, memory);
  return 'exception' in outcome ? [what | 0x80, outcome.exception] : [what, ...outcome];
}

const functions: ReadonlyMap<number, (data: readonly number[], memory: Memory) => Outcome> = new Map([
  [0x01, (data, memory) => readBits(data, memory.coils, (address) => memory.coil(address))],
  [0x02, (data, memory) => readBits(data, memory.inputs, (address) => memory.input(address))],
  [0x03, (data, memory) => readRegisters(data, memory.holdingRegisters, (address) => memory.holdingRegister(address))],
  [0x04, (data, memory) => readRegisters(data, memory.inputRegisters, (address) => memory.inputRegister(address))],
  [0x05, writeCoil],
  [0x06, writeRegister],
  [0x08, diagnose],
  [0x0f, writeCoils],
  [0x10, writeRegisters],
  [0x16, maskRegister],
  [0x17, swapRegisters],
  [0x2b, identify],
]);

function word(data: readonly number[], at: number): number {
  return ((data[at] as number) << 8) | (data[at + 1] as number);
}

function bytesOf(value: number): readonly [number, number] {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** 6.1 and 6.2. */
function readBits(data: readonly number[], size: number, bit: (address: number) => boolean): Outcome {
  if (data.length !== 4) return illegalValue;
  const [from, count] = [word(data, 0), word(data, 2)];
  if (count < 1 || count > MOST_BITS_READ) return illegalValue;
  if (from + count > size) return illegalAddress;
  const bytes = new Array<number>(Math.ceil(count / 8)).fill(0);
  for (let at = 0; at < count; at++) if (bit(from + at)) bytes[at >> 3] = (bytes[at >> 3] as number) | (1 << (at & 7));
  return [bytes.length, ...bytes];
}

/** 6.3 and 6.4. */
function readRegisters(data: readonly number[], size: number, value: (address: number) => number): Outcome {
  if (data.length !== 4) return illegalValue;
  const [from, count] = [word(data, 0), word(data, 2)];
  if (count < 1 || count > MOST_REGISTERS_READ) return illegalValue;
  if (from + count > size) return illegalAddress;
  return [count * 2, ...Array.from({ length: count }, (_, at) => bytesOf(value(from + at))).flat()];
}

/** 6.5. */
function writeCoil(data: readonly number[], memory: Memory): Outcome {
  if (data.length !== 4) return illegalValue;
  const [address, value] = [word(data, 0), word(data, 2)];
  if (value !== 0 && value !== 0xff00) return illegalValue;
  if (address >= memory.coils) return illegalAddress;
  memory.setCoil(address, value !== 0);
  return data;
}

/** 6.6. */
function writeRegister(data: readonly number[], memory: Memory): Outcome {
  if (data.length !== 4) return illegalValue;
  const address = word(data, 0);
  if (address >= memory.holdingRegisters) return illegalAddress;
  memory.setHoldingRegister(address, word(data, 2));
  return data;
}

/** 6.8: of its many only the one that gives the data back. */
function diagnose(data: readonly number[]): Outcome {
  if (data.length < 2 || word(data, 0) !== 0) return { exception: ILLEGAL_FUNCTION };
  return data;
}

/** 6.11. */
function writeCoils(data: readonly number[], memory: Memory): Outcome {
  if (data.length < 6) return illegalValue;
  const [from, count] = [word(data, 0), word(data, 2)];
  const bytes = Math.ceil(count / 8);
  if (count < 1 || count > MOST_COILS_WRITTEN || data[4] !== bytes || data.length !== 5 + bytes) return illegalValue;
  if (from + count > memory.coils) return illegalAddress;
  for (let at = 0; at < count; at++)
    memory.setCoil(from + at, (((data[5 + (at >> 3)] as number) >> (at & 7)) & 1) === 1);
  return data.slice(0, 4);
}

/** 6.12. */
function writeRegisters(data: readonly number[], memory: Memory): Outcome {
  if (data.length < 7) return illegalValue;
  const [from, count] = [word(data, 0), word(data, 2)];
  const right = data[4] === count * 2 && data.length === 5 + count * 2;
  if (count < 1 || count > MOST_REGISTERS_WRITTEN || !right) return illegalValue;
  if (from + count > memory.holdingRegisters) return illegalAddress;
  for (let at = 0; at < count; at++) memory.setHoldingRegister(from + at, word(data, 5 + at * 2));
  return data.slice(0, 4);
}

/** 6.16. */
function maskRegister(data: readonly number[], memory: Memory): Outcome {
  if (data.length !== 6) return illegalValue;
  const address = word(data, 0);
  if (address >= memory.holdingRegisters) return illegalAddress;
  const [and, or] = [word(data, 2), word(data, 4)];
  memory.setHoldingRegister(address, (memory.holdingRegister(address) & and) | (or & ~and & 0xffff));
  return data;
}

/** 6.17: writes first, then reads. */
function swapRegisters(data: readonly number[], memory: Memory): Outcome {
  if (data.length < 11) return illegalValue;
  const [from, count, to, written] = [word(data, 0), word(data, 2), word(data, 4), word(data, 6)];
  const right = data[8] === written * 2 && data.length === 9 + written * 2;
  if (count < 1 || count > MOST_REGISTERS_READ) return illegalValue;
  if (written < 1 || written > MOST_REGISTERS_SWAPPED || !right) return illegalValue;
  if (from + count > memory.holdingRegisters || to + written > memory.holdingRegisters) return illegalAddress;
  for (let at = 0; at < written; at++) memory.setHoldingRegister(to + at, word(data, 9 + at * 2));
  return readRegisters(data.slice(0, 4), memory.holdingRegisters, (address) => memory.holdingRegister(address));
}

/** 6.21: the basic objects as a stream, or one by itself. */
function identify(data: readonly number[], { identity }: Memory): Outcome {
  if (identity === null || data[0] !== 0x0e) return { exception: ILLEGAL_FUNCTION };
  const [, level = 0, object = 0] = data;
  if (data.length !== 3 || level < REGULAR_IDENTITY || level > SINGLE_OBJECT) return illegalValue;
  const single = level === SINGLE_OBJECT;
  if (single && object >= identity.length) return illegalAddress;
  // A stream that is asked from an object that there is not begins with the first.
  const from = object < identity.length ? object : 0;
  const objects = identity
    .map((text, id) => [id, text.length, ...new TextEncoder().encode(text)])
    .slice(from, single ? from + 1 : identity.length);
  // Conformity 0x81: basic, stream and individual access; nothing more follows.
  return [0x0e, level, 0x81, 0x00, 0x00, objects.length, ...objects.flat()];
}

/** V1.02, 6.2.2, bit by bit. */
export function crc(bytes: readonly number[]): number {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
  }
  return sum;
}

interface Wired {
  readonly coils: number;
  readonly inputs: number;
  readonly contacts: ReadonlyMap<string, { readonly input: number }>;
  readonly lamps: ReadonlyMap<string, number>;
  readonly relays: ReadonlyMap<string, { readonly coil: number }>;
}

/** Something is wired to an address that the module has not; null: nothing is. */
export function addressError({ coils, inputs, contacts, lamps, relays }: Wired): string | null {
  for (const [name, { input }] of contacts)
    if (input >= inputs) return `${name} is at input ${input}, and there are ${inputs}`;
  for (const [name, coil] of [...lamps, ...[...relays].map(([one, { coil: at }]) => [one, at] as const)])
    if (coil >= coils) return `${name} is at coil ${coil}, and there are ${coils}`;
  return null;
}
