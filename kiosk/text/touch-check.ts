/** What stands over the glass while the touch screen is checked. */
import type { Lang } from '../server/wire.ts';

export const touchCheckWords: Readonly<Record<Lang, string>> = {
  'zh-CN': '正在检查触摸屏，请稍候',
  en: 'The touch screen is being checked. One moment, please.',
};
