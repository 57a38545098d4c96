/** No method can be used, staff are at work, or a note waits that is nobody's: since when, where else, and the phone. */
import { type Kept, keptBy } from '../cabinet/limits.ts';
import { noteWaits } from '../methods/cash/presented.ts';
import { methodsNow } from '../methods/catalog.ts';
import { clockTime } from '../local-time.ts';
import type { Kiosk } from '../kiosk.ts';
import { methodList, otherLanguage, type Page, pageIn, type Part, serviceCode, windowHours } from './page.ts';

/** Nobody can begin: there is no method left to pay with, or somebody's change waits in the slot, or the cabinet keeps it shut. */
export function isClosed(kiosk: Kiosk): boolean {
  return keptBy(kiosk) !== null || noteWaits(kiosk) || methodsNow(kiosk, null).every((method) => method.off !== null);
}

export function outOfService(page: Page): Part {
  const other = otherLanguage(page);
  const own = sentences(page);
  const second = other === null ? null : sentences(pageIn(page.kiosk, page.scene, other));
  return {
    body: {
      screen: 'out-of-service',
      title: own.title,
      titleOther: second?.title ?? '',
      since: own.since,
      sinceOther: second?.since ?? '',
      cash: own.cash,
      cashOther: second?.cash ?? '',
      works: own.works,
      worksOther: second?.works ?? '',
      off: own.off,
      offOther: second?.off ?? '',
      phoneLabel: page.words.closed.phone,
      phone: page.phone,
      staff: keptNow(page.kiosk) === 'key' ? { label: own.enter, labelOther: second?.enter ?? '' } : null,
    },
    actions: [],
  };
}

/** What keeps it shut, and no visit or service is in the way of saying so. */
function keptNow(kiosk: Kiosk): Kept | null {
  return kiosk.staff.service !== null || noteWaits(kiosk) ? null : keptBy(kiosk);
}

function keptWords({ words: { closed } }: Page, kept: Kept): { title: string; since: string; off: string } {
  switch (kept) {
    case 'mains':
      return { title: closed.mainsTitle, since: closed.mains, off: closed.mainsOff };
    // Whoever opened it has not shut it yet.
    case 'vault':
      return { title: closed.serviceTitle, since: closed.service, off: closed.keyOff };
    case 'key':
      return { title: closed.keyTitle, since: closed.key, off: closed.keyOff };
    case 'anew':
      return { title: closed.title, since: closed.anew, off: closed.officeOff };
    case 'office':
      return { title: closed.officeTitle, since: closed.office, off: closed.officeOff };
    case 'hot':
      return { title: closed.title, since: closed.hot, off: closed.climateOff };
    case 'cold':
      return { title: closed.title, since: closed.cold, off: closed.climateOff };
    default:
      return kept satisfies never;
  }
}

/** Everything but the telephone, in the language of the page. */
function sentences(page: Page) {
  const { kiosk, scene, words, window, phone } = page;
  const { closed } = words;
  const { keyEnter: enter } = closed;
  const time = clockTime(scene.closedSinceMs ?? kiosk.bootWallMs, kiosk.rules.timeZone);
  const code = serviceCode(kiosk);
  const served = kiosk.staff.service !== null;
  const works = closed.hours(window, windowHours(page));
  if (!served && noteWaits(kiosk)) {
    const { leftTitle: title, left: since, leftUntil: off } = closed;
    return { title, since, cash: closed.leftYours(window, phone), works, off, enter };
  }
  const kept = keptNow(kiosk);
  if (kept !== null) {
    return { ...keptWords(page, kept), cash: closed.cash(window, phone), works, enter };
  }
  return {
    title: served ? closed.serviceTitle : closed.title,
    since: served ? closed.service : code === null ? closed.since(time) : closed.sinceCode(time, code),
    cash: closed.cash(window, phone),
    works,
    off: closed.methodsOff(methodList(page, methodsNow(kiosk, null))),
    enter,
  };
}
