import { afterEach, describe, expect, test } from 'vitest';
import { Program } from '../child-process.ts';
import { type AcceptorShape, EbdsAcceptor } from './ebds-acceptor.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const values = ['--set', 'currency=USD', '--set', 'values=[1,2,5,10,20,50,100]'];

function accepting(shape: AcceptorShape, ...settings: readonly string[]) {
  const machine = new EbdsAcceptor(shape);
  closers.push(() => machine.close());
  const host = new Program('scripts/device.ts', ['ebds', '--port', machine.port, ...settings, 'accept']);
  closers.push(() => host.end());
  const stacked = () => host.lines.filter(({ fact }) => fact === 'note.stacked');
  return { machine, host, stacked };
}

describe.each(['strict', 'lax'] as const)('a %s machine of standard messages alone', (manner) => {
  test('is understood, and each note counts once', async () => {
    const { machine, host, stacked } = accepting({ manner }, ...values);
    const t0 = Date.now();
    await host.line({ fact: 'device.ready' }, 60_000);
    console.log(manner, 'ready after', Date.now() - t0, JSON.stringify(host.lines));
    for (const value of [1, 7, 7]) {
      await machine.when(() => machine.takes);
      const before = stacked().length;
      machine.insert(value);
      await machine.when(() => machine.box.length > before);
      await host.line({ fact: 'note.stacked', command: `order-${before + 1}` });
    }
    await machine.when(() => machine.takes);
    expect(machine.box).toEqual([1, 7, 7]);
    expect(stacked().map(({ currency, minor }) => `${currency} ${minor}`)).toEqual(['USD 100', 'USD 10000', 'USD 10000']);
    expect([...machine.heard].sort()).toContain(1);
  });
});
