import { expect, test } from 'vitest';
import { currencyExponent } from '../../hardware/currency.ts';
import { type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import { frontDoor } from '../../hardware/id003/index.ts';

test.each([
  ['CNY', 2],
  ['JPY', 0],
  ['KWD', 3],
  // The data of languages gives these fewer places, because nobody shows them.
  ['HUF', 2],
  ['IDR', 2],
  ['COP', 2],
  ['PKR', 2],
  ['IQD', 3],
  ['DEM', null],
  ['XXX', null],
  ['cny', null],
  ['constructor', null],
])('%s has %s decimal places', (currency, places) => expect(currencyExponent(currency)).toBe(places));

test.each([
  ['HUF', [0x61, 0x2b, 5, 3], 500_000],
  ['IQD', [0x61, 0x2b, 25, 2], 2_500_000],
  ['JPY', [0x61, 0x2b, 1, 3], 1_000],
])('a note of %s is worth what ISO 4217 makes of it', (currency, table, minor) => {
  const driver = frontDoor.createDriver({ device: 'a', settings: { countries: { '2B': currency } } });
  const facts: DeviceFact[] = [];
  let state = driver.start(emptyMemory);
  const give = (input: Parameters<typeof driver.step>[1]) => {
    const step = driver.step(state, input);
    state = step.state;
    facts.push(...step.facts);
    return step;
  };
  give({ type: 'opened', chance: new Uint8Array(64), nowMs: 0 });
  let nowMs = 0;
  while (!facts.some(({ fact }) => fact === 'device.identified')) {
    nowMs += 200;
    if (nowMs > 10_000) throw new Error('the device never says its denominations');
    const [, , code = 0, ...rest] = give({ type: 'turn', nowMs }).send?.bytes ?? [];
    const data = code === 0x8a ? table : rest.slice(0, -2);
    give({ type: 'frame', nowMs, frame: { code: code === 0x11 ? 0x1a : code, data: Uint8Array.from(data) } });
  }
  expect(facts.at(-1)).toMatchObject({ denominations: [{ currency, minor }] });
});

test('a currency that is none cannot be mapped', () => {
  expect(frontDoor.checkSettings({ countries: { '2A': 'CNX' } })).toMatchObject([{ path: 'countries.2A' }]);
  expect(frontDoor.checkSettings({ countries: { '2A': 'CNY' } })).toEqual([]);
});
