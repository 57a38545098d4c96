/** Words for a kiosk that the office has closed. */
export const lockedEn = {
  locked: 'Closed by the office',
  lockedSince: (at: string, order: number) =>
    `No customer can begin since ${at} (order ${order}). Visits that had begun went on. Ask the office why before you open it.`,
  lockedOpen: 'Open it again',
};

export const lockedZh: typeof lockedEn = {
  locked: '后台已暂停收款',
  lockedSince: (at, order) =>
    `${at} 起顾客不能开始使用（指令 ${order}），已经开始的不受影响。恢复之前，请先向后台问明原因。`,
  lockedOpen: '恢复收款',
};
