/** Texts from outside: messages of a browser, configurations, vouchers. Refused with an answer, or exactly what they say. */
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { Both } from '../../config/fields.ts';
import { checkConfig } from '../../config/schema.ts';
import { knownToKiosk } from '../../kiosk/known.ts';
import { parseJsonStrict } from '../../config/strict-json.ts';
import { readMessage } from '../../kiosk/server/intents.ts';
import { readAct } from '../../kiosk/server/staff-messages.ts';
import type { StaffAct } from '../../kiosk/server/staff-wire.ts';
import type { Intent } from '../../kiosk/server/wire.ts';
import { createVoucherSeal } from '../../kiosk/voucher-seal.ts';
import type { Random } from '../simulation/random.ts';
import { type Check, hostile, mutate, scrambled } from './input.ts';

const intents: readonly Intent[] = [
  { do: 'begin' },
  { do: 'language', lang: 'en' },
  { do: 'cancel' },
  { do: 'task', task: 'pay-bill' },
  { do: 'basket', product: 'tea', count: 2 },
  { do: 'find-bill', number: '1001' },
  { do: 'method', method: 'cash' },
  { do: 'voucher', serial: '000001', code: 'ABCDE 12345' },
  { do: 'document', choice: 'paper' },
  { do: 'scanned', text: '1001' },
];
/** Each intent by its fields; what is read may have no others. */
const fieldsOf: Readonly<Record<Intent['do'], string>> = {
  begin: 'do',
  language: 'do,lang',
  help: 'do',
  'close-help': 'do',
  extend: 'do',
  back: 'do',
  cancel: 'do',
  task: 'do,task',
  basket: 'count,do,product',
  order: 'do',
  'find-bill': 'do,number',
  'find-receipt': 'bill,do,number',
  'refund-receipt': 'bill,do,number',
  'confirm-bill': 'do',
  'another-bill': 'do',
  'drop-bill': 'do,number',
  method: 'do,method',
  agree: 'do',
  'other-way': 'do',
  voucher: 'code,do,serial',
  document: 'choice,do',
  scanned: 'do,text',
  finish: 'do',
};
const mostSigns = 40;
/** A code that was scanned may be longer. */
const mostScannedSigns = 2_048;
const mostOfOne = 99;

export const messages: Check = (random) => {
  const message = {
    type: 'intent',
    number: random.integer(1, 9),
    screen: 'welcome',
    intent: { ...random.pick(intents) },
  };
  if (random.chance(0.7)) mutate(random, message as unknown as Record<string, unknown>);
  let text = JSON.stringify(message);
  if (random.chance(0.1)) text = text.replace('"do"', '"__proto__":{"polluted":1},"do"');
  if (random.chance(0.1))
    text = text.replace('"number":', `"number":${random.pick(['1e400', '-0', '1.0e0', '0x1', '01'])},"n":`);
  if (random.chance(0.05)) text = '['.repeat(random.integer(1, 4_000));
  if (random.chance(0.4)) text = scrambled(random, text);
  const read = readMessage(text);
  if ('polluted' in {}) return `the prototype of everything was changed by ${text}`;
  if (!read.ok)
    return ['socket-json', 'socket-shape', 'socket-intent'].includes(read.kind) ? null : `refused as ${read.kind}`;
  if (read.up.type === 'alive') return isDeepStrictEqual(JSON.parse(text), { type: 'alive' }) ? null : `alive: ${text}`;
  const { number, intent } = read.up;
  if (!Number.isSafeInteger(number) || number < 1) return `number ${number} of ${text}`;
  if (!Object.hasOwn(fieldsOf, intent.do)) return `an intent that there is not: ${text}`;
  if (Object.keys(intent).sort().join() !== fieldsOf[intent.do]) return `fields of ${text}`;
  const most = intent.do === 'scanned' ? mostScannedSigns : mostSigns;
  const long = Object.values(intent).some((value) =>
    typeof value === 'number' ? !(value >= 0 && value <= mostOfOne) : value.length > most,
  );
  return long || !isDeepStrictEqual(JSON.parse(text), read.up) ? `read otherwise than it is written: ${text}` : null;
};

const staffActs: readonly StaffAct[] = [
  { do: 'touch' },
  { do: 'fill', device: 'yuan', pieces: [{ minor: 100, count: 50 }] },
  { do: 'remove', device: 'yuan', pieces: [{ minor: 100, count: 50 }], second: { number: '2', pin: '550126' } },
  { do: 'count', bag: 'B00001', seal: null, pieces: [], second: null },
  { do: 'seal-bag', bag: 'B00001', seal: 'AB-1234' },
  { do: 'print-move', move: 'M00001', lang: 'en' },
  { do: 'correct', move: 'M00001', pieces: [{ minor: 100, count: 0 }], second: null },
  { do: 'hand-over', order: '#10000001' },
  { do: 'fetch-statement', device: 'alipay', day: '2026-03-31' },
  { do: 'find-devices' },
  { do: 'leave-office', second: { number: '2', pin: '550126' } },
  { do: 'acknowledge' },
  { do: 'unlock' },
  { do: 'confirm-table', device: 'acceptor', minors: [100, 500] },
  { do: 'add-person', name: '李娜', role: 'attendant', pin: '270418' },
  { do: 'change-pin', number: '1', pin: '270418', present: null },
];

/** What staff ask for is taken as it is written, with whole counts and sums, or not at all. */
export const staffRequests: Check = (random) => {
  const asked = structuredClone(random.pick(staffActs)) as unknown as Record<string, unknown>;
  if (random.chance(0.7)) mutate(random, asked);
  const text = random.chance(0.3) ? scrambled(random, JSON.stringify(asked)) : JSON.stringify(asked);
  const read = parseJsonStrict(text);
  const act = read.ok ? readAct(read.json) : null;
  if (act === null) return null;
  if (!isDeepStrictEqual(JSON.parse(text), act)) return `read otherwise than it is written: ${text}`;
  const pieces = 'pieces' in act ? act.pieces : [];
  const whole = pieces.every(({ minor, count }) => Number.isSafeInteger(minor * count) && minor > 0 && count >= 0);
  return whole ? null : `pieces of ${text}`;
};

/** Whatever is taken reads the same with the language's own parser; what that refuses is refused. */
export const json: Check = (random) => {
  const text = scrambled(random, scrambled(random, labText.slice(0, random.integer(0, labText.length))));
  const whole = random.chance(0.5) ? text : scrambled(random, JSON.stringify(hostile(random)) ?? '0');
  const read = parseJsonStrict(whole);
  if (!read.ok) return !isSaid(read.problem) ? `refused without a word: ${whole}` : null;
  return isDeepStrictEqual(JSON.parse(whole), read.json) ? null : `read otherwise than it is written: ${whole}`;
};

function isSaid({ en, 'zh-CN': zh }: Both): boolean {
  return en.trim() !== '' && /\p{Script=Han}/u.test(zh);
}

const labText = readFileSync(new URL('../../config/examples/lab.json', import.meta.url), 'utf8');

interface Whole {
  readonly wallets?: unknown;
  readonly limits: object;
}

/** With what may be left out as it is then. */
function whole(given: Whole): object {
  return { wallets: [], ...given, limits: { chargeMaximumMinor: 5_000_000, ...given.limits } };
}

export const configurations: Check = (random) => {
  const document = JSON.parse(labText) as Record<string, unknown>;
  const changes = Array.from({ length: random.integer(1, 3) }, () => mutate(random, document));
  const given: unknown = random.chance(0.05) ? hostile(random) : document;
  const before = structuredClone(given);
  const checked = checkConfig(given, knownToKiosk);
  if (!isDeepStrictEqual(given, before)) return 'the document was changed by its check';
  if (checked.ok) {
    // An older shape is brought to the newest: that is not what was given, and tests/config judges it.
    if ((given as { readonly version: unknown }).version !== checked.config.version) return null;
    return isDeepStrictEqual(checked.config, whole(given as Whole))
      ? null
      : `what was taken is not what was given (${changes})`;
  }
  const named = checked.problems.every(({ path, problem }) => typeof path === 'string' && isSaid(problem));
  return checked.problems.length > 0 && named ? null : `refused without a problem: ${JSON.stringify(given)}`;
};

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const keys = { signing: privateKey, verifying: publicKey, voucher: new Uint8Array(32).fill(9) };
const seal = createVoucherSeal(keys, 'LAB-01');
const elsewhere = createVoucherSeal({ ...keys, voucher: new Uint8Array(32).fill(8) }, 'LAB-02');

function voucher(random: Random, kiosk: string) {
  const serial = String(random.integer(1, 999_999)).padStart(6, '0');
  const minor = random.integer(1, 1_000_000);
  return { serial, currency: 'CNY', minor, issuedAt: '2026-03-31T05:00:00.000Z', kiosk };
}

export const squareCodes: Check = (random) => {
  const one = voucher(random, 'LAB-01');
  const { qr } = seal.signVoucher(one);
  const good = seal.verifyQr(qr);
  if (!good.ok || !isDeepStrictEqual(good.voucher, one)) return `its own voucher was refused: ${qr}`;
  const foreign = elsewhere.signVoucher(voucher(random, 'LAB-02')).qr;
  const [head, , signature] = seal.signVoucher(voucher(random, 'LAB-01')).qr.split('.');
  const forged = random.pick([
    altered(random, qr),
    foreign,
    `${head}.${qr.split('.')[1]}.${signature}`,
    `${qr}=`,
    `${qr}.`,
    qr.toLowerCase(),
    '',
  ]);
  return forged !== qr && seal.verifyQr(forged).ok ? `a forged voucher was taken: ${forged}` : null;
};

export const typedCodes: Check = (random) => {
  const record = voucher(random, 'LAB-01');
  const { serial } = record;
  const { code } = seal.signVoucher(record);
  if (!seal.verifyTyped({ serial, code, record })) return `its own code was refused: ${serial} ${code}`;
  const wrong = altered(random, code);
  if (meaning(wrong) !== code && seal.verifyTyped({ serial, code: wrong, record }))
    return `${wrong} passed for ${code}`;
  const other = voucher(random, 'LAB-01');
  if (other.minor === record.minor && other.serial === serial) return null;
  if (seal.verifyTyped({ serial: other.serial, code, record })) return 'a code passed for another serial';
  if (seal.verifyTyped({ serial, code, record: { ...record, minor: record.minor + 1 } }))
    return 'a code passed for more';
  return seal.verifyTyped({ serial, code, record: null }) ? 'a code passed for nothing' : null;
};

/** What a hand means by it (Crockford): small letters, O and I and L, blanks and hyphens. */
function meaning(code: string): string {
  return code.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

function altered(random: Random, text: string): string {
  const at = random.integer(0, text.length - 1);
  const sign = random.pick([...'0A-_Zz.I ', String.fromCharCode(random.integer(1, 0xffff))]);
  return random.pick([
    text.slice(0, at),
    text.slice(0, at) + sign + text.slice(at),
    text.slice(0, at) + sign + text.slice(at + 1),
    text.slice(0, at) + text.slice(at + 1),
    [...text].reverse().join(''),
  ]);
}
