/** What the search page says of the configuration: what runs, what was changed last, and what can be changed. */
import type { StaffConfiguration } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';

type Last = NonNullable<StaffConfiguration['last']>;

const en = {
  title: 'Configuration',
  runs: (hash: string) => `Runs: ${hash}`,
  waits: 'Another configuration is kept. The kiosk starts with it as soon as nobody is served and nothing moves.',
  staged: (edition: number) => `The office has published another one (no. ${edition}). It changes:`,
  stagedSoon: 'The kiosk starts with it when nobody is served, nothing moves and nobody is logged in here.',
  heldUp: (device: string) =>
    `${device} is no longer in it, but still holds money or has something under way: empty it first.`,
  stale:
    'What the office publishes is not signed as it must be, too old to be believed, or has not come for a while. Sales go on; tell the office.',
  tried: (devices: string) =>
    devices === ''
      ? 'It has just begun.'
      : `It has just begun. ${devices} has to answer, or the one before is taken again.`,
  last: {
    push: () => 'The office published it.',
    use: (device) => `${device} was added.`,
    move: (device) => `${device} is used at another port.`,
    'take-out': (device) => `${device} was taken out.`,
    undo: () => 'The configuration before was taken again.',
    file: () => 'The file given by hand was edited and counts again.',
    'went-back': () => 'The new configuration could not be used. The one before was taken again.',
  } as Record<Last['what'], (device: string) => string>,
  why: {
    'not-started': () => 'The kiosk could not start with it.',
    unsound: () => 'It breaks a rule of this version.',
    silent: (device) => `${device} did not answer. Check its cable and power, then use it again.`,
    'no-glass': () => 'No screen showed it.',
  } as Record<NonNullable<Last['why']>, (device: string) => string>,
  by: (number: string) => `By ${number}.`,
  use: 'Use it',
  move: 'Use it here',
  undo: 'Undo: back to the configuration before',
  undoQuestion: 'The kiosk starts again with the configuration before the last change.',
  gone: (device: string, port: string) => `${device} does not answer at ${port}.`,
  takeOut: (device: string) => `Take out ${device}`,
  takeOutQuestion: (device: string) =>
    `${device} will be no part of this kiosk any more. What it did stays in the journal.`,
  kept: 'Kept. The kiosk starts with it as soon as nobody is served; you are logged out then.',
};
export type ConfigurationWords = typeof en;

const zh: ConfigurationWords = {
  title: '配置',
  runs: (hash) => `运行中：${hash}`,
  waits: '已保存新的配置。无人使用且没有动作时，收款机会用它重新启动。',
  staged: (edition) => `后台已发布新的配置（第 ${edition} 号），内容变更：`,
  stagedSoon: '无人使用、没有动作且无人登录时，收款机会用它重新启动。',
  heldUp: (device) => `新配置不再有 ${device}，而其中还有钱，或操作未完成：请先取出。`,
  stale: '后台发布的内容签名不对或已过期，不能采信；或一直取不到。收款照常进行；请告知后台。',
  tried: (devices) =>
    devices === '' ? '新配置刚刚启用。' : `新配置刚刚启用。${devices} 须有应答，否则恢复原来的配置。`,
  last: {
    push: () => '由后台发布。',
    use: (device) => `已添加 ${device}。`,
    move: (device) => `${device} 已改用另一个端口。`,
    'take-out': (device) => `已移除 ${device}。`,
    undo: () => '已恢复之前的配置。',
    file: () => '手工编写的配置文件有改动，已按文件运行。',
    'went-back': () => '新配置不能使用，已恢复原来的配置。',
  },
  why: {
    'not-started': () => '收款机无法用它启动。',
    unsound: () => '它不符合本版本的规则。',
    silent: (device) => `${device} 没有应答。请检查电缆和电源后再使用。`,
    'no-glass': () => '屏幕没有显示出来。',
  },
  by: (number) => `操作人：${number}。`,
  use: '使用',
  move: '在此端口使用',
  undo: '撤销：恢复之前的配置',
  undoQuestion: '收款机将用上次更改之前的配置重新启动。',
  gone: (device, port) => `${device} 在 ${port} 没有应答。`,
  takeOut: (device) => `移除 ${device}`,
  takeOutQuestion: (device) => `${device} 将不再属于这台收款机，它以往的记录仍然保留。`,
  kept: '已保存。无人使用时收款机会用新配置重新启动，届时您会退出登录。',
};

export const configurationWords: Readonly<Record<Lang, ConfigurationWords>> = { en, 'zh-CN': zh };
