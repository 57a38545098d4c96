/** Why the way that was just tried did not do, and that nothing was taken. */
import type { DeclineReason } from '../../hardware/charge.ts';
import type { Kiosk } from '../kiosk.ts';
import type { Sale } from '../sale/sale.ts';
import type { ChargeMethod, ScreenBody } from '../server/wire.ts';
import type { Stage } from '../session/stage.ts';
import type { Words } from '../text/words.ts';
import { joined, type Page, said } from './page.ts';

type Declined = NonNullable<Extract<Stage, { at: 'choose' }>['declined']>;

export function choiceNotice(
  page: Page,
  sale: Sale,
  declined: Declined | null,
): Extract<ScreenBody, { screen: 'choose' }>['notice'] {
  const { words, kiosk } = page;
  // Called off after it was approved: it is on its way back while the next way is chosen.
  const back = Object.values(kiosk.charges).filter((one) => one.sale === sale.id && one.status === 'reversing');
  if (back.length > 0 && (declined === null || declined.reason === 'cancelled')) {
    const minor = back.reduce((sum, one) => sum + (one.approval?.minor ?? one.minor), 0);
    return { tone: 'busy', text: words.charge.reversingText(said(page, minor)) };
  }
  if (declined !== null) {
    const why = declinedText(words, declined);
    const code = isWatched(kiosk, sale, declined.method) ? [words.declined.oldCode] : [];
    return { tone: 'caution', text: joined(page, [why, ...code]) };
  }
  // Whoever left a code for another way may still have it on the phone.
  const left = (['alipay', 'wechat'] as const).some((method) => isWatched(kiosk, sale, method));
  return left ? { tone: 'caution', text: words.declined.oldCode } : null;
}

/** The code has left the screen, and may be paid all the same. */
function isWatched({ charges }: Kiosk, { id }: Sale, method: ChargeMethod): boolean {
  return Object.values(charges).some((one) => one.sale === id && one.method === method && one.status === 'watched');
}

/** One sentence or two, the same to read and to hear. */
export function declinedText({ declined: words, method: names }: Words, { method, reason }: Declined): string {
  return method === 'card' ? cardText(words, reason) : walletText(words, names[method], reason);
}

function cardText(words: Words['declined'], reason: DeclineReason): string {
  switch (reason) {
    case 'refused':
      return words.refused;
    case 'insufficient':
      return words.insufficient;
    case 'expired-card':
      return words.expiredCard;
    case 'unreadable':
      return words.unreadable;
    case 'wrong-pin':
      return words.pin;
    case 'currency':
      return words.currency;
    case 'limit':
      return words.limit;
    case 'timeout':
      return words.timeout;
    case 'cancelled':
      return words.cancelled;
    case 'offline':
      return words.offline;
    case 'stale-code':
    case 'other':
      return words.other;
    default:
      return reason satisfies never;
  }
}

function walletText(words: Words['declined'], name: string, reason: DeclineReason): string {
  switch (reason) {
    case 'refused':
      return words.refusedWallet(name);
    case 'insufficient':
      return words.insufficientWallet;
    case 'limit':
      return words.limitWallet(name);
    case 'timeout':
      return words.timeoutWallet(name);
    case 'cancelled':
      return words.cancelled;
    case 'stale-code':
      return words.staleCode;
    case 'offline':
      return words.offlineWallet(name);
    case 'wrong-pin':
    case 'currency':
    case 'expired-card':
    case 'unreadable':
    case 'other':
      return words.other;
    default:
      return reason satisfies never;
  }
}
