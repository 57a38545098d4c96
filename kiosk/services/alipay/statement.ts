/**
 * Alipay's statement of a day (`alipay.data.dataservice.bill.downloadurl.query`, trades): a signed answer names a file that lives for
 * half a minute, a ZIP with a CSV in GBK. The file itself is not signed and has no hash: that it comes over TLS from the
 * address that was signed is all there is. Its own counts show that it is whole; its sums are of what the merchant got, which
 * coupons may make another figure.
 */
import iconv from 'iconv-lite';
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
import { readZip } from '../wallet/zip.ts';

/** Unpacked, all files of the archive. */
const addressMaximum = 2_048;
/** There is none yet, or none at all. */
const notReady: ReadonlySet<string> = new Set(['isp.bill_not_exist', 'isp.bill-not-exist', 'isp.BILL_NOT_EXIST']);

export interface StatementDoors {
  /** The gateway's address. */
  readonly gateway: string;
  readonly ask: (method: string, content: Fields) => Promise<unknown>;
}

/** `ask` rejects as the gateway's client does; whoever calls says what that means. */
export async function alipayStatement(
  doors: StatementDoors,
  day: string,
  signal: AbortSignal,
): Promise<StatementAnswer> {
  const method = 'alipay.data.dataservice.bill.downloadurl.query';
  const told = fieldsOf(await doors.ask(method, { bill_type: 'trade', bill_date: day }));
  if (told.code !== '10000') return refused(told);
  const url = textOf(told.bill_download_url, addressMaximum);
  if (url === null || !isFetchable(url, doors.gateway)) return unreadable('link');
  const file = await download(url, {}, signal);
  if (file.came === 'too-much') return tooMuch;
  if (file.came === 'status') return { came: 'unreachable', code: `status-${file.status}` };
  const rows = readAlipayArchive(file.bytes);
  return typeof rows === 'string' ? notRead(rows) : { came: 'rows', rows, file: { bytes: file.bytes, ending: 'zip' } };
}

function refused({ code, sub_code }: Fields): StatementAnswer {
  const word = codeOf(sub_code ?? code);
  if (notReady.has(word)) return { came: 'not-ready', code: word };
  // 20000: not available now; 40005: asked too often.
  if (code === '20000' || code === '40005' || word === 'ACQ.SYSTEM_ERROR') return { came: 'unreachable', code: word };
  return { came: 'refused', code: word };
}

/** The rows of the archive's sheet of trades, or what is wrong with it in a word. Never throws. */
export function readAlipayArchive(archive: Buffer): readonly StatementRow[] | string {
  const files = readZip(archive, sheetMaximumBytes);
  if (files === 'too-much') return files;
  if (files === null) return 'zip';
  const trades = files.filter(({ name }) => /业务明细\.csv$/.test(iconv.decode(name, 'gb18030')));
  const [sheet] = trades;
  if (sheet === undefined || trades.length > 1) return 'no-sheet';
  return readAlipaySheet(iconv.decode(sheet.content, 'gb18030'));
}

/** A table between two lines of words, and its counts below. */
function readAlipaySheet(text: string): readonly StatementRow[] | string {
  const lines = text.split(/\r?\n/);
  const begins = lines.findIndex((line) => /^#-+业务明细列表-+$/.test(line.trim()));
  const ends = lines.findIndex((line) => /^#-+业务明细列表结束-+$/.test(line.trim()));
  // Without what is said of a column in brackets, or after a stroke.
  const head = cellsOf(lines[begins + 1] ?? '')?.map((name) => name.replace(/（.*）|\/.*/, '')) ?? null;
  if (begins === -1 || ends < begins + 2 || head === null) return 'form';
  const table = lines.slice(begins + 2, ends);
  if (table.length > rowsMaximum) return 'too-much';
  const rows: StatementRow[] = [];
  for (const line of table) {
    const cells = cellsOf(line);
    const named = cells === null ? null : rowOf(head, cells);
    const row = named === null ? null : readRow(named);
    if (row === null) return 'row';
    rows.push(row);
  }
  const below = lines.slice(ends);
  const whole =
    countOf(below, /^#交易合计：(\d{1,7})笔/) === rows.filter(({ kind }) => kind === 'paid').length &&
    countOf(below, /^#退款合计：(\d{1,7})笔/) === rows.filter(({ kind }) => kind !== 'paid').length;
  return whole ? rows : 'totals';
}

/** `#交易合计：2笔，…`, how many there should be; null when it does not stand there. */
function countOf(lines: readonly string[], sum: RegExp): number | null {
  for (const line of lines) {
    const count = sum.exec(line)?.[1];
    if (count !== undefined) return Number(count);
  }
  return null;
}

const kinds = { 交易: 'paid', 退款: 'refunded' } as const;

function readRow(row: Row): StatementRow | null {
  const what = row.业务类型 ?? '';
  const kind = Object.hasOwn(kinds, what) ? kinds[what as keyof typeof kinds] : null;
  const number = numberIn(row.商户订单号);
  const transaction = numberIn(row.支付宝交易号);
  const atMs = momentOf(row.完成时间);
  const signed = minorOf(row.订单金额);
  if (kind === null || number === null || transaction === null || atMs === null || signed === null) return null;
  const minor = kind === 'paid' ? signed : -signed;
  if (minor <= 0) return null;
  const refundNumber = kind === 'paid' ? null : numberIn(row.退款批次号);
  return {
    number,
    refundNumber,
    transaction,
    kind,
    currency: 'CNY',
    minor,
    atMs,
    mark: textOf(row.终端号, wordMaximum),
  };
}
