import { expect, test } from 'vitest';
import { accentColours, contrast, parse } from '../../ui/colour.ts';
import { scaleOf } from '../../ui/glass.ts';
import { phrase } from '../../ui/parts/phrase.ts';

const REFERENCE = { diagonalInch: 21.5, widthPx: 1080, heightPx: 1920 };

test('on the reference glass one unit is one pixel and 20 mm are 81 px', () => {
  const scale = scaleOf(REFERENCE, 1080, 1920);
  expect(scale.layout).toBe('portrait');
  expect(scale.unitPx).toBeCloseTo(1, 5);
  expect(scale.mmPx * 20).toBeCloseTo(80.7, 1);
});

test('a small glass gives more pixels to a millimetre, a large one fewer', () => {
  expect(scaleOf({ ...REFERENCE, diagonalInch: 15.6 }, 1080, 1920).mmPx * 20).toBeCloseTo(111.2, 1);
  expect(scaleOf({ ...REFERENCE, diagonalInch: 32 }, 1080, 1920).mmPx * 20).toBeCloseTo(54.2, 1);
});

test('a large glass is never left half empty and no glass is overfilled', () => {
  expect(scaleOf({ ...REFERENCE, diagonalInch: 55 }, 1080, 1920).unitPx).toBeCloseTo(0.8, 5);
  expect(scaleOf({ ...REFERENCE, diagonalInch: 10 }, 1080, 1920).unitPx).toBe(1);
});

test('a window that is not the glass shows the design fitted', () => {
  const scale = scaleOf(REFERENCE, 960, 540);
  expect(scale).toMatchObject({ layout: 'landscape', unitPx: 0.5 });
});

test.each(['#0A5C5A', '#FFD400', '#FFFFFF', '#FF5A36', '#1677FF', 'teal'])(
  'words on and in the accent %s have at least 7 : 1',
  (accent) => {
    const colours = accentColours(accent);
    expect(contrast(parse(colours.fill)!, parse(colours.onFill)!)).toBeGreaterThanOrEqual(7);
    expect(contrast(parse(colours.text)!, parse('#F7F6F3')!)).toBeGreaterThanOrEqual(7);
    expect(contrast(parse(colours.text)!, parse(colours.soft)!)).toBeGreaterThanOrEqual(7);
  },
);

test('a figure stays with its unit and a telephone number in one piece', () => {
  expect(phrase('余下 36.50 元用别的方式付')).toBe('余下 36.50\u00a0元\u200b用别的方式付');
  expect(phrase('Cancel, get ¥50 at window 3, ground floor by case number')).toBe(
    'Cancel, get ¥50 at window\u00a03, ground floor by case number',
  );
  expect(phrase('找零打印现金凭证，一楼 3 号窗口换现金')).toBe('找零打印现金凭证，一楼\u00a03\u00a0号窗口换现金');
  expect(phrase('from 08:30 to 17:00')).toBe('from 08:30 to 17:00');
  expect(phrase('010-5555 0100')).toBe('010\u2060-\u20605555\u00a00100');
});
