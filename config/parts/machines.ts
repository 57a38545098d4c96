/** What the kiosk is made of: its devices and its glass, and whom it asks for bills. */
import * as v from 'valibot';
import { about, type Both, both, mustBe, oneOf, record, text, things, webAddressOrNull, whole } from '../fields.ts';

const none = both('none', '无');

/** Pieces; more than any cash box or hopper holds is a slip of the pen. */
function pieces(unit: Both, name: Both) {
  const words = { name, purpose: `how many notes or coins ${unit.en} holds`, leftOut: 'nobody knows' };
  const what = both(`how many pieces ${unit.en} holds`, `${unit['zh-CN']}能容纳的张数或枚数`);
  return v.optional(about(whole(what, 1, 20_000), words));
}

const capacity = v.optional(
  about(
    record({
      box: pieces(both('its box', '钱箱'), both('Box holds', '钱箱容量')),
      recycler: pieces(both('its store of notes to pay out', '循环仓'), both('Recycler holds', '循环仓容量')),
      hopper: pieces(both('its hopper', '硬币斗'), both('Hopper holds', '硬币斗容量')),
    }),
    {
      name: both('capacity', '容量'),
      purpose: 'how much fits in where it keeps cash: the office is told when little is missing to full or to empty',
      leftOut: 'it is guessed',
    },
  ),
);

const device = record({
  id: about(
    text(
      both(
        'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
        '以小写字母开头的名称，由 1 到 32 个小写字母、数字和连字符组成',
      ),
      /^[a-z][a-z0-9-]{0,31}$/,
    ),
    { name: both('name', '名称'), purpose: 'in the journal: what a device did stands under it' },
  ),
  protocol: about(
    text(
      both(
        'a protocol’s name in small letters and digits, such as id003',
        '协议名称，由小写字母和数字组成，例如 id003',
      ),
      /^[a-z][a-z0-9-]{0,31}$/,
    ),
    {
      name: both('protocol', '协议'),
      purpose: 'what it speaks; the page of hardware lists them',
    },
  ),
  port: about(
    text(
      both(
        'a port: a path from the root such as /dev/ttyUSB0 or /dev/usb/lp0, DATA/ and a name in the data folder, or host:port',
        '端口：从根目录起的路径，例如 /dev/ttyUSB0 或 /dev/usb/lp0；或 DATA/ 加数据目录中的名称；或“主机:端口号”',
      ),
      /^(?!.*(?:^|\/)\.\.?(?:\/|$))(?:DATA\/[^\p{Cc}]{1,200}|\/[^\p{Cc}]{1,200}|[A-Za-z0-9.-]{1,100}:[0-9]{1,5})$/u,
    ),
    {
      name: both('port', '端口'),
      purpose: 'where it is connected; several of one protocol share a port under addresses of their own',
    },
  ),
  settings: about(
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.maxEntries(100),
      mustBe(
        both('an object with the protocol’s own settings, {} for none', '含该协议自身设置的对象，没有设置时写 {}'),
      ),
    ),
    { name: both('setting', '设置'), purpose: 'as the folder of the protocol tells, and checked by it' },
  ),
  capacity,
});

export const devices = about(things(device, 'id', [1, 32], both('a list of 1 to 32 devices', '1 到 32 台设备的列表')), {
  name: both('Device', '设备'),
  purpose: 'What is built in, and where it is connected.',
});

export const biller = about(
  record({
    kind: about(oneOf(['file', 'http']), {
      name: both('Kind of biller', '账单来源种类'),
      purpose: 'a file on this machine, or a service as `kiosk/services/biller/openapi.yaml` describes it',
      choices: { file: both('file', '文件'), http: both('service', '网络服务') },
    }),
    file: v.nullable(
      about(
        text(
          both(
            'the path of a file of bills, from the root or DATA/…, or null for the example bills',
            '账单文件的路径，从根目录起或写 DATA/…；用示例账单时写 null',
          ),
          /^(?!.*(?:^|\/)\.\.?(?:\/|$))(?:DATA\/|\/)[^\p{Cc}]{1,200}$/u,
        ),
        {
          name: both('File of bills', '账单文件'),
          purpose: 'of the kind file',
          none: both('the sample bills', '示例账单'),
        },
      ),
    ),
    url: v.nullable(
      about(webAddressOrNull, {
        name: both('Address of the biller', '账单服务网址'),
        purpose: 'of the kind http',
        none,
      }),
    ),
    timeoutMs: about(whole(both('milliseconds to wait for the biller', '等待账单服务应答的时限，毫秒'), 500, 60_000), {
      name: both('Wait for the biller', '账单服务应答时限'),
      purpose: 'then the customer is told that the bill cannot be looked up now',
      unit: 'ms',
    }),
  }),
  { name: both('Biller', '账单来源'), purpose: 'Who knows the bills and is told what was paid.' },
);

/** From the root, and without steps up. */
const programPath = /^(?!.*(?:^|\/)\.\.?(?:\/|$))\/[^\p{Cc}]{1,200}$/u;

export const reboot = v.optional(
  about(
    text(
      both(
        'the path of a program from the root, such as /usr/local/bin/reboot-kiosk',
        '程序的路径，从根目录起，例如 /usr/local/bin/reboot-kiosk',
      ),
      programPath,
    ),
    {
      name: both('Reboot program', '重启程序'),
      purpose: 'started when the office orders a reboot and nobody is served; it gets no arguments',
      leftOut: 'such an order is refused',
    },
  ),
);

export const display = v.optional(
  about(
    record({
      x: about(
        text(
          both('the X display on which the browser shows the glass, such as :0', '浏览器显示所用的 X 显示器，例如 :0'),
          /^:[0-9]{1,3}(\.[0-9]{1,2})?$/,
        ),
        {
          name: both('X display', 'X 显示器'),
          purpose: 'where the glass hangs',
        },
      ),
      browser: about(
        text(
          both(
            'the path of the browser from the root, such as /usr/bin/chromium',
            '浏览器的路径，从根目录起，例如 /usr/bin/chromium',
          ),
          programPath,
        ),
        {
          name: both('Browser', '浏览器'),
          purpose: 'which is started, watched and started again',
        },
      ),
    }),
    {
      name: both('Display', '屏幕'),
      purpose: 'The browser on the glass, when this program looks after it.',
      leftOut: 'whoever opens the glass looks after it',
    },
  ),
);

export const glass = about(
  record({
    diagonalInch: about(
      v.pipe(
        v.number(),
        v.minValue(7),
        v.maxValue(100),
        mustBe(
          both('the diagonal of the glass in inches: a number from 7 to 100', '7 到 100 之间的数（屏幕对角线，英寸）'),
        ),
      ),
      {
        name: both('Diagonal of the glass', '屏幕对角线'),
        purpose: 'sizes on the glass are reckoned in millimetres from it',
        unit: 'inches',
      },
    ),
    widthPx: about(whole(both('the width of the glass in pixels', '屏幕宽度，像素'), 320, 16_384), {
      name: both('Width of the glass', '屏幕宽度'),
      purpose: 'as it hangs',
      unit: 'pixels',
    }),
    heightPx: about(whole(both('the height of the glass in pixels', '屏幕高度，像素'), 320, 16_384), {
      name: both('Height of the glass', '屏幕高度'),
      purpose: 'as it hangs',
      unit: 'pixels',
    }),
  }),
  { name: both('Glass', '屏幕尺寸'), purpose: 'The pane that customers touch.' },
);
