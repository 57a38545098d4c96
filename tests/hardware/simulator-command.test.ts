import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readSync, writeSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Program } from './child-process.ts';
import { asHex, frameOf, takeFrames } from './foreign-host.ts';
import { WireHost } from './serial-host.ts';

const programs: Program[] = [];
const hosts: WireHost[] = [];

afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  for (const program of programs.splice(0)) await program.end();
});

async function simulator(...args: readonly string[]): Promise<{ program: Program; port: string }> {
  const program = new Program('scripts/simulator.ts', ['id003', '--speed', '20', ...args]);
  programs.push(program);
  const { port } = await program.line({ protocol: 'id003' });
  return { program, port: String(port) };
}

async function host(port: string): Promise<WireHost> {
  const opened = await WireHost.open(port);
  hosts.push(opened);
  return opened;
}

/** When a line that nobody speaks on rests, for certain. */
const restedMs = 2_500;

/** One that opens the line without throwing away what stands in it, and reads only when it wants to. */
function idleHost(port: string) {
  const line = openSync(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  spawnSync('stty', ['-F', port, 'raw', '-echo', '9600']);
  const scratch = Buffer.alloc(4_096);
  return {
    send: (...body: readonly number[]) => writeSync(line, Uint8Array.from(frameOf(...body))),
    /** Waits for so many answers, and gives all that came till then, in hex. */
    async read(count: number): Promise<readonly string[]> {
      const bytes: number[] = [];
      const answers: string[] = [];
      for (const endMs = performance.now() + 10_000; performance.now() < endMs && answers.length < count; ) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        try {
          bytes.push(...scratch.subarray(0, readSync(line, scratch)));
        } catch {
          // EAGAIN: nothing is there yet.
        }
        answers.push(...takeFrames(bytes).map((answer) => asHex(answer)));
      }
      return answers;
    },
    close: () => closeSync(line),
  };
}

test('a note goes from hand to box over a real pseudo-terminal, told step by step', async () => {
  const { program, port } = await simulator();
  expect(program.lines[0]).toEqual({ protocol: 'id003', port });
  const wire = await host(port);
  expect(await wire.ask([0x11])).toBe('40');
  await wire.ready();
  expect(await program.did('insert 20.00')).toEqual({ did: 'insert 20.00', ok: true });
  await wire.pollUntil('13 64');
  expect(await wire.ask([0x41])).toBe('50');
  await wire.pollUntil('15');
  wire.send(0x50);
  await wire.pollUntil('11');
  const stacked = await program.line({ event: 'note.stacked' });
  expect(stacked).toEqual({ event: 'note.stacked', atMs: expect.any(Number), currency: 'CNY', minor: 2000 });
  await program.line({ event: 'command', name: 'stack-1', hex: 'FC 05 41 A2 04' });
  program.say('levels');
  await program.line({ levels: [{ unit: 'box', currency: 'CNY', minor: 2000, count: 1 }] });
}, 60_000);

test('the machine outlives a host that closes and opens its port again', async () => {
  const { port } = await simulator();
  const first = await host(port);
  await first.ready();
  await first.close();
  const second = await host(port);
  expect(await second.ask([0x11])).toBe('11');
}, 60_000);

test('an answer that nobody collected does not wait for the next host', async () => {
  const { program, port } = await simulator();
  const first = idleHost(port);
  first.send(0x88);
  await program.line({ event: 'command', name: 'version' });
  first.close();
  await new Promise((resolve) => setTimeout(resolve, restedMs));
  const second = idleHost(port);
  second.send(0x11);
  expect(await second.read(1)).toEqual(['40']);
  second.close();
}, 60_000);

test('a host that is slow to read finds every answer, in its order', async () => {
  const { program, port } = await simulator();
  const slow = idleHost(port);
  slow.send(0x88);
  await program.line({ event: 'command', name: 'version' });
  await new Promise((resolve) => setTimeout(resolve, restedMs));
  slow.send(0x11);
  expect(await slow.read(2)).toEqual([expect.stringMatching(/^88 /), '40']);
  slow.close();
}, 60_000);

test('unplugged, the host sees its port close; plugged in again, the machine is on a new one', async () => {
  const { program, port } = await simulator();
  const before = await host(port);
  expect(await before.ask([0x11])).toBe('40');
  expect(await program.did('unplug')).toMatchObject({ ok: true });
  await before.gone();
  expect(existsSync(port)).toBe(false);
  expect(await program.did('unplug')).toMatchObject({ ok: false });
  expect(await program.did('plug')).toMatchObject({ ok: true });
  const restored = await program.line({ event: 'line.restored' });
  const after = await host(String(restored.port));
  expect(await after.ask([0x11])).toBe('40');
}, 60_000);

test('over TCP the same machine answers, also after unplug and plug', async () => {
  const { program, port } = await simulator('--tcp', '0');
  expect(port).toMatch(/^127\.0\.0\.1:\d+$/);
  const before = await host(port);
  expect(await before.ask([0x11])).toBe('40');
  await program.did('unplug');
  await before.gone();
  await expect(WireHost.open(port)).rejects.toThrow();
  await program.did('plug');
  const after = await host(port);
  expect(await after.ask([0x11])).toBe('40');
}, 60_000);

test('verbs that cannot be, or are not, say why', async () => {
  const { program } = await simulator();
  expect(await program.did('insert 20.00')).toMatchObject({ ok: false, reason: expect.stringContaining('reset') });
  expect(await program.did('insert twenty')).toMatchObject({ ok: false, reason: expect.stringContaining('20.00') });
  expect(await program.did('dance')).toMatchObject({ ok: false, reason: expect.stringContaining('unknown verb') });
  expect(await program.did('paper out')).toMatchObject({ ok: false });
  expect(await program.did('cut power')).toEqual({ did: 'cut power', ok: true });
  expect(await program.did('restore power')).toEqual({ did: 'restore power', ok: true });
}, 60_000);

test('quit and SIGTERM both end it with 0', async () => {
  const { program } = await simulator();
  program.say('quit');
  expect(await program.ended).toBe(0);
  const { program: other } = await simulator();
  expect(await other.end()).toBe(0);
}, 60_000);

test.each([
  [['nothing'], 2, 'protocol'],
  [[], 2, 'usage'],
  [['id003', '--speed', 'fast'], 2, 'usage'],
  [['id003', '--set', 'colour=red'], 1, 'start'],
])(
  'wrong arguments %j end with %i and one line that names what is wrong',
  (args, exit, code) => {
    const result = spawnSync(process.execPath, ['scripts/simulator.ts', ...args], { encoding: 'utf8' });
    expect(result.status).toBe(exit);
    expect(JSON.parse(result.stderr)).toMatchObject({ error: code, message: expect.any(String) });
  },
  30_000,
);
