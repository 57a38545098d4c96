/** Words about alerts: what each kind says, and what to do about it. */
import type { AlertLine } from '../../../kiosk/office/server/wire.ts';

/** What is wrong, and what to do. */
export interface AlertWords {
  readonly title: string;
  readonly remedy: string;
}

/** By kind. A kind that this page does not know is shown as it came. */
const kindsEn = {
  offline: {
    title: 'The kiosk is away',
    remedy: 'Check its power and network. It goes on taking money and sends its journal when it is back.',
  },
  'cash-full': { title: 'A cash box is nearly full', remedy: 'Send somebody to empty it.' },
  'cash-low': { title: 'Change runs low', remedy: 'Send somebody to fill it.' },
  paper: { title: 'The printer needs paper', remedy: 'Send somebody with a new roll.' },
  fault: {
    title: 'A device needs a hand',
    remedy: 'The staff’s page at the kiosk says what to do about it. If nobody is there, send a technician.',
  },
  'configuration-stale': {
    title: 'The kiosk does not trust what is published',
    remedy:
      'What it reads is not signed as it must be, too old, or does not reach it. See that the office runs and can sign, that what it publishes is served, and that the kiosk’s clock is right. Sales go on.',
  },
  'configuration-refused': {
    title: 'The kiosk refused a configuration',
    remedy: 'It keeps running with the one before. Correct what is wrong and publish again.',
  },
  'configuration-went-back': {
    title: 'The kiosk went back to the configuration before',
    remedy: 'The new one did not work there. See why before you publish it again.',
  },
  case: { title: 'A case is open', remedy: 'Somebody with the right to do so ends it at the kiosk.' },
  'chain-broken': {
    title: 'The journal does not fit what is stored here',
    remedy:
      'Entries were changed or lost. Nothing stored here was replaced. Secure the kiosk’s data before anything else and find out why.',
  },
  'voucher-conflict': {
    title: 'A voucher was redeemed twice',
    remedy: 'Two kiosks took it while one of them was away. Compare both papers and decide who bears the loss.',
  },
} as const satisfies Readonly<Record<string, AlertWords>>;

export type KnownAlert = keyof typeof kindsEn;

export const alertsEn = {
  tabs: { open: 'Open', acknowledged: 'Acknowledged', cleared: 'Cleared' } as Record<AlertLine['status'], string>,
  openSince: (at: string) => `since ${at}`,
  acknowledge: 'Acknowledge',
  clear: 'Clear',
  clearSure: (title: string, kiosk: string) =>
    `“${title}” at ${kiosk} is put away. If it still holds, it is opened anew.`,
  clearDo: 'Clear it',
  acknowledgedBy: (person: string, at: string) => `${person} sees to it since ${at}`,
  clearedBy: (person: string, at: string) => `Cleared by ${person}, ${at}`,
  clearedItself: (at: string) => `Over by itself, ${at}`,
  noAlerts: {
    open: 'Nothing is open',
    acknowledged: 'Nobody is seeing to anything',
    cleared: 'Nothing has been cleared yet',
  } as Record<AlertLine['status'], string>,
  noAlertsText: 'What goes wrong at a kiosk shows up here by itself.',
  alertKinds: kindsEn as Readonly<Record<KnownAlert, AlertWords>>,
  unknownAlert: (kind: string): AlertWords => ({
    title: `Something is wrong (${kind})`,
    remedy: 'This page has no words for it. A newer page may have.',
  }),
  lost: (device: string) => `${device} does not answer`,
  deviceFault: (device: string, code: string) => `${device}: ${code}`,
  leftOf: (what: string, count: string) => `${what}: ${count} left`,
  filled: (what: string, count: string) => `${what}: ${count} pieces`,
  saysFull: (what: string) => `${what}: the machine says that it is full`,
  clockOff: (seconds: string) =>
    `Its clock is off by ${seconds}: wallets and the office’s commands wait until it is set right.`,
  caseNumber: (number: string) => `Case ${number}`,
  editionRefused: (edition: string) => `Configuration no. ${edition}`,
  backTo: (hash: string) => `Runs again: ${hash}`,
  whys: {
    'not-started': 'The kiosk could not start with it.',
    unsound: 'It breaks a rule of the kiosk’s version.',
    silent: 'A device did not answer.',
    'no-glass': 'No screen showed it.',
    'other-kiosk': 'It is for another kiosk.',
    'other-money': 'It is for another currency than what is inside.',
  } as Readonly<Record<string, string>>,
};

export const alertsZh: typeof alertsEn = {
  tabs: { open: '未处理', acknowledged: '处理中', cleared: '已解除' },
  openSince: (at) => `自 ${at}`,
  acknowledge: '接手处理',
  clear: '解除',
  clearSure: (title, kiosk) => `解除 ${kiosk} 的“${title}”。如果问题仍在，会重新告警。`,
  clearDo: '确认解除',
  acknowledgedBy: (person, at) => `${person} 自 ${at} 起处理`,
  clearedBy: (person, at) => `${person} 解除，${at}`,
  clearedItself: (at) => `自行恢复，${at}`,
  noAlerts: { open: '没有未处理的告警', acknowledged: '没有处理中的告警', cleared: '还没有已解除的告警' },
  noAlertsText: '收款机出现问题时，会自动出现在这里。',
  alertKinds: {
    offline: { title: '收款机离线', remedy: '检查电源和网络。收款照常进行，恢复后会补传流水。' },
    'cash-full': { title: '钱箱将满', remedy: '派人收取。' },
    'cash-low': { title: '零钱不足', remedy: '派人补充。' },
    paper: { title: '打印机缺纸', remedy: '派人更换纸卷。' },
    fault: { title: '设备需处理', remedy: '收款机的员工页面写有处理办法；现场无人时，请派技术员。' },
    'configuration-stale': {
      title: '收款机不采信已发布的内容',
      remedy:
        '读到的内容签名不对或已过期，或一直取不到。请确认后台在运行、能签名，发布的内容可以取到，收款机的时钟准确。收款照常进行。',
    },
    'configuration-refused': { title: '收款机拒绝了一份配置', remedy: '仍按原来的配置运行。请改正后重新发布。' },
    'configuration-went-back': { title: '收款机恢复了原来的配置', remedy: '新配置在那里不能用。请查明原因后再发布。' },
    case: { title: '有未结差错', remedy: '由有权限的员工在收款机上了结。' },
    'chain-broken': {
      title: '流水与后台所存的不符',
      remedy: '有条目被改动或丢失。后台所存的没有被替换。请先保全收款机的数据，再查明原因。',
    },
    'voucher-conflict': {
      title: '一张凭证被兑付两次',
      remedy: '其中一台离线时，两台收款机都收了它。请核对两张单据，确定由谁承担。',
    },
  },
  unknownAlert: (kind) => ({ title: `出现问题（${kind}）`, remedy: '本页没有对应的说明，更新后的页面可能有。' }),
  lost: (device) => `${device} 无应答`,
  deviceFault: (device, code) => `${device}：${code}`,
  leftOf: (what, count) => `${what}：剩 ${count}`,
  filled: (what, count) => `${what}：${count} 张`,
  saysFull: (what) => `${what}：机器报告已满`,
  clockOff: (seconds) => `时钟偏差 ${seconds}：校准之前，电子钱包和后台命令不可用。`,
  caseNumber: (number) => `差错 ${number}`,
  editionRefused: (edition) => `第 ${edition} 号配置`,
  backTo: (hash) => `恢复运行：${hash}`,
  whys: {
    'not-started': '收款机无法用它启动。',
    unsound: '不符合收款机当前版本的规则。',
    silent: '有设备没有应答。',
    'no-glass': '没有屏幕显示它。',
    'other-kiosk': '是给另一台收款机的。',
    'other-money': '币种与机内现金不同。',
  },
};
