/** Words about the office that a kiosk belongs to. */
import type { StaffOffice } from '../../../kiosk/server/staff-wire.ts';

type Untaken = NonNullable<StaffOffice['untaken']>;

export const officeEn = {
  office: 'Office',
  officeNone: 'This kiosk belongs to no office, and none is configured (“office” in its configuration).',
  officeAsks: (url: string) => `This kiosk belongs to no office yet. It asks to be let in at ${url}.`,
  officeCode: 'Type this code at the office’s page, under the kiosks that wait. It changes every ten minutes.',
  officeAway: 'The office does not answer. The kiosk tries again by itself; sales go on.',
  officePaired: (office: string) => `This kiosk belongs to ${office}.`,
  officeSince: 'Paired',
  officeLine: 'Line',
  officeConnected: 'connected',
  officeCut: 'not connected; it tries again by itself, and nothing is lost',
  officeNoLine: 'this kiosk’s journal goes nowhere',
  officeHeard: 'Last word of the office',
  officeUnheard: 'not since the start',
  officeWaiting: 'Entries that wait',
  officeProblem:
    'What is kept of the pairing cannot be used. Restore DATA/fleet from a backup, or end the pairing here and pair anew.',
  officeUntaken: {
    rewritten:
      'The office holds other entries under numbers of this journal. Nothing more is sent. Was an old backup restored? Tell the office, then start this kiosk anew.',
    broken:
      'The office says that the entries do not follow each other. Nothing more is sent. Check the journal (journal verify), tell the office, then start this kiosk anew.',
    ahead:
      'The office holds more than this journal has. Nothing more is sent. Was an old backup restored? Tell the office, then start this kiosk anew.',
  } as Record<Untaken, string>,
  officeStale:
    'What the office publishes is not signed as it must be, or too old to be believed. Sales go on; tell the office.',
  officeLeave: 'End the pairing',
  officeLeaveQuestion:
    'The office gets nothing more of this kiosk and can change nothing in it. To come back, a code has to be typed at the office again.',
  officeLeft: 'The pairing is ended.',
};

export const officeZh: typeof officeEn = {
  office: '管理后台',
  officeNone: '这台收款机不属于任何后台，配置中也没有填写（office）。',
  officeAsks: (url) => `这台收款机尚未加入后台，正在向 ${url} 申请加入。`,
  officeCode: '请在后台页面“待加入的收款机”处输入此码。配对码每十分钟更换一次。',
  officeAway: '后台没有应答。收款机会自动重试，收款照常进行。',
  officePaired: (office) => `这台收款机属于 ${office}。`,
  officeSince: '加入时间',
  officeLine: '连接',
  officeConnected: '已连接',
  officeCut: '未连接；会自动重试，数据不会丢失',
  officeNoLine: '这台收款机的账目不上传',
  officeHeard: '后台最近一次回应',
  officeUnheard: '启动以来还没有',
  officeWaiting: '待上传的记录',
  officeProblem: '保存的配对资料不能使用。请从备份恢复 DATA/fleet，或在此结束配对后重新配对。',
  officeUntaken: {
    rewritten: '后台在相同编号下存有不同的记录，已停止上传。是否恢复过旧备份？请告知后台，然后重新启动收款机。',
    broken: '后台认为记录前后不连贯，已停止上传。请检查账目（journal verify），告知后台，然后重新启动收款机。',
    ahead: '后台的记录比本机更多，已停止上传。是否恢复过旧备份？请告知后台，然后重新启动收款机。',
  },
  officeStale: '后台发布的内容签名不对，或已过期，不能采信。收款照常进行；请告知后台。',
  officeLeave: '结束配对',
  officeLeaveQuestion: '后台将不再收到这台收款机的任何数据，也不能更改它。要重新加入，须再次在后台输入配对码。',
  officeLeft: '配对已结束。',
};
