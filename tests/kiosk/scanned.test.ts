import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { openKeys } from '../../kiosk/keys.ts';
import { classify, type Scanned, type Wallet } from '../../kiosk/scanned.ts';
import { paperWords } from '../../kiosk/text/paper.ts';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';

const other = (text: string): Scanned => ({ kind: 'other', length: text.length });

/** A code of so many digits with this beginning. */
function digits(beginning: string, length: number): string {
  return beginning.padEnd(length, '4567890123');
}

describe('a payment code', () => {
  const wechat = ['10', '11', '12', '13', '14', '15'].map((from): [string, Wallet] => [digits(from, 18), 'wechat']);
  const alipay = [16, 17, 18, 19, 20, 21, 22, 23, 24].flatMap((length) =>
    ['25', '26', '27', '28', '29', '30'].map((from): [string, Wallet] => [digits(from, length), 'alipay']),
  );

  test.each([...wechat, ...alipay, [digits('62', 19), 'unionpay'] as const])('%s is one of %s', (code, wallet) => {
    for (const text of [code, ` ${code}\n`]) {
      const found = classify(text);
      expect(found).toMatchObject({ kind: 'payment-code', wallet });
      expect(found.kind === 'payment-code' && found.secret).toBe(code);
    }
  });

  test.each([
    ...[17, 19].flatMap((length) => ['10', '15'].map((from) => digits(from, length))),
    ...['09', '16', '24', '31', '61', '63'].flatMap((from) => [18, 19].map((length) => digits(from, length))),
    ...[25, 26].map((length) => digits('28', length)),
    ...[18, 20].map((length) => digits('62', length)),
    digits('99', 16),
    digits('1', 40),
  ])('%s is none of a known wallet, and is given back to nobody', (code) => {
    expect(classify(code)).toEqual(other(code));
    expect(JSON.stringify(classify(code))).not.toContain(code.slice(0, 8));
  });

  test.each([digits('10', 15), digits('25', 15), digits('30', 15), digits('62', 15)])(
    '%s is short enough to be the number of a bill',
    (number) => expect(classify(number)).toEqual({ kind: 'bill-number', number }),
  );

  test.each([`Q${digits('13', 18)}`, `${digits('28', 16)}a`, `A-${digits('62', 19)}-B`, `]Q1${digits('13', 18)}`])(
    '%s, with signs around it of which nobody told, is no number of a bill',
    (text) => expect(classify(text)).toEqual(other(text)),
  );

  test('is taken by its name and by no other way', () => {
    const code = digits('13', 18);
    const found = classify(code);
    const shown = [JSON.stringify(found), inspect(found), JSON.stringify({ ...found }), String(Object.values(found))];
    expect(shown.join('\n')).not.toContain(code);
    expect(Object.keys(structuredClone(found))).toEqual(['kind', 'wallet']);
  });

  test('is never of two wallets, and no other kind ever holds sixteen digits of a wallet', () => {
    const code = fc.stringMatching(/^[0-9]{14,26}$/);
    fc.assert(
      fc.property(code, (text) => {
        const fits = [/^1[0-5]\d{16}$/, /^(2[5-9]|30)\d{14,22}$/, /^62\d{17}$/].filter((one) => one.test(text));
        expect(fits.length).toBeLessThan(2);
        const { kind } = classify(text);
        expect(kind).toBe(fits.length === 1 ? 'payment-code' : text.length < 16 ? 'bill-number' : 'other');
      }),
    );
  });
});

describe('the number of a bill', () => {
  test.each(['1', '1001', 'A-2026-0001', 'a'.repeat(40), '6901234567892', 'M', 'MA12', 'R00001', 'KV1'])(
    '%s',
    (number) => expect(classify(number)).toEqual({ kind: 'bill-number', number }),
  );

  test.each(['', ' ', 'a'.repeat(41), '2026/0001', '示例', 'a b', 'M1', 'M20260001'])('is not "%s"', (text) =>
    expect(classify(text)).toEqual(other(text)),
  );
});

describe('a receipt', () => {
  test.each([
    ['R000042', 'R000042'],
    ['R1000000', 'R1000000'],
    ['https://kiosk.example/r/R000042', 'R000042'],
    ['http://kiosk.example/?receipt=R000042', 'R000042'],
  ])('%s is known by its number', (text, number) => expect(classify(text)).toEqual({ kind: 'receipt', number }));

  test.each(Object.entries(paperWords))('in the words of %s is known by its second line', (_, words) => {
    const text = `示例公司\n${words.receiptNumber} R000042\n2026-03-31 16:00\nA-1 ¥20.00`;
    expect(classify(text)).toEqual({ kind: 'receipt', number: 'R000042' });
    expect(classify(`${words.receiptNumber} R000042\n示例公司`)).toMatchObject({ kind: 'other' });
  });

  test.each(['https://kiosk.example/ABR000042', 'ftp://kiosk.example/R000042', 'https://kiosk.example/R000042/edit'])(
    'is not %s',
    (text) => expect(classify(text)).toEqual(other(text)),
  );
});

describe('a voucher', () => {
  function sealed(serial: string) {
    const folder = mkdtempSync(join(tmpdir(), 'kiosk-keys-'));
    try {
      const seal = createVoucherSeal(openKeys(folder), 'LAB-01');
      const issuedAt = '2026-03-31T08:00:00.000Z';
      return { seal, ...seal.signVoucher({ serial, currency: 'CNY', minor: 1_350, issuedAt, kiosk: 'LAB-01' }) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('is told with its serial, and its text is what the seal judges', () => {
    const { seal, qr } = sealed('000042');
    const found = classify(qr);
    expect(found).toEqual({ kind: 'voucher', qr, serial: '000042', signature: qr.split('.')[2] });
    expect(found.kind === 'voucher' && seal.verifyQr(found.qr)).toMatchObject({ ok: true });
  });

  test('that was altered is one still, and the seal refuses it', () => {
    const { seal, qr } = sealed('000042');
    const forged = qr.slice(0, -4) + (qr.endsWith('AAAA') ? 'BBBB' : 'AAAA');
    expect(classify(forged)).toMatchObject({ kind: 'voucher', serial: '000042' });
    expect(seal.verifyQr(forged)).toEqual({ ok: false });
  });

  test.each([
    ['no JSON', 'KV1.AAAA.AAAA'],
    ['no list', `KV1.${Buffer.from('{"serial":"1"}').toString('base64url')}.AAAA`],
    ['a serial with a blank', `KV1.${Buffer.from('["0 1"]').toString('base64url')}.AAAA`],
    ['no serial', `KV1.${Buffer.from('[7]').toString('base64url')}.AAAA`],
    ['no base64', 'KV1.A.AAAA'],
    ['no signature', 'KV1.AAAA.'],
    ['too much', `KV1.${Buffer.from('["000042"]').toString('base64url')}.${'A'.repeat(600)}`],
  ])('is not one of %s', (_, text) => expect(classify(text)).toEqual(other(text)));
});

describe('an invoice title', () => {
  const published = '$0156S65L6L56eR5oqA5pyJ6ZmQ5YWs5Y+4PC8+OTEzMTAwMDBNQTFLMzVYNzRSPC8+fDwvPnw8Lz44NzhE$';
  const bare = { kind: 'invoice-title', address: '', phone: '', bank: '', account: '' };
  const company = { ...bare, name: '示例科技有限公司', taxNumber: '91310000MA1K35X74R' };

  /** Bit by bit from the definition, so that it shares nothing with what it judges. */
  function crc(bytes: Uint8Array): string {
    let rest = 0;
    for (const bit of [...bytes].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((n) => (byte >> n) & 1))) {
      const out = (rest >> 15) ^ bit;
      rest = (rest << 1) & 0xffff;
      if (out === 1) rest ^= 0x8005;
    }
    return rest.toString(16).toUpperCase().padStart(4, '0');
  }

  function qr(words: string, charset: 'utf8' | 'gb18030' = 'utf8'): string {
    return `$01${iconv.encode(words, charset).toString('base64')}$`;
  }

  function withCrc(words: string, charset: 'utf8' | 'gb18030'): string {
    return words + crc(iconv.encode(words, charset));
  }

  test('as published, in UTF-8 with the checksum of its GBK, is sure', () => {
    expect(classify(published)).toEqual({ ...company, sure: true });
  });

  test('has the checksums that the reference names', () => {
    expect(crc(new TextEncoder().encode('123456789'))).toBe('FEE8');
    const words = '示例科技有限公司</>91310000MA1K35X74R</>|</>|</>';
    expect([crc(iconv.encode(words, 'gbk')), crc(iconv.encode(words, 'utf8'))]).toEqual(['878D', 'DFA3']);
  });

  test.each([
    ['utf8', 'utf8'],
    ['utf8', 'gb18030'],
    ['gb18030', 'utf8'],
    ['gb18030', 'gb18030'],
  ] as const)('written in %s with a checksum over %s is read alike', (charset, over) => {
    const words = '示例科技有限公司</>91310000MA1K35X74R</>上海市示例路1号|021-5555</>示例银行|6222</>';
    expect(classify(qr(withCrc(words, over), charset))).toEqual({
      ...company,
      address: '上海市示例路1号',
      phone: '021-5555',
      bank: '示例银行',
      account: '6222',
      sure: true,
    });
  });

  test.each([
    ['a wrong checksum', '示例科技有限公司</>91310000MA1K35X74R</>|</>|</>0000'],
    ['no checksum', '示例科技有限公司</>91310000MA1K35X74R</>|</>|'],
    ['an empty one', '示例科技有限公司</>91310000MA1K35X74R</>|</>|</>'],
    ['two fields only', '示例科技有限公司</>91310000MA1K35X74R'],
  ])('with %s is read, for a person to compare', (_, words) => {
    expect(classify(qr(words))).toEqual({ ...company, sure: false });
  });

  test('of fewer fields, of more and of a person is read as far as it goes', () => {
    const read = (words: string) => classify(qr(withCrc(words, 'utf8')));
    expect(read('示例科技有限公司</>91310000MA1K35X74R</>')).toEqual({ ...company, sure: true });
    expect(read('张三</>')).toEqual({ ...bare, name: '张三', taxNumber: '', sure: true });
    const four = '示例科技有限公司</>91310000MA1K35X74R</>路1号</>021</>银行</>62</>';
    expect(read(four)).toEqual({ ...company, address: '路1号', phone: '021', bank: '银行', account: '62', sure: true });
    const whole = '示例科技有限公司</>91310000MA1K35X74R</>路1号</>银行|62</>';
    expect(read(whole)).toMatchObject({ address: '路1号', phone: '', bank: '银行', account: '62' });
  });

  test.each([
    ['a tax number of fourteen signs', '公司</>91310000MA1K35</>'],
    ['a tax number of twenty-one signs', '公司</>91310000MA1K35X74R123</>'],
    ['a tax number in small letters', '公司</>91310000ma1k35x74r</>'],
    ['a name of fifty-one Chinese signs', `${'公'.repeat(51)}</></>`],
    ['a name of a hundred and one letters', `${'a'.repeat(101)}</></>`],
    ['a mark that turns the words around', '公\u202e司</></>'],
  ])('with %s is not sure, although its checksum is right', (_, words) => {
    expect(classify(qr(withCrc(words, 'utf8')))).toMatchObject({ kind: 'invoice-title', sure: false });
  });

  test.each([
    ['fifteen signs', '公司</>913100001234567</>'],
    ['twenty signs', '公司</>91310000123456789012</>'],
    ['none, and fifty Chinese signs', `${'公'.repeat(50)}</></>`],
    ['none, and a hundred letters', `${'a'.repeat(100)}</></>`],
  ])('with a tax number of %s is sure', (_, words) => {
    expect(classify(qr(withCrc(words, 'utf8')))).toMatchObject({ kind: 'invoice-title', sure: true });
  });

  test('is given without what goes on no paper', () => {
    expect(classify(qr('公\u202e司\u0007</>913100001234567</>'))).toMatchObject({ name: '公司', sure: false });
  });

  test.each([
    ['another version', published.replace('$01', '$02')],
    ['no end', published.slice(0, -1)],
    ['no base64', '$01=A==$'],
    ['nothing inside', '$01$'],
    ['no separator', qr('示例科技有限公司')],
    ['no name', qr('</>91310000MA1K35X74R</>')],
    ['bytes that are no text', `$01${Buffer.of(0xff, 0xff).toString('base64')}$`],
  ])('is not one with %s', (_, text) => expect(classify(text)).toEqual(other(text)));
});

describe('whatever it is', () => {
  test('a text of 2 kB is looked at, a longer one is not', () => {
    const title = `$01${Buffer.from(`公司</>${' '.repeat(1_400)}`).toString('base64')}`;
    const longest = `${title}$`.padEnd(2_048, ' ');
    expect(classify(longest)).toMatchObject({ kind: 'invoice-title' });
    expect(classify(`${longest} `)).toEqual({ kind: 'other', length: 2_049 });
  });

  test('it has an answer, the same each time, that the text bounds', () => {
    const pieces = fc.constantFrom(
      '$01',
      '$',
      '</>',
      '|',
      'KV1.',
      '.',
      'R000042',
      'https://',
      '/',
      '\n',
      '收据号 ',
      '62',
      '13',
    );
    const built = fc.array(
      fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 12 }), fc.base64String({ maxLength: 40 })),
    );
    const inside = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => Buffer.from(text));
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      built.map((parts) => parts.join('')),
      fc.uint8Array({ maxLength: 60 }).map((bytes) => `$01${Buffer.from(bytes).toString('base64')}$`),
      inside.map((bytes) => `KV1.${bytes.toString('base64url')}.AA`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const found = classify(text);
        expect(classify(text)).toEqual(found);
        if (found.kind !== 'invoice-title') expect(JSON.stringify(found).length).toBeLessThan(2 * text.length + 200);
      }),
      { numRuns: 2_000 },
    );
  });
});
