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
    '找不到端口：插好设备，或更正设备配置中的 port。',
    'The port is missing: plug the device in, or correct "port" in its configuration.',
  ),
  port('busy', '端口被其他程序占用：结束该程序。', 'Another program holds the port: end that program.'),
  port(
    'denied',
    '没有打开端口的权限：把运行用户加入端口所属的组(通常为 dialout)。',
    'The port may not be opened: add the user to the group that owns it (often dialout).',
  ),
  port(
    'lost',
    '线路中断：检查电缆和设备电源，恢复后会自动重连。',
    'The line was lost: check the cable and the power; it is opened again by itself.',
  ),
  port(
    'refused',
    '设备拒绝连接：检查设备是否开机、地址是否正确。',
    'The connection is refused: check that the device is on and its address right.',
  ),
  port('closed', '端口已关闭：重启程序。', 'The port was closed: start the program again.'),
  port(
    'silent',
    '设备没有应答：检查电源、电缆和线路设置。',
    'The device does not answer: check its power, its cable and the line settings.',
  ),
  {
    code: 'driver.crashed',
    stopsAcceptance: true,
    remedy: {
      'zh-CN': '驱动程序异常，已自动重启：若反复出现，请把日志中的记录上报。',
      en: 'The driver failed and was started again: if it comes back, report what the log has of it.',
    },
  },
];

/** The glass: what stands there stops no machine. */
function display(code: string, zh: string, en: string): FaultEntry {
  return { code: `display.${code}`, stopsAcceptance: false, remedy: { 'zh-CN': zh, en } };
}

const ofDisplay: readonly FaultEntry[] = [
  display(
    'frozen',
    '屏幕画面停止不动，浏览器已自动重启：若反复出现，请查看 DATA/faults 中的截图，并检查内存和显卡。',
    'The picture stood still and the browser was started again: if it comes back, look at the picture in DATA/faults, and check memory and graphics.',
  ),
  display(
    'hidden',
    '屏幕上看不到收银页面(被其他窗口遮挡或页面已崩溃)，浏览器已自动重启：查看 DATA/faults 中的截图，关闭遮挡它的程序。',
    'The page is not to be seen (another window covers it, or it crashed) and the browser was started again: look at the picture in DATA/faults, and end the program that covers it.',
  ),
  display(
    'browser-ended',
    '浏览器已退出，已自动重启：若反复出现，检查配置中的 display.browser 以及能否在该屏幕上启动它。',
    'The browser ended and was started again: if it comes back, check "display.browser" in the configuration, and whether it starts on this screen by hand.',
  ),
  display(
    'untouched',
    '触摸检查的点击没有到达页面：检查是否有窗口遮挡，以及屏幕分辨率和缩放。',
    'The taps of the touch check did not arrive in the page: check for windows in front of it, and the resolution and scale of the screen.',
  ),
];

/** Of the place a cabinet stands in: the module that measures is well. */
const climate: readonly FaultEntry[] = [
  {
    code: 'cabinet.cold',
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '机柜温度过低：检查加热和门的密封，温度恢复后自动解除。',
      en: 'The cabinet is too cold: check its heating and the seals of its doors; the fault ends when it is warm again.',
    },
  },
  {
    code: 'cabinet.hot',
    stopsAcceptance: false,
    remedy: {
      'zh-CN': '机柜温度过高：检查风扇和滤网，避免阳光直射，温度恢复后自动解除。',
      en: 'The cabinet is too hot: check its fans and filters and keep the sun off; the fault ends when it has cooled.',
    },
  },
];

const faults: readonly FaultEntry[] = [
  ...common,
  ...ofDisplay,
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
