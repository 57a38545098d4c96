/**
 * Where a thermal printer puts its dots: ESC/POS bytes read as a printer reads them, given out as marks with
 * places in dots (8 to the millimetre). Own reading, shared with neither driver nor simulator.
 */

export type Mark =
  | {
      readonly type: 'sign';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly sign: string;
      readonly bold: boolean;
      readonly underline: boolean;
      readonly inverted: boolean;
    }
  | { readonly type: 'code'; readonly x: number; readonly y: number; readonly code: PrintedCode };

export interface PrintedCode {
  readonly data: Uint8Array;
  readonly cellDots: number;
  readonly level: 'L' | 'M' | 'Q' | 'H';
}

/** One piece of paper: what lies between two cuts. `cut` is false for what still hangs in the printer. */
export interface Slip {
  readonly marks: readonly Mark[];
  readonly heightDots: number;
  readonly cut: boolean;
}

export interface Paper {
  /** Printable dots across: 384, 512 or 576. */
  readonly areaDots: number;
  readonly slips: readonly Slip[];
}

/** Modules along one side of a code, so that the reading knows its room without drawing it. */
export type CodeSize = (code: PrintedCode) => number;

const AREAS = [384, 512, 576] as const;
const CELL_X = 12;
const CELL_Y = 24;
const DEFAULT_FEED = 30;

interface Style {
  scaleX: number;
  scaleY: number;
  bold: boolean;
  underline: boolean;
  inverted: boolean;
}

const plain = (): Style => ({ scaleX: 1, scaleY: 1, bold: false, underline: false, inverted: false });

class Reader {
  readonly slips: Slip[] = [];
  widest = 0;
  private readonly bytes: Uint8Array;
  private readonly codeSize: CodeSize;
  private readonly decoder = new TextDecoder('gb18030');
  private at = 0;
  private marks: Mark[] = [];
  private line: Mark[] = [];
  private lineHeight = 0;
  private x = 0;
  private y = 0;
  private left = 0;
  private area = 576;
  private align = 0;
  private feed = DEFAULT_FEED;
  private chinese = false;
  private style = plain();
  private code = { data: new Uint8Array(0), cellDots: 3, level: 'L' as PrintedCode['level'] };

  constructor(bytes: Uint8Array, codeSize: CodeSize) {
    this.bytes = bytes;
    this.codeSize = codeSize;
  }

  read(): void {
    while (this.at < this.bytes.length) this.step();
    if (this.line.length > 0) this.lineFeed();
    if (this.marks.length > 0) this.endSlip(false);
  }

  private next(): number {
    return this.bytes[this.at++] ?? 0;
  }

  private word(): number {
    return this.next() + this.next() * 256;
  }

  private step(): void {
    const byte = this.next();
    if (byte === 0x1b) this.escape();
    else if (byte === 0x1d) this.group();
    else if (byte === 0x1c) this.field();
    else if (byte === 0x10) this.realTime();
    else if (byte === 0x0a) this.lineFeed();
    else if (byte >= 0x20) this.text(byte);
  }

  private text(first: number): void {
    let length = 1;
    if (this.chinese && first >= 0x81) {
      const second = this.bytes[this.at] ?? 0;
      length = second >= 0x30 && second <= 0x39 ? 4 : 2;
    }
    const raw = this.bytes.subarray(this.at - 1, this.at - 1 + length);
    this.at += length - 1;
    const width = (length === 1 ? CELL_X : 2 * CELL_X) * this.style.scaleX;
    const height = CELL_Y * this.style.scaleY;
    if (this.x + width > this.area && this.line.length > 0) this.lineFeed();
    const { bold, underline, inverted } = this.style;
    const sign = this.decoder.decode(raw);
    this.line.push({ type: 'sign', x: this.x, y: 0, width, height, sign, bold, underline, inverted });
    this.x += width;
    this.lineHeight = Math.max(this.lineHeight, height);
  }

  /** Signs of one line stand on one base; ESC a moves the whole line. */
  private lineFeed(): void {
    const used = this.line.reduce(
      (most, mark) => (mark.type === 'sign' ? Math.max(most, mark.x + mark.width) : most),
      0,
    );
    const shift = this.left + Math.floor(((this.area - used) * this.align) / 2);
    for (const mark of this.line) {
      if (mark.type !== 'sign') continue;
      this.marks.push({ ...mark, x: mark.x + shift, y: this.y + this.lineHeight - mark.height });
    }
    this.widest = Math.max(this.widest, this.left + (this.align === 0 ? used : this.area));
    this.y += Math.max(this.feed, this.lineHeight);
    this.line = [];
    this.lineHeight = 0;
    this.x = 0;
  }

  private endSlip(cut: boolean): void {
    this.slips.push({ marks: this.marks, heightDots: this.y, cut });
    this.marks = [];
    this.y = 0;
  }

  private reset(): void {
    this.style = plain();
    this.left = 0;
    this.area = 576;
    this.align = 0;
    this.feed = DEFAULT_FEED;
    this.chinese = false;
    this.line = [];
    this.lineHeight = 0;
    this.x = 0;
  }

  private escape(): void {
    const command = this.next();
    switch (command) {
      case 0x40:
        this.reset();
        return;
      case 0x21: {
        const n = this.next();
        this.style.bold = (n & 8) !== 0;
        this.style.scaleY = (n & 16) === 0 ? 1 : 2;
        this.style.scaleX = (n & 32) === 0 ? 1 : 2;
        this.style.underline = (n & 128) !== 0;
        return;
      }
      case 0x24:
        this.x = this.word();
        return;
      case 0x5c: {
        const by = this.word();
        this.x = Math.max(0, this.x + (by > 0x7fff ? by - 0x10000 : by));
        return;
      }
      case 0x2d:
        this.style.underline = (this.next() & 3) !== 0;
        return;
      case 0x32:
        this.feed = DEFAULT_FEED;
        return;
      case 0x33:
        this.feed = this.next();
        return;
      case 0x45:
        this.style.bold = (this.next() & 1) !== 0;
        return;
      case 0x4a: {
        const dots = this.next();
        if (this.line.length > 0) this.lineFeed();
        this.y += dots;
        return;
      }
      case 0x61:
        this.align = this.next() & 3;
        return;
      case 0x64: {
        const lines = this.next();
        for (let i = 0; i < lines; i++) this.lineFeed();
        return;
      }
      case 0x20:
      case 0x4d:
      case 0x52:
      case 0x74:
      case 0x7b:
        this.next();
        return;
    }
  }

  private group(): void {
    const command = this.next();
    switch (command) {
      case 0x21: {
        const n = this.next();
        this.style.scaleX = ((n >> 4) & 7) + 1;
        this.style.scaleY = (n & 7) + 1;
        return;
      }
      case 0x28:
        this.block();
        return;
      case 0x42:
        this.style.inverted = (this.next() & 1) !== 0;
        return;
      case 0x4c:
        this.left = this.word();
        return;
      case 0x57:
        this.area = this.word();
        this.widest = Math.max(this.widest, this.left + this.area);
        return;
      case 0x56: {
        const mode = this.next();
        if (mode === 0x41 || mode === 0x42) this.y += this.next();
        if (this.line.length > 0) this.lineFeed();
        this.endSlip(true);
        return;
      }
      case 0x48:
      case 0x49:
      case 0x61:
      case 0x68:
      case 0x72:
      case 0x77:
        this.next();
        return;
    }
  }

  /** GS ( f pL pH …: only the codes of GS ( k leave marks. */
  private block(): void {
    const kind = this.next();
    const length = this.word();
    const body = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    if (kind !== 0x6b || body[0] !== 0x31) return;
    switch (body[1]) {
      case 0x43:
        this.code.cellDots = body[2] ?? 3;
        return;
      case 0x45:
        this.code.level = (['L', 'M', 'Q', 'H'] as const)[(body[2] ?? 0x30) - 0x30] ?? 'L';
        return;
      case 0x50:
        this.code.data = body.slice(3);
        return;
      case 0x51:
        this.printCode({ ...this.code });
        return;
    }
  }

  private printCode(code: PrintedCode): void {
    if (this.line.length > 0) this.lineFeed();
    const side = this.codeSize(code) * code.cellDots;
    const x = this.left + Math.max(0, Math.floor(((this.area - side) * this.align) / 2));
    this.marks.push({ type: 'code', x, y: this.y, code });
    this.widest = Math.max(this.widest, x + side);
    this.y += side;
  }

  private field(): void {
    const command = this.next();
    if (command === 0x26) this.chinese = true;
    else if (command === 0x2e) this.chinese = false;
    else if (command === 0x53) this.word();
    else if (command === 0x2d || command === 0x21 || command === 0x43) this.next();
  }

  /** Real-time orders leave nothing on paper. */
  private realTime(): void {
    const command = this.next();
    if (command === 0x14) this.at += this.next() === 0x08 ? 7 : 2;
    else if (command === 0x04 || command === 0x05) this.next();
  }
}

/** Reads everything that a printer was given since its paper was last torn off. Never throws. */
export function readPaper(bytes: Uint8Array, codeSize: CodeSize): Paper {
  const reader = new Reader(bytes, codeSize);
  reader.read();
  return { areaDots: AREAS.find((area) => reader.widest <= area) ?? 576, slips: reader.slips };
}
