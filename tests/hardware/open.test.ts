import { expect, test, vi } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import { type DeviceConfig, type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import { openDevices } from '../../hardware/open.ts';
import { noProbe, type PortListener } from '../../hardware/port.ts';
import { encoded, POLL } from './bus.ts';

vi.mock('../../hardware/catalog.ts', async (original) => {
  const catalog = await original<typeof import('../../hardware/catalog.ts')>();
  const bus = await import('./bus.ts');
  const entry = { driver: bus.frontDoor, simulator: async () => bus };
  return { ...catalog, protocolNamed: (name: string) => (name === 'bus' ? entry : catalog.protocolNamed(name)) };
});

const coins = { id: 'coins', protocol: 'bus', port: 'wire', settings: { address: 2, kind: 'coin-acceptor' } };
const hopper = { id: 'hopper', protocol: 'bus', port: 'wire', settings: { address: 3, kind: 'hopper' } };
const notes = { id: 'notes', protocol: 'id003', port: 'other', settings: { countries: { '2A': 'CNY' } } };

function open(...configs: readonly DeviceConfig[]) {
  const clock = new VirtualClock(0);
  const facts: DeviceFact[] = [];
  const opened: string[] = [];
  const sent: { readonly port: string; readonly to: number | undefined }[] = [];
  const listeners = new Map<string, PortListener>();
  const chance = (bytes: number) => new Uint8Array(bytes).fill(7);
  const devices = openDevices({
    configs,
    clock,
    probe: noProbe,
    chance,
    memory: () => emptyMemory,
    onFact: (fact) => facts.push(fact),
    openPort(name, line) {
      opened.push(`${name} ${line.baudRate} ${line.parity}`);
      return {
        name,
        open(listener) {
          listeners.set(name, listener);
          listener.opened();
        },
        send(bytes, done) {
          sent.push({ port: name, to: bytes[0] });
          done?.();
        },
        close: () => {},
      };
    },
  });
  return {
    clock,
    facts,
    opened,
    sent,
    devices,
    say: (port: string, bytes: Uint8Array) => listeners.get(port)?.received(bytes),
  };
}

test('devices at one port share it, each under its own address; a device elsewhere has its own', () => {
  const { clock, facts, opened, sent, devices, say } = open(coins, notes, hopper);
  clock.runUntil(500);
  expect(opened).toEqual(['wire 9600 none', 'other 9600 even']);
  expect([...devices.keys()].sort()).toEqual(['coins', 'hopper', 'notes']);
  expect(new Set(sent.filter(({ port }) => port === 'wire').map(({ to }) => to))).toEqual(new Set([2, 3]));
  say('wire', encoded(1, 3, POLL));
  const heard = facts.filter((fact) => fact.fact === 'device.fault' && fact.code.startsWith('frame'));
  expect(heard.map(({ device }) => device)).toEqual(['hopper']);
});

test('what a driver makes keys of comes from the chance that is handed in', () => {
  const { clock, facts } = open(coins);
  clock.runUntil(10);
  expect(facts).toContainEqual({ device: 'coins', fact: 'device.fault', code: `opened ${'07'.repeat(64)}` });
});

test.each<[string, readonly DeviceConfig[], RegExp]>([
  [
    'two of one address',
    [coins, { ...hopper, settings: { address: 2, kind: 'hopper' } }],
    /coins and hopper.*address 2/,
  ],
  ['two without addresses', [notes, { ...notes, id: 'more' }], /id003 has no addresses.*more/],
  ['two protocols', [coins, { ...notes, port: 'wire' }], /bus and id003 cannot share the port wire/],
  ['two of one id', [coins, { ...hopper, id: 'coins' }], /two devices have the id "coins"/],
  ['settings that are wrong', [{ ...coins, settings: { address: 1, kind: 'hopper' } }], /coins.*settings\.address/],
])('%s at one port are refused before it is opened', (_, configs, problem) => {
  expect(() => open(...configs)).toThrow(problem);
});
