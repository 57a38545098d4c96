/** Paper, phone or none; then goodbye. */
import { printerUsable } from '../methods/cash/acceptance.ts';
import { thanksMs } from '../rules.ts';
import type { Sale } from '../sale/sale.ts';
import type { Card, ScreenBody } from '../server/wire.ts';
import type { Stage } from '../session/stage.ts';
import { action, type Page, type Part, printerOff } from './page.ts';

type Body = Extract<ScreenBody, { screen: 'documents' }>;
type DocumentsStage = Extract<Stage, { at: 'documents' }>;

export function documents(page: Page, stage: DocumentsStage, sale: Sale): Part {
  const { documents: words, frame } = page.words;
  const number = sale.receipt ?? '';
  const receipt = { label: page.words.find.receiptLabel, number };
  const goodFor = sale.bill.goods === undefined ? words.number : words.numberOfGoods;
  const code = page.scene.phoneReceipt(number, page.lang);
  const noPaper = stage.noPaper || !printerUsable(page.kiosk);
  if (stage.print !== null) {
    return {
      body: {
        screen: 'documents',
        title: words.yours,
        receipt,
        text: goodFor,
        cards: [],
        phone: null,
        printing: words.printing,
      },
      actions: [],
    };
  }
  if (stage.out) return takeReceipt(page, receipt, goodFor);
  if (stage.phone && code !== null) {
    const instead = noPaper ? [] : [action('other', words.printInstead, { do: 'document', choice: 'paper' })];
    return {
      body: {
        screen: 'documents',
        title: words.yours,
        receipt,
        text: null,
        cards: [],
        phone: { qr: code, text: words.scan },
        printing: null,
      },
      actions: [...instead, action('main', frame.finish, { do: 'finish' })],
    };
  }
  return {
    body: {
      screen: 'documents',
      title: words.title,
      receipt,
      text: noPaper ? noPaperText(page, number, code !== null) : goodFor,
      cards: cardsOf(page, noPaper, code !== null),
      phone: null,
      printing: null,
    },
    actions: [],
  };
}

/** The receipt is out: it stands here until it is taken, which no sensor tells. */
export function takeReceipt(page: Page, receipt: Body['receipt'], text: string | null): Part {
  const { documents: words, frame } = page.words;
  return {
    body: { screen: 'documents', title: words.yours, receipt, text, cards: [], phone: null, printing: words.take },
    actions: [action('main', frame.finish, { do: 'finish' })],
  };
}

function noPaperText(page: Page, receipt: string, byPhone: boolean): string {
  const { documents: words, method } = page.words;
  const reason = printerOff(page);
  if (!byPhone) return words.noPaperWindow(reason, page.window, receipt);
  return reason === method.paperOut ? words.paperOutScan : words.printerOffScan;
}

function cardsOf(page: Page, noPaper: boolean, byPhone: boolean): Card[] {
  const { documents: words, method } = page.words;
  const cards: Card[] = [
    {
      icon: 'paper',
      label: words.print,
      note: words.printNote,
      off: noPaper ? method.notNow(printerOff(page)) : null,
      intent: { do: 'document', choice: 'paper' },
    },
  ];
  if (byPhone) {
    cards.push({
      icon: 'phone',
      label: words.phone,
      note: words.phoneNote,
      off: null,
      intent: { do: 'document', choice: 'phone' },
    });
  }
  cards.push({
    icon: 'none',
    label: words.none,
    note: null,
    off: null,
    intent: { do: 'document', choice: 'none' },
  });
  return cards;
}

export function thanks(page: Page, stage: Extract<Stage, { at: 'thanks' }>): Part {
  const { thanks: words, frame } = page.words;
  const leftMs = stage.sinceMs + thanksMs - page.kiosk.monoMs;
  const seconds = Math.min(thanksMs / 1000, Math.max(0, Math.ceil(leftMs / 1000)));
  return {
    body: { screen: 'thanks', title: words.title, text: words.text, seconds },
    actions: [action('main', frame.finish, { do: 'finish' })],
  };
}
