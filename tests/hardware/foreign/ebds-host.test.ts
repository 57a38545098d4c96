import { describe, expect, test } from 'vitest';
import {
  EbdsHost,
  ebdsFrame,
  type EbdsManner,
  escrowed,
  idling,
  noteOf,
  returned,
  stacked,
  standardValue,
} from './ebds-host.ts';
import { type Finished, simulated } from './start.ts';

async function machine(finished: Finished, manner: EbdsManner) {
  const { program, port } = await simulated(finished, 'ebds', []);
  const host = await EbdsHost.open(port, manner);
  finished(() => host.line.close());
  return { program, host };
}

const idle = ({ state }: { state: number }) => state === idling;
const bit = (wanted: number) => (reply: { state: number }) => (reply.state & wanted) !== 0;

describe.each(['patient', 'toggling'] as const)('a %s host of standard messages alone', (manner) => {
  test('has a note offered, stacked and credited once, and one given back', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, manner);
    await host.until(idle);
    expect(await program.did('insert 20.00')).toMatchObject({ ok: true });
    expect(standardValue(await host.until(bit(escrowed)))).toBe(4);
    host.stack();
    expect(standardValue(await host.until(bit(stacked)))).toBe(4);
    await host.settle();
    expect(host.credits).toEqual([4]);
    await program.line({ event: 'note.stacked', minor: 2000 });

    expect(await program.did('insert 1.00')).toMatchObject({ ok: true });
    expect(standardValue(await host.until(bit(escrowed)))).toBe(1);
    host.giveBack();
    await host.until(bit(returned));
    await host.settle();
    expect(host.credits).toEqual([4]);
    await program.line({ event: 'note.returned', minor: 100 });
    expect(await program.did('take')).toMatchObject({ ok: true });
    program.say('levels');
    await program.line({
      levels: [
        { unit: 'box', currency: 'CNY', minor: 2000, count: 1 },
        { unit: 'customer', currency: 'CNY', minor: 100, count: 1 },
      ],
    });
  });

  test('has what cannot be read rejected, and is told of the box', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, manner);
    await host.until(idle);
    await program.did('insert 20.00 unreadable');
    await host.until(({ status }) => (status & 0x02) !== 0);
    await host.until(idle);
    await program.did('remove cashbox');
    await host.until(({ status }) => (status & 0x10) === 0);
    await program.did('insert cashbox');
    await host.until(({ status, state }) => (status & 0x10) !== 0 && state === idling);
    expect(host.credits).toEqual([]);
  });
});

describe('a host of extended notes', () => {
  test('reads who the machine is and its notes, and takes a note by its specification', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await machine(finished, 'extended');
    await host.until(idle);
    expect(await host.auxiliary(0x04)).not.toBe('');
    expect(await host.auxiliary(0x05)).not.toBe('');
    for (const what of [0x06, 0x07, 0x09]) expect(await host.auxiliary(what), String(what)).toMatch(/^\d{9}$/);
    expect(await host.auxiliary(0x08)).toContain('CNY');
    expect(await host.auxiliaryBytes(0x00)).toHaveLength(6);
    expect(await host.auxiliaryBytes(0x0d)).toHaveLength(6);
    expect(await host.table()).toEqual(['CNY 1', 'CNY 5', 'CNY 10', 'CNY 20', 'CNY 50', 'CNY 100']);

    expect(await program.did('insert 50.00')).toMatchObject({ ok: true });
    expect(noteOf(await host.until(bit(escrowed)))).toBe('CNY 50');
    host.stack();
    await host.until(bit(stacked));
    await host.settle();
    expect(host.credits).toEqual(['CNY 50']);
  });

  test('opens notes one by one', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'extended');
    await host.until(idle);
    expect(await host.open(0x20, 0, 0, 0, 0, 0, 0, 0)).not.toBeNull();
    await program.did('insert 20.00');
    await host.until(({ status }) => (status & 0x02) !== 0);
    await host.until(idle);
    await program.did('insert 100.00');
    expect(noteOf(await host.until(bit(escrowed)))).toBe('CNY 100');
    host.giveBack();
    await host.until(bit(returned));
    expect(host.credits).toEqual([]);
  });
});

describe('any host', () => {
  test('that wants no escrow is told of the note when it lies in the box', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'toggling');
    host.escrow = false;
    await host.until(idle);
    await program.did('insert 5.00');
    await host.until(bit(stacked));
    await host.settle();
    expect(host.credits).toEqual([2]);
    await program.line({ event: 'note.stacked', minor: 500 });
  });

  test('that asks again with the same number has the same answer, and an answer of its own with a new one', async ({
    onTestFinished: finished,
  }) => {
    const { host } = await machine(finished, 'patient');
    const first = await host.raw(...ebdsFrame(0x10, 0, 0x10, 0));
    expect(await host.raw(...ebdsFrame(0x10, 0, 0x10, 0))).toBe(first);
    const next = await host.raw(...ebdsFrame(0x11, 0, 0x10, 0));
    expect(next?.slice(6, 8)).toBe('21');
  });

  test('that opens one value only has the others refused', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'toggling');
    host.enables = 0x08;
    await host.until(idle);
    await program.did('insert 1.00');
    await host.until(({ status }) => (status & 0x02) !== 0);
    await host.until(idle);
    await program.did('insert 20.00');
    expect(standardValue(await host.until(bit(escrowed)))).toBe(4);
  });

  test('that resets it by message hears nothing, and then that it powered up', async ({ onTestFinished: finished }) => {
    const { host } = await machine(finished, 'patient');
    await host.until(idle);
    host.reset();
    await host.until(({ exception }) => (exception & 0x01) !== 0);
    await host.until(({ state, exception }) => state === idling && (exception & 0x01) === 0);
  });

  test('that has not asked its note to be stacked gets it back in the end', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'patient');
    await host.until(idle);
    await program.did('insert 20.00');
    await host.until(bit(escrowed));
    host.line.flush();
    await program.line({ event: 'note.returned', minor: 2000 });
  });

  test('that comes while a note waits is told so', async ({ onTestFinished: finished }) => {
    const { program, host } = await machine(finished, 'patient');
    await host.until(idle);
    await program.did('insert 20.00');
    await host.until(bit(escrowed));
    await host.line.close();
    const { port } = program.lines[0] as { port: string };
    const second = await EbdsHost.open(port, 'toggling');
    finished(() => second.line.close());
    expect(standardValue(await second.until(bit(escrowed)))).toBe(4);
    second.stack();
    await second.until(bit(stacked));
    await second.settle();
    expect(second.credits).toEqual([4]);
  });
});
