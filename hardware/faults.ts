/**
 * Every stable fault code with its remedy in both languages: those of ports and drivers here, those of a protocol from
 * its own table. `device.fault` facts carry these codes; a `device.lost` reason stands under `port.`.
 */
import { protocols } from './catalog.ts';
import type { FaultEntry } from './protocol.ts';

function port(code: string, zh: string, en: string): FaultEntry {
  return { code: `port.${code}`, stopsAcceptance: true, remedy: { 'zh-CN': zh, en } };
}

const common: readonly FaultEntry[] = [
  port(
    'missing',
    '找不到端口:插好设备,或更正设备配置中的 port。',
    'The port is missing: plug the device in, or correct "port" in its configuration.',
  ),
  port('busy', '端口被其他程序占用:结束该程序。', 'Another program holds the port: end that program.'),
  port(
    'denied',
    '没有打开端口的权限:把运行用户加入端口所属的组(通常为 dialout)。',
    'The port may not be opened: add the user to the group that owns it (often dialout).',
  ),
  port(
    'lost',
    '线路中断:检查电缆和设备电源,恢复后会自动重连。',
    'The line was lost: check the cable and the power; it is opened again by itself.',
  ),
  port(
    'refused',
    '设备拒绝连接:检查设备是否开机、地址是否正确。',
    'The connection is refused: check that the device is on and its address right.',
  ),
  port('closed', '端口已关闭:重启程序。', 'The port was closed: start the program again.'),
  port(
    'silent',
    '设备没有应答:检查电源、电缆和线路设置。',
    'The device does not answer: check its power, its cable and the line settings.',
  ),
  {
    code: 'driver.crashed',
    stopsAcceptance: true,
    remedy: {
      'zh-CN': '驱动程序异常,已自动重启:若反复出现,请把日志中的记录上报。',
      en: 'The driver failed and was started again: if it comes back, report what the log has of it.',
    },
  },
];

/** Of the place a cabinet stands in: the module that measures is well. */
const climate: readonly FaultEntry[] = [
  {
    code: 'cabinet.cold',
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '机柜温度过低:检查加热和门的密封,温度恢复后自动解除。',
      en: 'The cabinet is too cold: check its heating and the seals of its doors; the fault ends when it is warm again.',
    },
  },
  {
    code: 'cabinet.hot',
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '机柜温度过高:检查风扇和滤网,避免阳光直射,温度恢复后自动解除。',
      en: 'The cabinet is too hot: check its fans and filters and keep the sun off; the fault ends when it has cooled.',
    },
  },
];

const faults: readonly FaultEntry[] = [
  ...common,
  ...climate,
  ...Object.values(protocols).flatMap((entry) => entry.driver.faults),
];

const byCode: ReadonlyMap<string, FaultEntry> = new Map(faults.map((entry) => [entry.code, entry]));

export function faultOf(code: string): FaultEntry | null {
  return byCode.get(code) ?? null;
}

/** Whether a device with this fault takes no money, or prints nothing, as long as it stands; a code nobody knows does. */
export function stopsAcceptance(code: string): boolean {
  return faultOf(code)?.stopsAcceptance ?? true;
}
