import { expect, test } from 'vitest';
import { VirtualClock } from '../../hardware/clock.ts';
import type { DeviceFact } from '../../hardware/device.ts';
import { Trace } from '../../hardware/trace.ts';
import { createDiagnostics } from '../../kiosk/diagnostics.ts';

const device = 'acceptor';
const configs = [
  { id: device, protocol: 'id003', port: '/dev/ttyS0', settings: {} },
  { id: 'coins', protocol: 'cctalk', port: '/dev/ttyS1', settings: { device: 'coin', address: 2 } },
  { id: 'hopper', protocol: 'cctalk', port: '/dev/ttyS1', settings: { device: 'hopper', address: 3 } },
  { id: 'terminal', protocol: 'zvt', port: '10.0.0.7:20007', settings: {} },
  { id: 'printer', protocol: 'escpos', port: '/dev/usb/lp0', settings: {} },
];
const idling = Uint8Array.of(0xfc, 0x05, 0x11, 0x27, 0x56);

function diagnosis() {
  const clock = new VirtualClock(0);
  const trace = new Trace(false);
  const counts = { sent: 1, received: 2, unanswered: 3, discardedBytes: 4, opened: 5, crashes: 6 };
  const diagnostics = createDiagnostics({
    screen: ':0',
    configs,
    clock,
    identity: () => null,
    device: (id) => (id === device ? { trace: () => trace.entries(), counts: () => counts } : undefined),
  });
  const hear = (
    ...facts: readonly Omit<Extract<DeviceFact, { fact: 'device.fault' | 'device.cleared' }>, 'device'>[]
  ) => facts.forEach((fact) => void diagnostics.heard({ device, ...fact }));
  return { clock, trace, counts, diagnostics, hear };
}

test('the line of a device is told by its port and its protocol', () => {
  const { diagnostics } = diagnosis();
  expect(diagnostics.line(device)).toMatchObject({ kind: 'serial', speed: '9600 8E1', address: null, others: [] });
  expect(diagnostics.line('coins')).toMatchObject({ address: 2, others: ['hopper'] });
  expect(diagnostics.line('terminal')).toMatchObject({ kind: 'tcp', speed: null });
  expect(diagnostics.line('printer')).toMatchObject({ kind: 'usb', speed: null });
  expect(diagnostics.line('nobody')).toBeNull();
});

test('what was counted is that of the running device, and nothing of one that is not', () => {
  const { diagnostics, counts } = diagnosis();
  expect(diagnostics.counts(device)).toEqual(counts);
  expect(diagnostics.counts('printer')).toBeNull();
  expect(diagnostics.trace('printer', 0)).toBeNull();
});

test('troubles have their times, newest first; being ready is one only behind a loss', () => {
  const { clock, diagnostics } = diagnosis();
  const facts: readonly DeviceFact[] = [
    { device, fact: 'device.ready' },
    { device, fact: 'device.fault', code: 'id003.jam' },
    { device, fact: 'device.cleared', code: 'id003.jam' },
    { device, fact: 'device.lost', reason: 'silent', message: 'gone' },
    { device, fact: 'device.ready' },
    { device, fact: 'device.ready' },
  ];
  for (const fact of facts) {
    clock.runUntil(clock.monoMs() + 1_000);
    diagnostics.heard(fact);
  }
  const troubles = diagnostics.troubles(device);
  expect(troubles.map(({ what, code }) => [what, code])).toEqual([
    ['found', null],
    ['lost', 'port.silent'],
    ['cleared', 'id003.jam'],
    ['fault', 'id003.jam'],
  ]);
  expect(Date.parse(troubles[0]?.at ?? '') - Date.parse(troubles[3]?.at ?? '')).toBe(3_000);
});

test('fifty troubles of a device are kept, the newest', () => {
  const { diagnostics, hear } = diagnosis();
  for (let n = 0; n < 60; n++) hear({ fact: 'device.fault', code: `id003.${n}` });
  expect(diagnostics.troubles(device)).toHaveLength(50);
  expect(diagnostics.troubles(device)[0]?.code).toBe('id003.59');
});

test('a record is read page by page, each entry once, and goes on where it ended', () => {
  const { trace, diagnostics } = diagnosis();
  const add = (n: number) => {
    for (let at = 0; at < n; at++) {
      trace.add(at, 'out', 'status-request', idling);
      trace.add(at, 'in', '', idling);
    }
  };
  add(900);
  const newest = diagnostics.trace(device, 0);
  expect(newest?.lines).toHaveLength(200);
  expect(newest?.lines.at(-1)?.seq).toBe(1_800);
  expect(newest).toMatchObject({ next: 1_800, more: false });
  const seen = new Map<number, string>();
  let from = 1;
  for (let page = 0; ; page++) {
    const found = diagnostics.trace(device, from);
    if (found === null || page > 20) throw new Error('the pages do not end');
    expect(found.lines.length).toBeLessThanOrEqual(200);
    for (const { seq, name } of found.lines) seen.set(seq, name);
    expect(found.next).toBeGreaterThan(from - 1);
    from = found.next;
    if (!found.more) break;
  }
  expect([...seen.keys()]).toEqual(Array.from({ length: 1_800 }, (_, at) => at + 1));
  trace.add(1, 'out', 'reset', Uint8Array.of(0xfc, 0x05, 0x40, 0x2b, 0x15));
  expect(diagnostics.trace(device, from)?.lines.map(({ seq }) => seq)).toEqual([1_800, 1_801]);
  expect(diagnostics.trace(device, 99_999)).toMatchObject({ lines: [], more: false });
  expect(diagnostics.wholeTrace(device)?.lines).toHaveLength(1_801);
});

test('bytes that go on and on are no end of the pages', () => {
  const { trace, diagnostics } = diagnosis();
  for (let n = 0; n < 1_000; n++) trace.add(n, 'in', '', idling);
  let from = 1;
  for (let page = 0; page < 30; page++) {
    const found = diagnostics.trace(device, from);
    if (found?.more !== true) return;
    expect(found.next).toBeGreaterThan(from);
    from = found.next;
  }
  throw new Error('the pages do not end');
});
