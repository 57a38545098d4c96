import { describe, expect, test } from 'vitest';
import { billToBill, CcnetHost, type CcnetManner } from './ccnet-host.ts';
import { type Finished, insert, simulated, truth } from './start.ts';

/** A unit that has started and takes no notes yet: cassettes are given types and pay out only then. */
async function unit(finished: Finished, manner: CcnetManner, settings: readonly string[], speed = 20) {
  const { program, port } = await simulated(finished, 'ccnet', ['model=bill-to-bill', ...settings], speed);
  const host = await CcnetHost.open(port, manner, billToBill);
  finished(() => host.line.close());
  await host.begin();
  await shut(host);
  return { program, host, port };
}

const nothing = [0, 0, 0, 0, 0, 0];
const everything = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

async function shut(host: CcnetHost): Promise<void> {
  expect(await host.ask(0x34, ...nothing)).toBe('00');
  await host.until('19');
}

async function open(host: CcnetHost): Promise<void> {
  expect(await host.ask(0x34, ...everything)).toBe('00');
  await host.until('14');
}

/** `1×4`: four of type 1; `none`: no type. */
async function counts(host: CcnetHost): Promise<readonly string[]> {
  const cassettes = await host.cassettes();
  return cassettes.map(({ present, type, count }) => (present ? (type === null ? 'none' : `${type}×${count}`) : 'out'));
}

/** Nothing may come within this: a machine answers in tens of milliseconds. */
const quietMs = 300;

describe.each(['prompt', 'sparing', 'nagging'] as const)('a bill-to-bill unit and a %s host', (manner) => {
  test('give a cassette a note to keep, keep one there, count it, pay it out again, and hold it until it is taken', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, manner, ['cassettes=5,10,-']);
    expect(await counts(host)).toEqual(['1×0', '2×0', 'none']);
    expect(await host.assign(3, 3)).toBe('00');
    await host.until('29');
    await host.until('19');
    expect(await counts(host)).toEqual(['1×0', '2×0', '3×0']);
    // Enabled types, security, and the types that go into cassettes.
    expect(await host.ask(0x31)).toMatch(/^00 00 00 00 00 00 00 00 0e$/);

    await open(host);
    for (const [note, type, place] of [
      ['20.00', '03', '03'],
      ['100.00', '05', '00'],
    ] as const) {
      await insert(program, note);
      await host.until(`80 ${type}`);
      expect(await host.ask(0x35)).toBe('00');
      await host.until(`81 ${type} ${place}`);
      await host.until('14');
    }
    expect(host.credits).toEqual([3, 5]);
    expect(await counts(host)).toEqual(['1×0', '2×0', '3×1']);
    expect(await truth(program)).toEqual(['recycler 2000×1', 'box 10000×1']);

    expect(await host.ask(0x3c, 3, 1)).toBe('30');
    await shut(host);
    expect(await host.ask(0x3c, 3, 1)).toBe('00');
    await host.until('1d 01');
    expect(await counts(host)).toEqual(['1×0', '2×0', '3×0']);
    expect(await truth(program)).toContain('bezel 2000×1');
    expect(await host.ask(0x3c, 3, 1)).toBe('30');
    expect(await program.did('take')).toMatchObject({ ok: true });
    await host.until('25');
    expect(await host.until('19')).not.toContain('25 00 00');
    expect(await truth(program)).toEqual(['box 10000×1', 'customer 2000×1']);
    expect(host.credits).toEqual([3, 5]);
  });

  test('pay several values in one order, pay nothing of one that cannot be, and put notes into the box', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, manner, ['count=4']);
    for (const order of [
      [3, 5],
      [5, 1],
      [1, 4, 2, 4, 3, 4, 1, 1],
    ]) {
      expect(await host.ask(0x3c, ...order)).toBe('00');
      await host.until('28');
      await host.until('19');
    }
    expect(await counts(host)).toEqual(['1×4', '2×4', '3×4']);
    expect(await host.ask(0x3c, 1, 1, 3, 2)).toBe('00');
    await host.until('1d 01');
    await program.did('take');
    await host.until('25');
    await host.until('19');
    expect(await counts(host)).toEqual(['1×3', '2×4', '3×2']);

    expect(await host.ask(0x3d, 1, 2)).toBe('00');
    await host.until('26');
    await host.until('19');
    // More than there are: all there are.
    expect(await host.ask(0x3d, 2, 9)).toBe('00');
    await host.until('26');
    await host.until('19');
    expect(await counts(host)).toEqual(['1×1', '2×0', '3×2']);

    // A cassette that is given another note, or none, is emptied before.
    expect(await host.assign(3, null)).toBe('00');
    await host.until('29');
    await host.until('19');
    expect(await counts(host)).toEqual(['1×1', '2×0', 'none']);
    expect(await truth(program)).toEqual([
      'recycler 500×1',
      'box 500×2',
      'box 1000×4',
      'box 2000×2',
      'customer 500×1',
      'customer 2000×2',
    ]);
  });
});

describe('notes that nobody takes', () => {
  test('are put into the box by a unit that does so, and told apart from notes taken', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, 'prompt', ['count=2', 'retract=40']);
    expect(await host.ask(0x3c, 1, 2)).toBe('00');
    await host.until('1d 01');
    await host.until('25 01');
    await host.until('19');
    expect(await program.did('take')).toMatchObject({ ok: false });
    expect(await counts(host)).toEqual(['1×0', '2×2', '3×2']);
    expect(await truth(program)).toContain('box 500×2');
  });

  test('stay at the bezel of the others, over a loss of power too, and are held out again on order', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, 'sparing', ['count=2']);
    expect(await host.ask(0x3c, 2, 1)).toBe('00');
    await host.until('1d 01');
    await program.did('cut power');
    expect(await host.poll()).toBe('silence');
    await program.did('restore power');
    await host.until('12 01');
    expect(await host.ask(0x30)).toBe('00');
    await host.until('19');
    expect(await truth(program)).toContain('bezel 1000×1');
    expect(await host.ask(0x67)).toBe('00');
    await host.until('1d 01');
    await program.did('take');
    await host.until('25 00');
    await host.until('19');
    expect(await host.ask(0x67)).toBe('30');
    expect(await truth(program)).toContain('customer 1000×1');
  });
});

describe('any host of a bill-to-bill unit', () => {
  test('hears while notes move that they do, and that more was asked for than there is', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, 'prompt', ['count=4'], 2);
    expect(await host.ask(0x3c, 1, 2)).toBe('00');
    expect(await host.until('1d 01')).toEqual(['1d 00 00', '1d 01 00']);
    await program.did('take');
    expect(await host.until('19')).toEqual(['25 00 00', '19 00 00']);
    expect(await host.ask(0x3d, 1, 1)).toBe('00');
    expect(await host.until('19')).toEqual(['1e 00 00', '26 00 00', '19 00 00']);
    expect(await host.ask(0x3d, 1, 9)).toBe('00');
    expect(await host.until('19')).toEqual(['1e 01 00', '26 00 00', '19 00 00']);
    expect(await host.assign(3, 0)).toBe('00');
    expect(await host.until('19')).toEqual(['21 00 00', '29 00 00', '19 00 00']);
  });

  test('that never acknowledges is told again that its notes are gone, until it does', async ({
    onTestFinished: finished,
  }) => {
    const { program, host, port } = await unit(finished, 'prompt', ['count=1']);
    expect(await host.ask(0x3c, 1, 1)).toBe('00');
    await host.until('1d 01');
    await program.did('take');
    const poll = [0x02, 0x01, 0x06, 0x33, 0x62, 0x34];
    for (let times = 0; times < 3; times++) expect(await host.bytes(poll)).toBe('25 00 00');
    await host.line.close();
    const second = await CcnetHost.open(port, 'nagging', billToBill);
    finished(() => second.line.close());
    await second.until('25');
    expect(await second.until('19')).not.toContain('25 00 00');
  });

  test('hears NAK to a damaged order, which is not carried out, and nothing as another address', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await unit(finished, 'prompt', ['count=4']);
    const order = [0x02, 0x01, 0x08, 0x3c, 0x01, 0x02, 0x0d, 0xff];
    for (const at of [4, 5, 6, 7]) {
      const damaged = order.with(at, order[at]! ^ 0x04);
      expect(await host.bytes(damaged), String(at)).toBe('ff');
    }
    expect(await host.bytes([0x02, 0x03, 0x06, 0x33, 0xda, 0x81], quietMs)).toBe('silence');
    await host.until('19');
    expect(await truth(program)).toEqual(['recycler 500×4', 'recycler 1000×4', 'recycler 2000×4']);
    expect(await host.bytes(order)).toBe('00');
    await host.until('1d 01');
    expect(await truth(program)).toContain('bezel 500×2');
  });
});
