import { describe, expect, it } from 'vitest';
import { protocols } from '../../hardware/catalog.ts';
import { createByHand, inWords } from '../../kiosk/by-hand.ts';
import { askingRefused } from '../../kiosk/console/run.ts';
import { requestWords } from '../../ui/staff/console-words.ts';
import { technician, Workshop } from './workshop.ts';

const other = '2';
/** Longer than any answer takes, in steps of 20 ms. */
const patience = 2_000;

/** A cabinet at which a technician sends single requests. */
class Bench extends Workshop {
  readonly byHand = createByHand({
    configs: this.world.devicesConfigured,
    clock: this.world.clock,
    device: (id) => this.world.running(id),
  });

  /** Recorded, and not sent yet. */
  asks(device: string, request: string, second: string | null = null): void {
    this.take({ fact: 'request.asked', device, request, by: technician, second });
  }

  get asked(): string {
    return this.entries('device.asked').at(-1)?.command ?? '';
  }

  refused(device: string): string | null {
    const { kiosk } = this.world;
    if (kiosk === null) throw new Error('no daemon runs');
    return askingRefused(kiosk, device);
  }

  async heard<T>(answer: Promise<T>): Promise<T> {
    let over = false;
    const end = answer.finally(() => {
      over = true;
    });
    for (let turns = 0; !over && turns < patience; turns++) {
      this.wait(20);
      await new Promise(setImmediate);
    }
    return end;
  }

  /** The whole way: recorded, sent, answered, recorded. */
  async asksAndHears(device: string, request: string, second: string | null = null) {
    this.asks(device, request, second);
    const answer = this.byHand.ask(device, request);
    if (answer === null || this.asked === '') throw new Error(`${device} ${request} is refused`);
    this.take({ fact: 'request.answered', command: this.asked, ...(await this.heard(answer)) });
    const found = this.entries('device.answered').at(-1);
    if (found === undefined) throw new Error(`${device} ${request}: nothing was recorded`);
    return found;
  }
}

/** One reading request of every protocol that has any, and what its answer has to tell. */
const readings = [
  ['id003', 'acceptor', 'version', /^version .*i\(CHN\)/],
  ['ebds', 'acceptor', 'model', /^auxiliary .*53 43 4E/],
  ['ccnet', 'acceptor', 'identification', /^identification .*part SM-CN1352/],
  ['ssp', 'acceptor', 'serial', /^ok .*data 00 1C 96 2C/],
  ['cctalk', 'acceptor', 'product-code', /to request-product-code/],
  ['id003', 'coins', 'serial-number', /to request-serial-number · serial 12345678/],
  ['id003', 'yuan', 'status', /to request-hopper-status · counter 0/],
  ['id003', 'printer', 'status-paper', /^status · value 18 · paper ok$/],
  ['id003', 'module', 'inputs', /^read-inputs · unit 1/],
] as const;

describe('A request by hand', () => {
  it.each(readings)('reads, beside an acceptor of %s, of %s its %s, and the driver goes on', async (...row) => {
    const [acceptor, device, request, says] = row;
    const bench = new Bench(acceptor);
    const end = await bench.asksAndHears(device, request);
    expect(end).toMatchObject({ device, request, outcome: 'answered', by: technician });
    expect(end.answer.join('\n')).toMatch(says);
    bench.wait(10_000);
    expect(bench.world.kiosk?.devices[device]).toMatchObject({ ready: true, faults: [], lost: null });
    expect(bench.world.kiosk?.console).toMatchObject({ open: null, last: [{ request, answer: end.answer }] });
  });

  it('moves a machine by two persons, both of whom are recorded, and the machine takes notes afterwards', async () => {
    const bench = new Bench();
    const end = await bench.asksAndHears('acceptor', 'reset', other);
    expect(bench.entries('device.asked')).toMatchObject([{ request: 'reset', by: technician, second: other }]);
    expect(end.outcome).toBe('answered');
    bench.until('the acceptor is ready again', () => bench.world.kiosk?.devices.acceptor?.ready === true);
    bench.wait(10_000);
    bench.begin('take-note', 'acceptor');
    bench.insert(1_000);
    expect(bench.ended).toMatchObject({ outcome: 'passed', read: { minor: 1_000 } });
  });

  it('is in the journal before a byte of it is on the wire', () => {
    const bench = new Bench();
    bench.asks('acceptor', 'version');
    const sent = () => bench.world.trace('acceptor').filter(({ what }) => what.startsWith('by hand'));
    expect(bench.entries('device.asked')).toHaveLength(1);
    expect(sent()).toEqual([]);
    void bench.byHand.ask('acceptor', 'version');
    bench.wait(2_000);
    expect(sent()).toHaveLength(1);
  });

  it('is given up by a restart in the middle, once, and the next one can be sent', async () => {
    const bench = new Bench();
    bench.crashAt('k', 'b3', 'device.asked');
    bench.asks('acceptor', 'version');
    bench.back();
    bench.until('the acceptor is ready', () => bench.world.kiosk?.devices.acceptor?.ready === true);
    expect(bench.entries('device.answered')).toMatchObject([{ outcome: 'given-up', answer: [], request: 'version' }]);
    bench.comesIn();
    expect(await bench.asksAndHears('acceptor', 'version')).toMatchObject({ outcome: 'answered' });
  });

  it('is refused without a service, while a customer is served, and while a check or another request is open', () => {
    const bench = new Bench();
    expect(bench.refused('acceptor')).toBeNull();
    bench.asks('acceptor', 'version');
    expect(bench.refused('printer')).toBe('asking');
    bench.asks('printer', 'status');
    expect(bench.entries('device.asked')).toHaveLength(1);
    bench.begin('take-note', 'acceptor');
    expect(bench.entries('check.started')).toEqual([]);
    bench.take({ fact: 'request.answered', command: bench.asked, outcome: 'silent', answer: [] });
    bench.begin('take-note', 'acceptor');
    expect(bench.refused('printer')).toBe('checking');
    bench.take({ fact: 'check.cancelled', command: bench.open?.command ?? '' });
    bench.take({ fact: 'staff.left' });
    bench.asks('printer', 'status');
    expect(bench.entries('device.asked')).toHaveLength(1);
    bench.toCash(1_000);
    expect(bench.refused('printer')).toBe('customer');
  });

  it('is refused while something is printed, and of a device that is away', () => {
    const bench = new Bench();
    bench.take({ fact: 'day.read-asked', lang: 'en', by: technician });
    expect(bench.refused('printer')).toBe('printing');
    bench.until('the paper is out', () => Object.keys(bench.world.kiosk?.prints ?? {}).length === 0);
    expect(bench.refused('printer')).toBeNull();
    bench.take({ fact: 'device.lost', device: 'acceptor', reason: 'missing', message: 'unplugged' });
    expect(bench.refused('acceptor')).toBe('not-ready');
  });

  it('takes, pays and erases nothing, and asks nothing where the wire may be secret', () => {
    const bench = new Bench('ebds');
    expect(bench.byHand.ask('acceptor', 'poll')).toBeNull();
    expect(bench.byHand.ask('acceptor', 'no-such')).toBeNull();
    expect(bench.byHand.ask('coins', 'reset')).toBeNull();
    for (const device of ['terminal', 'scanner']) {
      expect(bench.byHand.requests(device)).toEqual([]);
      expect(bench.byHand.ask(device, 'status')).toBeNull();
    }
  });

  it('tells what an order came to that was given meanwhile', async () => {
    const bench = new Bench();
    const ask = bench.byHand.ask('printer', 'status') ?? Promise.reject(new Error('refused'));
    bench.world
      .running('printer')
      ?.obey({ id: 'print-1', device: 'printer', command: 'document.print', document: 'x' });
    bench.wait(20_000);
    expect((await bench.heard(ask)).outcome).toBe('answered');
    const words = bench.world.trace('printer').map(({ what }) => what);
    const printed = words.findLastIndex((what) => what.startsWith('print-data '));
    expect(printed).toBeGreaterThan(words.indexOf('by hand status'));
  });
});

describe('What can be asked by hand', () => {
  const doors = Object.values(protocols).map(({ driver }) => driver);

  it.each(doors)('of $protocol is named by its table, and said in both languages', (door) => {
    const hopper = { device: 'hopper', address: 3, currency: 'CNY', minor: 100 };
    const models = [{}, { model: 'bill-to-bill' }, { device: 'bill' }, hopper].map((more) => ({
      ...door.labSettings,
      ...more,
    }));
    const known = models.filter((settings) => door.checkSettings(settings).length === 0);
    const names = known.flatMap((settings) => Object.keys(door.requests(settings)));
    expect(Object.keys(door.requestEffects).filter((name) => !names.includes(name))).toEqual([]);
    if (door.requestsBegin !== undefined) expect(names).toContain(door.requestsBegin);
    if (door.secret) return;
    for (const name of names) {
      expect(requestWords[name]?.en, name).toMatch(/\w/);
      expect(requestWords[name]?.['zh-CN'], name).toMatch(/\p{Script=Han}/u);
    }
  });

  it('shows no number as long as a card’s', () => {
    const said = '1234 5678 9012 3456, 6222021234567890123';
    const line = { apdu: '', command: 'x', direction: 'device', fields: { said } } as const;
    const bytes = Uint8Array.of(1);
    expect(inWords({ end: 'answered', bytes }, { describe: () => [line] }, bytes)).toEqual({
      outcome: 'answered',
      answer: ['x · said ••••, ••••'],
    });
  });
});
