/**
 * WeChat Pay's statement of a day (`/v3/bill/tradebill`, all trades, packed): asked for under a signature, its file under another,
 * and held against the hash that the signed answer told. Columns are found by their names, so that further ones do no harm.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { StatementAnswer, StatementRow } from '../wallet/contract.ts';
import { download, isFetchable } from '../wallet/download.ts';
import { codeOf, type Fields, fieldsOf, textOf } from '../wallet/fields.ts';
import {
  cellsOf,
  minorOf,
  momentOf,
  numberIn,
  type Row,
  rowOf,
  rowsMaximum,
  sheetMaximumBytes,
  notRead,
  tooMuch,
  unreadable,
  wordMaximum,
} from '../wallet/sheet.ts';

/** Unpacked. */
const addressMaximum = 2_048;

/** What the gateway answered, its signature checked where it says success. */
export interface SignedAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface StatementDoors {
  /** The gateway's address. */
  readonly gateway: string;
  readonly mchId: string;
  readonly ask: (path: string, params: Fields) => Promise<SignedAnswer | 'not-genuine' | 'unreachable'>;
  /** What stands in the header `Authorization` of a GET of this path with its query. */
  readonly authorize: (target: string) => string;
}

export async function wechatStatement(
  doors: StatementDoors,
  day: string,
  signal: AbortSignal,
): Promise<StatementAnswer> {
  const told = await doors.ask('v3/bill/tradebill', { bill_date: day, bill_type: 'ALL', tar_type: 'GZIP' });
  if (told === 'not-genuine') return { came: 'not-genuine', code: 'signature' };
  if (told === 'unreachable') return { came: 'unreachable', code: 'no-connection' };
  const { hash_type, hash_value, download_url, code } = fieldsOf(told.body);
  if (told.status !== 200) return refused(told.status, codeOf(code));
  const url = textOf(download_url, addressMaximum);
  const hash = textOf(hash_value, wordMaximum);
  if (hash_type !== 'SHA1' || hash === null || url === null) return unreadable('no-link');
  if (!isFetchable(url, doors.gateway)) return unreadable('link');
  const { pathname, search } = new URL(url);
  const file = await download(url, { Authorization: doors.authorize(`${pathname}${search}`) }, signal);
  if (file.came === 'too-much') return tooMuch;
  if (file.came === 'status') return { came: 'unreachable', code: `status-${file.status}` };
  const sheet = unpacked(file.bytes);
  if (sheet === 'too-much') return tooMuch;
  if (sheet === null) return unreadable('gzip');
  if (createHash('sha1').update(sheet).digest('hex') !== hash.toLowerCase()) {
    return { came: 'not-genuine', code: 'hash' };
  }
  const rows = readWechatSheet(sheet.toString('utf8'), doors.mchId);
  return typeof rows === 'string'
    ? notRead(rows)
    : { came: 'rows', rows, file: { bytes: file.bytes, ending: 'csv.gz' } };
}

function refused(status: number, code: string): StatementAnswer {
  if (code === 'NO_STATEMENT_EXIST' || code === 'STATEMENT_CREATING') return { came: 'not-ready', code };
  // Too many questions, or its own trouble: as if nobody had answered.
  if (status === 429 || status >= 500) return { came: 'unreachable', code };
  return { came: 'refused', code };
}

function unpacked(bytes: Buffer): Buffer | 'too-much' | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: sheetMaximumBytes });
  } catch (problem) {
    return (problem as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-much' : null;
  }
}

/** The rows of the sheet, or what is wrong with it in a word. Its totals have to be those of its rows. Never throws. */
export function readWechatSheet(text: string, mchId: string): readonly StatementRow[] | string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const [totals, foot, ...above] = [lines.pop(), lines.pop(), ...lines];
  const head = cellsOf(above[0] ?? '');
  const sums = foot === undefined || totals === undefined ? null : named(cellsOf(foot), totals);
  if (head === null || sums === null) return 'form';
  if (above.length - 1 > rowsMaximum) return 'too-much';
  const rows: StatementRow[] = [];
  let [paid, back] = [0, 0];
  for (const line of above.slice(1)) {
    const cells = named(head, line);
    const row = cells === null ? null : readRow(cells, mchId);
    if (row === null) return 'row';
    if (row.kind === 'paid') paid += row.minor;
    else back += row.minor;
    rows.push(row);
  }
  const whole =
    sums.总交易单数 === String(rows.length) && minorOf(sums.订单总金额) === paid && minorOf(sums.退款总金额) === back;
  return whole ? rows : 'totals';
}

/** A line whose cells begin with a backtick each, under the names of the head. */
function named(head: readonly string[] | null, line: string): Row | null {
  if (head === null || !line.startsWith('`')) return null;
  // Words that a person wrote may have a quotation mark or a comma in them; cells end only before a backtick.
  const cells = line.slice(1).split(',`');
  return rowOf(
    head,
    cells.map((cell) => cell.trim()),
  );
}

const states = { SUCCESS: 'paid', REFUND: 'refunded', REVOKED: 'revoked' } as const;

function readRow(row: Row, mchId: string): StatementRow | null {
  const state = row.交易状态 ?? '';
  const kind = Object.hasOwn(states, state) ? states[state as keyof typeof states] : null;
  const number = numberIn(row.商户订单号);
  const transaction = numberIn(row.微信订单号);
  const atMs = momentOf(row.交易时间);
  const minor = minorOf(kind === 'paid' ? row.订单金额 : row.退款金额);
  const refund = kind === 'paid' ? null : numberIn(row.商户退款单号);
  const currency = row.货币种类 ?? '';
  if (kind === null || number === null || transaction === null || atMs === null) return null;
  if (minor === null || minor <= 0 || row.商户号 !== mchId || !/^[A-Z]{3}$/.test(currency)) return null;
  return {
    number,
    refundNumber: refund,
    transaction,
    kind,
    currency,
    minor,
    atMs,
    mark: textOf(row.商户数据包, wordMaximum),
  };
}
