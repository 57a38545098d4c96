import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Down, Up, View } from '../../kiosk/server/wire.ts';
import { createConnection, type Socket } from '../../ui/connection.ts';
import { sampleView } from '../../scripts/screens/samples.ts';

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  readonly sent: Up[] = [];
  closed = false;
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Up);
  }
  close(): void {
    this.closed = true;
  }
  down(message: Down): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  intents(): readonly number[] {
    return this.sent.flatMap((one) => (one.type === 'intent' ? [one.number] : []));
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function view(number: number, screen = 'welcome'): View {
  return { ...sampleView(screen, { lang: 'en', long: false }), number };
}

function connect() {
  const sockets: FakeSocket[] = [];
  const attended: (() => Promise<boolean>)[] = [];
  const connection = createConnection({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
    attended: () => attended.shift()?.() ?? Promise.resolve(true),
  });
  return { connection, sockets, attended, last: () => sockets.at(-1)! };
}

function opened() {
  const line = connect();
  line.last().onopen?.();
  line.last().down({ type: 'view', view: view(1) });
  return line;
}

test('intents are numbered upwards and carry the screen they were touched on', () => {
  const { connection, last } = opened();
  connection.send({ do: 'help' });
  connection.send({ do: 'back' });
  expect(last().sent.filter((one) => one.type === 'intent')).toEqual([
    { type: 'intent', number: 1, screen: 'welcome', intent: { do: 'help' } },
    { type: 'intent', number: 2, screen: 'welcome', intent: { do: 'back' } },
  ]);
});

test('an intent is sent again under its number until it is answered', () => {
  const { connection, last } = opened();
  connection.send({ do: 'help' });
  vi.advanceTimersByTime(2_000);
  expect(last().intents()).toEqual([1, 1]);
  last().down({ type: 'accepted', intent: 1 });
  vi.advanceTimersByTime(10_000);
  expect(last().intents()).toEqual([1, 1]);
});

test('a refused intent is not sent again', () => {
  const { connection, last } = opened();
  connection.send({ do: 'help' });
  last().down({ type: 'refused', intent: 1, why: 'screen' });
  vi.advanceTimersByTime(10_000);
  expect(last().intents()).toEqual([1]);
});

test('after a lost line the unanswered intents go up again, the answered ones do not', () => {
  const { connection, sockets, last } = opened();
  connection.send({ do: 'help' });
  connection.send({ do: 'back' });
  last().down({ type: 'accepted', intent: 1 });
  last().onclose?.();
  vi.advanceTimersByTime(250);
  expect(sockets).toHaveLength(2);
  last().onopen?.();
  expect(last().intents()).toEqual([2]);
});

test('the pause before the next try grows, up to four seconds, and starts small again after an opening', () => {
  const { sockets, last } = connect();
  for (const pauseMs of [250, 500, 1_000, 2_000, 4_000, 4_000]) {
    const count = sockets.length;
    last().onclose?.();
    vi.advanceTimersByTime(pauseMs - 1);
    expect(sockets).toHaveLength(count);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(count + 1);
  }
  last().onopen?.();
  last().onclose?.();
  vi.advanceTimersByTime(250);
  expect(sockets).toHaveLength(8);
});

test('an old View is ignored, but the first one after opening is believed whatever its number', () => {
  const { connection, last } = opened();
  last().down({ type: 'view', view: view(7) });
  last().down({ type: 'view', view: view(6, 'thanks') });
  expect(connection.view.value?.number).toBe(7);
  last().onclose?.();
  vi.advanceTimersByTime(250);
  last().onopen?.();
  last().down({ type: 'view', view: view(2, 'attract') });
  expect(connection.view.value?.number).toBe(2);
});

test('the page says that it is alone only after two seconds, and no longer once a View is back', () => {
  const { connection, last } = opened();
  last().onclose?.();
  vi.advanceTimersByTime(1_999);
  expect(connection.away.value).toBe(false);
  vi.advanceTimersByTime(1);
  expect(connection.away.value).toBe(true);
  last().onopen?.();
  expect(connection.away.value).toBe(true);
  last().down({ type: 'view', view: view(9) });
  expect(connection.away.value).toBe(false);
});

test('alive goes up every two seconds', () => {
  const { last } = opened();
  const alive = () => last().sent.filter((one) => one.type === 'alive').length;
  const before = alive();
  vi.advanceTimersByTime(6_000);
  expect(alive() - before).toBe(3);
});

test('a glass that was replaced says so, stays silent and does not come back by itself while another is there', () => {
  const { connection, sockets, last } = opened();
  const first = last();
  first.down({ type: 'replaced' });
  expect(connection.state.value).toBe('replaced');
  expect(first.closed).toBe(true);
  connection.send({ do: 'help' });
  first.onclose?.();
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(1);
  expect(first.intents()).toEqual([]);
});

test('a glass that was replaced comes back when it is asked to, under its next number', () => {
  const { connection, sockets, last } = opened();
  connection.send({ do: 'help' });
  last().down({ type: 'replaced' });
  connection.takeBack();
  connection.takeBack();
  expect(sockets).toHaveLength(2);
  last().onopen?.();
  last().down({ type: 'view', view: view(9) });
  expect(connection.state.value).toBe('open');
  expect(connection.away.value).toBe(false);
  connection.send({ do: 'back' });
  expect(last().intents()).toEqual([2]);
  last().onclose?.();
  vi.advanceTimersByTime(250);
  expect(sockets).toHaveLength(3);
});

test('a glass that was replaced comes back by itself once the other one has gone', async () => {
  const { attended, sockets, last } = opened();
  last().down({ type: 'replaced' });
  attended.push(
    async () => true,
    async () => {
      throw new Error('no answer');
    },
    async () => false,
  );
  await vi.advanceTimersByTimeAsync(5_000);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sockets).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sockets).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sockets).toHaveLength(2);
});

test('no more than eight touches wait for an answer', () => {
  const { connection, last } = opened();
  for (let i = 0; i < 20; i += 1) connection.send({ do: 'help' });
  expect(last().intents()).toHaveLength(8);
});

test('noise on the line is not taken for a message', () => {
  const { connection, last } = opened();
  last().onmessage?.({ data: '{"type":' });
  last().onmessage?.({ data: 'null' });
  last().onmessage?.({ data: new ArrayBuffer(3) });
  expect(connection.view.value?.number).toBe(1);
});
