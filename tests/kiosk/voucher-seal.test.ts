import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type KioskKeys, openKeys } from '../../kiosk/keys.ts';
import { createVoucherSeal, slipProof, type SealedVoucher } from '../../kiosk/voucher-seal.ts';

let folder: string;
let keys: KioskKeys;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-keys-'));
  keys = openKeys(folder);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const voucher: SealedVoucher = {
  serial: 'LAB-01-000042',
  currency: 'CNY',
  minor: 1_350,
  issuedAt: '2026-03-31T08:00:00.000Z',
  kiosk: 'LAB-01',
};
const { issuedAt: _issuedAt, kiosk: _kiosk, ...record } = voucher;
const refused = { ok: false };

describe('the keys', () => {
  it('are made once, for the kiosk alone, and read again afterwards', () => {
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    for (const name of ['signing.pem', 'voucher.key'])
      expect(statSync(join(folder, 'keys', name)).mode & 0o777).toBe(0o600);
    const again = createVoucherSeal(openKeys(folder), 'LAB-01');
    const { qr, code } = createVoucherSeal(keys, 'LAB-01').signVoucher(voucher);
    expect(again.verifyQr(qr)).toEqual({ ok: true, voucher });
    expect(again.verifyTyped({ serial: voucher.serial, code, record })).toBe(true);
  });

  it.each([
    ['signing.pem', 'is readable by others', (path: string) => chmodSync(path, 0o640), /chmod 600 /],
    ['voucher.key', 'is readable by others', (path: string) => chmodSync(path, 0o604), /chmod 600 /],
    ['.', 'is open to others', (path: string) => chmodSync(path, 0o755), /chmod 700 /],
    ['signing.pem', 'is cut short', (path: string) => truncateSync(path, 40), /is damaged/],
    ['signing.pem', 'is empty', (path: string) => truncateSync(path, 0), /is damaged/],
    ['signing.pem', 'is a key of another kind', (path: string) => writeFileSync(path, otherKind()), /is damaged/],
    ['voucher.key', 'is cut short', (path: string) => truncateSync(path, 20), /is damaged/],
    ['voucher.key', 'is no number', (path: string) => writeFileSync(path, 'x'.repeat(64)), /is damaged/],
    ['voucher.key', 'is missing', (path: string) => rmSync(path), /is missing.*backup/],
    ['signing.pem', 'is missing', (path: string) => rmSync(path), /is missing.*backup/],
    [
      'voucher.key',
      'is a link',
      (path: string) => {
        rmSync(path);
        symlinkSync('/etc/hostname', path);
      },
      /is not a plain file/,
    ],
  ])('%s that %s is an error with its remedy, and nothing is made anew', (name, _what, spoil, words) => {
    const path = join(folder, 'keys', name);
    spoil(path);
    expect(() => openKeys(folder)).toThrow(words);
    expect(() => openKeys(folder)).toThrow(words);
  });

  function otherKind(): string {
    return String(generateKeyPairSync('x25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }

  it('never stand in the code or on the paper', () => {
    const { qr, code } = createVoucherSeal(keys, 'LAB-01').signVoucher(voucher);
    const secret = readFileSync(join(folder, 'keys', 'voucher.key'), 'utf8').trim();
    expect(qr + code).not.toContain(secret);
    expect(Buffer.from(qr.split('.')[1] as string, 'base64url').toString('utf8')).not.toContain(secret);
  });
});

describe('the square code', () => {
  it('says what was signed, in a text short enough for paper', () => {
    const { qr } = createVoucherSeal(keys, 'LAB-01').signVoucher(voucher);
    expect(qr).toMatch(/^KV1\.[\w-]+\.[\w-]{86}$/);
    expect(qr.length).toBeLessThan(250);
    expect(createVoucherSeal(keys, 'LAB-01').verifyQr(qr)).toEqual({ ok: true, voucher });
  });

  it('has one answer for any alteration of any sign', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { qr } = seal.signVoucher(voucher);
    for (let at = 0; at < qr.length; at++) {
      for (const sign of 'AZaz09-_.') {
        if (sign === qr[at]) continue;
        expect(seal.verifyQr(qr.slice(0, at) + sign + qr.slice(at + 1))).toEqual(refused);
      }
    }
  });

  it('has the same for every truncation and whatever follows it', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { qr } = seal.signVoucher(voucher);
    for (let length = 0; length < qr.length; length++) expect(seal.verifyQr(qr.slice(0, length))).toEqual(refused);
    for (const more of ['A', '=', '==', '.', ' ', '\n', '.A']) expect(seal.verifyQr(qr + more)).toEqual(refused);
  });

  it('has the same for guesses of any kind', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^KV1\.[\w-]{1,80}\.[\w-]{86}$/)), (text) => {
        expect(seal.verifyQr(text)).toEqual(refused);
      }),
      { numRuns: 500 },
    );
    expect(seal.verifyQr(`KV1.${'A'.repeat(100_000)}.AAAA`)).toEqual(refused);
  });

  it('has the same for another kiosk’s key, and for another kiosk with the same key', () => {
    const there = mkdtempSync(join(tmpdir(), 'kiosk-keys-'));
    try {
      const stranger = createVoucherSeal(openKeys(there), 'LAB-01').signVoucher(voucher);
      expect(createVoucherSeal(keys, 'LAB-01').verifyQr(stranger.qr)).toEqual(refused);
      const own = createVoucherSeal(keys, 'LAB-01').signVoucher(voucher);
      expect(createVoucherSeal(keys, 'LAB-02').verifyQr(own.qr)).toEqual(refused);
    } finally {
      rmSync(there, { recursive: true, force: true });
    }
  });
});

describe('the proof of a slip', () => {
  it('is the same from each copy of its paper, another for every other slip, and no part of it', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { qr, code } = seal.signVoucher(voucher);
    const proof = slipProof(qr);
    expect(proof).toMatch(/^[0-9a-f]{64}$/);
    expect(slipProof(createVoucherSeal(openKeys(folder), 'LAB-01').signVoucher(voucher).qr)).toBe(proof);
    expect(slipProof(seal.signVoucher({ ...voucher, serial: 'LAB-01-000043' }).qr)).not.toBe(proof);
    const signature = qr.slice(qr.lastIndexOf('.') + 1);
    expect(Buffer.from(signature, 'base64url').toString('hex')).not.toContain(proof.slice(0, 16));
    expect(proof.toUpperCase()).not.toContain(code);
  });
});

describe('the square code of another kiosk', () => {
  const pair = generateKeyPairSync('ed25519');
  const issuerKeys = (): KioskKeys => ({ ...keys, signing: pair.privateKey, verifying: pair.publicKey });
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' });
  const there: SealedVoucher = { ...voucher, kiosk: 'LAB-02' };
  const accepting = (key: string) => createVoucherSeal(keys, 'LAB-01', [{ kiosk: 'LAB-02', key }]);

  it.each(['base64', 'hex'] as const)('is taken with its key in %s, and so are this kiosk’s own', (form) => {
    const seal = accepting(spki.toString(form));
    const { qr } = createVoucherSeal(issuerKeys(), 'LAB-02').signVoucher(there);
    expect(seal.verifyQr(qr)).toEqual({ ok: true, voucher: there });
    expect(seal.verifyQr(seal.signVoucher(voucher).qr)).toEqual({ ok: true, voucher });
    expect(createVoucherSeal(keys, 'LAB-01').verifyQr(qr)).toEqual(refused);
  });

  it('says what that kiosk signed, or has the one answer: altered, cut, of another name, or with another key', () => {
    const seal = accepting(spki.toString('base64'));
    const issuer = createVoucherSeal(issuerKeys(), 'LAB-02');
    const signs = fc.constantFrom(...'ABCabc019-_.=');
    const one = fc.record({
      serial: fc.stringMatching(/^[0-9A-Za-z-]{1,40}$/),
      currency: fc.constantFrom('CNY', 'EUR'),
      minor: fc.integer({ min: 1, max: 1_000_000_000 }),
      issuedAt: fc
        .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
        .map((date) => date.toISOString()),
    });
    fc.assert(
      fc.property(one, fc.nat(), signs, fc.constantFrom('LAB-01', 'LAB-03', ''), (paper, n, sign, name) => {
        const { qr } = issuer.signVoucher({ ...paper, kiosk: 'LAB-02' });
        expect(seal.verifyQr(qr)).toEqual({ ok: true, voucher: { ...paper, kiosk: 'LAB-02' } });
        const at = n % qr.length;
        if (qr[at] !== sign) expect(seal.verifyQr(qr.slice(0, at) + sign + qr.slice(at + 1))).toEqual(refused);
        expect(seal.verifyQr(qr.slice(0, at))).toEqual(refused);
        expect(seal.verifyQr(issuer.signVoucher({ ...paper, kiosk: name }).qr)).toEqual(refused);
        const forged = createVoucherSeal(keys, 'LAB-02').signVoucher({ ...paper, kiosk: 'LAB-02' });
        expect(seal.verifyQr(forged.qr)).toEqual(refused);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['no sum', { minor: 0 }],
    ['a sum below nothing', { minor: -100 }],
    ['half a unit', { minor: 0.5 }],
    ['a currency that is none', { currency: 'yuan' }],
    ['a moment that is none', { issuedAt: 'yesterday' }],
    ['a number that could be a key of its own', { serial: 'LAB-03/000001' }],
  ])('has the one answer where it signs %s', (_, change) => {
    const { qr } = createVoucherSeal(issuerKeys(), 'LAB-02').signVoucher({ ...there, ...change });
    expect(accepting(spki.toString('base64')).verifyQr(qr)).toEqual(refused);
  });

  it('stands in a list for all: what that says of this kiosk itself does not count', () => {
    const listed = createVoucherSeal(keys, 'LAB-01', [{ kiosk: 'LAB-01', key: spki.toString('hex') }]);
    expect(listed.verifyQr(listed.signVoucher(voucher).qr)).toEqual({ ok: true, voucher });
    expect(listed.verifyQr(createVoucherSeal(issuerKeys(), 'LAB-01').signVoucher(voucher).qr)).toEqual(refused);
  });

  it('has no code for typing here', () => {
    const { code } = createVoucherSeal(issuerKeys(), 'LAB-02').signVoucher(there);
    expect(accepting(spki.toString('hex')).verifyTyped({ serial: voucher.serial, code, record })).toBe(false);
  });
});

describe('the code for typing', () => {
  it('has ten signs without I, L, O and U, and the same voucher always has the same', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { code } = seal.signVoucher(voucher);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
    expect(seal.signVoucher({ ...voucher, issuedAt: '2027-01-01T00:00:00.000Z' }).code).toBe(code);
  });

  it('is read as people write it', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { code } = seal.signVoucher(voucher);
    const written = [
      code.toLowerCase(),
      `${code.slice(0, 5)} ${code.slice(5)}`,
      `${code.slice(0, 5)}-${code.slice(5)}`,
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const one of written) expect(seal.verifyTyped({ serial: voucher.serial, code: one, record })).toBe(true);
  });

  it('is refused when altered, cut, longer, guessed, of an unknown serial or of another record', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const { code } = seal.signVoucher(voucher);
    const { serial } = voucher;
    for (let at = 0; at < code.length; at++) {
      for (const sign of '0123456789ABCDEFGHJKMNPQRSTVWXYZU*') {
        if (sign === code[at]) continue;
        expect(seal.verifyTyped({ serial, code: code.slice(0, at) + sign + code.slice(at + 1), record })).toBe(false);
      }
      expect(seal.verifyTyped({ serial, code: code.slice(0, at), record })).toBe(false);
    }
    expect(seal.verifyTyped({ serial, code: `${code}0`, record })).toBe(false);
    expect(seal.verifyTyped({ serial, code, record: null })).toBe(false);
    expect(seal.verifyTyped({ serial: 'LAB-01-000043', code, record })).toBe(false);
    for (const change of [{ minor: 13_500 }, { currency: 'EUR' }, { serial: 'LAB-01-000043' }]) {
      const other = { ...record, ...change };
      expect(seal.verifyTyped({ serial: other.serial, code, record: other })).toBe(false);
    }
    expect(createVoucherSeal(keys, 'LAB-02').verifyTyped({ serial, code, record })).toBe(false);
  });

  it('of nothing is not the code of an unknown serial', () => {
    const seal = createVoucherSeal(keys, 'LAB-01');
    const blank = seal.signVoucher({ ...voucher, serial: 'GHOST', currency: '', minor: 0 }).code;
    expect(seal.verifyTyped({ serial: 'GHOST', code: blank, record: null })).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (serial, code) => {
        expect(seal.verifyTyped({ serial, code, record: null })).toBe(false);
        expect(seal.verifyTyped({ serial: voucher.serial, code, record })).toBe(false);
      }),
    );
  });
});
