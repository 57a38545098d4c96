/** No method can be used, staff are at work, or a note waits that is nobody's: since when, where else, and the phone. */
import { noteWaits } from '../methods/cash/presented.ts';
import { methodsNow } from '../methods/catalog.ts';
import { clockTime } from '../local-time.ts';
import type { Kiosk } from '../kiosk.ts';
import { methodList, otherLanguage, type Page, pageIn, type Part, serviceCode, windowHours } from './page.ts';

/** Nobody can begin: there is no method left to pay with, or somebody's change waits in the slot. */
export function isClosed(kiosk: Kiosk): boolean {
  return noteWaits(kiosk) || methodsNow(kiosk, null).every((method) => method.off !== null);
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
    },
    actions: [],
  };
}

/** Everything but the telephone, in the language of the page. */
function sentences(page: Page) {
  const { kiosk, scene, words, window, phone } = page;
  const { closed } = words;
  const time = clockTime(scene.closedSinceMs ?? kiosk.bootWallMs, kiosk.rules.timeZone);
  const code = serviceCode(kiosk);
  const served = kiosk.staff.service !== null;
  const works = closed.hours(window, windowHours(page));
  if (!served && noteWaits(kiosk)) {
    const { leftTitle: title, left: since, leftUntil: off } = closed;
    return { title, since, cash: closed.leftYours(window, phone), works, off };
  }
  return {
    title: served ? closed.serviceTitle : closed.title,
    since: served ? closed.service : code === null ? closed.since(time) : closed.sinceCode(time, code),
    cash: closed.cash(window, phone),
    works,
    off: closed.methodsOff(methodList(page, methodsNow(kiosk, null))),
  };
}
