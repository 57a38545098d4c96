/**
 * The kiosk, broken on purpose, one place at a time. A mutant is caught when the oracle reports a run that the unbroken
 * kiosk passes; one that is missed says that the oracle or the scenarios are too weak.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FaultRow } from './faults.ts';
import type { Edit } from './runner.ts';

interface Swap {
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends Swap {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  /** Where two things in the program guard against the same harm, both have to go. */
  readonly also?: readonly Swap[];
  /** Rows of faults.ts whose seeds are tried first. */
  readonly rows: readonly FaultRow['row'][];
}

/** A mutant does not fit the program any more. */
export class Misfit extends Error {
  override readonly name = 'Misfit';
}

const root = new URL('../../', import.meta.url);

export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, root));
}

/** The file with the mutant in it. Throws Misfit when its text does not stand there exactly once. */
export function editOf(mutant: Mutant): Edit {
  const path = pathOf(mutant.file);
  let text = readFileSync(path, 'utf8');
  for (const { find, replace } of [mutant, ...(mutant.also ?? [])]) {
    const parts = text.split(find);
    if (parts.length !== 2) {
      throw new Misfit(
        `mutant ${mutant.name} no longer fits: its text stands ${parts.length - 1} times in ${mutant.file}, ` +
          'and must stand there once; bring it up to date in tests/simulation/mutants.ts',
      );
    }
    text = parts.join(replace);
  }
  return { path, text };
}

const append = '    try {\n      this.parts.journal.append(entries);';
const send = 'for (const entry of entries) { const order = orderOf(entry); if (order !== null) this.send(order); }';

const loop: readonly Mutant[] = [
  {
    name: 'command-before-journal',
    file: 'kiosk/loop.ts',
    find: append,
    replace: `    ${send}\n${append}`,
    rows: [3, 45],
  },
  {
    name: 'recorded-before-it-is',
    file: 'kiosk/loop.ts',
    find: append,
    replace: `    if ('key' in body) this.hands?.recorded(body.device, body.key);\n${append}`,
    rows: [45],
  },
  {
    name: 'failed-write-ignored',
    file: 'kiosk/loop.ts',
    find: '      this.fail(body, writeFailure(problem));\n      return;',
    replace: '      writeFailure(problem);',
    rows: [45],
  },
  {
    name: 'open-posts-forgotten-at-start',
    file: 'kiosk/loop.ts',
    find: 'for (const order of repeatedOrders(this.state)) this.send(order);',
    replace: '',
    rows: [52, 42],
  },
  {
    name: 'driver-told-nothing-of-the-past',
    file: 'kiosk/loop.ts',
    find: 'return memory(this.state, device);',
    replace: 'return { lastStack: null, openPrints: [] };',
    rows: [4, 7],
  },
  {
    name: 'post-under-a-new-id-at-start',
    file: 'kiosk/command.ts',
    find: 'order: postOrder(kiosk.posts[command] as Post)',
    replace: 'order: { ...postOrder(kiosk.posts[command] as Post), id: command + kiosk.boot } as BillerCommand',
    rows: [52],
  },
  {
    name: 'state-kept-without-the-last-batch',
    file: 'kiosk/loop.ts',
    find: '      this.state = kiosk;\n      this.keepSnapshot();',
    replace: '      this.keepSnapshot();\n      this.state = kiosk;',
    rows: [1],
  },
  {
    name: 'state-kept-without-open-payments',
    file: 'kiosk/recovery.ts',
    find: 'JSON.stringify(durablePart(folded))',
    replace: 'JSON.stringify({ ...durablePart(folded), posts: {} })',
    rows: [52],
  },
  {
    name: 'times-of-a-boot-kept',
    file: 'kiosk/recovery.ts',
    find: 'JSON.stringify(durablePart(folded))',
    replace: 'JSON.stringify(folded)',
    rows: [1],
  },
];

const journal: readonly Mutant[] = [
  {
    name: 'durable-is-lazy',
    file: 'kiosk/journal/journal.ts',
    find: "if (entryClass(body.kind) === 'durable') durable = true;",
    replace: '',
    rows: [4],
  },
  {
    name: 'altered-state-believed',
    file: 'kiosk/journal/journal.ts',
    find: ' && snapshotHash(row.hash, snapshot) === snapshot.hash ? row : null;',
    replace: ' ? row : null;',
    rows: [1],
  },
  {
    name: 'chain-not-continued',
    file: 'kiosk/journal/journal.ts',
    find: 'this.top = { seq, hash: chained };',
    replace: 'this.top = { seq, hash: this.top.hash };',
    rows: [1],
  },
  {
    name: 'order-journaled-lazily',
    file: 'kiosk/entry.ts',
    find: "  'note.return',\n]);",
    replace: "  'note.return',\n  'note.stack',\n]);",
    rows: [3],
  },
  {
    name: 'credit-journaled-lazily',
    file: 'kiosk/entry.ts',
    find: "  'note.return',\n]);",
    replace: "  'note.return',\n  'note.stacked',\n]);",
    rows: [8],
  },
];

const driver: readonly Mutant[] = [
  {
    name: 'acknowledged-before-recorded',
    file: 'hardware/id003/driver.ts',
    find: '?? null), acked: false };',
    replace: '?? null), recorded: true, acked: false };',
    rows: [45, 7],
  },
  {
    name: 'reset-before-recorded',
    file: 'hardware/id003/driver.ts',
    find: 'key: poweredUp(work, found), recorded: false,',
    replace: 'key: poweredUp(work, found), recorded: true,',
    rows: [45],
  },
  {
    name: 'lost-acknowledgement-not-repeated',
    file: 'hardware/id003/driver.ts',
    find: 's.vend = { ...s.vend, acked: false };',
    replace: '',
    rows: [9],
  },
  {
    name: 'stacked-acknowledged-before-recorded',
    file: 'hardware/ccnet/driver.ts',
    find: 's.stacked !== null && !s.stacked.recorded ? null : acknowledge(work)',
    replace: 'acknowledge(work)',
    rows: [45, 7],
  },
  {
    name: 'number-toggled-before-recorded',
    file: 'hardware/ebds/driver.ts',
    find: '  if (s.stacked?.recorded === false) return;\n',
    replace: '',
    rows: [45, 7],
  },
  {
    name: 'order-of-before-believed-returned',
    file: 'hardware/ebds/driver.ts',
    find: '  machineBeganAnew(path);\n  return {',
    replace: '  return {',
    rows: [7, 8],
  },
  {
    name: 'notes-enabled-before-the-path-is-known',
    file: 'hardware/ebds/driver.ts',
    find: "s.ready || asked === 'inhibits' ? enabledNotes(s) : []",
    replace: 'enabledNotes(s)',
    rows: [6],
  },
  {
    name: 'out-of-service-is-empty',
    file: 'hardware/ebds/driver.ts',
    find: '  return bits.size === 1 && bits.has(',
    replace: '  return bits.size === 0 || bits.has(',
    rows: [13, 15, 4],
  },
  {
    name: 'same-note-twice-for-one-order',
    file: 'hardware/note-path.ts',
    find: 'if (!moving && last !== null) return last;',
    replace: '',
    rows: [3, 4, 7],
  },
  {
    name: 'reset-machine-believed-to-have-returned',
    file: 'hardware/note-path.ts',
    find: "path.beganAnew && seen === 'empty' ? 'note.unknown' : 'note.returned'",
    replace: "'note.returned'",
    rows: [12, 13, 6],
  },
  {
    name: 'wrong-checksum-believed',
    file: 'hardware/id003/frame.ts',
    find: "return nothing('wrong checksum');",
    replace: 'void crc;',
    rows: [19],
  },
];

const notes: readonly Mutant[] = [
  {
    name: 'evidence-key-ignored',
    file: 'kiosk/methods/cash/notes.ts',
    find: "if (stack?.status === 'stacked' || stack?.status === 'suspect') return;",
    replace:
      "if (stack?.status === 'stacked') credit(turn, stack, { evidence: 'stacked', confirmByCount: false }); " +
      "if (stack?.status === 'stacked') return;",
    rows: [9, 8],
  },
  {
    name: 'repeated-evidence-is-a-second-note',
    file: 'kiosk/methods/cash/notes.ts',
    find: "if (stack?.status === 'stacked' || stack?.status === 'suspect') return;",
    replace: '',
    rows: [9, 8],
  },
  {
    name: 'unknown-without-a-case',
    file: 'kiosk/methods/cash/notes.ts',
    find: "openCase(turn, 'note-unknown', { session, sale, minor, subject: command });",
    replace: '',
    rows: [6],
  },
  {
    name: 'late-note-credited-to-the-next',
    file: 'kiosk/methods/cash/notes.ts',
    find: "put(turn, { kind: 'note.stacked', command, device, session, sale, currency, minor, ...evidence });",
    replace:
      "put(turn, { kind: 'note.stacked', command, device, session: turn.kiosk.session?.id ?? session, " +
      'sale: turn.kiosk.session?.sale?.id ?? sale, currency, minor, ...evidence });',
    rows: [20],
  },
  {
    name: 'returned-note-credited',
    file: 'kiosk/methods/cash/notes.ts',
    find: "put(turn, { kind: 'note.returned', command, device, session, sale, currency, minor });",
    replace: "credit(turn, stack, { evidence: 'stacked', confirmByCount: false });",
    rows: [11],
  },
  {
    name: 'credited-without-evidence',
    file: 'kiosk/methods/cash/notes.ts',
    find: "if (open?.status === 'open' || open?.status === 'doubt') doubt(turn, open, true);",
    replace: "if (open !== null) credit(turn, open, { evidence: 'power-up', confirmByCount: true });",
    rows: [3, 6],
  },
  {
    name: 'evidence-not-believed',
    file: 'kiosk/methods/cash/notes.ts',
    find: "if (open !== null) creditToCount(turn, open, { evidence: 'power-up' });",
    replace: 'if (open !== null) doubt(turn, open, false);',
    rows: [4],
  },
  {
    name: 'every-note-taken',
    file: 'kiosk/methods/cash/notes.ts',
    find: 'return refuseCash(kiosk, seen.device, session.sale, seen.minor);',
    replace: 'return null;',
    rows: [22],
  },
  {
    name: 'every-note-enabled-and-taken',
    file: 'kiosk/methods/cash/acceptance.ts',
    find: "return canEnd(openToNotes(kiosk, sale) - minor, taken, promised) ? null : 'change';",
    replace: 'return null;',
    rows: [1],
  },
  {
    name: 'notes-taken-after-change-is-gone',
    file: 'kiosk/methods/cash/acceptance.ts',
    find: 'if (sale.agreed && slipPromised(kiosk)) return null;',
    replace: 'if (sale.agreed) return null;',
    rows: [40, 41],
  },
  {
    name: 'suspect-value-given-back',
    file: 'kiosk/sale/sale.ts',
    find: '(note.suspect ? sum : sum + note.minor)',
    replace: '(sum + note.minor)',
    rows: [16],
  },
];

const sale: readonly Mutant[] = [
  {
    name: 'rounding-lost',
    file: 'kiosk/sale/sale.ts',
    find: 'dueInCash(sale, cashStepMinor) + exactCredited(sale) - sale.bill.minor : 0;',
    replace: '0 : 0;',
    rows: [1],
  },
  {
    name: 'rounded-up',
    file: 'kiosk/money.ts',
    find: 'return minor - (minor % stepMinor);',
    replace: 'return minor + ((stepMinor - (minor % stepMinor)) % stepMinor);',
    rows: [1],
  },
  {
    name: 'change-kept',
    file: 'kiosk/sale/completion.ts',
    find: "rest(turn, change.voucher, 'change');",
    replace: 'settled(turn);',
    rows: [1],
  },
  {
    name: 'nothing-given-back',
    file: 'kiosk/sale/completion.ts',
    find: 'issueVoucher(turn, minor, reason);',
    replace: '',
    rows: [21, 22],
  },
  {
    name: 'paid-and-not-posted',
    file: 'kiosk/sale/completion.ts',
    find: "put(turn, {\n      kind: 'bill.post',",
    replace: "void ({\n      kind: 'bill.post',",
    rows: [52],
  },
  {
    name: 'refusal-not-refunded',
    file: 'kiosk/sale/biller.ts',
    find: 'giveBackRefused(turn, { session: post.session, sale: post.sale }, post.paidMinor, post.charges ?? []);',
    replace: '',
    rows: [53],
  },
  {
    name: 'refund-of-what-was-not-paid',
    file: 'kiosk/sale/biller.ts',
    find: 'post.paidMinor, post.charges',
    replace: 'post.minor, post.charges',
    rows: [53],
  },
  {
    name: 'changed-bill-not-shown-again',
    file: 'kiosk/sale/biller.ts',
    find: 'if (!sameBill(now, shown)) {',
    replace: 'if (now.minor < 0) {',
    rows: [51],
  },
  {
    name: 'changed-payer-not-shown-again',
    file: 'kiosk/sale/biller.ts',
    find: 'now.payer === shown.payer &&',
    replace: '',
    rows: [51],
  },
  {
    name: 'changed-payee-not-shown-again',
    file: 'kiosk/sale/biller.ts',
    find: 'sameWords(now.payee, shown.payee) &&',
    replace: '',
    rows: [51],
  },
  {
    name: 'changed-lines-not-shown-again',
    file: 'kiosk/sale/biller.ts',
    find: 'now.quantity === shown.quantity &&',
    replace: '',
    rows: [51],
  },
  {
    name: 'money-kept-at-time-out',
    file: 'kiosk/session/time.ts',
    find: "else if (sale?.state === 'open') move(turn, { at: 'closing', next: 'time-out' });\n  else put",
    replace: 'else put',
    rows: [21],
  },
  {
    name: 'money-forgotten-at-start',
    file: 'kiosk/session/boot.ts',
    find: 'credited(sale) > 0 || ',
    replace: '',
    rows: [8, 2],
  },
  {
    name: 'left-with-a-note-in-the-mouth',
    file: 'kiosk/decide.ts',
    find: "session.stage.at === 'closing' && !notesMoving(turn.kiosk)",
    replace: "session.stage.at === 'closing' && stackInFlight(turn.kiosk) === null",
    rows: [13],
  },
  {
    name: 'closed-while-a-note-moves',
    file: 'kiosk/decide.ts',
    find: "session.stage.at === 'closing' && !notesMoving(turn.kiosk)",
    replace: "session.stage.at === 'closing'",
    rows: [18, 20],
  },
  {
    name: 'other-denominations-believed',
    file: 'kiosk/methods/cash/table.ts',
    find: 'const mismatch = known !== undefined && !sameTable(known, denominations);',
    replace: 'const mismatch = false;',
    rows: [23],
  },
  {
    name: 'confirmed-denominations-not-recorded',
    file: 'kiosk/methods/cash/table.ts',
    find: "put(turn, { kind: 'device.known', device, serial, denominations, by });",
    replace: '',
    rows: [23],
  },
  {
    name: 'confirmed-denominations-not-used',
    file: 'kiosk/methods/cash/table.ts',
    find: "change: { to: 'identified', denominations, mismatch: false }",
    replace: "change: { to: 'identified', denominations, mismatch: true }",
    rows: [23],
  },
];

const vouchers: readonly Mutant[] = [
  {
    name: 'spent-voucher-counts-again',
    file: 'kiosk/session/vouchers.ts',
    find: 'if (record.spent) {',
    replace: 'if (record.spent && record.issuer !== undefined) {',
    rows: [43],
  },
  {
    name: 'spending-not-read',
    file: 'kiosk/lookup.ts',
    find: 'return { ...record, spent: true, spentAt: at };',
    replace: 'return record;',
    rows: [43],
  },
  {
    name: 'voucher-of-another-kiosk-not-kept',
    file: 'kiosk/journal/derive.ts',
    find: 'return [voucherKey(body.serial, body.issuer), ',
    replace: 'return [voucherKey(body.serial), ',
    rows: [43],
  },
  {
    name: 'voucher-of-another-kiosk-without-a-limit',
    file: 'kiosk/session/vouchers.ts',
    find: '> rules.unaskedVouchersMinor',
    replace: '> 100 * rules.unaskedVouchersMinor',
    rows: [43],
  },
  {
    name: 'voucher-of-another-kiosk-without-proof',
    file: 'kiosk/session/vouchers.ts',
    find: '{ issuer, ...(proof === undefined ? {} : { proof }) }',
    replace: '{ issuer }',
    rows: [43],
  },
  {
    name: 'office-asked-without-proof',
    file: 'kiosk/session/vouchers.ts',
    find: 'currency, minor, ...(proof === undefined ? {} : { proof }) }',
    replace: 'currency, minor }',
    rows: [43],
  },
  {
    name: 'voucher-number-given-twice',
    file: 'kiosk/kiosk.ts',
    find: 'voucher: numbers.voucher + 1 }',
    replace: 'voucher: numbers.voucher }',
    rows: [1],
  },
  {
    name: 'receipt-number-given-twice',
    file: 'kiosk/kiosk.ts',
    find: 'receipt: numbers.receipt + 1 }',
    replace: 'receipt: numbers.receipt }',
    rows: [1],
  },
  {
    name: 'voucher-printed-again-unmarked',
    file: 'kiosk/documents/prints.ts',
    find: 'if (!busy) printVoucher(turn, slip.serial, slip.mayBeOut);',
    replace: 'if (!busy) printVoucher(turn, slip.serial, false);',
    rows: [40, 41, 42],
  },
  {
    name: 'paper-before-its-row',
    file: 'kiosk/sale/completion.ts',
    find: '  const serial = bookVoucher(turn, { session: now.session.id, sale: now.sale.id }, minor, reason);\n',
    replace:
      '  printVoucher(turn, nextVoucher(turn.kiosk), false);\n' +
      '  const serial = bookVoucher(turn, { session: now.session.id, sale: now.sale.id }, minor, reason);\n',
    rows: [1],
  },
  {
    name: 'voucher-worth-more',
    file: 'kiosk/session/vouchers.ts',
    find: 'sale: sale.id, serial, currency, minor, ...of });',
    replace: 'sale: sale.id, serial, currency, minor: minor + 100, ...of });',
    rows: [43],
  },
  {
    name: 'unprinted-voucher-without-a-case',
    file: 'kiosk/documents/prints.ts',
    find: "if (print.document.paper === 'voucher') voucherNotPrinted(turn, print, print.document.serial);",
    replace: '',
    rows: [40, 41],
  },
];

/** The day's close. */
const days: readonly Mutant[] = [
  {
    name: 'counted-in-two-days',
    file: 'kiosk/day/day.ts',
    find: '        from: seq,\n        period: emptyPeriod,',
    replace: '        from: seq,\n        period: day.period,',
    rows: [70, 71],
  },
  {
    name: 'entry-in-no-day',
    file: 'kiosk/day/day.ts',
    find: 'from: seq,',
    replace: 'from: seq + 1,',
    rows: [70, 71],
  },
  {
    name: 'z-number-skipped',
    file: 'kiosk/day/close.ts',
    find: 'z: day.z + 1,\n    from',
    replace: 'z: day.z + (day.unsigned.length === 0 && day.z > 0 ? 2 : 1),\n    from',
    rows: [70, 71],
  },
  {
    name: 'closed-again-at-start',
    file: 'kiosk/day/close.ts',
    find: 'z: day.z + 1,\n    from',
    replace: 'z: Math.max(1, day.z + 1 - day.unsigned.length),\n    from',
    also: [
      {
        find: '  else dayEnds(turn);',
        replace:
          '  else if (day.unsigned.length > 0) close(turn, { by: null, second: null, paper: null });\n  else dayEnds(turn);',
      },
    ],
    rows: [70, 71],
  },
  {
    name: 'closed-within-a-visit',
    file: 'kiosk/day/close.ts',
    find: 'if (session !== null || day.opened === null) return',
    replace: 'void session;\n  if (day.opened === null) return',
    rows: [71],
  },
  {
    name: 'day-that-is-over-not-closed',
    file: 'kiosk/decide.ts',
    find: "  if (fact.body.fact !== 'kiosk.booted') dayEnds(turn);\n",
    replace: '',
    rows: [71],
  },
  {
    name: 'refund-left-out-of-the-day',
    file: 'kiosk/day/period.ts',
    find: 'return { ...period, refunds, methods };',
    replace: 'return { ...period, methods };',
    rows: [53],
  },
  {
    name: 'cash-of-a-box-left-out-of-the-day',
    file: 'kiosk/day/period.ts',
    find: "    case 'cash.removed':\n    case 'cashbox.removed':\n    case 'cashbox.changed':\n",
    replace: "    case 'cash.removed':\n    case 'cashbox.changed':\n",
    rows: [70, 71, 75],
  },
  {
    name: 'used-slip-still-owed',
    file: 'kiosk/day/day.ts',
    find: 'body.issuer === undefined ? paidBack(liability, body.minor) : liability',
    replace: 'liability',
    rows: [43],
  },
  {
    name: 'signature-forgotten-at-start',
    file: 'kiosk/command.ts',
    find: '...told, ...unsigned];',
    replace: '...told, ...unsigned.slice(unsigned.length)];',
    rows: [70, 71],
  },
];

/** Goods. */
const goods: readonly Mutant[] = [
  {
    name: 'number-of-who-has-gone-without-a-case',
    file: 'kiosk/sale/biller.ts',
    find: 'else if (caseAbout(turn.kiosk, command) === null) numberNotGiven(turn, post);',
    replace: '',
    rows: [63, 61],
  },
  {
    name: 'case-of-who-has-gone-ends-with-the-booking',
    file: 'kiosk/sale/biller.ts',
    find: 'if (!isOrder(post.number) || explains) explainCase(turn, command);',
    replace: 'if (explains || caseAbout(turn.kiosk, command) !== null) explainCase(turn, command);',
    rows: [61],
  },
  {
    name: 'ticket-printed-again-unmarked',
    file: 'kiosk/documents/prints.ts',
    find: 'copy: pickUp.mayBeOut,',
    replace: 'copy: false,',
    rows: [63],
  },
  {
    name: 'number-that-nobody-read-without-a-case',
    file: 'kiosk/decide.ts',
    find: 'judgeNumber(turn, kiosk.session);',
    replace: '',
    rows: [63],
  },
  {
    name: 'goods-that-may-be-out-let-out-again',
    file: 'kiosk/sale/release.ts',
    find: "  openCase(turn, 'goods-not-released', { session, sale, minor: null, subject: numberSubject(sale) });",
    replace: `  openCase(turn, 'goods-not-released', { session, sale, minor: null, subject: numberSubject(sale) });
  releaseGoods(turn, { session, sale }, 'again');`,
    rows: [67],
  },
  {
    name: 'goods-let-out-to-nobody',
    file: 'kiosk/sale/release.ts',
    find: 'rules.releaser === null || session?.id !== post.session || ownerGone(kiosk)) return false;',
    replace:
      'rules.releaser === null) return false;\n  if (session?.id !== post.session || ownerGone(kiosk)) return true;',
    rows: [63, 61, 67],
  },
  {
    name: 'goods-under-way-forgotten-at-start',
    file: 'kiosk/open-orders.ts',
    find: '      return sinceBoot(releases, monoMs);',
    replace: '      return {};',
    rows: [67],
  },
  {
    name: 'hatch-in-doubt-recorded-as-shut',
    file: 'kiosk/sale/release.ts',
    find: "seen.fact === 'command.refused' ? 'shut' : 'unknown'",
    replace: "'shut'",
    rows: [67],
  },
  {
    name: 'seller-told-once-that-goods-are-out',
    file: 'kiosk/command.ts',
    find: 'again[kind](kiosk, command)), ...told, ...unsigned];',
    replace: 'again[kind](kiosk, command)), ...told.slice(told.length), ...unsigned];',
    rows: [67],
  },
  {
    name: 'goods-let-out-after-a-number-was-told',
    file: 'kiosk/sale/release.ts',
    find: '  if (caseAbout(kiosk, post.command) !== null) return false;\n',
    replace: '  void caseAbout;\n  if (session !== null) return true;\n',
    rows: [61, 63],
  },
];

/** Coins and change. */
const change: readonly Mutant[] = [
  {
    name: 'dispense-before-it-is-recorded',
    file: 'hardware/cctalk/hopper.ts',
    find: "change(work, { phase: 'record', before, odd: 0 });",
    replace: "change(work, { phase: 'still', before, odd: 0 });",
    rows: [44],
  },
  {
    name: 'reset-hopper-told-to-pay-again',
    file: 'hardware/cctalk/hopper.ts',
    find: "      return { ...now, header: header.testHopper, means: 'still' };",
    replace: "      return { ...now, header: header.enableHopper, data: [ENABLE_HOPPER], means: 'still' };",
    also: [
      {
        find:
          '      if (data === null || !keepRegisters(s, data)) sendFailed(work);\n' +
          '      else if (isDisabled(s.registers)) noteAnew(work);',
        replace: '      if (data === null) sendFailed(work);',
      },
      { find: "remaining === 0 && same && (counted ?? 0) === 0 ? 'nothing' : 'odd'", replace: "'nothing'" },
    ],
    rows: [44],
  },
  {
    name: 'short-payout-owes-nothing',
    file: 'kiosk/methods/cash/payouts.ts',
    find: 'const owed = payout.minor - minor;',
    replace: 'const owed = 0;',
    rows: [44],
  },
  {
    name: 'paid-counter-ignored',
    file: 'kiosk/methods/cash/payouts.ts',
    find: '  const minor = seen.paid.minor;\n',
    replace: '  const minor = payout.minor;\n',
    rows: [44],
  },
  {
    name: 'promise-without-reserve',
    file: 'kiosk/methods/cash/change.ts',
    find: 'piles(kiosk, kiosk.rules.changeReservePieces)',
    replace: 'piles(kiosk, 0)',
    rows: [40, 44],
  },
  {
    name: 'level-not-reconciled',
    file: 'kiosk/methods/cash/payouts.ts',
    find: '  if (levelsAgree(turn, device) !== false) return;',
    replace: '  if (device !== null) return;',
    rows: [23],
  },
  {
    name: 'moved-cash-stays-where-it-was',
    file: 'kiosk/till/till.ts',
    find: 'return plus(plus(till, body, body.from, -body.count), body, body.to, body.count);',
    replace: 'return plus(till, body, body.to, body.count);',
    rows: [],
  },
  {
    name: 'kept-note-booked-in-the-box',
    file: 'kiosk/till/till.ts',
    find: "return plus(till, body, body.unit ?? 'box', 1);\n    case 'note.unowned'",
    replace: "return plus(till, body, 'box', 1);\n    case 'note.unowned'",
    rows: [],
  },
  {
    name: 'filled-and-not-booked',
    file: 'kiosk/till/till.ts',
    find: 'return body.pieces.reduce((kept, { minor, count }) => plus(kept, { ...body, minor }, body.unit, count), till);',
    replace: 'return till;',
    rows: [],
  },
  {
    name: 'float-that-stays-is-not-in-the-till',
    file: 'kiosk/till/till.ts',
    find: 'return isAll(till, body, body.keep ?? []);',
    replace: 'return isAll(till, body, []);',
    rows: [],
  },
  {
    name: 'float-is-not-told-to-the-machine',
    file: 'kiosk/command.ts',
    find: 'keep: body.keep ?? []',
    replace: 'keep: []',
    rows: [],
  },
  {
    name: 'box-that-was-taken-out-stays-in-the-till',
    file: 'kiosk/till/till.ts',
    find: '  if (stocks.length === 0) return till;\n',
    replace: '  if (stocks !== null) return till;\n',
    rows: [],
  },
  {
    name: 'left-change-is-its-owners',
    file: 'kiosk/methods/cash/payouts.ts',
    find: "  if (payout.status === 'left') leftEnded(turn, payout, seen.paid.minor);\n  else if (back",
    replace: '  if (back',
    rows: [21, 44],
  },
  {
    name: 'change-waits-at-the-lips-for-ever',
    file: 'kiosk/methods/cash/presented.ts',
    find: 'turn.fact.monoMs >= limitOf(turn.kiosk, note)',
    replace: 'turn.fact.monoMs >= 1e15',
    rows: [21, 44],
  },
  {
    name: 'open-payout-forgotten-at-start',
    file: 'kiosk/command.ts',
    find: 'lastPayout: lastPayout(kiosk, device),',
    replace: 'lastPayout: null,',
    rows: [44],
  },
  {
    name: 'payout-in-doubt-without-case',
    file: 'kiosk/methods/cash/payouts.ts',
    find: '  if (known === null) openCase(turn, about, aboutIt(payout, rest));\n',
    replace: '',
    rows: [44],
  },
  {
    name: 'receipt-before-the-change-is-out',
    file: 'kiosk/decide.ts',
    find: 'if (!payingOut(turn)) given(',
    replace: 'given(',
    rows: [44],
  },
  {
    name: 'rest-of-the-change-forgotten',
    file: 'kiosk/sale/completion.ts',
    find: 'rest(turn, voucher, reason);',
    replace: 'settled(turn);',
    rows: [44],
  },
  {
    name: 'coin-counters-not-kept',
    file: 'kiosk/device-memory.ts',
    find: "case 'coin.counting':\n    case 'note.stack':",
    replace: "case 'coin.counting':\n      return counters;\n    case 'note.stack':",
    rows: [25],
  },
  {
    name: 'coin-credited-twice',
    file: 'kiosk/sale/fold.ts',
    find: 'return { ...sale, notes: [...sale.notes, { command: body.key, minor: body.minor, suspect: false }] };',
    replace:
      'return { ...sale, notes: [...sale.notes, { command: body.key, minor: 2 * body.minor, suspect: false }] };',
    rows: [25, 44],
  },
];

const charges: readonly Mutant[] = [
  {
    name: 'asked-for-money-before-it-is-recorded',
    file: 'kiosk/entry.ts',
    find: "  'note.return',\n]);",
    replace: "  'note.return',\n  'charge.start',\n]);",
    rows: [26, 27],
  },
  {
    name: 'confirmed-before-it-is-recorded',
    file: 'hardware/zvt/payment.ts',
    find: '    default:\n      return command.notYet;\n  }\n}\n\n/** The conversation of the payment is over. */',
    replace:
      "    default:\n      charged(work, { answered: 'confirm' });\n      return command.positive;\n  }\n}\n\n/** The conversation of the payment is over. */",
    rows: [33, 32],
  },
  {
    name: 'asked-for-money-again-after-a-start',
    file: 'hardware/zvt/recovery.ts',
    find: "  if (left) return { ...base, stage: 'asking', askSinceMs: 0 };",
    replace: "  if (left) return { ...base, approval: null, stage: 'leaving' };",
    rows: [33, 27],
  },
  {
    name: 'late-approval-kept',
    file: 'kiosk/methods/charge/charges.ts',
    find: "charge.cancelled || charge.status === 'watched' || !isWaitedFor(turn, charge)",
    replace: "charge.status === 'reversing'",
    rows: [39, '36b', 36],
  },
  {
    name: 'close-trusted',
    file: 'kiosk/services/wallet/charge.ts',
    find: '  decline(work, charge, reason, charge.hint?.code ?? code, watched);',
    replace: '  decline(work, charge, reason, charge.hint?.code ?? code, watched === 0 ? watched : null);',
    rows: ['36b', 36],
  },
  {
    name: 'revoke-taken-as-success',
    file: 'kiosk/services/wallet/charge.ts',
    find: "  if (ask === 'close') {\n    charge.closed ||= answer.came === 'closed';\n    if (charge.way",
    replace:
      "  if (answer.came === 'revoked') return left(work, charge, 'closed', null);\n  if (ask === 'close') {\n    charge.closed ||= answer.came === 'closed';\n    if (charge.way",
    rows: [36, 31],
  },
  {
    name: 'not-scanned-yet-taken-as-ended',
    file: 'kiosk/services/wallet/charge.ts',
    find: "  if (answer.came === 'closed') return decline(work, charge, 'timeout', 'closed', afterExpiry(charge));",
    replace:
      "  if (answer.came === 'closed' || answer.came === 'not-exist') return decline(work, charge, 'timeout', 'closed', null);",
    rows: [35, 28],
  },
  {
    name: 'another-amount-accepted',
    file: 'kiosk/services/wallet/charge.ts',
    find: '  if (currency !== charge.currency || minor !== charge.minor) {',
    replace: '  if (currency !== charge.currency) {',
    rows: [28, 31],
  },
  {
    name: 'refused-by-the-biller-and-kept',
    file: 'kiosk/sale/refused-bill.ts',
    find: '  for (const part of charges) refundCharge(turn, of, part);',
    replace: '',
    rows: [30],
  },
  {
    name: 'given-up-and-kept',
    file: 'kiosk/methods/charge/charges.ts',
    find: "  for (const part of sale.charges) giveBackCharge(turn, part, of, 'cancelled', false);",
    replace: '',
    rows: [34],
  },
  {
    name: 'part-taken-as-all',
    file: 'kiosk/sale/sale.ts',
    find: '  return sale.charges.reduce((sum, charge) => sum + charge.minor, 0);',
    replace: '  return sale.charges.length > 0 ? sale.bill.minor : 0;',
    rows: [34],
  },
  {
    name: 'paid-before-it-is-taken',
    file: 'kiosk/methods/charge/charges.ts',
    find: "  } else {\n    put(turn, { kind: 'charge.confirm', ...of });\n  }\n}",
    replace:
      "  } else {\n    put(turn, { kind: 'charge.confirm', ...of });\n    put(turn, { kind: 'charge.confirmed', ...of, part, counters: null });\n  }\n}",
    rows: [33, 32],
  },
  {
    name: 'day-of-a-terminal-not-compared',
    file: 'kiosk/methods/charge/day.ts',
    find: '  if (same(told, now)) return',
    replace: '  if (told.minor >= 0) return',
    rows: [37],
  },
  {
    name: 'doubt-paid-out-and-forgotten',
    file: 'kiosk/staff/cases.ts',
    find: "  if (how !== 'void') chargesPaidOut(turn, number, minor ?? 0);\n  else if (reason",
    replace: '  if (reason',
    rows: [65],
  },
  {
    name: 'paid-out-and-given-back-as-well',
    file: 'kiosk/methods/charge/charges.ts',
    find: '  if (charge.paidOut) {',
    replace: '  if (charge.paidOut && charge.sale !== null) {',
    rows: [65],
  },
  {
    name: 'paid-out-without-a-case',
    file: 'kiosk/staff/cases.ts',
    find: "    openCase(turn, 'paid-out-in-doubt', { session, sale: null, minor: asked, subject: command });\n",
    replace: '    void asked;\n',
    rows: [65],
  },
];

/** The time, by which wallets live. */
const clocks: readonly Mutant[] = [
  {
    name: 'wallets-offered-with-a-clock-that-is-off',
    file: 'kiosk/methods/charge/availability.ts',
    find: "  if (method !== 'card' && clockIsOff(kiosk)) return 'clock';\n",
    replace: '  void clockIsOff;\n',
    rows: [80],
  },
];

/** What wallets say of a day. */
const statements: readonly Mutant[] = [
  {
    name: 'row-in-our-name-hidden',
    file: 'kiosk/statements/match.ts',
    find: 'row.mark === question.mark || known.has(row.number)',
    replace: 'known.has(row.number)',
    rows: [74],
  },
  {
    name: 'payment-paired-on-two-days',
    file: 'kiosk/statements/match.ts',
    find: 'question.own.filter((one) => !isUsedUp(one, neighbours, elsewhere));',
    replace: 'question.own.filter((one) => isUsedUp(one, neighbours, elsewhere) || true);',
    rows: [74],
  },
  {
    name: 'statement-that-differs-without-a-case',
    file: 'kiosk/statements/statements.ts',
    find: '  if (!differs) return;\n',
    replace: '  if (differs || !differs) return;\n',
    rows: [74],
  },
];

/** Several bills in one payment. */
const several: readonly Mutant[] = [
  {
    name: 'only-the-first-of-several-posted',
    file: 'kiosk/sale/completion.ts',
    find: 'of sharesOf(sale, booking)) {',
    replace: 'of sharesOf(sale, booking).slice(0, 1)) {',
    rows: [56],
  },
  {
    name: 'share-of-a-refused-bill-kept',
    file: 'kiosk/sale/refused-bill.ts',
    find: "  put(turn, { kind: 'charge.refund', ...order, currency: part.currency, minor });",
    replace: '  void order;',
    rows: [57],
  },
  {
    name: 'all-of-the-charge-back-for-one-bill',
    file: 'kiosk/sale/refused-bill.ts',
    find: "  put(turn, { kind: 'charge.refund', ...order, currency: part.currency, minor });",
    replace: "  put(turn, { kind: 'charge.refund', ...order, currency: part.currency, minor: part.minor });",
    rows: [57],
  },
  {
    name: 'share-of-a-card-owed-by-nobody',
    file: 'kiosk/sale/refused-bill.ts',
    find: "part.method === 'card' ? oweShare : giveShare;",
    replace: "part.method === 'card' ? () => '' : giveShare;",
    rows: [57],
  },
  {
    name: 'refund-under-way-forgotten-at-start',
    file: 'kiosk/command.ts',
    find: '...openRefundsOf(kiosk.refunds, device)',
    replace: '...openRefundsOf({}, device)',
    rows: [57],
  },
];

/** Contacts of the cabinet. */
const cabinet: readonly Mutant[] = [
  {
    name: 'acceptance-deaf-to-mains',
    file: 'kiosk/methods/cash/acceptance.ts',
    find: '  if (mainsLost(kiosk)) return false;\n',
    replace: '',
    rows: [68],
  },
  {
    name: 'deaf-contact-of-the-mains',
    file: 'kiosk/cabinet/contacts.ts',
    find: '  if (before === state) return;\n',
    replace: "  if (before === state || contact === 'mains') return;\n",
    rows: [68],
  },
  {
    name: 'tamper-not-recorded',
    file: 'kiosk/cabinet/contacts.ts',
    find: 'openedAgainMs)) tampered(turn, device, contact);',
    replace: 'openedAgainMs)) return;',
    rows: [69, 68],
  },
  {
    name: 'tamper-recorded-of-whoever-may',
    file: 'kiosk/cabinet/contacts.ts',
    find: '  if (by !== null) put(turn,',
    replace: "  if (by === 'nobody') put(turn,",
    rows: [69, 68],
  },
  {
    name: 'low-battery-ignored',
    file: 'kiosk/cabinet/shut-down.ts',
    find: "  if (cabinet.contacts['ups-low'] === 'on') return 'ups-low';\n",
    replace: '',
    rows: [68],
  },
  {
    name: 'ends-itself-with-the-mains-there',
    file: 'kiosk/cabinet/shut-down.ts',
    find: "  if (cabinet.mainsLostMs === null) return null;\n  if (cabinet.contacts['ups-low'] === 'on') return 'ups-low';\n  return monoMs >=",
    replace:
      "  if (cabinet.contacts['ups-low'] === 'on') return 'ups-low';\n  return cabinet.mainsLostMs !== null && monoMs >=",
    rows: [68],
  },
  {
    name: 'shuts-down-while-a-note-moves',
    file: 'kiosk/moving.ts',
    find: 'kiosk.session === null && !machinesMove(kiosk) && ',
    replace: '',
    rows: [68],
  },
];

/** Receipts that are given back. */
const refunds: readonly Mutant[] = [
  {
    name: 'money-back-though-the-bill-stays-paid',
    file: 'kiosk/sale/biller.ts',
    find: '      billNotReversed(turn, answer.command, answer.reason);',
    replace: '      billReversed(turn, answer.command);',
    rows: [59],
  },
  {
    name: 'reversal-of-a-bill-not-asked-again',
    file: 'kiosk/command.ts',
    find: "  'bill.reverse': 'repeat',",
    replace: "  'bill.reverse': 'abandon',",
    rows: [58],
  },
  {
    name: 'card-of-a-refund-not-taken-back',
    file: 'kiosk/sale/refund.ts',
    find: "      giveBackCharge(turn, part, { session, sale }, 'refunded', true);",
    replace: '      void part;',
    rows: [58],
  },
  {
    name: 'slip-of-a-refund-not-given',
    file: 'kiosk/sale/refund.ts',
    find: '  if (refund.voucherMinor > 0) giveVoucher(turn, refund);',
    replace: '',
    rows: [58],
  },
  {
    name: 'refund-counts-before-the-wallet-made-it',
    file: 'kiosk/sale/refund.ts',
    find: "    put(turn, { kind: 'charge.refund', ...order, currency, minor });",
    replace:
      "    put(turn, { kind: 'charge.refund', ...order, currency, minor });\n    put(turn, { kind: 'refund.done', sale, method: part.method, currency, minor });",
    rows: [58],
  },
];

/** Boxes and cases in the hands of people. */
const custody: readonly Mutant[] = [
  {
    name: 'case-is-ended-again',
    file: 'kiosk/staff/cases.ts',
    find: "  if (one.status !== 'open') return 'case-closed';",
    replace: '',
    rows: [75],
  },
  {
    name: 'slip-that-the-window-paid-still-counts',
    file: 'kiosk/staff/cases.ts',
    find: "  if (how === 'paid' && slip !== null) paidOff(turn, slip, by, second);",
    replace: '',
    rows: [75],
  },
  {
    name: 'other-seal-is-no-case',
    file: 'kiosk/staff/moves.ts',
    find: '  if (bag.seal !== seen.seal) sealDiffers(turn, seen.bag);',
    replace: '',
    rows: [75],
  },
  {
    name: 'box-is-changed-again',
    file: 'kiosk/staff/moves.ts',
    find: '  if (boxRefused(turn.kiosk, device) !== null) return;',
    replace: '',
    rows: [79],
  },
  {
    name: 'changed-box-stays-in-the-till',
    file: 'kiosk/till/till.ts',
    find: '      return boxOut(till, body.device);',
    replace: '      return till;',
    rows: [79],
  },
  {
    name: 'slip-of-a-case-has-no-row',
    file: 'kiosk/staff/cases.ts',
    find: '  if (isNew) {',
    replace: '  if (isNew && minor < 0) {',
    rows: [75],
  },
  {
    name: 'close-counts-no-ended-case',
    file: 'kiosk/day/close.ts',
    find: '  for (const counted of reconciliations(turn.kiosk, turn.kiosk.day.opened ?? today(turn))) put(turn, counted);',
    replace: '',
    rows: [75],
  },
  {
    name: 'ended-case-is-counted-by-every-close',
    file: 'kiosk/case.ts',
    find: '      return ended.filter((number) => number !== body.case);',
    replace: '      return ended;',
    rows: [75],
  },
  {
    name: 'slip-is-paid-by-the-window-again',
    file: 'kiosk/staff/cases.ts',
    find: '  if (record.spent) return;\n',
    replace: '',
    rows: [75, 70],
  },
  {
    name: 'slip-of-a-case-is-paid-in-part',
    file: 'kiosk/staff/cases.ts',
    find: "  return slip === null || slip.minor === minor ? null : 'bad-amount';",
    replace: '  return null;',
    rows: [75],
  },
  {
    name: 'box-that-was-counted-waits-again',
    file: 'kiosk/till/till.ts',
    find: 'bags: counted.bags.filter(({ bag }) => bag !== body.bag) };',
    replace: 'bags: counted.bags };',
    rows: [75],
  },
  {
    name: 'box-is-counted-against-itself',
    file: 'kiosk/staff/moves.ts',
    find: '  const expected = inBag(turn.kiosk, bag);\n  const pieces = present(seen.pieces);\n',
    replace: '  const pieces = present(seen.pieces);\n  const expected = pieces;\n',
    rows: [75, 6],
  },
];

const checks: readonly Mutant[] = [
  {
    name: 'checked-piece-not-booked',
    file: 'kiosk/methods/cash/payouts.ts',
    find: "  put(turn, { kind: 'payout.done', ...named(payout), ...told });",
    replace: "  put(turn, { kind: 'payout.done', ...named(payout), ...told, minor: 0, pieces: [] });",
    rows: [78],
  },
  {
    name: 'checks-pay-without-end',
    file: 'kiosk/checks/run.ts',
    find: "  if (paidOutToday(kiosk, device) >= paidOutMaximum) return 'checked-often';\n",
    replace: '  void paidOutToday;\n  void paidOutMaximum;\n',
    rows: [78],
  },
];

const orders: readonly Mutant[] = [
  {
    name: 'order-is-taken-twice',
    file: 'kiosk/remote/remote.ts',
    find: '  if (order.seq <= last) return;\n',
    replace: '  void last;\n',
    rows: [81],
  },
  {
    name: 'restart-in-a-visit',
    file: 'kiosk/remote/remote.ts',
    find: "  if (kiosk.session !== null) return priority === 'now' ? 'served' : 'wait';\n",
    replace: '',
    also: [
      {
        find: "  if (!isAtRest(kiosk)) return 'wait';",
        replace: "  if (!isAtRest({ ...kiosk, session: null })) return 'wait';",
      },
    ],
    rows: [81],
  },
  {
    name: 'order-is-begun-again-by-each-start',
    file: 'kiosk/remote/remote.ts',
    find: "    if (!begun) continue;\n    if (order.act === 'restart'",
    replace:
      "    if (!begun) continue;\n    put(turn, { kind: 'remote.begun', seq, order });\n    if (order.act === 'restart'",
    rows: [81],
  },
  {
    name: 'lock-keeps-nobody-out',
    file: 'kiosk/cabinet/limits.ts',
    find: "  if (kiosk.remote.locked !== null) return 'office';\n",
    replace: '',
    rows: [81],
  },
];

export const mutants: readonly Mutant[] = [
  ...orders,
  ...checks,
  ...cabinet,
  ...custody,
  ...refunds,
  ...several,
  ...change,
  ...days,
  ...goods,
  ...charges,
  ...statements,
  ...clocks,
  ...loop,
  ...journal,
  ...driver,
  ...notes,
  ...sale,
  ...vouchers,
];
