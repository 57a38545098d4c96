/** Strangers at real pseudo-terminals: who they say they are, and that nothing happens to them by being asked. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { openPtyLine } from '../../hardware/bench/pty.ts';
import { openTcpLine } from '../../hardware/bench/line.ts';
import { openStations, type Station } from '../../hardware/bench/station.ts';
import { protocolNamed, protocols } from '../../hardware/catalog.ts';
import { createDecoder as ccTalkDecoder } from '../../hardware/cctalk/frame.ts';
import { systemClock, VirtualClock } from '../../hardware/clock.ts';
import { encode as encodeEbds } from '../../hardware/ebds/frame.ts';
import { type Device, type DeviceFact, emptyMemory } from '../../hardware/device.ts';
import { discoverPort, LONGEST_PORT_MS, type PortFinding } from '../../hardware/discovery.ts';
import { openDevices, portByName } from '../../hardware/open.ts';
import { type LineSettings, noProbe, type PortListener } from '../../hardware/port.ts';
import type { SimulatorEvent } from '../../hardware/simulated.ts';
import { seeded } from '../simulation/random.ts';

const LIMIT_MS = 120_000;
/** Two cores may be busy with other tests. */
const SLACK_MS = 5_000;
/** What a finger needs, so that a machine that is asked meanwhile is as in life. */
const SPEED = 20;

interface Machine {
  readonly port: string;
  readonly station: Station;
  readonly events: SimulatorEvent[];
  /** Every piece of bytes that a host sent. */
  readonly received: Uint8Array[];
}

async function machineOf(protocol: string, settings: Readonly<Record<string, string>>): Promise<Machine> {
  const { simulate } = await protocolNamed(protocol).simulator();
  const events: SimulatorEvent[] = [];
  const received: Uint8Array[] = [];
  const [station] = await openStations(
    [
      {
        simulate(surroundings) {
          const simulator = simulate(surroundings);
          const receive = simulator.receive.bind(simulator);
          simulator.receive = (bytes) => {
            received.push(bytes.slice());
            receive(bytes);
          };
          return simulator;
        },
        settings,
        happened: (event) => events.push(event),
      },
    ],
    { clock: systemClock, speed: SPEED, wire: { kind: 'pty' } },
  );
  if (station === undefined) throw new Error('no machine');
  return { port: station.line.port, station, events, received };
}

const ask = (port: string, currency: string | null = null): Promise<PortFinding> =>
  discoverPort(port, { clock: systemClock, openPort: portByName, currency });

/** The device as the kiosk drives it; everything that it tells. */
function driven(protocol: string, port: string, settings: Readonly<Record<string, unknown>>) {
  const facts: DeviceFact[] = [];
  const { promise: released, resolve: free } = Promise.withResolvers<void>();
  const wakers = new Set<() => void>();
  const devices = openDevices({
    configs: [{ id: 'device', protocol, port, settings }],
    clock: systemClock,
    probe: noProbe,
    chance: (bytes) => randomBytes(bytes),
    memory: () => emptyMemory,
    openPort(name, line, clock) {
      const wire = portByName(name, line, clock);
      const open = (listener: PortListener) =>
        wire.open({
          opened: () => listener.opened(),
          received: (bytes) => listener.received(bytes),
          closed(problem) {
            free();
            listener.closed(problem);
          },
        });
      return { name, open, send: (bytes, sent) => wire.send(bytes, sent), close: () => wire.close() };
    },
    onFact(fact) {
      facts.push(fact);
      // As if on record, but for the note itself.
      if ('key' in fact && fact.fact !== 'note.stacked') device.recorded(fact.key);
      for (const wake of wakers) wake();
    },
  });
  const device = devices.get('device') as Device;
  const heard = async <Name extends DeviceFact['fact']>(name: Name): Promise<DeviceFact & { fact: Name }> => {
    for (;;) {
      const found = facts.find((fact): fact is DeviceFact & { fact: Name } => fact.fact === name);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        const wake = () => {
          wakers.delete(wake);
          resolve();
        };
        wakers.add(wake);
      });
    }
  };
  /** Lets go of the line, and waits until it is free. */
  const release = (): Promise<void> => {
    device.close();
    return released;
  };
  return { device, heard, release };
}

/** All that an inquiry may do to a machine: read. */
const readings: Readonly<Record<string, RegExp>> = {
  ccnet: /^(identification|get-bill-table)$/,
  cctalk:
    /^request-(manufacturer-id|equipment-category-id|product-code|serial-number|software-revision|coin-id|hopper-coin|bill-id|country-scaling-factor)$/,
  ebds: /^(omnibus|query-(type|serial-number|application-part|note-specification))$/,
  escpos: /^(DLE EOT|GS I)$/,
  id003: /^(version|currency-assign)$/,
  // Reading inputs is polling, and told by no event.
  modbus: /^function-2b$/,
  ssp: /^(sync|setup-request|get-serial-number)$/,
  zvt: /^status-enquiry$/,
};

function deeds(protocol: string, events: readonly SimulatorEvent[]): readonly SimulatorEvent[] {
  return events.filter(({ event, name }) => event !== 'command' || readings[protocol]?.test(String(name)) !== true);
}

interface Case {
  readonly protocol: string;
  readonly set: Readonly<Record<string, string>>;
  /** By address where there are several. */
  readonly says: readonly Readonly<Record<string, unknown>>[];
}

const notes = [100, 500, 1_000, 2_000, 5_000, 10_000].map((minor) => ({ currency: 'CNY', minor }));
const coins = [10, 50, 100].map((minor) => ({ currency: 'CNY', minor }));
const coinAcceptor = { maker: 'Money Controls', model: 'SR5', serial: '12345678', denominations: coins, address: 2 };
const hopper = { maker: 'Suzo-Happ', serial: '710623', denominations: [{ currency: 'CNY', minor: 100 }], address: 3 };
const billValidator = { maker: 'Money Controls', serial: '3141592', denominations: notes, address: 40 };

const machines: readonly Case[] = [
  { protocol: 'zvt', set: { password: '000000' }, says: [{ model: 'LAB PT', serial: '18632442', denominations: [] }] },
  {
    protocol: 'ccnet',
    set: {},
    says: [{ maker: 'CashCode', model: 'SM-CN1352', serial: '21KC27006179', denominations: notes, settings: {} }],
  },
  {
    protocol: 'ccnet',
    set: { model: 'bill-to-bill' },
    says: [{ maker: 'CashCode', settings: { model: 'bill-to-bill' }, address: 1 }],
  },
  {
    protocol: 'ebds',
    set: {},
    says: [{ maker: 'MEI', model: 'SCN66', serial: '30604012345', firmware: '286002105', denominations: notes }],
  },
  {
    protocol: 'id003',
    set: {},
    says: [{ maker: 'JCM', model: 'i(CHN)-100-SS', serial: null, denominations: notes }],
  },
  {
    protocol: 'escpos',
    set: {},
    says: [{ maker: 'LAB', model: 'TP-80', serial: 'TP80000001', firmware: '1.04', denominations: [] }],
  },
  {
    protocol: 'ssp',
    set: {},
    says: [{ maker: 'ITL', model: 'nv200', serial: '1873452', firmware: '0416', denominations: notes, address: 0 }],
  },
  {
    protocol: 'modbus',
    set: {},
    says: [{ maker: 'Lab', model: 'IO-16', serial: null, firmware: '1.0', denominations: [], address: 1 }],
  },
  {
    protocol: 'modbus',
    set: { unit: '3', identity: 'off' },
    says: [{ maker: null, model: null, serial: null, denominations: [], settings: { unit: 3 }, address: 3 }],
  },
  { protocol: 'ssp', set: { model: 'nv11', count: '2' }, says: [{ model: 'nv11', denominations: notes }] },
  { protocol: 'ssp', set: { model: 'smart-payout', address: '16' }, says: [{ model: 'smart-payout', address: 16 }] },
  {
    protocol: 'ssp',
    set: { model: 'smart-hopper' },
    says: [{ model: 'smart-hopper', denominations: coins, address: 16 }],
  },
  { protocol: 'ssp', set: { encryption: 'refuse', protocol: '5' }, says: [{ model: 'nv200', denominations: notes }] },
  { protocol: 'cctalk', set: { echo: 'on' }, says: [coinAcceptor, hopper, billValidator] },
  { protocol: 'cctalk', set: { echo: 'off' }, says: [coinAcceptor, hopper, billValidator] },
  { protocol: 'cctalk', set: { device: 'hopper', checksum: 'crc', echo: 'on' }, says: [hopper] },
  { protocol: 'cctalk', set: { device: 'bill', checksum: 'crc', echo: 'off' }, says: [billValidator] },
  { protocol: 'cctalk', set: { device: 'coin', address: '77' }, says: [{ ...coinAcceptor, address: 77 }] },
];

const named = machines.map((one) => [`${one.protocol} ${JSON.stringify(one.set)}`, one] as const);

describe.concurrent('a machine at a pseudo-terminal', () => {
  test.concurrent.each(named)(
    '%s says who it is, untouched by that, and its driver understands it with what is proposed',
    async (_name, { protocol, set, says }) => {
      const { port, station, events } = await machineOf(protocol, set);
      const before = JSON.stringify(station.simulator.units());
      // A terminal that nobody has registered with does not tell its currency: it is the kiosk's.
      const found = await ask(port, protocol === 'zvt' ? 'CNY' : null);
      expect(found).toMatchObject({ port, protocol, problem: null, devices: says });
      expect(found.devices).toHaveLength(says.length);
      expect(deeds(protocol, events)).toEqual([]);
      expect(JSON.stringify(station.simulator.units())).toBe(before);
      expect(station.simulator.enabled ?? false).toBe(false);
      expect(station.simulator.paper?.().length ?? 0).toBe(0);
      // The same with what is proposed, as the kiosk drives it.
      const { driver } = protocolNamed(protocol);
      for (const { maker, model, serial, firmware, denominations, settings } of found.devices) {
        if (settings === null) throw new Error('no settings');
        expect(driver.checkSettings(settings)).toEqual([]);
        const { heard, release } = driven(protocol, port, settings);
        const identity = await heard('device.identified');
        expect(identity).toMatchObject({ protocol, maker, model, serial, firmware });
        expect([...identity.denominations].sort((a, b) => a.minor - b.minor)).toEqual(denominations);
        await release();
      }
      station.close();
    },
    LIMIT_MS,
  );

  test.concurrent('over TCP is asked in the same words', async () => {
    const { simulate } = await protocolNamed('id003').simulator();
    const [station] = await openStations([{ simulate, settings: {}, happened: () => {} }], {
      clock: systemClock,
      speed: SPEED,
      wire: { kind: 'tcp', port: 0 },
    });
    expect(await ask(station?.line.port ?? '')).toMatchObject({ protocol: 'id003', devices: [{ maker: 'JCM' }] });
    station?.close();
  });
});

describe.concurrent('a machine with a note', () => {
  const acceptors = [
    ['ccnet', {}],
    ['ebds', {}],
    ['id003', {}],
    ['ssp', {}],
    ['cctalk', { device: 'bill' }],
  ] as const;

  test.concurrent.each(acceptors)(
    'of %s in its escrow does not take it in',
    async (protocol, set) => {
      const { port, station, events } = await machineOf(protocol, set);
      const { labSettings } = protocolNamed(protocol).driver;
      const { device, heard, release } = driven(protocol, port, { ...labSettings, ...set });
      const { denominations } = await heard('device.identified');
      device.maintain({ accept: denominations.map(({ minor }) => minor) });
      await heard('device.ready');
      while (!(await insert(station)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
      await heard('note.escrowed');
      await release();
      const since = events.length;
      expect(await ask(port)).toMatchObject({ protocol, problem: null });
      // An EBDS device whose host was gone opens with any message, and is shut by the same one, the poll.
      const lettingGo = ['command', 'disabled', 'note.returned', ...(protocol === 'ebds' ? ['enabled'] : [])];
      const happened = events.slice(since).map(({ event }) => event);
      expect(happened.filter((event) => !lettingGo.includes(event))).toEqual([]);
      if (protocol === 'ebds') expect(station.simulator.enabled).toBe(false);
      const inside = station.simulator.units().filter(({ unit }) => unit === 'box' || unit === 'recycler');
      expect(inside.flatMap(({ cash }) => cash)).toEqual([]);
      station.close();
    },
    LIMIT_MS,
  );

  /** EBDS alone cannot keep this: a message with a new number is itself the acknowledgement of the last report. */
  test.concurrent.each(acceptors.filter(([protocol]) => protocol !== 'ebds'))(
    'of %s that nobody acknowledged still tells of it afterwards',
    async (protocol, set) => {
      const { port, station, events } = await machineOf(protocol, set);
      const { labSettings } = protocolNamed(protocol).driver;
      const settings = { ...labSettings, ...set };
      const first = driven(protocol, port, settings);
      const { denominations } = await first.heard('device.identified');
      first.device.maintain({ accept: denominations.map(({ minor }) => minor) });
      await first.heard('device.ready');
      while (!(await insert(station)).ok) await new Promise((resolve) => setTimeout(resolve, 50));
      const { currency, minor } = await first.heard('note.escrowed');
      first.device.obey({ id: 'order', device: 'device', command: 'note.stack', currency, minor });
      await first.heard('note.stacked');
      // Some tell of it while the note is still on its way.
      while (!events.some(({ event }) => event === 'note.stacked'))
        await new Promise((resolve) => setTimeout(resolve, 50));
      await first.release();
      await quiet(events);
      const since = events.length;
      expect(await ask(port)).toMatchObject({ protocol, problem: null });
      expect(deeds(protocol, events.slice(since))).toEqual([]);
      if (protocol !== 'cctalk') {
        // A ccTalk validator counts its notes: nothing is taken from it by reading.
        const second = driven(protocol, port, settings);
        await second.heard('note.stacked');
        await second.release();
      }
      station.close();
    },
    LIMIT_MS,
  );

  /** The last words of a driver are still on the way when its port is let go. */
  async function quiet(events: readonly SimulatorEvent[]): Promise<void> {
    for (let seen = -1; seen !== events.length; ) {
      seen = events.length;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }

  function insert(station: Station) {
    return station.act({ type: 'hand', action: { action: 'insert', minor: 2_000 } });
  }
});

describe.concurrent('a port without a known device', () => {
  /** A line whose other end does with the bytes of a host what it is told. */
  function lineThat(answer: (bytes: Uint8Array, send: (bytes: Uint8Array) => void) => void) {
    const line = openPtyLine({ received: (bytes) => answer(bytes, (more) => line.send(more)) }, () =>
      systemClock.monoMs(),
    );
    return line;
  }

  test.concurrent('that says nothing is silent, and is let go in time', async () => {
    const line = lineThat(() => {});
    const beganMs = performance.now();
    expect(await ask(line.port)).toMatchObject({ protocol: null, devices: [], problem: { code: 'silent' } });
    expect(performance.now() - beganMs).toBeLessThan(LONGEST_PORT_MS + SLACK_MS);
    line.close();
  });

  test.concurrent.each([1, 2, 3])('full of noise (%i) is no device, and is let go in time', async (seed) => {
    const random = seeded(seed);
    const line = lineThat(() => {});
    const noise = setInterval(() => line.send(Uint8Array.from({ length: 40 }, () => random.integer(0, 255))), 20);
    const beganMs = performance.now();
    expect(await ask(line.port)).toMatchObject({ protocol: null, problem: { code: 'noise' } });
    expect(performance.now() - beganMs).toBeLessThan(LONGEST_PORT_MS + SLACK_MS);
    clearInterval(noise);
    line.close();
  });

  test.concurrent('that is not there is missing', async () => {
    expect(await ask('/dev/no-such-port')).toMatchObject({ protocol: null, problem: { code: 'missing' } });
    expect(await ask('127.0.0.1:1')).toMatchObject({ protocol: null, problem: { code: 'refused' } });
    expect(await ask('/dev/null')).toMatchObject({ protocol: null, problem: { code: 'refused' } });
  });

  test.concurrent('that another process holds is not asked, and the holder is named', async () => {
    const received: Uint8Array[] = [];
    const line = lineThat((bytes) => received.push(bytes));
    const code = `import { SerialPort } from 'serialport';
      const port = new SerialPort({ path: ${JSON.stringify(line.port)}, baudRate: 9600 }, () => console.log('held'));
      process.stdin.on('data', () => {});`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const { problem } = await ask(line.port);
    expect(problem).toMatchObject({ code: 'busy', message: expect.stringContaining(`process ${holder.pid}`) });
    expect(received).toEqual([]);
    holder.kill();
    line.close();
  });

  test.concurrent('whose other end goes away while it is asked is lost', async () => {
    let host = 0;
    const line = await openTcpLine(
      {
        received() {
          if (++host === 2) line.unplug();
        },
      },
      0,
    );
    const { protocol, problem } = await ask(line.port);
    expect(protocol).toBeNull();
    expect(['lost', 'refused']).toContain(problem?.code);
  });
});

describe('a port on paper', () => {
  /** Without a kernel between: a line on which `answer` says what comes back, on a clock of its own. */
  async function onPaper(answer: (bytes: Uint8Array, line: LineSettings) => Uint8Array | null) {
    const clock = new VirtualClock(0);
    let over = false;
    const asked = discoverPort('line', {
      clock,
      currency: null,
      openPort(name, line) {
        let listener: PortListener | null = null;
        return {
          name,
          open(next) {
            listener = next;
            next.opened();
          },
          send(bytes, sent) {
            sent?.();
            const back = answer(bytes, line);
            if (back !== null) clock.after(5, () => listener?.received(back));
          },
          close: () => listener?.closed({ code: 'closed', message: 'closed' }),
        };
      },
    }).finally(() => {
      over = true;
    });
    while (!over) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.runUntil(clock.monoMs() + 10);
    }
    return { ...(await asked), tookMs: clock.monoMs() };
  }

  test('that only gives bytes back is no device', async () => {
    const found = await onPaper((bytes) => bytes);
    expect(found).toMatchObject({ protocol: null, devices: [], problem: { code: 'echo' } });
    expect(found.tookMs).toBeLessThan(LONGEST_PORT_MS + SLACK_MS);
  });

  test('that answers what is no message is told from a silent one', async () => {
    const found = await onPaper(() => Uint8Array.of(0xe5, 0x9a, 0xc1));
    expect(found).toMatchObject({ protocol: null, problem: { code: 'unreadable' } });
    expect(found.tookMs).toBeLessThan(LONGEST_PORT_MS + SLACK_MS);
  });

  test('with a scanner behind it is a silent one', async () => {
    const machine = await machineOf('scanner', {});
    expect(await ask(machine.port)).toMatchObject({ protocol: null, devices: [], problem: { code: 'silent' } });
    machine.station.close();
  }, 60_000);

  test('that begins answers and never ends them takes no longer', async () => {
    const begun: readonly number[] = [0xfc, 0x30, 0x02, 0x7f, 0x01];
    const found = await onPaper((bytes) => Uint8Array.of(begun[bytes.length % begun.length] as number, 0x30));
    expect(found.protocol).toBeNull();
    expect(found.tookMs).toBeLessThan(LONGEST_PORT_MS + SLACK_MS);
  });

  test.each([
    ['two bytes to each question', (): Uint8Array => Uint8Array.of(0x12, 0x12)],
    ['to the first question only', (bytes: Uint8Array) => (bytes[2] === 1 ? Uint8Array.of(0x12) : null)],
  ])('that answers %s is no printer', async (_name, answer) => {
    expect((await onPaper(answer)).protocol).toBeNull();
  });

  test('where a printer answers at another speed says so, before anything else is asked', async () => {
    const asked: string[] = [];
    const { protocol, problem } = await onPaper((bytes, { baudRate }) => {
      asked.push(Buffer.from(bytes).toString('hex'));
      return baudRate === 19_200 && bytes[0] === 0x10 ? Uint8Array.of(0x12) : null;
    });
    expect([protocol, problem?.code]).toEqual([null, 'other-speed']);
    expect(problem?.message).toMatch(/escpos.*19200.*115200/);
    expect(asked.filter((hex) => !/^(1004|1d49)/.test(hex))).toEqual([]);
  });
});

describe('the questions', () => {
  /** All pieces of bytes that each protocol's machines heard, those of a silent port among them. */
  async function questions(): Promise<ReadonlyMap<string, readonly Uint8Array[]>> {
    const own = machines.filter(({ set }) => set.echo !== 'on');
    const heard = await Promise.all(
      own.map(async ({ protocol, set }) => {
        const machine = await machineOf(protocol, set);
        await ask(machine.port);
        machine.station.close();
        return [protocol, machine.received] as const;
      }),
    );
    const byProtocol = new Map<string, Uint8Array[]>();
    for (const [protocol, received] of heard)
      byProtocol.set(protocol, [...(byProtocol.get(protocol) ?? []), ...received]);
    return byProtocol;
  }

  test('of one protocol hold no message of another', {
    timeout: LIMIT_MS,
  }, async () => {
    const all = await questions();
    // A scanner answers nobody: it is asked nothing, and whatever ends in CR would be a code.
    const asking = Object.entries(protocols).filter(([name]) => name !== 'scanner');
    expect([...all.keys()].sort()).toEqual(asking.map(([name]) => name).sort());
    for (const [reader, { driver }] of asking) {
      // A printer has no frames: it is asked before anybody else, so that it hears none of these.
      if (reader === 'escpos') continue;
      const decoders = [
        () => driver.createDriver({ device: 'x', settings: driver.labSettings }).decoder(),
        ...(reader === 'cctalk' ? [() => ccTalkDecoder('crc')] : []),
      ];
      const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
      const own = new Set(ownQuestions(reader, all).map(hex));
      // What a machine heard before its own turn came was asked by others.
      const others = [...all].flatMap(([asked, heard]) => (asked === 'zvt' ? ownQuestions(asked, all) : heard));
      const foreign = others.filter((bytes) => !own.has(hex(bytes)));
      expect(foreign.length).toBeGreaterThan(50);
      for (const decoderOf of decoders) {
        for (const bytes of foreign) {
          const decoder = decoderOf();
          const read = [...decoder.push(bytes), ...decoder.silence()];
          const found = read.filter((item) => item.type === 'frame' && !isSign(item.frame));
          expect(found, `${reader} in ${Buffer.from(bytes).toString('hex')}`).toEqual([]);
        }
      }
    }
  });

  /** A single byte that acknowledges in ZVT is in many messages, and says nothing to whoever waits for none. */
  function isSign(frame: unknown): boolean {
    const { type } = frame as { readonly type?: unknown };
    return type === 'ack' || type === 'nak';
  }

  /** What a protocol's own decoder reads of what its own machines heard is its own; the rest came before its turn. */
  function ownQuestions(protocol: string, all: ReadonlyMap<string, readonly Uint8Array[]>): readonly Uint8Array[] {
    const { driver } = protocolNamed(protocol);
    const decoders = [
      () => driver.createDriver({ device: 'x', settings: driver.labSettings }).decoder(),
      ...(protocol === 'cctalk' ? [() => ccTalkDecoder('crc')] : []),
    ];
    return (all.get(protocol) ?? []).filter((bytes) =>
      decoders.some((decoderOf) => {
        const [first, ...more] = decoderOf().push(bytes);
        return first?.type === 'frame' && more.length === 0;
      }),
    );
  }

  test('of EBDS stop at once where the last report comes back and tells of a note, so that it stays unread', () => {
    const { driver } = protocolNamed('ebds');
    const stacked = encodeEbds({ type: 2, ack: 0, data: [0x11, 0x10, 0x20, 0, 0x54, 0x05] });
    const escrowed = encodeEbds({ type: 2, ack: 0, data: [0x04, 0x10, 0x20, 0, 0x54, 0x05] });
    const idle = encodeEbds({ type: 2, ack: 0, data: [0x01, 0x10, 0, 0, 0x54, 0x05] });
    const first = (answer: Uint8Array) => {
      const inquiry = driver.inquire({ currency: null });
      const step = inquiry.next([]);
      if (step.done === true) throw new Error('nothing was asked');
      const frames = step.value.decoder.push(answer).flatMap((item) => (item.type === 'frame' ? [item.frame] : []));
      return inquiry.next(frames.filter((frame) => step.value.answers(frame)));
    };
    expect(first(stacked)).toMatchObject({
      done: true,
      value: [{ maker: 'MEI', remarks: [{ code: 'busy', what: 'note' }] }],
    });
    expect([first(escrowed).done, first(idle).done]).toEqual([false, false]);
  });

  test('end, and break nothing, whatever answers them', () => {
    for (const [name, { driver }] of Object.entries(protocols)) {
      for (let seed = 1; seed <= 200; seed++) {
        const random = seeded(seed);
        const inquiry = driver.inquire({ currency: random.chance(0.5) ? 'CNY' : null });
        let step = inquiry.next([]);
        let asked = 0;
        for (; step.done !== true && asked < 5_000; asked++) {
          const bytes = Uint8Array.from({ length: random.integer(0, 40) }, () => random.integer(0, 255));
          const { decoder } = step.value;
          const frames = [...decoder.push(bytes), ...decoder.push(step.value.bytes)].flatMap((item) =>
            item.type === 'frame' ? [item.frame] : [],
          );
          step = inquiry.next(random.chance(0.6) ? frames.slice(0, 3) : []);
        }
        expect(step.done, `${name} ${seed} after ${asked}`).toBe(true);
      }
    }
  });
});
