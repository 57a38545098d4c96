import { describe, expect, test } from 'vitest';
import type { Frame } from '../../../hardware/zvt/frame.ts';
import { createDecoder, encodeApdu, wrap } from '../../../hardware/zvt/frame.ts';
import { frontDoor } from '../../../hardware/zvt/index.ts';
import { faultOf } from '../../../hardware/zvt/faults.ts';
import { tlv } from '../../../hardware/zvt/messages.ts';
import { Hand, Peer } from './peer.ts';

const letters = (text: string) => Array.from(text, (sign) => sign.charCodeAt(0));

describe('registration', () => {
  test('is made at every start, and after the line was out', () => {
    const hand = new Hand().ready();
    hand.close().open().wait(2_000);
    expect(hand.peer.orders(0x0600)).toBe(2);
    expect(hand.of('device.ready')).toHaveLength(2);
    const [first] = hand.peer.heard;
    expect([...(first?.data ?? [])]).toEqual([0, 0, 0, 0xbe, 0x01, 0x56, 0x06, 6, 0x26, 4, 0x0a, 2, 0x06, 0xd3]);
  });

  test('that is refused is a fault, and tried again with a growing pause', () => {
    const hand = new Hand({ open: false });
    hand.peer.refusals.set(0x0600, 0x83);
    hand.open().wait(500);
    expect(hand.one('device.fault')).toMatchObject({ code: 'zvt.registration' });
    hand.wait(5_000);
    expect(hand.one('device.cleared')).toMatchObject({ code: 'zvt.registration' });
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('at a terminal of another currency is a fault, and takes nothing', () => {
    const peer = new Peer();
    peer.currency = 978;
    const hand = new Hand({ peer }).wait(40_000);
    expect(hand.one('device.fault')).toMatchObject({ code: 'zvt.currency' });
    expect(hand.of('device.ready')).toEqual([]);
  });

  test('that the terminal forgot is made again when it says so', () => {
    const hand = new Hand().ready();
    hand.peer.registered = false;
    hand.wait(32_000);
    expect(hand.peer.orders(0x0600)).toBe(2);
    expect(hand.of('device.fault')).toEqual([]);
  });

  test('of a terminal that is busy waits', () => {
    const hand = new Hand({ open: false });
    hand.peer.refusals.set(0x0600, 0x9c);
    hand.open().wait(5_000);
    expect(hand.of('device.fault')).toEqual([]);
    expect(hand.of('device.ready')).toHaveLength(1);
  });
});

describe('at rest', () => {
  test('the terminal is asked how it is at least once a minute', () => {
    const hand = new Hand().ready();
    hand.wait(300_000);
    expect(hand.peer.orders(0x0501)).toBeGreaterThanOrEqual(6);
    expect(hand.peer.orders(0x0501)).toBeLessThan(20);
  });

  test.each([
    [0x51, 0x0693, 'zvt.init-required'],
    [0xc2, 0x0670, 'zvt.diagnosis-required'],
  ])('status %i is remedied, and over', (status, code, fault) => {
    const peer = new Peer();
    peer.status = status;
    const hand = new Hand({ peer }).wait(5_000);
    expect(hand.one('device.fault')).toMatchObject({ code: fault });
    expect(peer.orders(code)).toBe(1);
    expect(hand.one('device.cleared')).toMatchObject({ code: fault });
    expect(hand.of('device.ready')).toHaveLength(1);
  });

  test('a remedy that does not help is made once a minute', () => {
    const peer = new Peer();
    peer.status = 0x51;
    peer.refusals.set(0x0693, 0xa1);
    const hand = new Hand({ peer }).wait(30_000);
    expect(peer.orders(0x0693)).toBe(1);
    hand.wait(40_000);
    expect(peer.orders(0x0693)).toBe(2);
  });

  test.each([
    [0xcc, 'zvt.printer-not-ready'],
    [0xf0, 'zvt.reconciliation-required'],
    [0xb2, 'zvt.turnover-full'],
    [0x62, 'zvt.date-wrong'],
    [0x77, 'zvt.failure'],
  ])('status %i is a fault as long as it stands, and stops payments', (status, code) => {
    const hand = new Hand().ready();
    hand.peer.status = status;
    hand.wait(31_000);
    expect(hand.one('device.fault')).toMatchObject({ code });
    expect(hand.start().one('command.refused')).toMatchObject({ reason: 'not-ready' });
    hand.peer.status = 0;
    hand.wait(4_000);
    expect(hand.one('device.cleared')).toMatchObject({ code });
    expect(hand.of('device.ready')).toHaveLength(2);
  });

  test.each([0xdc, 0xe1])(
    'a card that was left (%i) is asked to be taken, once, until it is, and no fault',
    (status) => {
      const peer = new Peer();
      peer.status = status;
      const hand = new Hand({ peer }).wait(30_000);
      expect(hand.one('charge.prompt')).toEqual({
        device: 't',
        fact: 'charge.prompt',
        command: null,
        prompt: 'remove-card',
      });
      expect(hand.of('device.fault')).toEqual([]);
      expect(hand.of('device.ready')).toEqual([]);
      peer.status = 0;
      expect(hand.wait(4_000).of('device.ready')).toHaveLength(1);
      expect(hand.of('charge.prompt').map(({ prompt }) => prompt)).toEqual(['remove-card', 'wait']);
    },
  );
});

describe('what the terminal prints', () => {
  const block = (type: number, ...lines: string[]) =>
    encodeApdu(
      0x06d3,
      tlv(0x06, [
        ...tlv(0x1f07, [type]),
        ...tlv(
          0x25,
          lines.flatMap((line) => tlv(0x07, letters(line))),
        ),
      ]),
    );

  test.each([
    [1, 'merchant'],
    [2, 'customer'],
    [3, 'staff'],
  ])('as receipt type %i is for %s', (type, audience) => {
    const hand = new Hand().ready().start();
    hand.hear(block(type, 'Visa 4571361234567896', 'OK')).pump();
    expect(hand.one('terminal.printed')).toMatchObject({
      command: 'c1',
      audience,
      lines: ['Visa 457136******7896', 'OK'],
    });
  });

  test('line by line is one slip until its last line, or until the end', () => {
    const hand = new Hand().ready().start();
    const line = (attribute: number, text: string) =>
      hand.hear(encodeApdu(0x06d1, [attribute, ...letters(text)])).pump();
    line(0x40, 'HAENDLERBELEG');
    hand.hear(encodeApdu(0x06d1, [0xff, 2])).pump();
    line(0x80, '4571 3612 3456 7896');
    line(0x00, 'Kundenbeleg');
    hand.peer.abort();
    hand.pump();
    expect(hand.of('terminal.printed')).toMatchObject([
      { audience: 'merchant', lines: ['HAENDLERBELEG', '', '', '4571 36** **** 7896'] },
      { audience: 'customer', lines: ['Kundenbeleg'] },
    ]);
  });

  test('outside a payment is for the staff, and what it was only asked for again is not printed', () => {
    const hand = new Hand().ready();
    expect(hand.of('terminal.printed')).toEqual([]);
    hand.hear(encodeApdu(0x06d1, [0x80, 0x41])).pump();
    expect(hand.one('terminal.printed')).toMatchObject({ command: null, audience: 'staff' });
    hand.peer.add(100, 'taken');
    hand.close().open().wait(2_000);
    expect(hand.peer.orders(0x0620)).toBe(2);
    expect(hand.of('terminal.printed')).toHaveLength(1);
  });

  test('without an end is cut off at some time', () => {
    const hand = new Hand().ready();
    for (let n = 0; n < 600; n++) hand.hear(encodeApdu(0x06d1, [0x00, 0x41])).pump();
    hand.hear(encodeApdu(0x06d1, [0x80, 0x41])).pump();
    expect(hand.one('terminal.printed').lines).toHaveLength(500);
  });

  test('and cannot be read is answered, and not printed', () => {
    const hand = new Hand().ready();
    hand.hear(encodeApdu(0x06d3, [0x06, 0x05])).pump();
    expect(hand.sent.at(-1)).toBe('positive');
    expect(hand.of('terminal.printed')).toEqual([]);
  });
});

test('every status that is a fault has its remedy, in both languages', () => {
  const codes = new Set(frontDoor.faults.map(({ code }) => code));
  for (let status = 1; status < 256; status++) expect(codes).toContain(faultOf(status));
  expect(codes).toContain(faultOf(0x83, 'registration'));
  expect(faultOf(0)).toBeNull();
});

describe('the front door', () => {
  test('finds every problem of the settings', () => {
    const paths = (settings: Record<string, unknown>) => frontDoor.checkSettings(settings).map(({ path }) => path);
    expect(paths({ currency: 'CNY' })).toEqual([]);
    expect(
      paths({
        currency: 'EUR',
        password: '123456',
        transport: 'tcp',
        receipts: 'terminal',
        columns: 42,
        holdSeconds: 90,
      }),
    ).toEqual([]);
    expect(paths({})).toEqual(['currency']);
    expect(
      paths({ currency: 'XXX', password: '12', transport: 'x', receipts: 1, columns: 1.5, holdSeconds: 5, more: 1 }),
    ).toEqual(['currency', 'password', 'transport', 'receipts', 'columns', 'holdSeconds', 'more']);
    expect(() => frontDoor.createDriver({ device: 'x', settings: {} })).toThrow(RangeError);
  });

  test('is a card terminal, alone on a line of 9600 8N2', () => {
    expect(frontDoor.kindOf({})).toBe('card-terminal');
    expect(frontDoor.addressOf({})).toBeNull();
    expect(frontDoor.line).toEqual({ baudRate: 9600, dataBits: 8, parity: 'none', stopBits: 2 });
  });

  test('has requests for both wires, each a message of the kiosk', () => {
    for (const transport of ['serial', 'tcp']) {
      for (const [name, bytes] of Object.entries(frontDoor.requests({ currency: 'EUR', transport }))) {
        expect(bytes[0] === 0x10, name).toBe(transport === 'serial');
        expect(frontDoor.describe(bytes, 'host'), name).toMatchObject([
          { command: expect.any(String), direction: 'host' },
        ]);
      }
    }
  });
});

describe('an inquiry', () => {
  /** Answers of a terminal, by what it was asked. */
  function ask(own: string | null, answers: (bytes: Uint8Array) => readonly Uint8Array[]) {
    const inquiry = frontDoor.inquire({ currency: own });
    const asked: Uint8Array[] = [];
    let step = inquiry.next([]);
    while (step.done !== true) {
      const { bytes, decoder, answers: fits } = step.value;
      asked.push(bytes);
      const found = answers(bytes).flatMap((piece) => [...decoder.push(piece)]);
      const frames = found.flatMap((item) => (item.type === 'frame' ? [item.frame as Frame] : []));
      step = inquiry.next(frames.filter((frame) => fits(frame)).slice(0, 1));
    }
    return { strangers: step.value, asked };
  }
  const ack = Uint8Array.of(0x06);
  const completion = encodeApdu(0x060f, [0xf0, 0xf0, 0xf3, 0x31, 0x2e, 0x32, 0x00]);

  test('finds a terminal on a serial line, and lets it come to rest', () => {
    const { strangers, asked } = ask('CNY', (bytes) => {
      if (bytes.length === 1) return [wrap(completion)];
      return bytes[0] === 0x06 ? [ack] : [ack, wrap(encodeApdu(0x8000))];
    });
    expect(strangers).toMatchObject([{ firmware: '1.2', settings: { currency: 'CNY' }, address: null }]);
    expect(strangers[0]?.remarks.map(({ code }) => code)).toEqual(['incomplete', 'currency-assumed']);
    expect([...(asked.at(-1) ?? [])]).toEqual([0x06, ...wrap(encodeApdu(0x8000))]);
  });

  test('finds one over a network, also one that only refuses', () => {
    const bare = (said: readonly Uint8Array[]) => (bytes: Uint8Array) => (bytes[0] === 0x10 ? [] : said);
    expect(ask(null, bare([encodeApdu(0x846b)])).strangers).toMatchObject([
      { settings: { transport: 'tcp' }, remarks: [{ code: 'incomplete' }, { code: 'currency-unknown' }] },
    ]);
    const named = encodeApdu(0x060f, [0x29, 0, 0, 0, 7, 0x49, 0x09, 0x78]);
    const { strangers } = ask('CNY', (bytes) =>
      bytes[0] === 0x05 ? [encodeApdu(0x8000)] : bytes.length === 0 ? [named] : [],
    );
    expect(strangers).toMatchObject([{ serial: '00000007', settings: { transport: 'tcp', currency: 'EUR' } }]);
  });

  test('finds nobody where nobody answers, and takes noise for nobody', () => {
    expect(ask(null, () => []).strangers).toEqual([]);
    expect(ask(null, () => [Uint8Array.of(0xff, 0x06, 0x00)]).strangers).toEqual([]);
  });

  test('asks nothing but how the terminal is', () => {
    const { asked } = ask(null, () => []);
    for (const bytes of asked) {
      const [item] = createDecoder(bytes[0] === 0x10 ? 'serial' : 'tcp').push(bytes);
      expect(item).toMatchObject({ type: 'frame', frame: { code: 0x0501 } });
    }
  });
});
