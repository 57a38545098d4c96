/** The simulated module and the real driver as programs of their own: what a technician types, and what is read of a recording. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Program } from './child-process.ts';

const LIMIT_MS = 90_000;
const START_MS = 60_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

function program(script: string, ...args: readonly string[]): Program {
  const started = new Program(`scripts/${script}.ts`, args);
  closers.push(() => started.end());
  return started;
}

async function machine() {
  const simulator = program('simulator', 'modbus');
  const { port } = await simulator.line({ protocol: 'modbus' }, START_MS);
  return { simulator, port: String(port) };
}

test(
  'watch tells who it is and how each contact stands, then what a hand does to it',
  async () => {
    const { simulator, port } = await machine();
    const host = program('device', 'modbus', '--port', port, 'watch');
    await host.line({ fact: 'device.ready' }, START_MS);
    expect(host.lines.filter(({ fact }) => fact === 'contact.changed')).toHaveLength(5);
    await simulator.did('open vault');
    await host.line({ fact: 'contact.changed', contact: 'vault', state: 'open' });
    await simulator.did('shake');
    await host.line({ fact: 'vibration' });
    await simulator.did('temperature 61.0');
    await host.line({ fact: 'temperature', celsiusTenths: 610, limit: 'high' });
    await simulator.did('unplug');
    await host.line({ fact: 'device.lost', reason: 'lost' });
  },
  LIMIT_MS,
);

test(
  'identify, lamp and relay end with what became of them',
  async () => {
    const { simulator, port } = await machine();
    const asked = program('device', 'modbus', '--port', port, 'identify');
    expect(await asked.ended).toBe(0);
    expect(asked.lines).toMatchObject([{ fact: 'device.identified', maker: 'Lab', model: 'IO-16' }]);

    const lamp = program('device', 'modbus', '--port', port, 'lamp', 'cup', 'on');
    expect(await lamp.ended).toBe(0);
    expect(lamp.lines.at(-1)).toMatchObject({ fact: 'lamp.done', lamp: 'cup', how: 'on' });
    await simulator.line({ event: 'lamp', lamp: 'cup', state: 'on' });

    const relay = program('device', 'modbus', '--port', port, 'relay', 'goods', '300');
    expect(await relay.ended).toBe(0);
    expect(relay.lines.at(-1)).toMatchObject({ fact: 'relay.done', relay: 'goods' });
    const moved = simulator.lines.filter(({ event }) => event === 'relay').map(({ state }) => state);
    expect(moved).toEqual(['on', 'off']);

    const none = program('device', 'modbus', '--port', port, 'lamp', 'sun', 'on');
    expect(await none.ended).toBe(1);
    expect(JSON.parse(none.stderr)).toMatchObject({
      error: 'not-done',
      message: expect.stringContaining('no lamp "sun"'),
    });
    const odd = program('device', 'modbus', '--port', port, 'relay', 'goods', 'long');
    expect(await odd.ended).toBe(2);
  },
  LIMIT_MS,
);

test(
  'decode names what both sides said',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modbus-'));
    closers.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'recording.hex');
    writeFileSync(file, '01 02 00 00 00 06 F8 08  01 02 01 0B E0 4F\n01 05 00 08 FF 00 0D F8  01 85 06 C2 92\n');
    const read = program('device', 'modbus', 'decode', file);
    const code = await read.ended;
    expect(read.lines).toMatchObject([
      { command: 'read-inputs', direction: 'host', fields: { unit: 1, address: 0, count: 6 } },
      { command: 'read-inputs', direction: 'device', fields: { unit: 1, values: '0B' } },
      { command: 'write-coil', direction: 'either', fields: { unit: 1, address: 8, value: 'on' } },
      { command: 'exception', direction: 'device', fields: { unit: 1, to: 'write-coil', exception: 6 } },
    ]);
    expect(code).toBe(0);
  },
  LIMIT_MS,
);
