import { describe, expect, test } from 'vitest';
import { capitalAmount } from '../../../kiosk/documents/capital-amount.ts';
import { amountText, figure, plainAmount, sentenceAmount } from '../../../kiosk/text/amount.ts';
import { greeting, spokenAmount } from '../../../kiosk/text/spoken.ts';

const cny = (minor: number) => ({ currency: 'CNY', minor });

const capitals: readonly (readonly [number, string])[] = [
  [0, '人民币零元整'],
  [100, '人民币壹元整'],
  [10, '人民币壹角'],
  [5, '人民币伍分'],
  [101, '人民币壹元零壹分'],
  [8650, '人民币捌拾陆元伍角'],
  [10_000, '人民币壹佰元整'],
  [140_950, '人民币壹仟肆佰零玖元伍角'],
  [600_714, '人民币陆仟零柒元壹角肆分'],
  [10_700_053, '人民币壹拾万柒仟元伍角叁分'],
  [1_640_902, '人民币壹万陆仟肆佰零玖元零贰分'],
  [32_504, '人民币叁佰贰拾伍元零肆分'],
  [1_000_000, '人民币壹万元整'],
  [1_000_010, '人民币壹万元壹角'],
  [20_000_000, '人民币贰拾万元整'],
  [100_000_001, '人民币壹佰万元零壹分'],
  [1_234_567_890, '人民币壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元玖角'],
];

const spoken: readonly (readonly [number, string])[] = [
  [0, '零元'],
  [2, '两分'],
  [5, '五分'],
  [20, '两角'],
  [22, '两角两分'],
  [50, '五角'],
  [105, '一元零五分'],
  [200, '两元'],
  [250, '两元五角'],
  [10_050, '一百元五角'],
  [20_000, '两百元'],
  [1000, '十元'],
  [1100, '十一元'],
  [1200, '十二元'],
  [1350, '十三元五角'],
  [2200, '二十二元'],
  [8650, '八十六元五角'],
  [10_005, '一百元零五分'],
  [10_500, '一百零五元'],
  [11_000, '一百一十元'],
  [2_000_000, '两万元'],
  [22_200, '两百二十二元'],
  [100_500, '一千零五元'],
  [101_000, '一千零一十元'],
  [120_000, '一千二百元'],
  [222_222, '两千二百二十二元两角两分'],
  [1_050_000, '一万零五百元'],
  [1_200_000, '一万两千元'],
  [10_500_000, '十万五千元'],
  [1_200_200, '一万两千零二元'],
  [10_000_005, '十万元零五分'],
  [20_000_000, '二十万元'],
  [200_000_000, '两百万元'],
  [10_001_000, '十万零一十元'],
  [10_000_000_100, '一亿零一元'],
];

describe('amounts', () => {
  test.each(capitals)('%i fen in capital numerals is %s', (minor, text) => {
    expect(capitalAmount(minor)).toBe(text);
  });

  test.each(spoken)('%i fen is said as %s', (minor, text) => {
    expect(spokenAmount(cny(minor), 2, 'zh-CN')).toBe(text);
  });

  test.each([
    ['CNY', 1350, 'thirteen yuan fifty'],
    ['CNY', 50, 'fifty fen'],
    ['CNY', 200, 'two yuan'],
    ['CNY', 10_005, 'one hundred yuan and five fen'],
    ['CNY', 0, 'zero yuan'],
    ['CNY', 3650, 'thirty-six yuan fifty'],
    ['CNY', 128_000, 'one thousand two hundred and eighty yuan'],
    ['CNY', 18_888_888, 'one hundred and eighty-eight thousand eight hundred and eighty-eight yuan eighty-eight'],
    ['EUR', 1350, 'thirteen euros fifty'],
    ['EUR', 50, 'fifty cents'],
    ['EUR', 101, 'one euro and one cent'],
  ])('%s %i is said in English as %s', (currency, minor, text) => {
    expect(spokenAmount({ currency, minor }, 2, 'en')).toBe(text);
  });

  test.each([
    ['JPY', 0, 1_000, '1,000 JPY'],
    ['KWD', 3, 1_250, '1.250 KWD'],
    ['HUF', 2, 123_456, '1,234.56 HUF'],
    ['CNY', 0, 13, '13 CNY'],
  ])('%s of %i decimals, %i, is said by its figure in both languages', (currency, exponent, minor, text) => {
    for (const lang of ['zh-CN', 'en'] as const) expect(spokenAmount({ currency, minor }, exponent, lang)).toBe(text);
  });

  test('a negative or broken amount is not spoken and not written in capitals', () => {
    for (const minor of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => spokenAmount(cny(minor), 2, 'en')).toThrow(RangeError);
      expect(() => capitalAmount(minor)).toThrow(RangeError);
      if (minor !== -1) expect(() => plainAmount(cny(minor), 2)).toThrow(RangeError);
    }
  });

  test('figures have the same form everywhere', () => {
    expect(amountText(cny(128_000), 2)).toEqual({ sign: '¥', whole: '1,280', fraction: '.00' });
    expect(amountText({ currency: 'JPY', minor: 1_234_567 }, 0)).toEqual({
      sign: 'JPY ',
      whole: '1,234,567',
      fraction: '',
    });
    expect(plainAmount(cny(18_888_888), 2)).toBe('¥188,888.88');
    expect(plainAmount(cny(-5), 2)).toBe('-¥0.05');
    expect(figure(8650, 2)).toBe('86.50');
    expect(sentenceAmount(cny(3650), 2, 'zh-CN')).toBe('36.50 元');
    expect(sentenceAmount(cny(5000), 2, 'zh-CN')).toBe('50 元');
    expect(sentenceAmount(cny(5000), 2, 'en')).toBe('¥50');
    expect(sentenceAmount({ currency: 'EUR', minor: 1350 }, 2, 'en')).toBe('€13.50');
  });

  test('each hour has its greeting', () => {
    const chinese = Array.from({ length: 24 }, (_, hour) => greeting(hour, 'zh-CN')).join(' ');
    const evening = (n: number) => Array(n).fill('晚上好');
    const expected = [
      ...evening(5),
      ...Array(4).fill('早上好'),
      ...Array(2).fill('上午好'),
      ...Array(2).fill('中午好'),
      ...Array(5).fill('下午好'),
      ...evening(6),
    ];
    expect(chinese).toBe(expected.join(' '));
    expect([4, 5, 11, 12, 17, 18].map((hour) => greeting(hour, 'en'))).toEqual([
      'Good evening',
      'Good morning',
      'Good morning',
      'Good afternoon',
      'Good afternoon',
      'Good evening',
    ]);
  });
});
