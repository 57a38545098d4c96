/** Nobody is here: the greeting, or what does not work and where else one can pay. */
import { printerUsable, windowStaffed } from '../methods/cash/acceptance.ts';
import { type MethodNow, methodsNow } from '../methods/catalog.ts';
import { localTime } from '../local-time.ts';
import { greeting } from '../text/spoken.ts';
import {
  joined,
  methodList,
  methodName,
  offReason,
  otherLanguage,
  type Page,
  pageIn,
  type Part,
  printerOff,
  serviceCode,
  windowHours,
} from './page.ts';

export function attract(page: Page): Part {
  const methods = methodsNow(page.kiosk, null);
  const other = otherLanguage(page);
  const second = other === null ? null : pageIn(page.kiosk, page.scene, other);
  const partly = limits(page, methods);
  const partlyOther = second === null ? null : limits(second, methods);
  return {
    body: {
      screen: partly === null ? 'attract' : 'partly-available',
      greeting: hello(page),
      greetingOther: second === null ? '' : hello(second),
      tasks: tasks(page),
      tasksOther: second === null ? '' : tasks(second),
      touch: touch(page),
      touchOther: second === null ? '' : touch(second),
      methods: methods.map(({ method, off }) => ({
        icon: method,
        label: methodName(page, method),
        labelOther: second === null ? '' : methodName(second, method),
        off: off === null ? null : offReason(page, method, off),
      })),
      notice: notice(page, methods),
      noticeOther: second === null ? '' : notice(second, methods),
      partly,
      partlyOther,
      message: page.kiosk.remote.message?.[page.lang] ?? null,
      messageOther: second === null ? null : (page.kiosk.remote.message?.[second.lang] ?? null),
    },
    actions: [],
  };
}

function tasks({ kiosk: { rules }, words }: Page): string {
  const usual = rules.goods === null ? words.attract.tasks : words.shop.tasks;
  return rules.refunds === null ? usual : `${usual} · ${words.attract.refundTask}`;
}

function touch({ kiosk, words }: Page): string {
  return kiosk.rules.goods === null ? words.attract.touch : words.shop.touch;
}

function hello(page: Page): string {
  return greeting(localTime(page.kiosk.wallMs, page.kiosk.rules.timeZone).hour, page.lang);
}

/** Which methods are taken now, how cash is paid, and the service phone (PBoC announcement 2025 No. 29). */
function notice(page: Page, methods: readonly MethodNow[]): string {
  const usable = methods.filter(({ off }) => off === null);
  return page.words.attract.notice(methodList(page, usable), page.phone, page.window);
}

/** What is not as usual, said before anybody begins; null when all is well. */
function limits(page: Page, methods: readonly MethodNow[]): string | null {
  const { kiosk, words, window, phone } = page;
  const sentences: string[] = [];
  for (const { method, off } of methods) {
    if (off === null) continue;
    const reason = offReason(page, method, off);
    const { cashOff, methodOff } = words.attract;
    const listed = words.method[`${method}Listed`];
    sentences.push(method === 'cash' ? cashOff(reason, window, phone) : methodOff(listed, reason));
  }
  if (!printerUsable(kiosk)) sentences.push(words.attract.noPrinter(printerOff(page)));
  else if (!windowStaffed(kiosk)) {
    sentences.push(words.attract.noWindow(window, windowHours(page)));
  }
  const code = serviceCode(kiosk);
  if (code !== null) sentences.push(words.attract.service(code));
  return sentences.length === 0 ? null : joined(page, sentences);
}
