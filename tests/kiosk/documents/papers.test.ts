import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../config/schema.ts';
import { createPapers } from '../../../kiosk/documents/papers.ts';
import type { EntryBody } from '../../../kiosk/entry.ts';
import { indexKeys } from '../../../kiosk/journal/derive.ts';
import type { Entry } from '../../../kiosk/entry.ts';
import type { Lang } from '../../../kiosk/server/wire.ts';
import { Visit } from '../view/visit.ts';
import { bytesOf, flat } from './reading.ts';

const seal = {
  signVoucher: () => ({ qr: 'QR', code: 'CODE' }),
  verifyQr: () => ({ ok: false }) as const,
  verifyTyped: () => false,
};

/** The papers of a journal with these entries, found by the very keys that the journal keeps. */
function papersOf(bodies: readonly EntryBody[]) {
  const checked = checkConfig(JSON.parse(readFileSync('config/examples/lab.json', 'utf8')));
  if (!checked.ok) throw new Error('lab.json');
  const entries = bodies.map((body, i) => {
    return { seq: i + 1, at: '2026-03-31T01:20:00.000Z', day: '', kind: body.kind, session: null, body, hash: '' };
  });
  const find = (key: string): Entry[] => entries.filter(({ body }) => indexKeys(body).includes(key));
  return createPapers({ config: checked.config, find, seal, columns: 42 });
}

/** A visit in which ¥86.50 was paid with a hundred, and the answer of the biller. */
function paidVisit(answer: 'posted' | 'refused'): readonly EntryBody[] {
  const visit = new Visit();
  const all: EntryBody[] = [];
  const keep = () => all.push(...visit.entries);
  visit.boot().begin().payingCash().note(10_000);
  keep();
  visit.printed();
  const command = Object.keys(visit.kiosk.posts)[0] as string;
  if (answer === 'posted') visit.step({ fact: 'bill.posted', command, reference: 'X' });
  else visit.step({ fact: 'bill.refused', command, reason: 'paid-elsewhere' });
  keep();
  return all;
}

function receipt(bodies: readonly EntryBody[], lang: Lang, copy: boolean): string {
  const paid = bodies.find((body) => body.kind === 'sale.paid');
  if (paid?.kind !== 'sale.paid') throw new Error('nothing was paid');
  const document = { paper: 'receipt', receipt: paid.receipt } as const;
  const order = { kind: 'document.print', command: 'p', document, copy, lang, session: 'v' } as const;
  return flat(bytesOf(papersOf(bodies).document(order), 42));
}

describe('a receipt', () => {
  test('whose payment the payee refused says so, with the numbers of the slip and of the case', () => {
    const bodies = paidVisit('refused');
    expect(receipt(bodies, 'zh-CN', false)).toContain(
      '收款方没有接受这笔付款，账单未付。￥86.50已退还：现金凭证号000002，核实号C00001。',
    );
    expect(receipt(bodies, 'en', false)).toContain(
      'Thepayeedidnottakethispayment;thebillisnotpaid.￥86.50wasgivenback:cashslipno.000002,caseno.C00001.',
    );
  });

  test('that is printed again by its number says it without the numbers that the window pays for', () => {
    const bodies = paidVisit('refused');
    for (const [lang, words] of [
      ['zh-CN', '￥86.50已退还。'],
      ['en', '￥86.50wasgivenback.'],
    ] as const) {
      const copy = receipt(bodies, lang, true);
      expect(copy).toContain(words);
      expect(copy).not.toMatch(/C00001|00000[12](?!时间|Time)/);
      expect(receipt(bodies, lang, false)).toMatch(/000001[\s\S]*000002/);
    }
  });

  test('of a payment that stands says nothing of the kind', () => {
    const bodies = paidVisit('posted');
    expect(receipt(bodies, 'zh-CN', false)).not.toContain('没有接受');
    expect(receipt(bodies, 'en', false)).not.toContain('didnottake');
  });

  test('for a phone says it too', () => {
    const paid = paidVisit('refused');
    const text = papersOf(paid).phoneReceipt('R000001', 'en');
    expect(text).toContain('¥86.50 was given back: cash slip no. 000002, case no. C00001');
    expect(papersOf(paidVisit('posted')).phoneReceipt('R000001', 'en')).not.toContain('given back');
  });
});
