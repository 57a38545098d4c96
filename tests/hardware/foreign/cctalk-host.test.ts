import { describe, expect, test } from 'vitest';
import { type CctalkCheck, CctalkHost, type CctalkManner, type CctalkShape, cctalkFrame } from './cctalk-host.ts';
import { type Finished, simulated } from './start.ts';

async function machine(finished: Finished, shape: CctalkShape, ...settings: readonly string[]) {
  const { program, port } = await simulated(finished, 'cctalk', settings);
  const host = await CctalkHost.open(port, shape);
  finished(() => host.line.close());
  return { program, host };
}

/** Nothing may come within this: a machine answers in tens of milliseconds. */
const quietMs = 300;

/** Echo or none, sum or CRC; who listens to the echo needs one. */
const wires: readonly (readonly [CctalkManner, 'on' | 'off', CctalkCheck])[] = [
  ['deaf', 'on', 'sum'],
  ['deaf', 'off', 'sum'],
  ['listening', 'on', 'sum'],
  ['listening', 'on', 'crc'],
  ['deaf', 'off', 'crc'],
];

describe.each(wires)('a %s host, echo %s, with the %s', (manner, echo, check) => {
  const wire = [`echo=${echo}`, `checksum=${check}`];

  test('knows a coin acceptor, opens its coins and counts each once', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, { device: 2, manner, check }, 'device=coin', ...wire);
    expect(await host.word(254)).toBe('ack');
    expect(await host.text(245)).toBe('Coin Acceptor');
    for (const header of [246, 244, 241, 192]) expect(await host.text(header), String(header)).toMatch(/^\w/);
    expect(await host.word(242)).toMatch(/^\d+ \d+ \d+$/);
    expect(await host.word(4)).toMatch(/^1 \d+ \d+$/);
    expect(await host.word(249)).toMatch(/^[1-9] \d+$/);
    expect(await host.text(170)).toMatch(/^\d{4}$/);
    for (const header of [195, 196]) expect(await host.word(header)).toMatch(/^\d+ \d+$/);
    expect(await host.word(232)).toBe('0');
    const coins: string[] = [];
    for (let position = 1; position <= 3; position++) coins.push(await host.text(184, position));
    expect(coins).toEqual(['CN010A', 'CN050A', 'CN100A']);
    expect(await host.word(229)).toBe('0 0 0 0 0 0 0 0 0 0 0');
    await host.poll(229);

    // Polled all the while: without a poll for a second it says nothing of a coin.
    const shut = host.until(229, 1);
    expect(await program.did('insert coin 1.00')).toMatchObject({ ok: true });
    expect(await shut).toEqual([[0, 2]]);
    expect(await host.word(231, 255, 255)).toBe('ack');
    expect(await host.word(230)).toBe('255 255');
    expect(await host.word(228, 255)).toBe('ack');
    expect(await host.word(227)).toBe('1');
    await host.poll(229);
    host.events.length = 0;
    const first = host.until(229, 1);
    expect(await program.did('insert coin 1.00')).toMatchObject({ ok: true });
    expect((await first)[0]?.[0]).toBe(3);
    const second = host.until(229, 2);
    expect(await program.did('insert coin 0.50')).toMatchObject({ ok: true });
    expect((await second)[1]?.[0]).toBe(2);
    await host.poll(229);
    expect(host.events).toHaveLength(2);

    expect(await host.word(228, 0)).toBe('ack');
    expect(await host.word(1)).toBe('ack');
    await host.waitFor(229, /^0( 0){10}$/);
  });
});

describe('a hopper', () => {
  test.for(wires)(
    'pays a %s host by its serial number and tells how far it is (echo %s, %s)',
    async ([manner, echo, check], { onTestFinished: finished }) => {
      const shape = { device: 3, check, manner };
      const wire = [`echo=${echo}`, `checksum=${check}`];
      const { program, host } = await machine(finished, shape, 'device=hopper', 'count=5', 'method=serial', ...wire);
      expect(await host.text(245)).toBe('Payout');
      expect(await host.text(171)).toBe('CN100A');
      expect(await host.word(236)).toBe('0');
      expect(await host.word(163)).toBe('192 0');
      const { data: serial } = (await host.ask(242))!;
      // Not enabled yet; a Flow counts the refused order too.
      expect(await host.word(167, ...serial, 3)).toBe('nak');
      expect(await host.word(164, 165)).toBe('ack');
      expect(await host.word(163)).toBe('64 0');
      expect(await host.word(167, ...serial, 3)).toBe('2');
      expect(await host.waitFor(166, /^2 0 /)).toBe('2 0 3 0');
      expect(program.lines.filter(({ event }) => event === 'cash.dispensed')).toHaveLength(3);
      expect(await host.word(168)).toBe('3 0 0');

      expect(await host.word(167, ...serial, 4)).toBe('3');
      expect(await host.waitFor(166, /^3 0 /)).toBe('3 0 2 2');
      expect(await host.word(163)).toBe('66 0');
      expect(await host.word(164, 0)).toBe('ack');
      expect(await host.word(167, ...serial, 1)).toBe('nak');
    },
  );

  test('tells after a loss of power what it paid of an order, and pays the rest when it is enabled again', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(
      finished,
      { device: 3 },
      'device=hopper',
      'count=80',
      'method=serial',
      'echo=off',
    );
    const { data: serial } = (await host.ask(242))!;
    expect(await host.word(164, 165)).toBe('ack');
    expect(await host.word(167, ...serial, 80)).toBe('1');
    // Some are out and more are to come.
    await host.waitFor(166, /^1 [1-9]\d* [1-9]\d* 0$/);
    await program.did('cut power');
    expect(await host.raw(cctalkFrame('sum', 3, 1, 254, []), 1, quietMs)).toBe('');
    await program.did('restore power');
    await host.waitFor(254, /^ack$/);
    const [counter, remaining, paid = 0, unpaid = 0] = (await host.word(166)).split(' ').map(Number);
    expect([counter, remaining, paid + unpaid]).toEqual([1, 0, 80]);
    expect(program.lines.filter(({ event }) => event === 'cash.dispensed')).toHaveLength(paid);
    expect(await host.word(167, ...serial, unpaid)).toBe('nak');
    expect(await host.word(164, 165)).toBe('ack');
    expect(await host.word(167, ...serial, unpaid)).toMatch(/^\d$/);
    await host.waitFor(166, new RegExp(`^\\d 0 ${unpaid} 0$`));
    expect(program.lines.filter(({ event }) => event === 'cash.dispensed')).toHaveLength(80);
  });

  // Hosts of the kind that takes any eight bytes send back the key, or nothing but zeros.
  test.for(['key', 'zeros'])('pays after a cipher key, sent back as %s', async (kind, { onTestFinished: finished }) => {
    const { program, host } = await machine(finished, { device: 3 }, 'device=hopper', 'model=sch2', 'count=50');
    expect(await host.text(244)).toContain('NOENCRYPT');
    expect(await host.word(247)).toMatch(/^(\d+ ){5}0$/);
    expect(await host.word(165, 34, 0, 30, 0)).toBe('ack');
    expect(await host.word(1)).toBe('ack');
    await host.waitFor(254, /^ack$/);
    expect(await host.word(164, 165)).toBe('ack');
    expect(await host.word(161, 1, 2, 3, 4, 5, 6, 7, 8)).toBe('ack');
    const { data: key } = (await host.ask(160))!;
    expect(key).toHaveLength(8);
    const proof = kind === 'key' ? key : key.map(() => 0);
    expect(await host.word(167, ...proof, 2)).toBe('1');
    expect(await host.waitFor(166, /^1 0 /)).toBe('1 0 2 0');
    expect(program.lines.filter(({ event }) => event === 'cash.dispensed')).toHaveLength(2);
    expect(await host.word(167, ...proof, 2)).toBe('nak');

    expect(await host.word(160)).toMatch(/^(\d+ ){7}\d+$/);
    expect(await host.word(167, ...proof, 40)).toBe('2');
    expect(await host.word(172)).toMatch(/^\d+$/);
    expect(await host.waitFor(166, /^2 0 /)).toMatch(/^2 0 \d+ \d+$/);
  });
});

describe.each([
  ['listening', 'on', 'sum'],
  ['deaf', 'off', 'crc'],
] as const)('a bill validator and a %s host (echo %s, %s)', (manner, echo, check) => {
  const shape = { device: 40, manner, check };
  const wire = [`echo=${echo}`, `checksum=${check}`];

  test('have a bill offered, stacked and counted once, one returned, and one rejected', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, shape, 'device=bill', ...wire);
    expect(await host.text(245)).toBe('Bill Validator');
    const bills: string[] = [];
    for (let type = 1; type <= 6; type++) bills.push(await host.text(157, type));
    expect(bills).toEqual(['CN0001A', 'CN0005A', 'CN0010A', 'CN0020A', 'CN0050A', 'CN0100A']);
    expect(await host.word(156, 67, 78)).toBe('100 0 2');
    expect(await host.word(153, 3)).toBe('ack');
    expect(await host.word(152)).toBe('3');
    expect(await host.word(247)).toMatch(/^\d+ 1$/);
    expect(await host.word(213)).toBe('3');
    expect(await host.word(231, 255, 255)).toBe('ack');
    expect(await host.word(228, 1)).toBe('ack');
    await host.poll(159);

    expect(await program.did('insert 20.00')).toMatchObject({ ok: true });
    expect(await host.until(159, 1)).toEqual([[4, 1]]);
    expect(await host.word(154, 1)).toBe('ack');
    expect(await host.until(159, 2)).toEqual([
      [4, 1],
      [4, 0],
    ]);
    await program.line({ event: 'note.stacked', minor: 2000 });

    host.events.length = 0;
    expect(await program.did('insert 5.00')).toMatchObject({ ok: true });
    expect(await host.until(159, 1)).toEqual([[2, 1]]);
    expect(await host.word(154, 255)).toBe('ack');
    expect(await host.word(154, 0)).toBe('ack');
    expect((await host.until(159, 2))[1]).toEqual([0, 1]);
    await program.did('take');

    host.events.length = 0;
    await program.did('insert 5.00 unreadable');
    expect((await host.until(159, 1))[0]?.[0]).toBe(0);
    await program.did('take');
    expect(await host.word(228, 0)).toBe('ack');
    await host.poll(159);
    expect(await program.did('insert 5.00')).toMatchObject({ ok: false });
  });

  test('without escrow have it stacked at once', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, shape, 'device=bill', ...wire);
    expect(await host.word(153, 1)).toBe('ack');
    expect(await host.word(231, 255, 255)).toBe('ack');
    expect(await host.word(228, 1)).toBe('ack');
    await host.poll(159);
    await program.did('insert 50.00');
    expect(await host.until(159, 1)).toEqual([[5, 0]]);
  });
});

describe('a wire', () => {
  test('is asked who is there, and for a place that nobody has', async ({ onTestFinished: finished }) => {
    const { host } = await machine(finished, { device: 2 }, 'device=coin', 'echo=off');
    expect(await host.raw(cctalkFrame('sum', 0, 1, 254, []), 5)).toBe('01 00 02 00 fd');
    expect(await host.raw(cctalkFrame('sum', 0, 1, 253, []), 1)).toBe('02');
    expect(await host.raw(cctalkFrame('sum', 9, 1, 254, []), 1, quietMs)).toBe('');
    expect(await host.raw(cctalkFrame('sum', 2, 5, 254, []), 5)).toBe('05 00 02 00 f9');
  });

  test('with three machines on it is searched in one breath, and each answers for itself', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, { device: 40 }, 'device=coin,hopper,bill', 'echo=off');
    expect(await host.raw(cctalkFrame('sum', 0, 1, 253, []), 3)).toBe('02 03 28');
    expect(await host.text(245)).toBe('Bill Validator');
    expect(await host.raw(cctalkFrame('sum', 3, 1, 254, []), 5)).toBe('01 00 03 00 fc');
    expect(await host.raw(cctalkFrame('sum', 2, 1, 254, []), 5)).toBe('01 00 02 00 fd');
  });

  test.for([
    ['listening', 'on'],
    ['deaf', 'on'],
    ['deaf', 'off'],
  ] as const)('lets a %s host count a coin and pay one out beside it (echo %s)', async ([manner, echo], context) => {
    const finished = context.onTestFinished;
    const { program, host: coins } = await machine(
      finished,
      { device: 2, manner },
      'device=coin,hopper',
      `echo=${echo}`,
    );
    const hopper = coins.beside(3);
    expect(await coins.text(245)).toBe('Coin Acceptor');
    expect(await hopper.text(245)).toBe('Payout');
    expect(await coins.word(231, 255, 255)).toBe('ack');
    expect(await coins.word(228, 255)).toBe('ack');
    expect(await hopper.word(164, 165)).toBe('ack');
    await coins.poll(229);
    const counted = coins.until(229, 1);
    expect(await program.did('insert coin 1.00')).toMatchObject({ ok: true });
    expect((await counted)[0]?.[0]).toBe(3);
    const { data: serial } = (await hopper.ask(242))!;
    const order = await hopper.word(167, ...serial, 2);
    await hopper.waitFor(166, new RegExp(`^${order} 0 2 0$`));
    await coins.poll(229);
    expect(coins.events).toHaveLength(1);
  });

  test('brings no credit of a coin of before when the power was away', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, { device: 2 }, 'device=coin', 'echo=off');
    expect(await host.word(231, 255, 255)).toBe('ack');
    await host.poll(229);
    const first = host.until(229, 1);
    await program.did('insert coin 1.00');
    await first;
    await program.did('cut power');
    expect(await host.raw(cctalkFrame('sum', 2, 1, 254, []), 1, quietMs)).toBe('');
    await program.did('restore power');
    await host.waitFor(229, /^0( 0){10}$/);
    // All are inhibited again.
    expect(await host.word(230)).toBe('0 0');
    await host.poll(229);
    expect(host.events).toHaveLength(1);
  });

  test('carries no answer to a damaged message, and the next one is understood', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, { device: 2 }, 'device=coin', 'echo=off');
    expect(await host.raw([2, 0, 1, 254, 0], 1, quietMs)).toBe('');
    expect(await host.raw([2, 5, 1, 254], 1, quietMs)).toBe('');
    expect(await host.word(254)).toBe('ack');
  });
});
