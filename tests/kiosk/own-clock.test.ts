import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readinessOf } from '../../kiosk/checks/readiness.ts';
import { methodsNow } from '../../kiosk/methods/catalog.ts';
import { clockIsOff, clockOffMs, clockRightMs, isOff } from '../../kiosk/own-clock.ts';
import type { ChargeMethod } from '../../kiosk/server/wire.ts';
import { verdictLines } from '../../kiosk/text/readiness.ts';
import { Visit, withCharges } from './view/visit.ts';
import { Shift } from './staff/shift.ts';

const wallets = ['alipay', 'wechat'] as const;

function kiosk(): Visit {
  return new Visit(withCharges).boot().reached();
}

const judged = <V extends Visit>(of: V, offMs: number): V => of.step({ fact: 'clock.judged', offMs });
const off = (of: Visit) => Object.fromEntries(methodsNow(of.kiosk, null).map((one) => [one.method, one.off]));
const recorded = (of: Visit) => of.recorded.filter(({ kind }) => kind === 'clock.judged');

describe('a clock', () => {
  test('is off beyond 120 s ahead or behind, and not at 120 s', () => {
    for (const offMs of [clockOffMs, -clockOffMs, 0]) expect(clockIsOff(judged(kiosk(), offMs).kiosk)).toBe(false);
    for (const offMs of [clockOffMs + 1, -clockOffMs - 1, 3e11])
      expect(clockIsOff(judged(kiosk(), offMs).kiosk)).toBe(true);
  });

  test('that is off or right is recorded when that changes, with the difference', () => {
    const one = kiosk();
    for (const offMs of [3_000, -130_000, -500_000, -111_000, 400, -700]) judged(one, offMs);
    expect(recorded(one)).toEqual([
      { kind: 'clock.judged', off: true, offMs: -130_000 },
      { kind: 'clock.judged', off: false, offMs: 400 },
    ]);
  });

  test('at the limit is not now off and now right: noise of less than the margin changes it once at most', () => {
    const noise = fc.array(fc.integer({ min: -4_999, max: 4_999 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: -200_000, max: 200_000 }), noise, (aboutMs, apart) => {
        expect(clockOffMs - clockRightMs).toBeGreaterThanOrEqual(2 * 4_999);
        let wasOff = false;
        let changes = 0;
        for (const by of apart) {
          const is = isOff(aboutMs + by, wasOff);
          changes += is === wasOff ? 0 : 1;
          wasOff = is;
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('that was off before a start is so after it, until somebody says otherwise', () => {
    const one = judged(new Shift().reached(), 130_000).restarted().reached();
    expect(off(one)).toMatchObject({ alipay: 'clock', wechat: 'clock' });
    expect(off(judged(one, 0))).toMatchObject({ alipay: null, wechat: null });
  });
});

describe('while the clock is off', () => {
  test('no wallet is offered, and cash and cards are', () => {
    const one = kiosk();
    const before = off(one);
    expect(off(judged(one, 121_000))).toEqual({ ...before, alipay: 'clock', wechat: 'clock' });
    expect(off(judged(one, 0))).toEqual(before);
  });

  test('it is told as the reason also where the wallet does not answer for it', () => {
    const one = judged(kiosk(), 121_000);
    one.step({ fact: 'device.lost', device: 'alipay', reason: 'silent', message: 'clock: timestamp' });
    expect(off(one).alipay).toBe('clock');
  });

  test.each(wallets)('%s is not asked, whatever the glass had shown', (method) => {
    const one = judged(kiosk().begin().confirmed(), 121_000).ask({ do: 'method', method });
    expect(one.kiosk.charges).toEqual({});
    expect(one.kiosk.session?.stage.at).toBe('choose');
  });

  test.each<[ChargeMethod]>([['alipay'], ['wechat']])(
    'a payment by %s that is under way goes on to its end',
    (method) => {
      const one = judged(kiosk().begin().confirmed().charging(method), 3_600_000);
      expect(one.kiosk.session?.stage.at).toBe('pay-charge');
      one.approved();
      expect(one.recorded.filter(({ kind }) => kind === 'sale.paid')).toHaveLength(1);
    },
  );

  test.each([
    ['zh-CN', '本机时钟不准'],
    ['en', 'the clock here is not right'],
  ] as const)('customers are told so (%s)', (lang, words) => {
    const one = judged(kiosk(), 121_000).begin(lang).confirmed();
    expect(JSON.stringify(one.view().body)).toContain(words);
  });

  test('staff are told by how much, and what to do', () => {
    const facts = { version: '1', config: 'a', devices: [], offered: [], freeBytes: 1e12 };
    const report = readinessOf(judged(kiosk(), -3_725_400).kiosk, facts, 0);
    expect(report.reasons).toContainEqual({ why: 'clock', what: '−1:02:05', stops: false });
    for (const lang of ['zh-CN', 'en'] as const) {
      expect(verdictLines(report, lang).join()).toContain('−1:02:05');
      expect(verdictLines(report, lang).join()).toContain('NTP');
    }
  });
});
