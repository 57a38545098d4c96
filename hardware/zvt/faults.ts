/** What a terminal says of itself that stops payments, each with its remedy (PA00P015: terminal status codes, error messages). */
import type { FaultEntry } from '../protocol.ts';

function fault(code: string, zh: string, en: string): FaultEntry {
  return { code: `zvt.${code}`, stopsAcceptance: true, remedy: { 'zh-CN': zh, en } };
}

export const faults: readonly FaultEntry[] = [
  fault(
    'registration',
    '终端拒绝登记：检查设备设置中的 password 和 transport，以及终端是否允许收银机控制。',
    'The terminal refuses the registration: check "password" and "transport" in its settings, and that it lets a cash register lead.',
  ),
  fault(
    'not-registered',
    '终端未登记：程序会自动重新登记；若反复出现，检查是否有另一台收银机连接了该终端。',
    'The terminal is not registered: it is registered again by itself; if it comes back, look whether another cash register is connected to it.',
  ),
  fault(
    'currency',
    '终端的币种与设置不同：更正设备设置中的 currency，或请服务商更改终端币种。',
    'The terminal is set to another currency: correct "currency" in its settings, or have the provider change the terminal.',
  ),
  fault(
    'init-required',
    '终端需要初始化：程序会自动进行；若仍未恢复，检查终端的网络。',
    'The terminal needs an initialisation: it is made by itself; if that does not help, check the network of the terminal.',
  ),
  fault(
    'diagnosis-required',
    '终端需要诊断：程序会自动进行；若仍未恢复，检查终端的网络或联系服务商。',
    'The terminal needs a diagnosis: it is made by itself; if that does not help, check its network or call its provider.',
  ),
  fault(
    'date-wrong',
    '终端的日期或时间不正确：在终端上校准，或执行初始化。',
    'The date or time of the terminal is wrong: set it there, or initialise the terminal.',
  ),
  fault(
    'printer-not-ready',
    '终端的打印机未就绪：装纸并关好盖子。',
    "The terminal's printer is not ready: put paper in and close its cover.",
  ),
  fault(
    'reconciliation-required',
    '终端需要日结：在员工页面执行刷卡终端日结。',
    'The terminal has to be reconciled: close its day on the staff page.',
  ),
  fault(
    'turnover-full',
    '终端的交易存储已满：执行刷卡终端日结。',
    'The memory of the terminal is full: close its day on the staff page.',
  ),
  fault(
    'voltage',
    '终端电压过低：检查电源和电缆。',
    'The voltage of the terminal is too low: check its power supply and cable.',
  ),
  fault(
    'card-reader',
    '读卡器故障或入口被挡：清除异物并断电重启；仍有故障请更换终端。',
    'The card reader fails or is blocked: clear it and switch the terminal off and on; if it comes back, replace the terminal.',
  ),
  fault(
    'merchant-card',
    '商户卡被锁定：联系终端服务商。',
    'The merchant card is locked: call the provider of the terminal.',
  ),
  fault(
    'card-profile',
    '终端的卡片参数无效：执行初始化或诊断以重新下载。',
    'The card profiles of the terminal are not valid: load them anew by a diagnosis or an initialisation.',
  ),
  fault(
    'personalisation-required',
    '终端缺少密钥数据：请服务商重新注入。',
    'The terminal lacks its keys: have its provider load them.',
  ),
  fault(
    'activation-required',
    '终端尚未激活：在终端上激活，或联系服务商。',
    'The terminal has to be activated: do it there, or call its provider.',
  ),
  fault(
    'maintenance',
    '终端正在远程维护：等待其完成。',
    'The terminal is being serviced from afar: wait until that is done.',
  ),
  fault(
    'out-of-order',
    '终端停用：断电再通电；仍未恢复请更换。',
    'The terminal is out of order: switch it off and on; if it stays so, replace it.',
  ),
  fault(
    'failure',
    '终端报出未知状态：查看记录中的状态码，必要时联系服务商。',
    'The terminal reports a status that is not known here: look at its code in the trace, and call the provider if need be.',
  ),
];

const byStatus: Readonly<Record<number, string>> = {
  81: 'init-required',
  98: 'date-wrong',
  106: 'turnover-full',
  107: 'not-registered',
  111: 'currency',
  177: 'turnover-full',
  178: 'turnover-full',
  191: 'voltage',
  192: 'card-reader',
  193: 'merchant-card',
  194: 'diagnosis-required',
  196: 'card-profile',
  204: 'printer-not-ready',
  223: 'out-of-order',
  224: 'maintenance',
  226: 'card-reader',
  227: 'card-reader',
  228: 'activation-required',
  240: 'reconciliation-required',
  246: 'personalisation-required',
};

/** The fault that a status stands for; null: all is well. */
export function faultOf(status: number, otherwise: 'failure' | 'registration' = 'failure'): string | null {
  return status === 0 ? null : `zvt.${byStatus[status] ?? otherwise}`;
}
