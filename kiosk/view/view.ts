/**
 * What the glass shows: the state, in words. Pure. Times (the greeting, seconds left) are those of the state's last fact;
 * whoever wants them newer hands in the state with newer `wallMs` and `monoMs`. At most 32 kB as JSON.
 */
import type { Kiosk } from '../kiosk.ts';
import type { Session } from '../session/session.ts';
import { isCardToTake } from '../methods/charge/availability.ts';
import { noteToTake } from '../methods/cash/presented.ts';
import type { Sale } from '../sale/sale.ts';
import type { View } from '../server/wire.ts';
import { attract } from './attract.ts';
import { caseScreen } from './case.ts';
import { choose, promise, voucher } from './choose.ts';
import { documents, takeReceipt, thanks } from './documents.ts';
import { findBill, findReceipt, welcome } from './find.ts';
import { aloneOf, helpPageOf, languageOf, codeNotice, noticeOf, stepOf, warningOf } from './frame.ts';
import { isClosed, outOfService } from './out-of-service.ts';
import { type Page, pageOf, type Part, type Scene } from './page.ts';
import { partApproved, payCharge, takeCard, underWay } from './pay-charge.ts';
import { payCash } from './pay-cash.ts';
import { refund } from './refund.ts';
import { review } from './review.ts';
import { shop } from './shop.ts';
import { takeNote } from './take-note.ts';
import { giving, returned, settled, settling } from './settled.ts';

export type { Scene } from './page.ts';

/** `number` counts up with every view that differs. */
export function view(kiosk: Kiosk, scene: Scene, number: number): View {
  const page = pageOf(kiosk, scene);
  const { session } = kiosk;
  const { body, actions } = scene.failed
    ? outOfService(page)
    : session === null
      ? nobody(page)
      : present(page, session);
  const { merchant, glass } = scene.config;
  const { frame } = page.words;
  return {
    number,
    lang: page.lang,
    merchant: { name: merchant.legalName[page.lang], mark: merchant.mark, accent: merchant.accent },
    step: session === null ? null : stepOf(page, session),
    language: body.screen === 'out-of-service' ? null : languageOf(page),
    help: session === null ? null : { label: frame.help },
    body,
    actions,
    notice: session === null ? codeNotice(page) : noticeOf(page, session),
    warning: session === null ? null : warningOf(page, session),
    helpPage: session?.help ? helpPageOf(page) : null,
    say: scene.say,
    glass,
    alone: aloneOf(page),
  };
}

function nobody(page: Page): Part {
  return page.kiosk.staff.service !== null || isClosed(page.kiosk) ? outOfService(page) : attract(page);
}

function present(page: Page, session: Session): Part {
  const note = noteToTake(page.kiosk);
  if (note !== null) return takeNote(page, note);
  const { stage, sale } = session;
  switch (stage.at) {
    case 'welcome':
      return welcome(page);
    case 'shop':
      return shop(page, stage);
    case 'find-bill':
      return findBill(page, stage);
    case 'find-receipt':
      return stage.out ? takeReceipt(page, null, null) : findReceipt(page, stage);
    case 'refund':
      return refund(page, stage);
    case 'review':
      return review(page, stage);
    case 'choose':
      return of(page, sale, (p, s) => choose(p, s, stage));
    case 'promise':
      return of(page, sale, promise);
    case 'voucher':
      return voucher(page, stage);
    case 'pay-cash':
      return of(page, sale, (p, s) => payCash(p, s, false));
    case 'closing':
      return of(page, sale, closing);
    case 'pay-charge':
      return of(page, sale, (p, s) => payCharge(p, s, stage.method, page.kiosk.charges[stage.command] ?? null, false));
    case 'part-approved':
      return of(page, sale, (p, s) => partApproved(p, s, page.kiosk.charges[stage.command] ?? null));
    case 'giving':
      return of(page, sale, giving);
    case 'settling':
      return of(page, sale, settling);
    case 'settled':
      return of(page, sale, isCardToTake(page.kiosk) ? takeCard : settled);
    case 'returned':
      return of(page, sale, returned);
    case 'documents':
      return of(page, sale, (p, s) => documents(p, stage, s));
    case 'case':
      return caseScreen(page, stage, sale);
    case 'thanks':
      return thanks(page, stage);
    default:
      return stage satisfies never;
  }
}

/** Money may still move: a request that is being called off, or a note behind the shut slot. */
function closing(page: Page, sale: Sale): Part {
  const charge = underWay(page.kiosk, sale);
  return charge === null ? payCash(page, sale, true) : payCharge(page, sale, charge.method, charge, true);
}

/** Past the choice of a bill there is a sale; a state without one has nothing to pay and begins again. */
function of(page: Page, sale: Sale | null, screen: (page: Page, sale: Sale) => Part): Part {
  return sale === null ? welcome(page) : screen(page, sale);
}
