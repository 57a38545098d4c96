import { describe, expect, test } from 'vitest';
import { little, longPrimes, money, pieces, SspHost, type SspShape, shortPrimes, sspPacket } from './ssp-host.ts';
import { type Finished, insert, simulated, truth } from './start.ts';

async function machine(finished: Finished, shape: SspShape, ...settings: readonly string[]) {
  const { program, port } = await simulated(finished, 'ssp', settings);
  const host = await SspHost.open(port, shape);
  finished(() => host.line.close());
  return { program, host };
}

/** A machine that pays out, ready for orders: payout on, everything that comes in kept for it. */
async function payer(finished: Finished, shape: SspShape, model: string, ...settings: readonly string[]) {
  const { program, host } = await machine(finished, shape, `model=${model}`, ...settings);
  await host.begin();
  const [, , values] = await host.setup();
  if (model !== 'smart-hopper') {
    expect(await host.ask(0x02, 0xff, 0xff)).toBe('f0');
    expect(await host.whenFree(0x5c, model === 'smart-payout' ? 0x01 : 0x00)).toBe('f0');
  }
  for (const value of values) expect(await host.ask(0x3b, 0x00, ...money(value))).toBe('f0');
  expect(await host.ask(0x0a)).toBe('f0');
  return { program, host };
}

const carryOut = 0x58;
const onlyTest = 0x19;

/** Nothing may come within this: a machine answers in tens of milliseconds. */
const quietMs = 300;

describe.each(['plain', 'sealed'] as const)('a %s host', (manner) => {
  test('has a note read, held, credited once and stacked, one given back, and one rejected', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, { manner }, 'model=nv200');
    await host.begin(manner === 'plain' ? null : shortPrimes);
    expect(await host.setup()).toEqual([0x00, 'CNY', [100, 500, 1000, 2000, 5000, 10000]]);
    expect(await host.ask(0x02, 0b1110, 0x00)).toBe('f0');
    await host.until('reset');
    await host.until('disabled');
    expect(await program.did('insert 20.00')).toMatchObject({ ok: false });
    expect(await host.ask(0x0a)).toBe('f0');

    await insert(program, '20.00');
    await host.until('read 4');
    for (let times = 0; times < 3; times++) expect(await host.ask(0x18)).toBe('f0');
    expect(program.lines.some(({ event }) => event === 'note.stacked')).toBe(false);
    expect(await host.until('stacked')).toContain('credit 4');
    expect(await host.ask(0x18)).toBe('f5');

    await insert(program, '5.00');
    await host.until('read 2');
    expect(await host.ask(0x08)).toBe('f0');
    expect(await host.until('rejected')).not.toContain('credit 2');
    expect(await host.ask(0x17)).toBe('f0 08');
    await program.did('take');

    for (const [note, reason] of [
      ['1.00', '06'],
      ['50.00', '06'],
      ['10.00 torn', '01'],
    ] as const) {
      await insert(program, note);
      await host.until('rejected');
      expect(await host.ask(0x17), note).toBe(`f0 ${reason}`);
      await program.did('take');
    }
    expect(host.credits).toEqual([4]);
    expect(await truth(program)).toEqual(
      expect.arrayContaining(['box 2000×1', 'customer 500×1', 'customer 1000×1', 'customer 5000×1']),
    );
    expect(await host.ask(0x09)).toBe('f0');
    await host.until('disabled');
    expect(await program.did('insert 20.00')).toMatchObject({ ok: false });
  });

  test('is told of a credit until it acknowledges, when it polls so', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, { manner }, 'model=nv9');
    await host.begin(manner === 'plain' ? null : shortPrimes);
    expect(await host.ask(0x02, 0xff, 0xff)).toBe('f0');
    await host.until('disabled');
    expect(await host.ask(0x57)).toBe('f5');
    expect(await host.ask(0x0a)).toBe('f0');
    await insert(program, '100.00');
    for (let told = 0; told < 3; ) if ((await host.poll(0x56)).includes('credit 6')) told++;
    expect(await host.ask(0x57)).toBe('f0');
    await program.line({ event: 'vend.acknowledged', minor: 10_000 });
    await program.line({ event: 'note.stacked', minor: 10_000 });
    for (let polls = 0; polls < 3; polls++) expect(await host.poll(0x56)).not.toContain('credit 6');
  });
});

describe('any host', () => {
  test.for([
    ['short', shortPrimes],
    ['long', longPrimes],
  ] as const)('agrees on keys from %s primes, and has 7F doubled both ways', async ([, primes], context) => {
    const { host } = await machine(context.onTestFinished, {}, 'model=smart-payout', 'serial=2139062143');
    await host.begin(primes);
    for (let n = 0; n < 20; n++) expect(await host.ask(0x0c)).toBe('f0 7f 7f 7f 7f');
    expect(await host.openly(0x0c)).toBe('f0 7f 7f 7f 7f');
    expect(await host.ask(0x35, ...money(0x7f7f7f7f))).toBe('f4');
    expect(await host.openly(0x35, ...money(0x7f7f7f7f))).toBe('f4');
    expect(host.unanswered).toBe(0);
  });

  test('hears nothing to a damaged packet, to another address, to a wrong count or a count of before', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, {}, 'model=smart-payout');
    await host.begin();
    const spoilt = sspPacket(0x00, [0x0c]).map((byte, at, { length }) => (at === length - 1 ? byte ^ 0x01 : byte));
    expect(await host.bytes(spoilt, quietMs)).toBe('silence');
    expect(await host.bytes(sspPacket(0x05, [0x0c]), quietMs)).toBe('silence');
    expect(await host.ask(0x0c)).toMatch(/^f0( ..){4}$/);
    for (const by of [1, -1, 256]) expect(await host.offCount(by, quietMs, 0x0c), String(by)).toBe('silence');
    expect(await host.ask(0x0c)).toMatch(/^f0( ..){4}$/);
    expect(host.unanswered).toBe(0);
  });

  test('may not order a payout openly, neither before there is a key nor after', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, {}, 'model=smart-payout', 'count=1');
    await host.sync();
    expect(await host.openly(0x06, 0x08)).toBe('f0');
    const order = [0x33, ...money(1000), carryOut];
    expect(await host.openly(...order)).toBe('fa');
    expect(await host.once([0x7e, ...little(0, 16)], 2_000)).toBe('fa');
    await host.exchangeKeys();
    expect(await host.openly(...order)).toMatch(/^f[358]/);
    await host.until('disabled');
    expect(await host.whenFree(0x5c, 0x00)).toBe('f0');
    expect(await host.whenFree(...order.with(-1, onlyTest))).toBe('f0');
  });

  test('has to agree anew after a reset and after a loss of power, and then goes on', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, {}, 'model=smart-payout');
    await host.begin();
    expect(await host.until('disabled')).toContain('reset');
    for (const lost of [
      () => host.ask(0x01),
      () => program.did('cut power').then(() => program.did('restore power')),
    ]) {
      await lost();
      await host.sync();
      expect(await host.ask(0x0c)).toBe('fa');
      await host.begin(longPrimes);
      expect(await host.until('disabled')).toContain('reset');
      expect(await host.ask(0x0c)).toMatch(/^f0( ..){4}$/);
    }
  });

  test('changes the fixed key, which counts from the next agreement on, and takes it back', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, {}, 'model=nv11');
    await host.begin();
    const fixedKey = little(0x1122_3344_5566_7788n, 8);
    expect(await host.ask(0x60, ...fixedKey)).toBe('f0');
    expect(await host.ask(0x0c)).toMatch(/^f0/);
    await host.exchangeKeys();
    // Under the old key the machine cannot read it.
    expect(await host.offCount(0, quietMs, 0x0c)).toBe('silence');
    host.fixedKey = fixedKey;
    await host.exchangeKeys();
    expect(await host.ask(0x0c)).toMatch(/^f0/);

    // It begins anew with that.
    expect(await host.ask(0x61)).toBe('f0');
    host.fixedKey = little(0x0123_4567_0123_4567n, 8);
    await host.begin();
    expect(await host.until('disabled')).toContain('reset');
  });
});

describe.each(['plain', 'sealed'] as const)('a SMART Payout and a %s host', (manner) => {
  test('pay a value note by note, each held until it is taken, and once however often it is asked', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, { manner }, 'smart-payout', 'count=2');
    expect(await host.ask(0x33, ...money(3_550), carryOut)).toBe('f5 01');
    expect(await host.ask(0x33, ...money(100_000), carryOut)).toBe('f5 00');
    expect(await host.ask(0x33, ...little(3500, 4), 0x45, 0x55, 0x52, carryOut)).toBe('f5 02');
    expect(await host.ask(0x33, ...money(3500), onlyTest)).toBe('f0');
    expect(await host.ask(0x33, ...money(3500), carryOut)).toBe('f0');
    // The answer may have been lost on the way: the same packet is no second order.
    expect(await host.again()).toMatch(/^7e/);
    expect(await host.ask(0x33, ...money(3500), carryOut)).toBe('f5 03');
    for (const held of [2000, 1000, 500]) {
      expect(await host.until(`held ${held}`)).not.toContain('dispensed 3500');
      expect(await program.did('take')).toMatchObject({ ok: true });
    }
    await host.until('dispensed 3500');
    expect(await host.counted(0x22)).toEqual(['2×100', '1×500', '1×1000', '1×2000', '2×5000', '2×10000']);
    expect(await truth(program)).toEqual(
      expect.arrayContaining(['customer 500×1', 'customer 1000×1', 'customer 2000×1', 'recycler 2000×1']),
    );
  });

  test('pay by denomination just these notes, and what came in is paid out again', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, { manner }, 'smart-payout');
    for (const [note, channel] of [
      ['5.00', 2],
      ['5.00', 2],
      ['20.00', 4],
    ] as const) {
      await insert(program, note);
      expect(await host.until('stored')).toContain(`credit ${channel}`);
    }
    expect(await host.ask(0x46, ...pieces([3, 500]), carryOut)).toBe('f5 00');
    expect(await host.ask(0x46, ...pieces([2, 500]), onlyTest)).toBe('f0');
    expect(await host.ask(0x46, ...pieces([2, 500]), carryOut)).toBe('f0');
    for (const paid of [500, 1000]) {
      await host.until(`dispensing ${paid}`);
      await host.until('held 500');
      await program.did('take');
    }
    await host.until('dispensed 1000');
    expect(await host.counted(0x22)).toEqual(['1×2000']);
  });

  test('float by denomination so that just these stay, and empty the rest with an account of it', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, { manner }, 'smart-payout', 'count=2');
    const stay = pieces([1, 100], [0, 500], [1, 1000], [2, 2000], [0, 5000], [0, 10_000]);
    expect(await host.ask(0x44, ...stay, onlyTest)).toBe('f0');
    expect(await host.ask(0x44, ...stay, carryOut)).toBe('f0');
    await host.until('floated');
    expect(await host.counted(0x22)).toEqual(['1×100', '1×1000', '2×2000']);
    expect(await truth(program)).toEqual(
      expect.arrayContaining(['box 100×1', 'box 500×2', 'box 1000×1', 'box 5000×2', 'box 10000×2']),
    );

    expect(await host.ask(0x52)).toBe('f0');
    expect(await host.until('smart emptied 5100')).not.toContain('floated');
    expect(await host.counted(0x53)).toEqual(['1×100', '1×1000', '2×2000']);
    expect(await host.counted(0x22)).toEqual([]);
    expect(await truth(program)).toEqual(expect.arrayContaining(['box 100×2', 'box 2000×2']));
  });
});

test('a payout that the power cut short is told with what was paid of it', async ({ onTestFinished: finished }) => {
  const { program, host } = await payer(finished, {}, 'smart-payout', 'count=2');
  expect(await host.ask(0x33, ...money(3000), carryOut)).toBe('f0');
  await host.until('held 2000');
  await program.did('cut power');
  await program.did('take');
  await program.did('restore power');
  await host.begin();
  expect(await host.until('incomplete payout')).toContain('incomplete payout 2000 of 3000');
});

test('a note that jams on its way out is told until a hand has freed it, and then what was paid', async ({
  onTestFinished: finished,
}) => {
  const { program, host } = await payer(finished, {}, 'smart-payout', 'count=1');
  await program.did('jam');
  expect(await host.ask(0x33, ...money(3000), carryOut)).toBe('f0');
  expect(await host.until('jammed')).toContain('payout error 0');
  expect(await host.ask(0x33, ...money(3000), carryOut)).toBe('f5 03');
  expect(await program.did('clear jam')).toMatchObject({ ok: true });
  await host.begin();
  expect(await host.until('incomplete payout')).toContain('incomplete payout 0 of 3000');
  expect(await truth(program)).toContain('box 2000×1');
});

test.for([6, 7] as const)(
  'a host of protocol version %i is paid out, and is not told of the bezel',
  async (version, { onTestFinished: finished }) => {
    const { program, host } = await payer(finished, { version }, 'smart-payout', 'count=1');
    expect(await host.ask(0x33, ...money(3000), carryOut)).toBe('f0');
    for (const minor of [2000, 1000]) {
      await program.line({ event: 'cash.dispensed', minor });
      expect(await host.poll()).not.toContain(`held ${minor}`);
      expect(await program.did('take')).toMatchObject({ ok: true });
    }
    await host.until('dispensed 3000');
  },
);

describe.each(['plain', 'sealed'] as const)('an NV11 and a %s host', (manner) => {
  test('pay the note that came in last, stack the one before, and have none then', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, { manner }, 'nv11');
    for (const note of ['10.00', '20.00']) {
      await insert(program, note);
      await host.until('stored');
    }
    expect(await host.ask(0x41)).toBe('f0 02 e8 03 00 00 d0 07 00 00');
    expect(await host.whenFree(0x42)).toBe('f0');
    await host.until('held 2000');
    expect(await host.ask(0x42)).toBe('f5 03');
    await program.did('take');
    await host.until('dispensed 2000');
    expect(await host.whenFree(0x43)).toBe('f0');
    await host.until('transferred 1000');
    expect(await host.whenFree(0x42)).toBe('f5 02');
    expect(await truth(program)).toEqual(expect.arrayContaining(['box 1000×1', 'customer 2000×1']));
  });
});

describe('a SMART Hopper', () => {
  const shape = { address: 0x10 };

  test('pays a value and by denomination into the cup, and says when it cannot', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, shape, 'smart-hopper', 'count=200');
    expect(await host.setup()).toEqual([0x03, 'CNY', [10, 50, 100]]);
    expect(await host.whenFree(0x33, ...money(365), carryOut)).toBe('f5 01');
    expect(await host.ask(0x33, ...money(20_060), carryOut)).toBe('f0');
    const way = await host.until('dispensed 20060');
    expect(way.some((word) => word.startsWith('dispensing'))).toBe(true);
    expect(await host.ask(0x46, ...pieces([2, 50], [1, 10]), carryOut)).toBe('f0');
    await host.until('dispensed 110');
    expect(await host.ask(0x46, ...pieces([198, 50]), carryOut)).toBe('f5 00');
    expect(await host.ask(0x35, ...money(50))).toBe('f0 c5 00');
    expect(await truth(program)).toEqual(expect.arrayContaining(['cup 10×2', 'cup 50×3', 'cup 100×200']));
  });

  test('takes a coin, is told its levels, and empties all with an account of it', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await payer(finished, shape, 'smart-hopper', 'count=0');
    expect(await host.ask(0x49, 0x01)).toBe('f0');
    expect(await host.ask(0x40, 0x00, ...money(10))).toBe('f0');
    await host.whenFree(0x33, ...money(10), carryOut);
    await program.did('insert coin 0.10');
    await program.did('insert coin 1.00');
    await host.until('coin 100');
    expect(await host.counted(0x22)).toEqual(['1×100']);
    await program.did('fill 0.50 3');
    expect(await host.ask(0x52)).toBe('f0');
    await host.until('smart emptied 250');
    expect(await host.counted(0x53)).toEqual(['3×50', '1×100']);
    expect(await truth(program)).toEqual(expect.arrayContaining(['box 50×3', 'box 100×1', 'cup 10×1']));
  });
});
