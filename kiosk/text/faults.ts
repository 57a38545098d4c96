/** What the kiosk itself finds wrong with a device: a code for the glass, and what a technician does about it. */
import type { CaseAbout } from '../server/staff-wire.ts';
import type { Lang } from '../server/wire.ts';

export interface KioskFault {
  /** `kiosk.what`, lower case, never reused for another meaning; the codes of devices begin with their protocol. */
  readonly code: string;
  readonly remedy: Readonly<Record<Lang, string>>;
}

export const denominationsChanged: KioskFault = {
  code: 'kiosk.denominations-changed',
  remedy: {
    'zh-CN': '面额表与先前记录的不同,已停止收钞:装回原来的设备或固件;新的面额表须由人员确认后才会使用。',
    en:
      'The denominations are not those recorded before, so no notes are taken: put the device or the firmware of ' +
      'before back. A new table is used only after a person has confirmed it.',
  },
};

/** The fault that a case stands for; null when it is about money or paper. */
export function faultOfCase(about: CaseAbout): KioskFault | null {
  return about === 'denominations-changed' ? denominationsChanged : null;
}
