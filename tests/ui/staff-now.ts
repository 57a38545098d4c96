import type { Right, Role, StaffNow } from '../../kiosk/server/staff-wire.ts';

/** A desk at which one person of this role is logged in. */
export function staffNow(role: Role, rights: readonly Right[]): StaffNow {
  return {
    at: 'in',
    merchant: { name: { 'zh-CN': '医院', en: 'Clinic' }, mark: '+', accent: '#0A5C5A' },
    place: { 'zh-CN': '大厅', en: 'Hall' },
    kiosk: 'LAB-01',
    money: { currency: 'CNY', exponent: 2 },
    timeZone: 'Asia/Shanghai',
    glass: { diagonalInch: 21.5, widthPx: 1080, heightPx: 1920 },
    me: { number: '1', name: 'Li', role, rights, seconds: 100 },
    twoPersons: [],
  };
}
