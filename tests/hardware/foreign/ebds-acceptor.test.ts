import { describe, expect, test } from 'vitest';
import type { Program } from '../child-process.ts';
import { type AcceptorShape, EbdsAcceptor } from './ebds-acceptor.ts';
import { type Finished, started, startMs } from './start.ts';

const values = ['--set', 'currency=USD', '--set', 'values=[1,2,5,10,20,50,100]'];

function accepting(finished: Finished, shape: AcceptorShape, ...settings: readonly string[]) {
  const machine = new EbdsAcceptor(shape);
  finished(() => machine.close());
  const host = started(finished, 'scripts/device.ts', ['ebds', '--port', machine.port, ...settings, 'accept']);
  const stacked = () => host.lines.filter(({ fact }) => fact === 'note.stacked');
  return { machine, host, stacked };
}

const told = (host: Program, fact: string) => host.lines.filter((line) => line.fact === fact);

describe.concurrent.each(['strict', 'lax'] as const)('a %s machine of standard messages alone', (manner) => {
  test('is understood, and each note counts once', async ({ onTestFinished: finished }) => {
    const { machine, host, stacked } = accepting(finished, { manner }, ...values);
    await host.line({ fact: 'device.ready' }, startMs);
    for (const [at, value] of [1, 7, 7].entries()) {
      await machine.when(() => machine.takes);
      machine.insert(value);
      await host.line({ fact: 'note.stacked', command: `order-${at + 1}` });
    }
    await machine.when(() => machine.takes);
    expect(machine.box).toEqual([1, 7, 7]);
    expect(stacked()).toMatchObject([
      { currency: 'USD', minor: 100 },
      { currency: 'USD', minor: 10_000 },
      { currency: 'USD', minor: 10_000 },
    ]);
    expect(told(host, 'device.fault')).toEqual([]);
  });
});

test.concurrent('a note that lay in escrow when a machine was switched on is given back, and the next one counts', async ({
  onTestFinished: finished,
}) => {
  const { machine, host, stacked } = accepting(finished, { manner: 'lax', held: 5 }, ...values);
  await host.line({ fact: 'device.powered-up', found: 'acceptor' });
  await machine.when(() => machine.mouth.length === 1);
  await machine.when(() => machine.takes);
  machine.insert(4);
  await host.line({ fact: 'note.stacked', command: 'order-1' });
  expect([machine.mouth, machine.box]).toEqual([[5], [4]]);
  expect(stacked()).toMatchObject([{ minor: 1_000 }]);
});

test.concurrent('a note whose report is lost on the wire, and told again and again, counts once', async ({
  onTestFinished: finished,
}) => {
  const { machine, host, stacked } = accepting(finished, { manner: 'strict', lostAnswers: 3 }, ...values);
  await machine.when(() => machine.takes);
  machine.insert(3);
  await host.line({ fact: 'note.stacked', command: 'order-1' });
  await machine.when(() => machine.takes);
  expect(machine.stackedTold).toBeGreaterThan(3);
  expect(stacked()).toMatchObject([{ minor: 500 }]);
});

test.concurrent('without a word of what its values are, they are those of the simulated machine', async ({
  onTestFinished: finished,
}) => {
  const { machine, host, stacked } = accepting(finished, { manner: 'lax' });
  await machine.when(() => machine.takes);
  expect(() => machine.insert(7)).not.toThrow();
  await host.line({ fact: 'note.rejected' });
  await machine.when(() => machine.takes);
  machine.insert(4);
  await host.line({ fact: 'note.stacked' });
  expect(stacked()).toMatchObject([{ currency: 'CNY', minor: 2_000 }]);
  expect([machine.mouth, machine.box]).toEqual([[7], [4]]);
});
