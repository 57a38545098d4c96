import { describe, expect, test } from 'vitest';
import { hexOf, pause } from './line.ts';
import { type Finished, startMs, started } from './start.ts';
import { ZvtHost, zvtFrame } from './zvt-host.ts';

const wires = ['a pseudo-terminal', 'TCP'] as const;

/** The terminal takes a moment to start: whoever asks sooner hears nothing. */
async function terminal(finished: Finished, wire: (typeof wires)[number], ...settings: readonly string[]) {
  const tcp = wire === 'TCP' ? ['--tcp', '0'] : [];
  const set = ['currency=EUR', ...settings].flatMap((setting) => ['--set', setting]);
  const program = started(finished, 'scripts/simulator.ts', ['zvt', '--speed', '20', ...tcp, ...set]);
  const { port } = await program.line({ protocol: 'zvt' }, startMs);
  const host = await ZvtHost.open(String(port));
  finished(() => host.close());
  await pause(500);
  return { program, host, port: String(port) };
}

const register = '06 00 06 12 34 56 ba 09 78';
const pay = '06 01 0a 04 00 00 00 01 10 00 49 09 78';
const status = '05 01 05 12 34 56 03 01';
const endOfDay = '06 50 03 12 34 56';

test('its frames are those of the description', () => {
  expect(hexOf(zvtFrame([0x80, 0, 0]))).toBe('10 02 80 00 00 10 03 f5 1f');
  expect(hexOf(zvtFrame([6, 1, 10, 4, 0, 0, 0, 1, 0x10, 0, 0x49, 9, 0x78]))).toBe(
    '10 02 06 01 0a 04 00 00 00 01 10 10 00 49 09 78 10 03 f2 ff',
  );
});

describe.each(wires)('a register at %s', (wire) => {
  test('registers, is paid by card, asks how the terminal is and ends the day', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await terminal(finished, wire);
    expect((await host.run(register)).at(-1)).toMatch(/^06 0f .. 19 00 29 52 52 35 35 49 09 78/);

    const said = await host.run(pay, async (begun) => {
      await host.hears('04 ff 01 0a', begun);
      expect(await program.did('card approve')).toMatchObject({ ok: true });
    });
    const information = said.find((message) => message.startsWith('04 0f')) ?? '';
    expect(information).toContain('27 00 04 00 00 00 01 10 00 49 09 78');
    expect(said.filter((message) => message.startsWith('06 d1')).length).toBeGreaterThan(20);
    expect(said.at(-1)).toBe('06 0f 00');
    await program.line({ event: 'card.approved', currency: 'EUR', minor: 11_000 });
    await program.line({ event: 'card.confirmed', currency: 'EUR', minor: 11_000, receipt: 1 });

    expect((await host.run(status)).at(-1)).toBe('06 0f 01 dc');
    await program.did('card remove');
    expect((await host.run(status)).at(-1)).toBe('06 0f 01 00');
    const day = await host.run(endOfDay);
    expect(day.find((message) => message.startsWith('04 0f'))).toContain('60 f0 f5 f3 00 01 00 01');
    expect(day.at(-1)).toBe('06 0f 00');
    await program.line({ event: 'day.closed', minor: 11_000 });
    if (wire !== 'TCP') expect(host.acknowledgements).toBeGreaterThan(4);
  }, 60_000);

  test('that issues nothing has the money given back, and finds it so when it asks again', async ({
    onTestFinished: finished,
  }) => {
    const { program, host } = await terminal(finished, wire);
    await host.run(register);
    host.answer = ({ hex }) => (hex.startsWith('04 0f') && hex.includes('27 00') ? '84 66 00' : '80 00 00');
    const said = await host.run(pay, async (begun) => {
      await host.hears('04 ff 01 0a', begun);
      await program.did('card approve');
    });
    expect(said.at(-1)).toBe('06 1e 01 6c');
    await program.line({ event: 'card.reversed', minor: 11_000 });
    const again = await host.run('06 20 03 12 34 56');
    expect(again.find((message) => message.startsWith('04 0f'))).toContain('27 6c 04 00 00 00 01 10 00');
  }, 60_000);

  test('that is gone between approval and goods finds the payment reversed after power came back', async ({
    onTestFinished: finished,
  }) => {
    const { program, host, port } = await terminal(finished, wire);
    await host.run(register);
    host.answer = ({ hex }) => (hex.startsWith('04 0f') ? '84 9c 00' : '80 00 00');
    await host.say(pay);
    await host.hears('04 ff 01 0a');
    await program.did('card approve');
    await host.hears('04 0f');
    await program.did('cut power');
    await host.close();
    await program.did('restore power');
    await program.line({ event: 'card.reversed', minor: 11_000 });
    const second = await ZvtHost.open(port);
    finished(() => second.close());
    expect((await second.run(pay)).at(-1)).toBe('06 1e 01 6b');
    await second.run(register);
    expect((await second.run('06 30 06 12 34 56 87 00 01')).at(-1)).toBe('06 1e 01 b4');
  }, 60_000);
});

test('on a serial line a spoiled message is said again, and costs nothing', async ({ onTestFinished: finished }) => {
  const { host } = await terminal(finished, 'a pseudo-terminal');
  const frame = [...zvtFrame([6, 2, 0])];
  frame[2] = 7;
  host.raw(frame);
  await expect.poll(() => host.wrong, { timeout: 5_000 }).toBe(1);
  expect((await host.run(register)).at(-1)).toMatch(/^06 0f /);
}, 60_000);
