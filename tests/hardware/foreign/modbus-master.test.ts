import { expect, test } from 'vitest';
import { ModbusMaster } from './modbus-master.ts';
import { type Finished, simulated } from './start.ts';

async function module(finished: Finished, ...settings: readonly string[]) {
  const { program, port } = await simulated(finished, 'modbus', settings);
  const master = await ModbusMaster.open(port);
  finished(() => master.close());
  return { program, master };
}

test('a foreign master reads contacts and temperature, lights a lamp and moves the relay', async ({
  onTestFinished: finished,
}) => {
  const { program, master } = await module(finished);
  expect(await master.ask(1, 0x02, [0, 0, 0, 6])).toEqual({ data: [1, 0b001011] });
  for (const verb of ['open door', 'ups low', 'key on', 'temperature 41.5'])
    expect(await program.did(verb), verb).toMatchObject({ ok: true });
  expect(await master.ask(1, 0x02, [0, 0, 0, 6])).toEqual({ data: [1, 0b111010] });
  expect(await master.ask(1, 0x04, [0, 0, 0, 1])).toEqual({ data: [2, 0x01, 0x9f] });

  expect(await master.ask(1, 0x05, [0, 3, 0xff, 0])).toEqual({ data: [0, 3, 0xff, 0] });
  await program.line({ event: 'lamp', lamp: 'printer', state: 'on' });
  expect(await master.ask(1, 0x0f, [0, 8, 0, 1, 1, 1])).toEqual({ data: [0, 8, 0, 1] });
  await program.line({ event: 'relay', relay: 'goods', state: 'on' });
  expect(await master.ask(1, 0x01, [0, 0, 0, 9])).toEqual({ data: [2, 0b1000, 1] });
  expect(await master.ask(1, 0x04, [0, 1, 0, 1])).toEqual({ data: [2, 0, 1] });
  expect(master.strange).toBe(0);
}, 90_000);

test('a foreign master hears exceptions, and silence where a unit has to be silent', async ({
  onTestFinished: finished,
}) => {
  const { program, master } = await module(finished, 'unit=17');
  expect(await master.ask(17, 0x07, [])).toEqual({ exception: 1 });
  expect(await master.ask(17, 0x01, [0, 0, 1, 0])).toEqual({ exception: 2 });
  expect(await master.ask(17, 0x05, [0, 0, 0, 1])).toEqual({ exception: 3 });
  await program.did('misbehave busy');
  expect(await master.ask(17, 0x02, [0, 0, 0, 1])).toEqual({ exception: 6 });
  await program.did('misbehave off');
  const shortly = 400;
  expect(await master.ask(1, 0x02, [0, 0, 0, 1], shortly)).toBeNull();
  expect(await master.ask(0, 0x05, [0, 0, 0xff, 0], shortly)).toBeNull();
  await program.line({ event: 'lamp', lamp: 'slot', state: 'on' });
  expect(await master.hears([17, 2, 0, 0, 0, 1, 0xde, 0xad], shortly)).toEqual([]);
  await program.did('cut power');
  expect(await master.ask(17, 0x02, [0, 0, 0, 1], shortly)).toBeNull();
  await program.did('restore power');
  expect(await master.ask(17, 0x01, [0, 0, 0, 1])).toEqual({ data: [1, 0] });
  await program.did('misbehave crc');
  expect(await master.ask(17, 0x01, [0, 0, 0, 1])).toBeNull();
  expect(master.strange).toBe(1);
}, 90_000);
