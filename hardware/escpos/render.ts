/**
 * Markup to bytes: receiptline lays out, node-thermal-printer builds and hands over. Pure, synchronous and cheap;
 * nothing here touches a port.
 *
 * Three things differ from receiptline's own ESC/POS commands. Chinese mode stays on for the whole document (FS &),
 * so rules are made of GB18030 line signs and not of a katakana page that Chinese printers lack. Codes are the
 * printer's own (GS ( k), because raster data may hold bytes that a printer takes as real-time commands. And its
 * opening GS a 0, which would switch the status reports off, is left out.
 */
import iconv from 'iconv-lite';
import thermal from 'node-thermal-printer';
import receiptline from 'receiptline';

/** Longest document in bytes of markup; a receipt of 60 lines has about 4 000. */
const MARKUP_LIMIT = 32_000;
/** Longest content of a printed code, in bytes of UTF-8: version 25 at level M, still readable from paper. */
const QR_LIMIT = 900;

export type Rendered =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly problem: string };

/** Dots between two lines: 24 of the sign and 8 of air (ESC 3 n). */
const LINE_DOTS = 32;

const bytesOf = (...codes: readonly number[]) => String.fromCharCode(...codes);

/** node-thermal-printer as builder: what it executes is handed to us instead of to a port. */
function builder(take: (bytes: Uint8Array) => void) {
  const handOver = {
    execute(buffer: Buffer | null): Promise<void> {
      take(buffer ?? new Uint8Array(0));
      return Promise.resolve();
    },
    isPrinterConnected: () => Promise.resolve(true),
  };
  return new thermal.printer({
    type: thermal.types.EPSON,
    // The library also takes an object with these two methods; its types name only the text form.
    interface: handOver as unknown as string,
  });
}

/** The library counts characters where the printer counts bytes (GS ( k pL pH): given bytes, it counts bytes. */
function codeBytes(symbol: { data: string; cell: number; level: 'l' | 'm' | 'q' | 'h' }): string {
  const utf8 = Buffer.from(symbol.data, 'utf8');
  if (utf8.length > QR_LIMIT)
    throw new RangeError(`a code of ${utf8.length} bytes; ${QR_LIMIT} can be read from paper`);
  const printer = builder(() => {});
  const correction = symbol.level.toUpperCase() as 'L' | 'M' | 'Q' | 'H';
  printer.printQR(utf8 as unknown as string, { model: 2, cellSize: symbol.cell, correction });
  return printer.getBuffer().toString('latin1');
}

/** ¥ has four bytes in GB18030 and no glyph in most printers; its full-width form has two and always one. */
function chinese(text: string): string {
  return iconv.encode(text.replaceAll('\u00a5', '\uffe5'), 'gb18030').toString('latin1');
}

const commands = {
  ...receiptline.commands.generic,
  open(printer: { cpl: number; margin: number; marginRight: number; spacing: boolean; upsideDown: boolean }) {
    Object.assign(this, {
      upsideDown: false,
      spacing: printer.spacing,
      cutting: true,
      alignment: 0,
      left: 0,
      width: printer.cpl,
      right: 0,
      margin: printer.margin,
      marginRight: printer.marginRight,
    });
    return (
      bytesOf(0x1b, 0x40, 0x1b, 0x4d, 0x00, 0x1b, 0x20, 0x00, 0x1c, 0x53, 0x00, 0x00) +
      bytesOf(0x1b, 0x74, 0x00, 0x1c, 0x26, 0x1b, 0x33, LINE_DOTS)
    );
  },
  /** Feed past the cutter is the cut's own (GS V 66): receiptline's answer request is left to the driver. */
  close: () => bytesOf(0x1d, 0x56, 0x42, 0x00),
  hr: (width: number) => chinese('─'.repeat(Math.floor(width / 2))),
  text: (text: string) => chinese(text),
  qrcode: (symbol: Parameters<typeof codeBytes>[0]) => (symbol.data === '' ? '' : codeBytes(symbol)),
};

/** Bytes that a printer would take as a real-time order in the middle of data: DLE EOT, DLE ENQ, DLE DC4. */
export function realTimeAt(bytes: Uint8Array): number {
  for (let i = 0; i + 1 < bytes.length; i++) {
    const next = bytes[i + 1];
    if (bytes[i] === 0x10 && (next === 0x04 || next === 0x05 || next === 0x14)) return i;
  }
  return -1;
}

/**
 * Renders a document for a printer of `columns` characters a line. The bytes begin by resetting the printer and
 * end with the cut.
 */
export function render(markup: string, columns: number): Rendered {
  if (markup.length > MARKUP_LIMIT) {
    return { ok: false, problem: `The document has ${markup.length} signs, the limit is ${MARKUP_LIMIT}: shorten it.` };
  }
  let handed: Uint8Array | null = null;
  try {
    const text = receiptline.transform(markup, {
      cpl: columns,
      encoding: 'gb18030',
      spacing: true,
      cutting: true,
      command: { ...commands } as unknown as receiptline.BaseCommand,
    });
    const printer = builder((bytes) => {
      handed = bytes;
    });
    printer.add(Buffer.from(text, 'latin1'));
    // An async function runs up to its first await at once, so the bytes are here when the call returns.
    void printer.execute();
  } catch (error) {
    return { ok: false, problem: `The document cannot be set: ${error instanceof Error ? error.message : error}` };
  }
  if (handed === null) return { ok: false, problem: 'The document cannot be set: the builder handed over nothing.' };
  const bytes = new Uint8Array(handed as Uint8Array);
  const at = realTimeAt(bytes);
  if (at >= 0) return { ok: false, problem: `The document holds a real-time order at byte ${at}: remove it.` };
  return { ok: true, bytes };
}
