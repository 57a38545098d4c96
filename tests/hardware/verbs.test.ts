import { expect, test } from 'vitest';
import { parseAction, parseAmount, parseVerb, verbHelp } from '../../hardware/bench/verbs.ts';

test.each([
  ['insert 20.00', { action: 'insert', minor: 2000 }],
  ['  insert   100 torn ', { action: 'insert', minor: 10000, condition: 'torn' }],
  ['insert coin 0.5', { action: 'insert coin', minor: 50 }],
  ['insert cashbox', { action: 'insert cashbox' }],
  ['remove cashbox', { action: 'remove cashbox' }],
  ['scan 6901234567892', { action: 'scan', text: '6901234567892' }],
  ['fill 1.00 50', { action: 'fill', minor: 100, count: 50 }],
  ['jam', { action: 'jam' }],
  ['jam hopper', { action: 'jam hopper' }],
  ['jam unrecoverable', { action: 'jam', value: 'unrecoverable' }],
  ['jam heat', { action: 'jam', value: 'heat' }],
  ['clear jam', { action: 'clear jam' }],
  ['stacker full', { action: 'stacker full' }],
  ['stacker full off', { action: 'stacker full', value: 'off' }],
  ['misbehave noise', { action: 'misbehave', value: 'noise' }],
  ['paper out', { action: 'paper', value: 'out' }],
  ['card decline', { action: 'card', value: 'decline' }],
  ['card partial 20.00', { action: 'card', value: 'partial', minor: 2000 }],
  ['host lost', { action: 'host', value: 'lost' }],
  ['press stop', { action: 'press stop' }],
  ['init required', { action: 'init required' }],
  ['day full', { action: 'day full' }],
  ['misbehave wrong-amount', { action: 'misbehave', value: 'wrong-amount' }],
  ['pin 1234', { action: 'pin', text: '1234' }],
  ['open door', { action: 'open door' }],
  ['close vault', { action: 'close vault' }],
  ['shake', { action: 'shake' }],
  ['mains off', { action: 'mains', value: 'off' }],
  ['ups low', { action: 'ups', value: 'low' }],
  ['key on', { action: 'key', value: 'on' }],
  ['temperature 41.5', { action: 'temperature', text: '41.5' }],
  ['misbehave crc', { action: 'misbehave', value: 'crc' }],
  ['cut power', { action: 'cut power' }],
])('"%s" is one action, in words and as JSON', (line, action) => {
  expect(parseVerb(line)).toEqual({ type: 'hand', action });
  expect(parseAction(action)).toEqual({ type: 'hand', action });
});

test.each(['levels', 'unplug', 'plug', 'quit'])('"%s" is the owner’s', (verb) => {
  expect(parseVerb(verb)).toEqual({ type: 'owner', verb });
});

test.each([
  '',
  'insert',
  'insert 0',
  'insert -5',
  'insert 1e3',
  'insert 0.001',
  'insert 20 wet',
  'insert 20 torn torn',
  'insert coin 1 torn',
  'fill 1.00',
  'fill 1.00 0',
  'fill 1.00 1.5',
  'take all',
  'jam now',
  'fill 1.00 0x10',
  'fill 1.00 5 6',
  'scan',
  'paper',
  'paper wet',
  'misbehave',
  'card',
  'card partial twenty',
  'card approve 1.00 2.00',
  'host away',
  'quit now',
  'open window',
  'mains',
  'ups on',
  'key',
  'temperature',
  '__proto__',
])('"%s" is refused with a reason', (line) => {
  expect(parseVerb(line)).toEqual({ type: 'wrong', reason: expect.stringMatching(/.{10}/) });
});

test.each<[unknown, RegExp]>([
  [{ action: 'take', minor: -3 }, /"take" takes no "minor"/],
  [{ action: 'take', colour: 'red' }, /"take" takes no "colour"/],
  [{ action: 'unplug', minor: 3 }, /"unplug" takes no "minor"/],
  [{ action: 'insert coin', minor: 100, condition: 'torn' }, /takes no "condition"/],
  [{ action: 'insert', minor: 2000, condition: null }, /"condition" must be one of torn/],
  [{ action: 'insert' }, /"insert" needs "minor"/],
  [{ action: 'insert', minor: 0.5 }, /"minor" must be a positive whole number/],
  [{ action: 'insert', minor: '2000' }, /"minor" must be a positive whole number/],
  [{ action: 'fill', minor: 100, count: 10_001 }, /"count" must be a whole number from 1 to 10000/],
  [{ action: 'scan', text: 'x'.repeat(4097) }, /"text" must be a text of up to 4096/],
  [{ action: 'scan', text: '' }, /"text" must be a text/],
  [{ action: 'paper', value: 'wet' }, /"value" must be one of out, low, ok/],
  [{ action: 'jam', value: 'now' }, /"value" must be one of cutter/],
  [{ minor: 100 }, /"action" is missing/],
  [[], /JSON object/],
])('as JSON, %j is refused with what is wrong', (body, reason) => {
  expect(parseAction(body)).toEqual({ type: 'wrong', reason: expect.stringMatching(reason) });
});

test('amounts follow the decimals of the currency', () => {
  expect(parseAmount('1000', 0)).toBe(1000);
  expect(parseAmount('1000.5', 0)).toBeNull();
  expect(parseAmount('1.234', 3)).toBe(1234);
  expect(parseAmount('0.30', 2)).toBe(30);
  expect(parseAmount('999999999999', 4)).toBeNull();
});

test('every verb of the help is understood', () => {
  for (const help of verbHelp) {
    const line = help
      .replace(/\[.*\]/, '')
      .replace('AMOUNT', '20.00')
      .replace('COUNT', '5')
      .replace(/TEXT|DIGITS|CELSIUS/, '1234')
      .replace(/(\S+?)\|\S+/, '$1');
    expect(parseVerb(line).type, line).not.toBe('wrong');
  }
});
