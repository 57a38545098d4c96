/** Whose kiosk it is, where it stands, and what it says in the merchant's own words. */
import * as v from 'valibot';
import {
  about,
  bilingual,
  both,
  checked,
  hours,
  mustBe,
  oneOf,
  record,
  several,
  text,
  webAddressOrNull,
  yesOrNo,
} from '../fields.ts';
import { isColour, isRegion, isTimeOfDay, isTimeZone, isWebAddress } from '../forms.ts';

const trades = ['mall', 'supermarket', 'restaurant', 'hotel', 'clinic', 'utility', 'parking'] as const;
const languages = ['zh-CN', 'en'] as const;

const none = both('none', '无');

export const kioskName = about(
  text(
    both(
      'the kiosk’s name: 1 to 16 capital letters, digits and hyphens, such as LAB-01',
      '收款机名称：1 到 16 个大写字母、数字和连字符，例如 LAB-01',
    ),
    /^[A-Z0-9][A-Z0-9-]{0,15}$/,
  ),
  {
    name: both('Name of the kiosk', '收款机名称'),
    purpose: 'stands on every paper, in every case and in the journal; no two kiosks of a merchant share it',
  },
);

export const groups = v.optional(
  v.pipe(
    v.array(
      about(
        text(
          both(
            'a name of 1 to 32 small letters, digits and hyphens, beginning with a letter',
            '以小写字母开头的名称，由 1 到 32 个小写字母、数字和连字符组成',
          ),
          /^[a-z][a-z0-9-]{0,31}$/,
        ),
        {
          name: both('group', '分组'),
          purpose: 'one of them',
        },
      ),
    ),
    v.maxLength(16),
    v.check((list) => new Set(list).size === list.length),
    mustBe(both('a list of at most 16 names of groups, each once', '最多 16 个分组名称的列表，不重复')),
    v.metadata({
      about: {
        name: both('Groups', '分组'),
        purpose:
          'which kiosks it belongs with, so that a part of a configuration can be published for all of them at once',
        leftOut: 'none',
      },
    }),
  ),
);

export const preset = about(oneOf(trades), {
  name: both('Trade', '行业'),
  purpose: 'the trade; a clinic, for one, takes leave in other words',
  choices: {
    mall: both('mall', '商场'),
    supermarket: both('supermarket', '超市'),
    restaurant: both('restaurant', '餐厅'),
    hotel: both('hotel', '酒店'),
    clinic: both('clinic', '医院'),
    utility: both('utility office', '公用事业营业厅'),
    parking: both('car park', '停车场'),
  },
});

export const merchant = about(
  record({
    legalName: about(bilingual(60), {
      name: both('Name of the merchant', '商户名称'),
      purpose: 'on the glass and at the head of every paper',
    }),
    mark: about(
      text(both('one or two signs that stand for the merchant', '代表商户的一两个字符'), /^[^\p{Cc}\s]{1,2}$/u),
      {
        name: both('Mark', '商户标记'),
        purpose: 'before the name on the glass',
      },
    ),
    accent: about(
      checked(
        both('a colour such as #0A5C5A: # and six hex digits', '颜色，写作 # 加六位十六进制数字，例如 #0A5C5A'),
        isColour,
      ),
      {
        name: both('Colour', '主题颜色'),
        purpose: 'of the mark on the glass',
      },
    ),
    taxNumber: v.nullable(
      about(
        text(
          both(
            'the tax number, 5 to 20 capital letters and digits, or null',
            '税号，5 到 20 个大写字母和数字；或 null',
          ),
          /^[0-9A-Z]{5,20}$/,
        ),
        {
          name: both('Tax number', '税号'),
          purpose: 'on receipts; null: no line for it',
          none,
        },
      ),
    ),
    address: about(bilingual(100), { name: both('Address', '地址'), purpose: 'on receipts' }),
    servicePhone: about(
      text(
        both(
          'a telephone number of 3 to 30 digits, blanks, +, - and brackets',
          '电话号码，由 3 到 30 个数字、空格、+、- 和括号组成',
        ),
        /^[0-9+(][0-9 +()-]{2,29}$/,
      ),
      { name: both('Telephone', '服务电话'), purpose: 'whom customers call; on the glass, in help and on papers' },
    ),
    window: record({
      name: about(bilingual(40), {
        name: both('Service desk', '服务窗口'),
        purpose: 'where people pay out, exchange and help; used inside of sentences',
      }),
      staffed: about(hours, {
        name: both('Service desk is staffed', '服务窗口有人时段'),
        purpose: 'when somebody is there; to is later than from',
      }),
    }),
  }),
  { name: both('Merchant', '商户'), purpose: 'Who takes the money, and where people of theirs are found.' },
);

export const place = about(bilingual(40), {
  name: both('Place', '位置'),
  purpose: 'where in the house the kiosk stands; on the glass and on papers',
});

export const region = about(
  checked(
    both('an ISO 3166 country of two capital letters, such as CN', 'ISO 3166 国家或地区代码，两个大写字母，例如 CN'),
    isRegion,
  ),
  {
    name: both('Country', '国家或地区'),
    purpose: 'where the kiosk stands',
  },
);

export const timeZone = about(
  checked(
    both(
      'an IANA time zone that this machine knows, such as Asia/Shanghai',
      '本机认识的 IANA 时区，例如 Asia/Shanghai',
    ),
    isTimeZone,
  ),
  {
    name: both('Time zone', '时区'),
    purpose: 'every hour in this document, on papers and in reports is of it',
  },
);

export const businessDayStart = about(
  checked(both('a time of day such as 04:00, from 00:00 to 23:59', '从 00:00 到 23:59 的时刻，例如 04:00'), (value) =>
    isTimeOfDay(value, '23:59'),
  ),
  {
    name: both('Business day begins', '营业日开始时间'),
    purpose: 'a sale before it belongs to the day before; days, weeks and months are reckoned from it',
  },
);

export const day = v.optional(
  about(
    record({
      printZ: about(
        yesOrNo(
          both('whether the Z report comes on paper when the day ends by itself', '营业日自动结束时是否打印日结单'),
        ),
        {
          name: both('Z report on paper by itself', '自动打印日结单'),
          purpose:
            'between two customers, out of the slot where they take their receipts; left out: when somebody asks for it',
        },
      ),
    }),
    {
      name: both('Day close', '日结'),
      purpose: 'What happens when the business day ends.',
      leftOut: 'the Z report waits until somebody asks for it',
    },
  ),
);

const languageNames = { 'zh-CN': both('Chinese', '中文'), en: both('English', '英文') };

export const customerLanguages = about(several(languages), {
  name: both('Languages', '语言'),
  purpose: 'what customers can read and hear; the first is the one the glass begins with',
  choices: languageNames,
});

export const texts = about(
  v.pipe(
    v.record(
      text(
        both(
          'the name of a text: a letter, then letters, digits, points and hyphens',
          '文字的名称：以字母开头，后接字母、数字、点和连字符',
        ),
        /^[a-zA-Z][a-zA-Z0-9.-]{0,63}$/,
      ),
      about(bilingual(400), {
        name: both('text', '文字'),
        purpose: 'one of them',
        none: both('our own words', '原有文字'),
      }),
    ),
    v.maxEntries(500),
    mustBe(
      both(
        'an object of at most 500 texts by name, each with zh-CN and en',
        '以名称为键的对象，最多 500 条文字，每条都有 zh-CN 和 en',
      ),
    ),
  ),
  {
    name: both('Text', '文字'),
    purpose:
      'the merchant’s own words in place of ours, by place and name as in `kiosk/text/words.ts`, such as `find.billHint`; sentences with figures stay as they are',
  },
);

export const office = v.optional(
  about(
    record({
      url: about(
        checked(
          both('an http or https address of at most 200 characters', 'http 或 https 网址，最多 200 个字符'),
          isWebAddress,
        ),
        {
          name: both('Address of the office', '后台网址'),
          purpose:
            'where this kiosk asks to be let in, as long as it belongs to no office; the code for it stands on the glass. Changing it changes nothing for a kiosk that is paired',
        },
      ),
    }),
    {
      name: both('Office', '后台'),
      purpose: 'Where many kiosks are looked after together.',
      leftOut: 'the kiosk stands by itself',
    },
  ),
);

export const receiptUrl = v.nullable(
  about(webAddressOrNull, {
    name: both('Address of receipts', '电子收据网址'),
    purpose: 'where a customer finds the receipt whose code they scan; null: no code is shown',
    none,
  }),
);
