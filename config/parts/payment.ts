/** What may be paid with, from which sum, at which hours, and the gateways behind it. */
import * as v from 'valibot';
import {
  about,
  both,
  checked,
  hours,
  mustBe,
  oneOf,
  record,
  several,
  text,
  things,
  webAddressOrNull,
  whole,
} from '../fields.ts';
import { isEd25519Key, isWebAddress } from '../forms.ts';
import { kioskName } from './place.ts';

const charges = ['card', 'alipay', 'wechat'] as const;

const chargeNames = {
  card: both('card', '银行卡'),
  alipay: both('Alipay', '支付宝'),
  wechat: both('WeChat Pay', '微信支付'),
};

export const methods = about(several(['cash', 'voucher', ...charges]), {
  name: both('Ways to pay', '付款方式'),
  purpose: 'what is offered, in this order; each needs its device or wallet',
  choices: { cash: both('cash', '现金'), voucher: both('cash slip', '现金凭证'), ...chargeNames },
});

const policy = record({
  method: about(oneOf(charges), {
    name: both('way', '方式'),
    purpose: 'which one this is about',
    choices: chargeNames,
  }),
  leastMinor: about(
    whole(
      both('the least that is paid this way in minor units', '此方式的最低金额，以最小货币单位计'),
      1,
      1_000_000_000,
    ),
    {
      name: both('from', '最低金额'),
      purpose: 'a smaller sum is not offered this way',
      unit: 'minor',
    },
  ),
  mostMinor: v.nullable(
    about(
      whole(
        both('the most that is paid this way in minor units, or null', '此方式的最高金额，以最小货币单位计；或 null'),
        1,
        1_000_000_000,
      ),
      {
        name: both('up to', '最高金额'),
        purpose: 'null: `limits.chargeMaximumMinor`',
        unit: 'minor',
        none: both('the general limit', '总限额'),
      },
    ),
  ),
  hours: v.nullable(
    about(hours, {
      name: both('offered', '可用时段'),
      purpose: 'outside of these hours it is shown as off; over midnight when to is earlier; null: always',
      none: both('always', '全天'),
    }),
  ),
  feePercent: about(
    v.pipe(
      v.number(),
      v.minValue(0),
      v.maxValue(20),
      v.check((percent) => Math.round(percent * 100) === Number((percent * 100).toFixed(6))),
      mustBe(
        both(
          'what the customer’s own bank or wallet takes from them besides, in percent: a number from 0 to 20 with at most two decimals',
          '0 到 20 之间的数，最多两位小数（顾客自己的银行或钱包另收的手续费，百分比）',
        ),
      ),
    ),
    {
      name: both('fee elsewhere', '另收手续费'),
      purpose: 'shown before they choose; this kiosk takes nothing of it',
      unit: 'percent',
    },
  ),
});

export const policies = v.optional(
  about(
    things(
      policy,
      'method',
      [0, charges.length],
      both(
        `a list of at most ${charges.length} policies, one for a method`,
        `最多 ${charges.length} 条限制的列表，每种方式一条`,
      ),
    ),
    {
      name: both('Method', '方式'),
      purpose: 'Which sums and hours a card or wallet is offered at. Cash is offered whenever the machine can take it.',
      leftOut: 'always, any sum, no fee',
      calledBy: 'method',
      comes: both('limits set', '设定限制'),
      goes: both('limits taken off', '取消限制'),
    },
  ),
);

const alipay = record({
  appId: about(
    text(
      both('the application’s number, 1 to 32 letters and digits', '应用编号，1 到 32 个字母和数字'),
      /^[0-9A-Za-z]{1,32}$/,
    ),
    {
      name: both('application', '应用编号'),
      purpose: 'as Alipay gave it',
    },
  ),
  sellerId: v.nullable(
    about(
      text(
        both('the merchant’s number of 16 digits, from 2088, or null', '16 位商户号，以 2088 开头；或 null'),
        /^2088[0-9]{12}$/,
      ),
      {
        name: both('seller', '收款账号'),
        purpose: 'null: the application’s own account',
        none: both('the application’s own', '应用本身的账号'),
      },
    ),
  ),
  notifyUrl: v.nullable(
    about(webAddressOrNull, {
      name: both('address for notices', '通知网址'),
      purpose: 'where the gateway tells of payments; null: the kiosk asks by itself',
      none: both('none', '无'),
    }),
  ),
});

const wechat = record({
  appId: about(
    text(
      both('the application’s name, 1 to 32 letters and digits', '应用编号，1 到 32 个字母和数字'),
      /^[0-9A-Za-z]{1,32}$/,
    ),
    {
      name: both('application', '应用编号'),
      purpose: 'as WeChat Pay gave it',
    },
  ),
  mchId: about(text(both('the merchant’s number of 6 to 32 digits', '6 到 32 位数字的商户号'), /^[0-9]{6,32}$/), {
    name: both('merchant number', '商户号'),
    purpose: 'as WeChat Pay gave it',
  }),
  merchantSerial: about(
    text(
      both('the serial number of the merchant’s certificate in hex digits', '商户证书的序列号，十六进制数字'),
      /^[0-9A-Fa-f]{8,64}$/,
    ),
    {
      name: both('certificate', '商户证书序列号'),
      purpose: 'its key lies in `DATA/keys/wallets`',
    },
  ),
  publicKeyId: about(
    text(
      both('the name of the gateway’s public key, such as PUB_KEY_ID_01…', '平台公钥的编号，例如 PUB_KEY_ID_01…'),
      /^PUB_KEY_ID_[0-9A-Za-z]{1,64}$/,
    ),
    { name: both('public key of the gateway', '平台公钥编号'), purpose: 'the key itself lies in `DATA/keys/wallets`' },
  ),
  notifyUrl: about(
    checked(
      both('an http or https address of at most 200 characters', 'http 或 https 网址，最多 200 个字符'),
      isWebAddress,
    ),
    {
      name: both('address for notices', '通知网址'),
      purpose: 'where the gateway tells of payments',
    },
  ),
  storeId: about(
    text(
      both(
        'the place’s name for the gateway: 1 to 32 letters, digits and hyphens',
        '门店编号：1 到 32 个字母、数字和连字符',
      ),
      /^[0-9A-Za-z-]{1,32}$/,
    ),
    { name: both('shop', '门店编号'), purpose: 'under which the gateway lists the sales of this kiosk' },
  ),
});

const wallet = record({
  id: about(
    text(
      both(
        'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
        '以小写字母开头的名称，由 1 到 32 个小写字母、数字和连字符组成',
      ),
      /^[a-z][a-z0-9-]{0,31}$/,
    ),
    { name: both('name', '名称'), purpose: 'in the journal; no device has the same' },
  ),
  kind: about(oneOf(['alipay', 'wechat']), {
    name: both('kind', '种类'),
    purpose: 'whose gateway it is',
    choices: { alipay: chargeNames.alipay, wechat: chargeNames.wechat },
  }),
  url: about(
    checked(
      both('an http or https address of at most 200 characters', 'http 或 https 网址，最多 200 个字符'),
      isWebAddress,
    ),
    {
      name: both('gateway', '网关地址'),
      purpose: 'https, but for a gateway on this machine',
    },
  ),
  timeoutMs: about(
    whole(both('milliseconds to wait for an answer of the gateway', '等待网关应答的时限，毫秒'), 500, 30_000),
    {
      name: both('wait for the gateway', '网关应答时限'),
      purpose: 'then the answer counts as lost, and the gateway is asked what became of it',
      unit: 'ms',
    },
  ),
  codeShownMs: about(
    whole(both('milliseconds that a code to scan stands on the screen', '二维码显示的时间，毫秒'), 60_000, 600_000),
    {
      name: both('code stands', '二维码显示时间'),
      purpose: 'then it is closed at the gateway too',
      unit: 'ms',
    },
  ),
  undecidedMs: about(
    whole(
      both('milliseconds until a payment without a decision counts as unknown', '付款多久没有结果即视为不明，毫秒'),
      60_000,
      600_000,
    ),
    {
      name: both('wait for a decision', '等待结果时限'),
      purpose: 'then the customer is told not to pay again, and a case is opened',
      unit: 'ms',
    },
  ),
  alipay: v.nullable(
    about(alipay, { name: both('Alipay', '支付宝'), purpose: 'settings of a wallet of the kind alipay, else null' }),
  ),
  wechat: v.nullable(
    about(wechat, {
      name: both('WeChat Pay', '微信支付'),
      purpose: 'settings of a wallet of the kind wechat, else null',
    }),
  ),
});

export const wallets = v.optional(
  about(things(wallet, 'id', [0, 8], both('a list of at most 8 wallets', '最多 8 个钱包的列表')), {
    name: both('Wallet', '钱包'),
    purpose: 'The gateways of mobile payments. Their keys lie in `DATA/keys/wallets`, never in this document.',
    leftOut: 'none',
  }),
  [],
);

const issuer = record({
  kiosk: about(kioskName, {
    name: both('kiosk', '收款机'),
    purpose: 'the one that gives them out; it may be this one, so that a group has one list: its own key is its own',
  }),
  key: about(
    checked(
      both(
        'the Ed25519 public key of that kiosk, SPKI in base64 (60 signs) or hex (88 digits)',
        '那台收款机的 Ed25519 公钥，SPKI 格式，base64（60 个字符）或十六进制（88 位）',
      ),
      isEd25519Key,
    ),
    { name: both('public key', '公钥'), purpose: 'their square codes are signed with the key that belongs to it' },
  ),
});

export const vouchers = v.optional(
  about(
    record({
      accept: about(
        things(
          issuer,
          'kiosk',
          [1, 200],
          both('a list of 1 to 200 kiosks, each once', '1 到 200 台收款机的列表，不重复'),
        ),
        {
          name: both('Slips of other kiosks', '收取其他收款机的现金凭证'),
          purpose: 'by their square code; a number that is typed is always one of this kiosk',
          calledBy: 'kiosk',
          comes: both('its slips are taken', '收取它的凭证'),
          goes: both('its slips are not taken any more', '不再收取它的凭证'),
        },
      ),
      offlineMaximumMinor: about(
        whole(
          both(
            'the most in minor units that is taken of slips of other kiosks while the office cannot be asked',
            '问不到后台时最多收取的其他收款机现金凭证总额，以最小货币单位计',
          ),
          0,
          1_000_000_000,
        ),
        {
          name: both('Slips of other kiosks without the office', '离线时可收其他收款机凭证的总额'),
          purpose: 'of one slip, and of all until the office holds the rows of them; 0: none is taken unasked',
          unit: 'minor',
        },
      ),
    }),
    {
      name: both('Slips', '现金凭证'),
      purpose: 'Which cash slips of other kiosks are taken here. Whether one was spent, the office is asked first.',
      leftOut: 'only its own',
    },
  ),
);
