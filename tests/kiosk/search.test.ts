/** The search of the staff's page on real pseudo-terminals: a line of this kiosk's own devices is never asked. */
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openStations } from '../../hardware/bench/station.ts';
import { protocolNamed } from '../../hardware/catalog.ts';
import { systemClock } from '../../hardware/clock.ts';
import { portByName } from '../../hardware/open.ts';
import type { KnownDevice } from '../../hardware/proposal.ts';
import type { StaffSearch } from '../../kiosk/server/staff-wire.ts';
import { createSearch, type SearchParts } from '../../kiosk/search.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

async function machine(protocol: string): Promise<{ readonly port: string; readonly heard: () => number }> {
  const { simulate } = await protocolNamed(protocol).simulator();
  let heard = 0;
  const [station] = await openStations(
    [
      {
        simulate(surroundings) {
          const simulator = simulate(surroundings);
          const receive = simulator.receive.bind(simulator);
          simulator.receive = (bytes) => {
            heard += bytes.length;
            receive(bytes);
          };
          return simulator;
        },
        settings: {},
        happened: () => {},
      },
    ],
    { clock: systemClock, speed: 20, wire: { kind: 'pty' } },
  );
  closers.push(() => station?.close());
  return { port: station?.line.port ?? '', heard: () => heard };
}

const known = (port: string, more: Partial<KnownDevice> = {}): KnownDevice => ({
  config: { id: 'acceptor', protocol: 'ccnet', port, settings: {} },
  identity: { protocol: 'ccnet', maker: 'CashCode', model: 'SM-CN1352', serial: '21KC27006179', firmware: null },
  answers: false,
  ...more,
});

function searchOver(lines: readonly string[], parts: Partial<SearchParts> = {}) {
  const failures: unknown[] = [];
  let opened = 0;
  const search = createSearch({
    clock: systemClock,
    openPort(name, line, clock) {
      opened++;
      return portByName(name, line, clock);
    },
    currency: 'CNY',
    lines: async () => lines,
    stable: async (port) => port,
    real(port) {
      try {
        return realpathSync(port);
      } catch {
        return port;
      }
    },
    known: () => [],
    holds: true,
    onFailure: (error) => failures.push(error),
    ...parts,
  });
  const ended = async (): Promise<StaffSearch> => {
    while (search.now().running) await new Promise((resolve) => setTimeout(resolve, 20));
    return search.now();
  };
  return { search, ended, failures, opened: () => opened };
}

test('before the first search nothing was found, and nothing is under way', () => {
  expect(searchOver(['/dev/null']).search.now()).toEqual({ running: false, ports: [] });
});

test('lines of this kiosk’s devices are not asked, by whichever name they go; the others say who they are', async () => {
  const [own, free] = await Promise.all([machine('id003'), machine('ccnet')]);
  const folder = mkdtempSync(join(tmpdir(), 'search-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  const link = join(folder, 'acceptor');
  symlinkSync(own.port, link);
  const { search, ended } = searchOver([own.port, free.port, link], {
    known: () => [known(link, { answers: true })],
  });
  search.start();
  expect(search.now().running).toBe(true);
  const { ports } = await ended();
  expect(ports).toMatchObject([
    { port: own.port, state: 'held', heldBy: ['acceptor'], protocol: null, problem: null, devices: [] },
    { port: free.port, state: 'asked', heldBy: [], protocol: 'ccnet', problem: null },
  ]);
  expect(ports).toHaveLength(2);
  expect(own.heard()).toBe(0);
  expect(free.heard()).toBeGreaterThan(0);
  const [found] = ports[1]?.devices ?? [];
  expect(found).toMatchObject({ kind: 'note-acceptor', maker: 'CashCode', serial: '21KC27006179', known: null });
  expect(found?.config?.split('\n')).toHaveLength(6);
  expect(JSON.parse(found?.config ?? '')).toEqual({
    id: 'acceptor-2',
    protocol: 'ccnet',
    port: free.port,
    settings: {},
  });
});

test('a device that was unplugged from its own line is known again at another', async () => {
  const { port } = await machine('ccnet');
  const { search, ended } = searchOver([port, '/dev/gone'], { known: () => [known('/dev/gone')] });
  search.start();
  const { ports } = await ended();
  expect(ports[0]?.devices[0]?.known).toEqual({ id: 'acceptor', by: 'serial', from: '/dev/gone' });
  expect(ports[1]).toMatchObject({ state: 'held', heldBy: ['acceptor'] });
});

test('started safely, the kiosk holds no line, and asks those of its devices too', async () => {
  const { port } = await machine('ccnet');
  const { search, ended } = searchOver([port], { holds: false, known: () => [known(port)] });
  search.start();
  const { ports } = await ended();
  expect(ports[0]).toMatchObject({
    state: 'asked',
    protocol: 'ccnet',
    devices: [{ known: { id: 'acceptor', by: 'port' } }],
  });
});

test('progress is told line by line, and a second start changes nothing', async () => {
  const missing = ['/dev/none-1', '/dev/none-2'];
  const seen: string[] = [];
  const { search, ended, opened } = searchOver(missing, {
    openPort(name, line, clock) {
      seen.push(
        search
          .now()
          .ports.map(({ state }) => state)
          .join(' '),
      );
      return portByName(name, line, clock);
    },
  });
  search.start();
  search.start();
  const { ports } = await ended();
  expect(seen).toEqual(['asking waiting', 'asked asking']);
  expect(opened()).toBe(0);
  expect(ports.map(({ problem }) => problem)).toEqual(['missing', 'missing']);
});

test('a search that breaks is told to the log, ends, and may be begun again', async () => {
  const { search, ended, failures } = searchOver(['/dev/null'], {
    lines: async () => {
      throw new Error('no such folder');
    },
  });
  search.start();
  await ended();
  expect(failures).toMatchObject([{ message: 'no such folder' }]);
  search.start();
  expect(search.now().running).toBe(true);
  await ended();
});
