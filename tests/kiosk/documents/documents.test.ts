import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPaper } from '../../../hardware/bench/paper-marks.ts';
import { realTimeAt } from '../../../hardware/escpos/render.ts';
import { paperWords } from '../../../kiosk/text/paper.ts';
import { brokenLines, column, escaped, textWidth } from '../../../kiosk/documents/markup.ts';
import { caseDocument, receiptDocument, voucherDocument } from '../../../kiosk/documents/paper.ts';
import { bytesOf, flat, linesOn } from './reading.ts';
import { caseZh, head, receiptEn, receiptZh, voucherZh } from './samples.ts';

/** ¥ is printed full width; a code's content is no text. */
const asPrinted = (value: string) => value.replace(/\s/g, '').replaceAll('¥', '￥');

function expectAll(bytes: Uint8Array, values: readonly string[]): void {
  const paper = flat(bytes);
  for (const value of values) expect(paper, `"${value}" is missing`).toContain(asPrinted(value));
}

/** What a person has to find on a receipt, whatever the layout. */
const receiptValues = (data: ReturnType<typeof receiptZh>) => [
  data.issuer.legalName,
  data.issuer.taxNumber ?? '',
  data.issuer.kiosk,
  data.issuer.servicePhone,
  data.number,
  data.at,
  data.billNumber ?? '',
  ...data.tenders.map(({ label }) => label),
  ...['15.00', '26.50', '45.05', '¥86.55', '-0.05', '86.50', '100.00', '13.50'],
  ...data.changeParts.flatMap(({ details }) => details.flatMap(({ label, value }) => [label, value])),
  paperWords[data.lang].notAnInvoice,
];

describe('papers', () => {
  test.each([32, 42, 48])('a Chinese receipt of %i columns says everything', (columns) => {
    const data = receiptZh(columns);
    const bytes = bytesOf(receiptDocument(data), columns);
    expectAll(bytes, [...receiptValues(data), ...data.lines.map(({ name }) => name.slice(0, 8))]);
    expectAll(bytes, ['人民币捌拾陆元伍角伍分', '张*', '×3', '一楼 3 号窗口', '东湖区湖滨路 8 号', '门诊大厅']);
    expect(flat(bytes)).not.toContain('副本');
    expect(linesOn(bytes).rightDots).toBeLessThanOrEqual(columns * 12);
  });

  test.each([32, 42, 48])('an English receipt of %i columns says everything', (columns) => {
    const data = receiptEn(columns);
    const bytes = bytesOf(receiptDocument(data), columns);
    expectAll(bytes, receiptValues(data));
    const words = linesOn(bytes).lines.join(' ').split(/\s+/);
    for (const word of ['differential', 'Amoxicillin', 'capsules', 'Lakeside', 'District', 'invoice', 'ground']) {
      expect(words.some((each) => each.startsWith(word))).toBe(true);
    }
  });

  test('no slip is headed as an invoice, every one says that it is none', () => {
    for (const markup of [receiptDocument(receiptZh()), voucherDocument(voucherZh()), caseDocument(caseZh())]) {
      const { lines } = linesOn(bytesOf(markup, 42));
      expect(lines.slice(0, 3).join('')).not.toContain('发票');
      expect(lines.join('')).toContain('本单据不是发票');
    }
  });

  test('a voucher says what it is worth, in figures and in capitals, where it is paid, and that it does not expire', () => {
    const bytes = bytesOf(voucherDocument(voucherZh()), 42);
    expectAll(bytes, ['¥13.50', '人民币壹拾叁元伍角', 'V-7Q4K-2M9D', '5ZK8', '零钱不够', 'LAB-01-260331-0042']);
    expectAll(bytes, ['凭此现金凭证到一楼 3 号窗口领取现金，不收费用，长期有效。']);
    expect(readPaper(bytes, () => 33).slips[0]?.marks.filter(({ type }) => type === 'code')).toHaveLength(1);
  });

  test('the number of the slip for the change says whose number it is, on a line of its own', () => {
    for (const [data, label] of [
      [receiptZh(), '现金凭证号'],
      [receiptEn(), 'Cash slip no.'],
    ] as const) {
      const { lines } = linesOn(bytesOf(receiptDocument(data), 42));
      const line = lines.map((one) => one.replace(/\s/g, '')).find((one) => one.endsWith('V-7Q4K-2M9D'));
      expect(line).toBe(`${label.replace(/\s/g, '')}V-7Q4K-2M9D`);
    }
  });

  test('each paper is headed with its name, and its number says that it is of this paper', () => {
    const named = [
      [receiptDocument(receiptZh()), '收据', '收据号LAB-01-260331-0042'],
      [voucherDocument(voucherZh()), '现金凭证', '现金凭证号V-7Q4K-2M9D'],
      [caseDocument(caseZh()), '核实单', '核实号C-260331-007'],
      [receiptDocument(receiptEn()), 'Receipt', 'Receiptno.LAB-01-260331-0042'],
    ] as const;
    for (const [markup, title, number] of named) {
      const bytes = bytesOf(markup, 42);
      expect(linesOn(bytes).lines.map((line) => line.trim())).toContain(title);
      expect(flat(bytes)).toContain(number);
    }
  });

  test('the place where cash is paid stands behind a label that does not repeat it', () => {
    const paper = flat(bytesOf(receiptDocument(receiptEn()), 42));
    expect(paper).toContain('Cashierwindow3,groundfloor');
    expect(paper).not.toMatch(/window\s*window/i);
    expect(flat(bytesOf(receiptDocument(receiptZh()), 42))).toContain('收款处一楼3号窗口');
  });

  test('a voucher without a window names the place', () => {
    const data = voucherZh();
    const bytes = bytesOf(voucherDocument({ ...data, issuer: { ...data.issuer, window: null } }), 42);
    expectAll(bytes, ['凭此现金凭证到门诊大厅领取现金']);
  });

  test('a case says what is certain, what is checked, the number and the promise', () => {
    const data = caseZh();
    const bytes = bytesOf(caseDocument(data), 42);
    expectAll(bytes, [
      data.number,
      ...data.certain,
      ...data.checking,
      data.promise,
      '¥20.00',
      data.issuer.servicePhone,
    ]);
  });

  test('a copy is marked on each paper, and a copied voucher says that it is paid once', () => {
    for (const markup of [
      receiptDocument({ ...receiptZh(), copy: true }),
      voucherDocument({ ...voucherZh(), copy: true }),
      caseDocument({ ...caseZh(), copy: true }),
      receiptDocument({ ...receiptEn(), copy: true }),
    ]) {
      const paper = flat(bytesOf(markup, 42));
      expect(paper).toContain('副本');
      expect(paper).toContain('COPY');
    }
    expectAll(bytesOf(voucherDocument({ ...voucherZh(), copy: true }), 42), ['只兑付一次']);
  });

  test('the longest amount and the longest names stay whole', () => {
    const name = '一二三四五六七八九十'.repeat(4);
    for (const columns of [32, 42]) {
      const data = { ...receiptZh(columns), payee: name, totalMinor: 18_888_888 };
      const bytes = bytesOf(receiptDocument(data), columns);
      expectAll(bytes, ['¥188,888.88']);
      expect(columnText(bytes, 9 * 12)).toContain(name);
    }
  });

  test('a receipt in another currency has no capital numerals', () => {
    const bytes = bytesOf(receiptDocument({ ...receiptZh(), currency: 'EUR' }), 42);
    expectAll(bytes, ['€86.55']);
    expect(flat(bytes)).not.toContain('人民币');
  });

  test('values that look like markup are printed as they are', () => {
    const nasty = [...['{image:x}', 'a|b', 'c\\nd', '_u_ "e" `i` ^^w~', '-----', '=====', '\\x41', '}{', '|', '{w:1}']];
    const data = {
      ...receiptZh(),
      payee: 'P{|}~_"`^\\',
      lines: nasty.map((name) => ({ name, quantity: '1', minor: 100 })),
      invoice: '====',
      payer: '----',
      qr: '{x:\\x1b@};a|b\\n"',
    };
    const bytes = bytesOf(receiptDocument(data), 42);
    expectAll(bytes, [...nasty, data.payee, data.invoice, data.payer]);
    const paper = readPaper(bytes, () => 33);
    expect(paper.slips).toHaveLength(1);
    const codes = (paper.slips[0]?.marks ?? []).flatMap((mark) => (mark.type === 'code' ? [mark.code.data] : []));
    expect(codes.map((code) => new TextDecoder().decode(code))).toEqual([data.qr]);
  });

  test('whatever text a value holds, all of it comes out, and nothing that a printer would obey', () => {
    const sign = fc.oneof(
      fc.constantFrom(...'|\\{}~_"`^-=;:\n\t\u0000\u001b\u0010\u0004\u007f'),
      fc.constantFrom(...'东湖社区医院，。（）￥€'),
      fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    );
    const value = fc.array(sign, { minLength: 1, maxLength: 90 }).map((signs) => signs.join(''));
    fc.assert(
      fc.property(value, fc.constantFrom(32, 42), (text, columns) => {
        const bytes = bytesOf(voucherDocument({ ...head('zh-CN', columns), ...voucher(text), columns }), columns);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
        const visible = text.replace(/[\s\u0000-\u001f\u007f]/g, '');
        expect(flat(bytes)).toContain(visible);
        expect(realTimeAt(bytes)).toBe(-1);
        expect(readPaper(bytes, () => 33).slips).toHaveLength(1);
        expect(linesOn(bytes).rightDots).toBeLessThanOrEqual(columns * 12);
      }),
      { numRuns: 300 },
    );
  });
});

function voucher(reason: string) {
  const { number, code, minor, receiptNumber, qr } = voucherZh();
  return { number, code, minor, receiptNumber, qr, reason };
}

/** The text of the right column alone: what stands at or behind `fromDots`. */
function columnText(bytes: Uint8Array, fromDots: number): string {
  const marks = readPaper(bytes, () => 33).slips[0]?.marks ?? [];
  return marks.flatMap((mark) => (mark.type === 'sign' && mark.x >= fromDots ? [mark.sign] : [])).join('');
}

describe('breaking lines', () => {
  test('words stay whole where they can, Chinese breaks anywhere, closing signs do not begin a line', () => {
    expect(brokenLines('Blood count, five-part differential', 22)).toEqual(['Blood count, five-part', 'differential']);
    expect(brokenLines('一二三四五。', 10)).toEqual(['一二三四', '五。']);
    expect(brokenLines('abcdefghijkl', 5)).toEqual(['abcde', 'fghij', 'kl']);
    expect(brokenLines('', 5)).toEqual(['']);
  });

  test('no line is wider than its column and nothing but blanks is lost', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.integer({ min: 4, max: 42 }), (text, columns) => {
        const lines = brokenLines(text, columns);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });

  test('a full line takes no second break', () => {
    expect(column('abcde fgh', 5)).toBe('abcdefgh');
    expect(column('abc defgh', 5)).toBe('abc\\ndefgh');
    expect(escaped('a|b')).toBe('a\\x7cb');
  });
});
