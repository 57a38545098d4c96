/** Words of requests by hand: what each does, and how it ended. */
import type { RequestOutcome } from '../../kiosk/server/staff-wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';

const en = {
  title: 'Requests by hand',
  text: 'One request of the protocol at a time, past the driver. Each is recorded with its answer. Afterwards the driver begins anew.',
  none: 'Nothing is asked of this device by hand: what goes over its wire may be secret, or it has no requests.',
  reads: 'Only reads',
  moves: 'Moves something. Two persons.',
  books: 'Not by hand: use the check of this device.',
  toChecks: 'To the checks',
  send: 'Send',
  cancel: 'Do not send',
  waits: (request: string) => `${request} waits for its answer.`,
  last: 'Last answers',
  never: 'Nothing was sent by hand yet.',
  outcomes: { answered: 'Answered', silent: 'No answer', refused: 'Not sent', 'given-up': 'Given up' } as Record<
    RequestOutcome,
    string
  >,
  /** Why one was not sent, and what it means that it was given up. */
  whys: {
    closed: 'The port is closed. Check power and cable.',
    busy: 'Another request was on its way.',
    'not-asked': 'Nothing can be sent over this wire.',
  } as Record<string, string>,
  silent: 'It left, and nothing came in time. Check power, cable and line settings.',
  givenUp: 'The kiosk started anew. Nobody knows whether it was sent.',
};

export type ConsoleWords = typeof en;

const zhCN: ConsoleWords = {
  title: '手动指令',
  text: '绕过驱动，一次发送一条协议指令。每条指令和回应都会记录，之后驱动重新开始。',
  none: '此设备不能手动发送指令：线路内容可能涉密，或没有可用指令。',
  reads: '只读取',
  moves: '会动作，需两人在场。',
  books: '不能手动发送：请用该设备的检测。',
  toChecks: '去设备检测',
  send: '发送',
  cancel: '不发送',
  waits: (request) => `${request} 正在等回应。`,
  last: '最近的回应',
  never: '还没有手动发送过指令。',
  outcomes: { answered: '已回应', silent: '无回应', refused: '未发送', 'given-up': '已放弃' },
  whys: {
    closed: '端口已关闭，请检查电源和线缆。',
    busy: '另一条指令正在发送。',
    'not-asked': '此线路不能发送指令。',
  },
  silent: '已发出，限时内没有回应。请检查电源、线缆和线路设置。',
  givenUp: '收款机重新启动过，不知道指令是否已发出。',
};

export const consoleWords: Readonly<Record<Lang, ConsoleWords>> = { en, 'zh-CN': zhCN };

/** What each request does, by its name in the protocols' tables. */
export const requestWords: Readonly<Record<string, Readonly<Record<Lang, string>>>> = {
  'bill-table': { en: 'Which notes it knows', 'zh-CN': '能识别哪些纸币' },
  cassettes: { en: 'State of the cassettes', 'zh-CN': '钞箱状态' },
  category: { en: 'What kind of device it is', 'zh-CN': '设备类别' },
  'clear-buffers': { en: 'Forgets what is not printed yet', 'zh-CN': '清除未打印的内容' },
  coils: { en: 'State of lamps and relays', 'zh-CN': '灯和继电器状态' },
  'currency-assign': { en: 'Which notes it knows', 'zh-CN': '能识别哪些纸币' },
  dataset: { en: 'Version of its note table', 'zh-CN': '币种数据版本' },
  disable: { en: 'Takes or pays nothing more for now', 'zh-CN': '暂停收取或支付' },
  eject: { en: 'Pushes out the paper that is cut', 'zh-CN': '推出已切的纸' },
  firmware: { en: 'Version of its program', 'zh-CN': '固件版本' },
  identification: { en: 'Who it is', 'zh-CN': '设备身份' },
  inhibit: { en: 'Takes no notes for now', 'zh-CN': '暂停收纸币' },
  initialise: { en: 'Sets it back to its usual settings', 'zh-CN': '恢复打印设置' },
  inputs: { en: 'State of the contacts', 'zh-CN': '触点状态' },
  'last-reject': { en: 'Why the last note was not taken', 'zh-CN': '上一张纸币的拒收原因' },
  levels: { en: 'How much is inside', 'zh-CN': '内部存量' },
  maker: { en: 'Who made it', 'zh-CN': '制造商' },
  manufacturer: { en: 'Who made it', 'zh-CN': '制造商' },
  model: { en: 'Which model it is', 'zh-CN': '型号' },
  poll: { en: 'What has happened', 'zh-CN': '查询事件' },
  'product-code': { en: 'Which model it is', 'zh-CN': '型号' },
  recover: { en: 'Goes on after an error', 'zh-CN': '出错后恢复' },
  reset: { en: 'Starts the machine anew', 'zh-CN': '重启机器' },
  return: { en: 'Gives the note in escrow back', 'zh-CN': '退还暂存的纸币' },
  'self-check': { en: 'Tests itself', 'zh-CN': '自检' },
  serial: { en: 'Serial number', 'zh-CN': '序列号' },
  'serial-number': { en: 'Serial number', 'zh-CN': '序列号' },
  setup: { en: 'How it is set up', 'zh-CN': '设置' },
  'simple-poll': { en: 'Whether it is there', 'zh-CN': '是否在线' },
  'software-revision': { en: 'Version of its program', 'zh-CN': '固件版本' },
  status: { en: 'How it is', 'zh-CN': '状态' },
  'status-error': { en: 'Which error stands', 'zh-CN': '故障状态' },
  'status-offline': { en: 'Why it is offline', 'zh-CN': '离线原因' },
  'status-paper': { en: 'How much paper is left', 'zh-CN': '纸量' },
  stop: { en: 'Stops paying out', 'zh-CN': '停止吐币' },
  sync: { en: 'Begins counting messages anew', 'zh-CN': '报文序号重新开始' },
  temperature: { en: 'Temperature', 'zh-CN': '温度' },
  test: { en: 'Which faults it sees', 'zh-CN': '故障自查' },
  version: { en: 'Version of its program', 'zh-CN': '固件版本' },
};
