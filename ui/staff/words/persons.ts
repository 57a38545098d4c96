/** Words about who works here. */
import type { Role } from '../../../kiosk/server/staff-wire.ts';

export const personsEn = {
  persons: 'Persons',
  addPerson: 'Add a person',
  addPersonText: 'The person chooses the PIN.',
  added: (number: string) => `Added. The staff number is ${number}`,
  changeRole: 'Change the role',
  changePin: 'New PIN',
  changePinDo: 'Set the new PIN',
  removePerson: 'Remove',
  removeSure: (name: string) => `Remove ${name}? The number is not given again.`,
  removeDo: 'Remove this person',
  myPin: 'My PIN',
  locked: 'locked',
  you: 'you',
  roles: {
    attendant: 'Attendant',
    collector: 'Collector',
    technician: 'Technician',
    administrator: 'Administrator',
  } as Record<Role, string>,
  roleNotes: {
    attendant: 'reads the till, fills change, pays slips, agrees to refunds, hands goods over',
    collector:
      'the same, and moves and counts all cash, corrects, ends cases, closes the day and the terminal’s, reads reports',
    technician:
      'reads the till, empties recyclers, closes the terminal’s day, confirms denominations, finds devices, runs checks, reads wires',
    administrator: 'everything, persons too',
  } as Record<Role, string>,
};

export const personsZh: typeof personsEn = {
  persons: '人员',
  addPerson: '添加人员',
  addPersonText: '密码由本人设定。',
  added: (number) => `已添加，工号是 ${number}`,
  changeRole: '更改岗位',
  changePin: '新密码',
  changePinDo: '修改密码',
  removePerson: '移除',
  removeSure: (name) => `移除 ${name}？工号不再分配。`,
  removeDo: '确认移除',
  myPin: '我的密码',
  locked: '已锁定',
  you: '本人',
  roles: { attendant: '服务员', collector: '收款员', technician: '技术员', administrator: '管理员' },
  roleNotes: {
    attendant: '查看现金、补充零钱、兑付凭证、同意退款、交付商品',
    collector: '服务员的全部，另可收取、清点、更正全部现金，了结差错，日结和刷卡机日结，查看报表',
    technician: '查看现金、清空循环机、刷卡机日结、确认面额、查找设备、运行检测、查看通信记录',
    administrator: '全部，包括人员',
  },
};
