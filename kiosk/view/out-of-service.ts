/** No method can be used: since when, where else, and the phone. */
import { methodsNow } from '../methods/catalog.ts';
import { clockTime } from '../local-time.ts';
import type { Kiosk } from '../kiosk.ts';
import { methodList, otherLanguage, type Page, pageIn, type Part, serviceCode } from './page.ts';

/** Nobody can begin: there is no method left to pay with. */
export function isClosed(kiosk: Kiosk): boolean {
  return methodsNow(kiosk, null).every((method) => method.off !== null);
}

export function outOfService(page: Page): Part {
  const { kiosk, words, window, phone } = page;
  const { closed } = words;
  const other = otherLanguage(page);
  const second = other === null ? null : pageIn(kiosk, page.scene, other);
  const { from, to } = page.scene.config.merchant.window.staffed;
  const time = clockTime(page.scene.closedSinceMs ?? kiosk.bootWallMs, kiosk.rules.timeZone);
  const code = serviceCode(kiosk);
  return {
    body: {
      screen: 'out-of-service',
      title: closed.title,
      titleOther: second?.words.closed.title ?? '',
      since: code === null ? closed.since(time) : closed.sinceCode(time, code),
      works: [closed.hours(window, from, to), closed.methodsOff(methodList(page, methodsNow(kiosk, null)))],
      cash: closed.cash(window, phone),
      cashOther: second === null ? '' : second.words.closed.cash(second.window, phone),
      phoneLabel: closed.phone,
      phone,
      nearest: closed.nearest(window),
    },
    actions: [],
  };
}
