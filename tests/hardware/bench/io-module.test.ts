/** The bench with an I/O module of a configuration, and the driver at the linked port. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import example from '../../../config/examples/cabinet.json' with { type: 'json' };
import type { DeviceDetail } from '../../../hardware/bench/cabinet.ts';
import { startBench } from '../../../hardware/bench/main.ts';
import { systemClock } from '../../../hardware/clock.ts';
import { type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import { openDevices, portByName } from '../../../hardware/open.ts';
import { noProbe } from '../../../hardware/port.ts';

const slow = { timeout: 20_000 };

test('what hands do to it over HTTP is told by the driver, and what the driver lights is seen over HTTP', async ({
  onTestFinished: finished,
}) => {
  const data = mkdtempSync(join(tmpdir(), 'cabinet-'));
  finished(() => rmSync(data, { recursive: true }));
  const config = example.devices.find(({ id }) => id === 'cabinet');
  if (config === undefined) throw new Error('the example has no module');
  // Somebody wired it otherwise: the simulated module is wired so too.
  const contacts = { door: { input: 12, closed: 'off' }, key: { input: 3, closed: 'on' } };
  const settings = { ...config.settings, unit: 9, contacts, lamps: { cup: 15 } };
  const device = { ...config, settings };
  const money = { currency: 'CNY', exponent: 2 };
  const biller = { kind: 'file', url: null, file: null };
  const parts = { devices: [device], money, timeZone: 'Asia/Shanghai', biller };
  const bench = await startBench({ config: parts, data, httpPort: 0, speed: 50 });
  finished(() => bench.close());
  const facts: DeviceFact[] = [];
  const devices = openDevices({
    configs: [{ ...device, port: device.port.replace('DATA', data) }],
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    openPort: portByName,
    onFact: (fact) => facts.push(fact),
  });
  finished(() => devices.get('cabinet')?.close());
  const contactsTold = () =>
    facts.flatMap((fact) => (fact.fact === 'contact.changed' ? [`${fact.contact} ${fact.state}`] : []));
  const detail = async () => (await (await fetch(new URL('devices/cabinet', bench.url))).json()) as DeviceDetail;
  const act = async (body: object): Promise<number> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(new URL('devices/cabinet/actions', bench.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return answer.status;
  };

  await expect.poll(() => facts.some(({ fact }) => fact === 'device.ready'), slow).toBe(true);
  expect(contactsTold()).toEqual(['door closed', 'key off']);
  expect(await act({ action: 'open door' })).toBe(200);
  expect(await act({ action: 'open door' })).toBe(409);
  expect(await act({ action: 'open vault' })).toBe(409);
  await expect.poll(contactsTold, slow).toContain('door open');
  devices.get('cabinet')?.obey({ id: 'a', device: 'cabinet', command: 'lamp', lamp: 'cup', how: 'on' });
  await expect.poll(async () => (await detail()).board?.lamps, slow).toEqual([{ name: 'cup', on: true }]);
  expect(await detail()).toMatchObject({
    kind: 'cabinet-io',
    units: [],
    enabled: null,
    board: {
      contacts: [
        { name: 'door', state: 'open' },
        { name: 'key', state: 'off' },
      ],
      relays: [{ name: 'goods', on: false }],
      celsiusTenths: 235,
    },
  });
  devices.get('cabinet')?.obey({ id: 'p', device: 'cabinet', command: 'relay.pulse', relay: 'goods', ms: 200 });
  await expect.poll(() => facts.at(-1), slow).toMatchObject({ fact: 'relay.done', command: 'p' });
}, 60_000);
