import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskName, maskPayer, maskPlace } from '../../../kiosk/services/biller/mask.ts';

describe('masking', () => {
  it.each([
    ['张伟', '张*'],
    ['张晓梅', '张*'],
    ['欧阳娜娜', '欧*'],
    ['张', '*'],
    ['Maria Schmidt', 'M* S*'],
    ['  Jean-Paul   de  la Tour ', 'J* d* l*'],
    ['M', '*'],
    ['', '*'],
    ['   ', '*'],
    ['𠮷田', '𠮷*'],
    ['é́lodie', 'é́*'],
  ])('leaves of the name %j only %j', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  it.each([
    ['3 栋 2 单元 501', '3 栋***'],
    ['东湖小区 3 栋 2 单元 501', '3 栋***'],
    ['学府路16号楼3单元601', '16号楼***'],
    ['Building 12, flat 3', 'Building 12***'],
    ['Room 1208', 'R***'],
    ['501', '5***'],
    ['', '***'],
  ])('leaves of the place %j only %j', (place, masked) => {
    expect(maskPlace(place)).toBe(masked);
  });

  it('names payer and building, or the payer alone', () => {
    expect(maskPayer({ name: '张晓梅', place: '东湖小区 3 栋 2 单元 501' })).toBe('张*, 3 栋***');
    expect(maskPayer({ name: '李建国', place: null })).toBe('李*');
    expect(maskPayer({ name: '李建国', place: ' ' })).toBe('李*');
  });

  it('never shows two letters of a name side by side', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        for (const part of maskName(name).split(' ')) expect(part.endsWith('*')).toBe(true);
        const graphemes = [...new Intl.Segmenter('zh').segment(maskName(name))];
        expect(graphemes.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});
