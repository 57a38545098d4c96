import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { describe as name } from '../../../hardware/zvt/describe.ts';
import { encodeApdu, wrap } from '../../../hardware/zvt/frame.ts';
import {
  bcd,
  bcdNumber,
  bitmaps,
  currencyNumber,
  declineReason,
  find,
  knownCurrencies,
  readBitmaps,
  readEnquiry,
  readTlv,
  registration,
  textOf,
  tlv,
  totalsOf,
} from '../../../hardware/zvt/messages.ts';
import { promptOf } from '../../../hardware/zvt/payment.ts';
import { maskedCard, redact } from '../../../hardware/zvt/receipt.ts';
import { currencyExponent } from '../../../hardware/currency.ts';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.split(' '), (digits) => Number.parseInt(digits, 16));
const apduOf = (code: number, hex: string) => encodeApdu(code, bytesOf(hex));
const letters = (text: string) => Array.from(text, (sign) => sign.charCodeAt(0));
/** Passes the check of card numbers; nobody's. */
const card = '4571361234567896';
const cardBytes = [0x45, 0x71, 0x36, 0x12, 0x34, 0x56, 0x78, 0x96];

describe('decimal digits', () => {
  test('come back as they went in, for every amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (value) => {
        expect(bcdNumber(Uint8Array.from(bcd(value, 6)))).toBe(value);
      }),
    );
  });

  test('refuse what has no room in them or is not whole', () => {
    for (const value of [-1, 0.5, 1_000_000_000_000, Number.NaN]) expect(() => bcd(value, 6)).toThrow(RangeError);
    expect(bcdNumber(Uint8Array.of(0x1a))).toBeNull();
    expect(bcdNumber(null)).toBeNull();
  });
});

describe('bitmaps', () => {
  test('of every number in the table are read with their length, and cut off are none', () => {
    for (const [tag, { length }] of bitmaps) {
      const value = new Array<number>(typeof length === 'number' ? length : 12).fill(0x01);
      const size =
        length === 'LL' ? [0xf1, 0xf2] : length === 'LLL' ? [0xf0, 0xf1, 0xf2] : length === 'tlv' ? [12] : [];
      const content = length === 'tlv' ? [0x1f, 0x07, 0x01, 0x02, 0x07, 0x06, ...value.slice(0, 6)] : value;
      const data = Uint8Array.from([tag, ...size, ...content]);
      const [item, ...more] = readBitmaps(data) ?? [];
      expect(more).toEqual([]);
      expect([item?.tag, [...(item?.value ?? [])]]).toEqual([tag, content]);
      for (let cut = 1; cut < data.length; cut++)
        expect(readBitmaps(data.subarray(0, cut)), `${tag} ${cut}`).toBeNull();
    }
  });

  test('that nobody knows, and lengths that are no digits, are none', () => {
    expect(readBitmaps(Uint8Array.of(0x00))).toBeNull();
    expect(readBitmaps(Uint8Array.of(0x22, 0x01, 0x02, 0x00))).toBeNull();
    expect(readBitmaps(Uint8Array.of(0x22, 0xfa, 0xf0))).toBeNull();
  });
});

describe('TLV', () => {
  test('objects of every kind of length and tag come back', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x07, 0x1f07, 0x1f41), fc.uint8Array({ maxLength: 700 }), (tag, value) => {
        const items = readTlv(Uint8Array.from(tlv(tag, [...value])), 0);
        expect(items?.map((item) => [item.tag, [...item.value]])).toEqual([[tag, [...value]]]);
      }),
    );
  });

  test('a container holds objects, which are found inside', () => {
    const items = readTlv(Uint8Array.from(tlv(0x26, tlv(0x0a, [0x06, 0xd3]))), 0) ?? [];
    expect(find(items, 0x0a)).toBeNull();
    expect([...(find(items, 0x0a, true) ?? [])]).toEqual([0x06, 0xd3]);
  });

  test('what is cut off, counted wrong, or too deep is none', () => {
    for (const hex of [
      '1F',
      '1F 87',
      '07',
      '07 02 00',
      '07 81',
      '07 82 00',
      '07 83 00 00 00',
      '26 02 07 05',
      '1F FF FF FF FF 00',
    ])
      expect(readTlv(bytesOf(hex), 0), hex).toBeNull();
    let deep: readonly number[] = [];
    for (let n = 0; n < 12; n++) deep = tlv(0x20, deep);
    expect(readTlv(Uint8Array.from(deep), 0)).toBeNull();
  });
});

test.each([
  ['', null, null],
  ['00', 0x00, null],
  ['F0', 0xf0, null],
  ['27 DC', 0xdc, null],
  ['29 12 34 56 78', null, null],
  ['51 06 00', 0x51, null],
  ['F0 F0 F3 31 2E 32 00', 0x00, '1.2'],
  ['F0 F0 F3 31 2E 32', null, '1.2'],
  ['F0 F0 F0 E1 29 12 34 56 78', 0xe1, null],
])('a status enquiry completed with "%s" says %s', (hex, status, version) => {
  expect(readEnquiry(hex === '' ? new Uint8Array(0) : bytesOf(hex))).toMatchObject({ status, version });
});

test('totals are the sum of the seven kinds of card', () => {
  const value = bytesOf('00 68 00 71 04 00 00 00 00 26 00 01 00 00 00 00 01 00 00 00 00 00 00 00 00');
  expect(totalsOf(value)).toEqual({ firstReceipt: 68, lastReceipt: 71, count: 5, minor: 2_700 });
  expect(totalsOf(new Uint8Array(0))).toEqual({ firstReceipt: null, lastReceipt: null, count: 0, minor: 0 });
});

test('every currency that a terminal may have is one of ISO 4217, each with a number of its own', () => {
  for (const currency of knownCurrencies) expect(currencyExponent(currency), currency).not.toBeNull();
  expect(new Set(knownCurrencies.map(currencyNumber)).size).toBe(knownCurrencies.length);
  expect([currencyNumber('EUR'), currencyNumber('CNY'), currencyNumber('XXX')]).toEqual([978, 156, null]);
});

test.each([
  [0x6c, 'cancelled'],
  [0x64, 'unreadable'],
  [0x78, 'expired-card'],
  [0x71, 'insufficient'],
  [0x51, 'insufficient'],
  [0x05, 'refused'],
  [0x55, 'wrong-pin'],
  [0x6f, 'currency'],
  [0xc3, 'limit'],
  [0xa1, 'offline'],
  [0xff, 'other'],
])('result %i is %s', (code, reason) => {
  expect(declineReason(code)).toBe(reason);
});

test.each([
  [0x0a, 'insert-card'],
  [0x0b, 'remove-card'],
  [0x0e, 'wait'],
  [0x17, 'wait'],
  [0x04, 'bank'],
  [0x05, 'reversing'],
  [0x15, 'wrong-pin'],
  [0x01, 'pin'],
  [0x4b, 'remove-card'],
  [0x5c, 'remove-card'],
  [0xff, 'wait'],
])('intermediate status %i is %s', (code, prompt) => {
  expect(promptOf(code)).toBe(prompt);
});

test('a registration says who prints, in what currency, and how wide', () => {
  const base = { password: 123_456, currency: 978, prints: false, columns: null };
  expect([...registration(base)]).toEqual([...bytesOf('06 00 06 12 34 56 38 09 78')]);
  expect([...registration({ ...base, prints: true, columns: 42 })]).toEqual([
    ...bytesOf('06 00 11 12 34 56 BE 09 78 06 09 12 01 2A 26 04 0A 02 06 D3'),
  ]);
});

test('text is of code page 437, without control signs', () => {
  expect(textOf(bytesOf('48 8E 4E 44 4C 45 52 0A 00 E1'))).toBe('HÄNDLERß');
});

describe('a card number', () => {
  test('is shown by its first six and last four at most', () => {
    expect(maskedCard(Uint8Array.from(cardBytes))).toBe('457136••••7896');
    expect(maskedCard(bytesOf('EE EE EE EE EE EE 47 71'))).toBe('••••4771');
    expect(maskedCard(bytesOf('45 71 36 EE EE EE 47 1F'))).toBe('457136••••471');
    expect(maskedCard(bytesOf('12 34 56 78'))).toBe('••••5678');
    expect(maskedCard(bytesOf('AB CD'))).toBeNull();
    expect(maskedCard(null)).toBeNull();
  });

  test('is taken out of text, also split by blanks or dashes, and other numbers stay', () => {
    expect(redact(`Karte ${card} ok`)).toBe('Karte 457136******7896 ok');
    expect(redact('4571 3612 3456 7896')).toBe('4571 36** **** 7896');
    expect(redact('4571-3612-3456-7896')).toBe('4571-36**-****-7896');
    expect(redact('1111111111111')).toBe('1111111111111');
    expect(redact('29.11.2026 10:15:22')).toBe('29.11.2026 10:15:22');
    expect(redact('############0004')).toBe('############0004');
  });

  test('of any length is hidden, whatever stands around it', () => {
    const digits = fc.stringMatching(/^[0-9]{12,18}$/);
    fc.assert(
      fc.property(digits, fc.constantFrom('', ' ', 'x', '\n'), (first, around) => {
        const whole = [...'0123456789'].map((last) => first + last).find((number) => luhn(number)) as string;
        const text = redact(`${around}${whole}${around}`);
        expect(text).not.toContain(whole);
        expect(text).toContain(whole.slice(-4));
      }),
    );
  });
});

/** Written anew, so that the two agree only when both are right. */
function luhn(number: string): boolean {
  const sums = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
  const digits = [...number].reverse().map(Number);
  return digits.reduce((sum, digit, at) => sum + (at % 2 === 1 ? (sums[digit] as number) : digit), 0) % 10 === 0;
}

describe('a recording', () => {
  test('is told in the fixed shape, of a serial line or bare', () => {
    const told = [{ apdu: '06 0F 00', command: 'completion', direction: 'device', fields: {} }];
    expect(name(encodeApdu(0x060f), 'either')).toEqual(told);
    expect(name(wrap(encodeApdu(0x060f)), 'either')).toEqual(told);
  });

  test('of both sides keeps their order, with acknowledgements', () => {
    const order = apduOf(0x0601, '04 00 00 00 01 10 00 49 09 78');
    const bytes = Uint8Array.from([...wrap(order), 0x06, ...wrap(encodeApdu(0x8000)), 0x06]);
    expect(name(bytes, 'either')).toEqual([
      {
        apdu: '06 01 0A 04 00 00 00 01 10 00 49 09 78',
        command: 'authorisation',
        direction: 'host',
        fields: { amount: 11_000, currency: 'EUR' },
      },
      { apdu: '06', command: 'ack', direction: 'either', fields: {} },
      { apdu: '80 00 00', command: 'positive', direction: 'either', fields: {} },
      { apdu: '06', command: 'ack', direction: 'either', fields: {} },
    ]);
    const bare = Uint8Array.from([...order, ...encodeApdu(0x8000), ...encodeApdu(0x061e, [0x6c])]);
    expect(name(bare, 'either')).toMatchObject([
      { command: 'authorisation' },
      { command: 'positive' },
      { command: 'abort', fields: { result: '6C' } },
    ]);
  });

  test('names the fields of a status information', () => {
    const hex =
      '27 00 04 00 00 00 00 20 40 0B 00 04 70 0C 22 39 53 0D 10 06 22 F0 F8 EE EE EE EE EE EE 47 71 29 28 00 48 69 49 09 78 87 04 70 8B F0 F5 56 69 73 61 00';
    expect(name(apduOf(0x040f, hex), 'device')).toMatchObject([
      {
        command: 'status-information',
        fields: {
          result: '00',
          amount: 2_040,
          trace: 470,
          time: '22:39:53',
          date: '10-06',
          card: '••••4771',
          terminal: '28004869',
          currency: 'EUR',
          receipt: 470,
          cardName: 'Visa',
        },
      },
    ]);
  });

  test('names the objects of a text block', () => {
    const apdu = encodeApdu(
      0x06d3,
      tlv(0x06, [...tlv(0x1f07, [2]), ...tlv(0x25, [...tlv(0x07, letters('Hello')), ...tlv(0x09, [0x81])])]),
    );
    expect(name(apdu, 'either')).toMatchObject([
      {
        command: 'print-text',
        fields: {
          tlv: [
            { tag: '1F07', name: 'receipt-type', value: 'customer' },
            {
              tag: '25',
              items: [
                { name: 'text-line', value: 'Hello' },
                { name: 'attribute', value: '81' },
              ],
            },
          ],
        },
      },
    ]);
  });

  test('holds no card number and no password, wherever it stands', () => {
    const status = encodeApdu(0x040f, [
      0x27,
      0,
      0x22,
      0xf0,
      0xf8,
      ...cardBytes,
      0x3c,
      0xf0,
      0xf1,
      0xf6,
      ...letters(card),
    ]);
    const track = encodeApdu(0x040f, [0x23, 0xf0, 0xf8, ...cardBytes]);
    const line = encodeApdu(0x06d1, [0x00, ...letters(`no ${card}`)]);
    const block = encodeApdu(0x06d3, tlv(0x06, [...tlv(0x1f09, cardBytes), ...tlv(0x07, letters(card))]));
    const broken = Uint8Array.from([0x10, 0x02, 0x04, 0x0f, 0x20, 0x22, 0xf0, 0xf8, ...cardBytes]);
    const login = encodeApdu(0x0600, [0x98, 0x76, 0x54, 0xba, 0x09, 0x78]);
    const unknown = encodeApdu(0x0677, cardBytes);
    for (const bytes of [status, track, line, block, broken, login, unknown, wrap(status), wrap(block)]) {
      const told = JSON.stringify(name(bytes, 'either'));
      const bare = told.replaceAll(/[^0-9A-Za-z]/g, '');
      expect(told).not.toContain(card);
      expect(bare).not.toContain(card);
      expect(bare).not.toContain(
        letters(card)
          .map((code) => code.toString(16))
          .join(''),
      );
      expect(bare).not.toContain('987654');
    }
    expect(name(status, 'either')).toMatchObject([{ fields: { card: '457136••••7896' } }]);
  });

  test('holds no track, no holder and no expiry, also where it cannot be read', () => {
    const track = [...cardBytes, 0xd3, 0x01, 0x22, 0x01, 0x12, 0x34, 0x5f];
    const holder = letters('MUSTER/ERIKA');
    const secrets = [/3012|D30/i, /MUSTER/, new RegExp(holder.map((code) => code.toString(16)).join(''), 'i')];
    const chip = tlv(0x60, [
      ...tlv(0x57, track),
      ...tlv(0x5a, cardBytes),
      ...tlv(0x5f24, [0x30, 0x12, 0x31]),
      ...tlv(0x5f20, holder),
    ]);
    const read = encodeApdu(0x040f, [0x27, 0, 0x0e, 0x30, 0x12, ...tlv(0x06, chip)]);
    // A bitmap that nobody knows stands behind the track.
    const unread = encodeApdu(0x040f, [
      0x23,
      0xf1,
      0xf5,
      ...track,
      0x0e,
      0x30,
      0x12,
      0x2d,
      0xf1,
      0xf2,
      ...holder,
      0x33,
      0x00,
    ]);
    const line = encodeApdu(0x06d1, [0x00, ...letters('Karte gueltig bis: 30/12')]);
    const english = encodeApdu(0x06d1, [0x00, ...letters('EXPIRY DATE 3012')]);
    for (const bytes of [read, unread, line, english, wrap(read), wrap(unread)]) {
      const [told, ...others] = name(bytes, 'device');
      expect(others).toEqual([]);
      const bare = JSON.stringify(told).replaceAll(/[^0-9A-Za-z]/g, '');
      for (const secret of [...secrets, /33302f3132|33303132/]) expect(bare).not.toMatch(secret);
    }
    expect(name(unread, 'device')).toMatchObject([
      {
        error: 'status-information whose fields cannot be read',
        apdu: expect.stringMatching(/^04 0F [0-9A-F]{2}( EE)+$/),
      },
    ]);
    expect(redact('gültig bis 12/2030')).toBe('gültig bis **/****');
    expect(redact('Exp. 12/30, 12:30 Uhr, Nr 1230')).toBe('Exp. **/**, 12:30 Uhr, Nr 1230');
  });

  test('that is malformed is told as such, and never throws', () => {
    expect(name(Uint8Array.of(0xaa, 0xbb), 'either')).toMatchObject([{ error: expect.any(String), apdu: 'AA BB' }]);
    expect(name(wrap(encodeApdu(0x040f, [0x04, 0x00])), 'device')).toMatchObject([
      { error: expect.stringMatching(/status-information/) },
    ]);
    expect(name(Uint8Array.of(0x06, 0x0f, 0x05), 'either')).toMatchObject([{ error: expect.any(String) }]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('host', 'device', 'either'), (bytes, from) => {
        for (const line of name(bytes, from)) expect(typeof line.apdu).toBe('string');
        for (const line of name(encodeApdu(0x040f, bytes), from)) expect(typeof line.apdu).toBe('string');
        for (const line of name(wrap(encodeApdu(0x060f, bytes)), from)) expect(typeof line.apdu).toBe('string');
      }),
    );
  });
});
