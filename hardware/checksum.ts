/** Checksums that more than one protocol uses. */

const kermitTable = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x8408 : crc >>> 1;
  kermitTable[byte] = crc;
}

/**
 * CRC-16/KERMIT: polynomial 0x1021 reflected, start 0, no final xor. The check value of "123456789" is 0x2189.
 * Covers `bytes` from `start` up to, not including, `end`.
 */
export function crc16Kermit(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let at = start; at < end; at++) {
    crc = (crc >>> 8) ^ (kermitTable[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return crc;
}

const modbusTable = new Uint16Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  modbusTable[byte] = crc;
}

/**
 * CRC-16/MODBUS: polynomial 0x8005 reflected, start 0xFFFF, no final xor. The check value of "123456789" is 0x4B37.
 * Covers `bytes` from `start` up to, not including, `end`.
 */
export function crc16Modbus(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffff;
  for (let at = start; at < end; at++) {
    crc = (crc >>> 8) ^ (modbusTable[(crc ^ (bytes[at] as number)) & 0xff] as number);
  }
  return crc;
}
