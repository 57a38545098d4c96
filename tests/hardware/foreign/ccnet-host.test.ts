import { describe, expect, test } from 'vitest';
import { CcnetHost, type CcnetManner } from './ccnet-host.ts';
import { type Finished, simulated } from './start.ts';

async function machine(finished: Finished, manner: CcnetManner) {
  const { program, port } = await simulated(finished, 'ccnet', []);
  const host = await CcnetHost.open(port, manner);
  finished(() => host.line.close());
  return { program, host };
}

const learnt: Record<CcnetManner, readonly unknown[]> = {
  prompt: ['00', expect.stringMatching(/^SM/), expect.stringMatching(/^(..) (..) (..) (..)$/)].concat(
    ['1', '5', '10', '20', '50', '100'],
    '00',
  ),
  sparing: ['00', '00', '00'],
  nagging: ['00', '00 00 00 00 00 00', '00', expect.stringMatching(/^SM/), '00'],
};

/** Nothing may come within this: a machine answers in tens of milliseconds. */
const quietMs = 300;

describe.each(['prompt', 'sparing', 'nagging'] as const)('a %s host', (manner) => {
  test('brings the machine up in its own order', async ({ onTestFinished: finished }) => {
    const { host } = await machine(finished, manner);
    expect(await host.begin()).toEqual(learnt[manner]);
  });

  test('has a bill offered, stacked and credited once, one given back, and one rejected', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, manner);
    await host.begin();
    expect(await program.did('insert 20.00')).toMatchObject({ ok: true });
    await host.until('80 03');
    expect(await host.ask(0x35)).toBe('00');
    await host.until('81 03');
    await host.until('14');
    expect(host.credits).toEqual([3]);
    await program.line({ event: 'note.stacked', minor: 2000 });

    expect(await program.did('insert 1.00')).toMatchObject({ ok: true });
    await host.until('80 00');
    expect(await host.ask(0x36)).toBe('00');
    await host.until('82 00');
    await host.until('14');
    expect(await program.did('take')).toMatchObject({ ok: true });

    await program.did('insert 5.00 unreadable');
    await host.until('1c');
    await host.until('14');
    expect(host.credits).toEqual([3]);
  });
});

describe('any host', () => {
  test('that asks for no escrow hears of the bill when it lies in the box', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'prompt');
    await host.begin();
    expect(await host.ask(0x34, 0xff, 0xff, 0xff, 0, 0, 0)).toBe('00');
    await program.did('insert 50.00');
    expect(await host.until('81 04')).not.toContain('80 04');
    await host.until('14');
    expect(host.credits).toEqual([4]);
  });

  test('that never acknowledges is told again, until it does', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'prompt');
    await host.begin();
    await program.did('insert 10.00');
    await host.until('80 02');
    await host.ask(0x35);
    await program.line({ event: 'note.stacked', minor: 1000 });
    await host.line.close();
    const { port } = program.lines[0] as { port: string };
    const second = await CcnetHost.open(port, 'sparing');
    finished(() => second.line.close());
    await second.until('81 02');
    await second.until('14');
    expect(second.credits).toEqual([2]);
  });

  test('that takes bills away and gives them back, while it waits, has only the open ones drawn in', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, 'prompt');
    await host.begin();
    expect(await host.ask(0x34, 0, 0, 0, 0, 0, 0)).toBe('00');
    await host.until('19');
    expect(await program.did('insert 20.00')).toMatchObject({ ok: false });
    expect(await host.ask(0x34, 0, 0, 0x08, 0, 0, 0x08)).toBe('00');
    await host.until('14');
    await program.did('insert 10.00');
    await host.until('1c 68');
    await host.until('14');
    await program.did('take');
    await program.did('insert 20.00');
    await host.until('80 03');
    expect(await host.ask(0x38)).toBe('00');
    await host.until('1a');
    expect(await host.ask(0x36)).toBe('00');
    await host.until('82 03');
    expect(host.credits).toEqual([]);
  });

  test('hears NAK to a damaged command, ILLEGAL COMMAND to an impossible one, and nothing as another address', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, 'prompt');
    await host.begin();
    expect(await host.ask(0x35)).toBe('30');
    expect(await host.ask(0x37)).toBe('30');
    expect(await host.bytes([0x02, 0x03, 0x06, 0x33, 0xda, 0x82])).toBe('ff');
    expect(await host.bytes([0x02, 0x01, 0x06, 0x33, 0x62, 0x34], quietMs)).toBe('silence');
  });
});
