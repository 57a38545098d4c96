import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openStations } from '../../hardware/bench/station.ts';
import { systemClock } from '../../hardware/clock.ts';
import { framed, settingsHelp, simulate } from '../../hardware/zvt/simulator.ts';
import { asHex, fromHex } from './simulator-rig.ts';
import { amount, Ecr, serialFrame } from './zvt-rig.ts';

const registration = '06 00 06 12 34 56 ba 09 78';
const statusEnquiry = '05 01 03 12 34 56';

describe('the codec', () => {
  test.each([
    [registration, '10 02 06 00 06 12 34 56 ba 09 78 10 03 24 c3'],
    ['06 01 0a 04 00 00 00 01 10 00 49 09 78', '10 02 06 01 0a 04 00 00 00 01 10 10 00 49 09 78 10 03 f2 ff'],
    ['80 00 00', '10 02 80 00 00 10 03 f5 1f'],
    ['84 9c 00', '10 02 84 9c 00 10 03 c3 41'],
    [statusEnquiry, '10 02 05 01 03 12 34 56 10 03 e0 43'],
    ['06 0f 00', '10 02 06 0f 00 10 03 c6 33'],
    ['06 b0 00', '10 02 06 b0 00 10 03 43 f3'],
    ['06 1e 01 6c', '10 02 06 1e 01 6c 10 03 c9 f2'],
    ['06 30 06 12 34 56 87 00 42', '10 02 06 30 06 12 34 56 87 00 42 10 03 38 db'],
    ['06 50 03 12 34 56', '10 02 06 50 03 12 34 56 10 03 c4 af'],
  ])('%s goes over a serial line as the description has it', (message, frame) => {
    expect(asHex([...framed(fromHex(message))])).toBe(frame);
    expect(asHex(serialFrame(message))).toBe(frame);
  });
});

describe('on a serial line', () => {
  test('a message is acknowledged before it is answered', () => {
    const ecr = new Ecr();
    ecr.receive(serialFrame(registration));
    ecr.pass(50);
    expect(ecr.raw.splice(0, 1)).toEqual([0x06]);
    expect(asHex(ecr.raw)).toBe(asHex(serialFrame('80 00 00')));
  });

  test('a message with a wrong checksum gets NAK and does nothing', () => {
    const ecr = new Ecr();
    const frame = [...serialFrame(registration)];
    frame[frame.length - 1] = (frame.at(-1) as number) ^ 1;
    expect(ecr.exchange(frame)).toBe('15');
    expect(ecr.count('command')).toBe(0);
  });

  test('a message whose rest does not come gets NAK after T1, and the next is understood', () => {
    const ecr = new Ecr();
    ecr.receive(serialFrame(registration).slice(0, 8));
    ecr.pass(190);
    expect(ecr.raw).toEqual([]);
    ecr.pass(20);
    expect(asHex(ecr.raw.splice(0))).toBe('15');
    expect(ecr.whole(registration)[0]).toBe('80 00 00');
  });

  test('bytes that come one by one are a message all the same', () => {
    const ecr = new Ecr();
    for (const byte of serialFrame(registration)) {
      ecr.receive([byte]);
      ecr.pass(150);
    }
    ecr.live(500);
    expect(ecr.heard[0]).toBe('80 00 00');
    expect(ecr.heard[1]).toMatch(/^06 0f /);
  });

  test('a message that is begun twice is the second one', () => {
    const ecr = new Ecr();
    ecr.receive([0x10, 0x02, 0x06, 0x01, ...serialFrame(registration)]);
    ecr.live(500);
    expect(ecr.heard[0]).toBe('80 00 00');
  });

  test('a host that comes back while a message to the one before is still said is answered behind it', () => {
    const ecr = new Ecr();
    ecr.register();
    ecr.acknowledges = false;
    ecr.say(statusEnquiry);
    ecr.live(1_000);
    ecr.say(registration);
    ecr.live(4_500);
    ecr.acknowledges = true;
    ecr.live(12_000);
    expect(ecr.heard.at(-1)).toBe('84 9c 00');
    expect(ecr.whole(registration)[0]).toBe('80 00 00');
  });

  test('a command whose answer nobody heard is obeyed when it is said anew later', () => {
    const ecr = new Ecr();
    ecr.acknowledges = false;
    ecr.say(registration);
    ecr.live(30_000);
    ecr.acknowledges = true;
    expect(ecr.whole(registration)[0]).toBe('80 00 00');
  });

  test('its own message is said three times in all when nobody acknowledges it', () => {
    const ecr = new Ecr();
    ecr.receive(serialFrame('08 40 01 05'));
    ecr.pass(60_000);
    const answer = asHex(serialFrame('80 00 00'));
    expect(asHex(ecr.raw)).toBe(`06 ${answer} ${answer} ${answer}`);
  });

  test('its own message is said again at once after NAK', () => {
    const ecr = new Ecr();
    ecr.receive(serialFrame('08 40 01 05'));
    ecr.pass(20);
    const answer = asHex(serialFrame('80 00 00'));
    expect(asHex(ecr.raw.splice(0))).toBe(`06 ${answer}`);
    for (let time = 0; time < 2; time++) {
      ecr.receive([0x15]);
      ecr.pass(20);
      expect(asHex(ecr.raw.splice(0))).toBe(answer);
    }
    ecr.receive([0x15]);
    ecr.pass(30_000);
    expect(ecr.raw).toEqual([]);
  });

  test('a command that comes again because its ACK was lost is done once', () => {
    const ecr = new Ecr();
    ecr.receive(serialFrame(registration));
    ecr.pass(20);
    ecr.raw = [];
    ecr.receive(serialFrame(registration));
    ecr.pass(20);
    expect(asHex(ecr.raw)).toBe('06');
    expect(ecr.count('command')).toBe(1);
  });

  test('a message whose length is wrong is a protocol error', () => {
    const ecr = new Ecr();
    expect(ecr.whole('06 02 05')).toEqual(['84 9a 00']);
  });

  test('noise on the line costs repeats and no payment', () => {
    const ecr = new Ecr();
    ecr.register();
    ecr.do('misbehave', { value: 'noise' });
    for (let time = 0; time < 5; time++) {
      ecr.pay(500);
      ecr.live(2_000);
    }
    expect(ecr.told().match(/card\.approved/g)).toHaveLength(5);
    expect(ecr.links.length).toBeGreaterThan(50);
    expect(ecr.ledger()).not.toContain('approved');
  });

  test('messages that come twice make nobody pay twice', () => {
    const ecr = new Ecr();
    ecr.register();
    ecr.do('misbehave', { value: 'repeat' });
    const heard = ecr.pay(500);
    expect(heard.filter((message) => message.startsWith('04 0f')).length).toBeGreaterThan(1);
    expect(ecr.ledger()).toBe('1 500 confirmed');
  });

  test('late, its first word comes after T3', () => {
    const ecr = new Ecr();
    ecr.do('misbehave', { value: 'late' });
    ecr.say(registration);
    ecr.live(5_000);
    expect(ecr.links).toEqual(['ACK']);
    expect(ecr.heard).toEqual([]);
    ecr.live(1_000);
    expect(ecr.heard[0]).toBe('80 00 00');
  });
});

describe('on a network', () => {
  const network = { transport: 'tcp' };

  test('messages go without frame, checksum and ACK', () => {
    const ecr = new Ecr(network);
    expect(ecr.exchange(fromHex('08 40 01 05'))).toBe('80 00 00');
    ecr.heard = [];
    expect(ecr.whole(registration)[0]).toBe('80 00 00');
  });

  test('any pieces are a message, and several messages may come in one piece', () => {
    const ecr = new Ecr(network);
    for (const byte of fromHex(registration)) {
      ecr.receive([byte]);
      ecr.live(20);
    }
    expect(ecr.heard[0]).toBe('80 00 00');
    ecr.live(500);
    ecr.heard = [];
    ecr.receive(fromHex(`08 40 01 05 ${statusEnquiry}`));
    ecr.live(500);
    expect(ecr.heard.slice(0, 2)).toEqual(['80 00 00', '80 00 00']);
    expect(ecr.heard[2]).toMatch(/^06 0f /);
  });

  test('half a message of a host that went away is not the beginning of the next one’s', () => {
    const ecr = new Ecr(network);
    ecr.receive(fromHex(registration).slice(0, 5));
    ecr.live(6_000);
    expect(ecr.whole(registration).at(-1)).toMatch(/^06 0f /);
  });

  test('a host that surroundings say is on a network is spoken to as such, and a setting goes before', () => {
    const said = (more: object, settings: Record<string, string>): string => {
      const ecr = new Ecr();
      let sent: readonly number[] = [];
      const world = { clock: ecr.clock, speed: 1, random: () => 0, emit: () => {}, settings };
      const terminal = simulate({ ...world, ...more, send: (bytes) => (sent = [...sent, ...bytes]) });
      ecr.pass(2_000);
      terminal.receive(Uint8Array.from(fromHex('08 40 01 05')));
      ecr.pass(100);
      return asHex(sent);
    };
    expect(said({ network: true }, {})).toBe('80 00 00');
    expect(said({ network: true }, { transport: 'serial' })).toBe('');
  });

  test('noise cuts its messages anywhere, and spoils none', () => {
    const ecr = new Ecr(network);
    ecr.register();
    ecr.do('misbehave', { value: 'noise' });
    for (let time = 0; time < 5; time++) {
      const heard = ecr.pay(12_345);
      expect(heard.slice(0, 2)).toEqual(['80 00 00', '04 ff 01 0a']);
      expect(heard.at(-1)).toBe('06 0f 00');
      expect(heard.join()).toContain(amount(12_345));
    }
    expect(ecr.ledger()).toMatch(/^(\d 12345 confirmed(, )?){5}$/);
  });

  test('repeated and late messages do not make it pay twice either', () => {
    const ecr = new Ecr(network);
    ecr.register();
    ecr.do('misbehave', { value: 'repeat' });
    ecr.pay(700);
    ecr.do('misbehave', { value: 'off' });
    ecr.live(1_000);
    expect(ecr.ledger()).toBe('1 700 confirmed');
  });
});

test('a bench tells it which of the two its wire is', async ({ onTestFinished }) => {
  const happened = (): void => {};
  const [station] = await openStations([{ simulate, settings: {}, happened }], {
    clock: systemClock,
    speed: 100,
    wire: { kind: 'tcp', port: 0 },
  });
  onTestFinished(() => station?.close());
  const socket = connect(Number(station?.line.port.split(':')[1]), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const heard: number[] = [];
  socket.on('data', (bytes) => heard.push(...bytes));
  // What comes while it starts, it does not hear.
  const again = setInterval(() => socket.write(Buffer.from(fromHex('08 40 01 05'))), 50);
  onTestFinished(() => clearInterval(again));
  await expect.poll(() => asHex(heard), { timeout: 10_000 }).toMatch(/^80 00 00/);
});

test.each(['serial', 'tcp'])(
  'whatever a host says over %s, it stays a machine that can be registered and be paid at',
  (transport) => {
    const ecr = new Ecr({ transport, customerSeconds: '2' });
    let seed = 11;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const kinds = [
      '06 00',
      '06 01',
      '06 22',
      '06 23',
      '06 25',
      '06 30',
      '06 31',
      '06 c0',
      '05 01',
      '08 30',
      '80 00',
      '84 9d',
    ];
    for (let time = 0; time < 1_500; time++) {
      const data = Array.from({ length: random(14) }, () => (random(3) === 0 ? 4 : random(256)));
      const password = random(2) === 0 ? [] : [0x12, 0x34, 0x56];
      const whole = [...password, ...data];
      ecr.say(`${kinds[random(kinds.length)]} ${asHex([whole.length, ...whole])}`);
      if (random(10) === 0) ecr.receive(data);
      if (random(20) === 0) ecr.hand('card', { value: random(2) === 0 ? 'approve' : 'remove' });
      ecr.live(random(400));
    }
    ecr.live(200_000);
    ecr.hand('card', { value: 'remove' });
    ecr.live(3_000);
    ecr.register();
    expect(ecr.pay(500).at(-1)).toBe('06 0f 00');
  },
  60_000,
);

describe('the machine itself', () => {
  test('hears nothing while it starts and nothing without power, and forgets its registration', () => {
    const ecr = new Ecr();
    ecr.register();
    ecr.do('cut power');
    expect(ecr.refusal('cut power')).toMatch(/already/);
    expect(ecr.exchange(serialFrame(statusEnquiry))).toBe('silence');
    expect(ecr.machine.display?.()).toBe('');
    ecr.do('restore power');
    expect(ecr.exchange(serialFrame(statusEnquiry))).toBe('silence');
    ecr.live(2_000);
    ecr.heard = [];
    expect(ecr.whole('06 01 07 04 00 00 00 00 10 00')).toEqual(['80 00 00', '06 1e 01 6b']);
  });

  test('starts as much sooner as it is faster, and keeps the time limits of the protocol', () => {
    const ecr = new Ecr({}, 100);
    ecr.do('cut power');
    ecr.do('restore power');
    ecr.live(50);
    ecr.heard = [];
    expect(ecr.whole(registration)[0]).toBe('80 00 00');
    ecr.say('06 01 07 04 00 00 00 00 10 00');
    ecr.live(59_000);
    expect(ecr.heard.at(-1)).toBe('04 ff 01 0a');
    expect(ecr.end()).toBe('06 1e 01 6c');
  });

  test.each([
    ['colour', 'red'],
    ['currency', 'euro'],
    ['currency', 'XXX'],
    ['password', '1'],
    ['transport', 'radio'],
    ['scheme', 'beer'],
    ['lastReceipt', '-1'],
    ['customerSeconds', ''],
    ['exponent', '7'],
    ['timeZone', 'Moon/Tycho'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => new Ecr({ [name]: value })).toThrow(name === 'currency' && value === 'XXX' ? 'currencyCode' : name);
  });

  test('each setting of its help is one', () => {
    const names = settingsHelp.flatMap((line) => line.split(' ')).map((word) => word.split('=')[0] as string);
    for (const name of names) expect(() => new Ecr({ [name]: '\0' })).not.toThrow(/no setting/);
  });

  test('a hand is told why it cannot', () => {
    const ecr = new Ecr();
    expect(ecr.refusal('insert', { minor: 100 })).toMatch(/knows no/);
    expect(ecr.refusal('card', { value: 'dance' })).toMatch(/a card can/);
    expect(ecr.refusal('card', { value: 'remove' })).toMatch(/no card/);
    expect(ecr.refusal('card', { value: 'approve', minor: 5 })).toMatch(/partial/);
    expect(ecr.refusal('pin', { text: '1234' })).toMatch(/does not ask/);
    expect(ecr.refusal('pin', { text: 'abcd' })).toMatch(/digits/);
    expect(ecr.refusal('press stop')).toMatch(/nothing/);
    expect(ecr.refusal('host', { value: 'away' })).toMatch(/online/);
    expect(ecr.refusal('paper', { value: 'low' })).toMatch(/out/);
    expect(ecr.refusal('take')).toMatch(/no paper/);
    expect(ecr.refusal('misbehave', { value: 'well' })).toMatch(/misbehave/);
    expect(ecr.refusal('restore power')).toMatch(/already/);
    ecr.do('card', { value: 'approve' });
    expect(ecr.refusal('card', { value: 'approve' })).toMatch(/already/);
  });
});
