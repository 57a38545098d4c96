import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../hardware/clock.ts';
import { createRefusals } from '../../../kiosk/server/refused.ts';
import { createSeat } from '../../../kiosk/server/seat.ts';
import type { Down, View } from '../../../kiosk/server/wire.ts';

/** A seat, and sockets that say what they were given; what is sent to one is taken when `take` is called. */
function seated() {
  const clock = new VirtualClock(0);
  const refusals = createRefusals({ info: () => {}, warn: () => {} });
  let number = 1;
  const seat = createSeat({
    view: () => ({ number, body: { screen: 'welcome' } }) as View,
    onIntent: () => {},
    onGlass: () => {},
    clock,
    refusals,
  });
  const sit = (page: string) => {
    const got: Down[] = [];
    const taken: (() => void)[] = [];
    const socket = {
      bufferedAmount: 0,
      ended: false,
      send: (text: string, sent: () => void) => {
        got.push(JSON.parse(text));
        taken.push(sent);
      },
      close: () => {},
      terminate: () => {
        socket.ended = true;
      },
    };
    const { text } = seat.sit(socket, page);
    const ask = (intent: number) => {
      // No faster than the seat lets anybody.
      clock.runUntil(clock.monoMs() + 20);
      text(JSON.stringify({ type: 'intent', number: intent, screen: 'welcome', intent: { do: 'help' } }));
      return got.at(-1);
    };
    const take = () => {
      for (const sent of taken.splice(0)) sent();
    };
    return { socket, got, ask, take };
  };
  const changes = () => {
    number += 1;
    seat.changed();
  };
  return { refusals, sit, changes };
}

describe('the seat of the glass', () => {
  it('remembers its answers to 256 intents of a page, and does none of the others again', () => {
    const { ask } = seated().sit('page-0001');
    for (let number = 1; number <= 256; number++) ask(number);
    expect(ask(1)).toMatchObject({ type: 'accepted', intent: 1 });
    ask(257);
    expect(ask(2)).toMatchObject({ type: 'accepted', intent: 2 });
    expect(ask(1)).toMatchObject({ type: 'refused', intent: 1, why: 'old-number' });
  });

  it('lets a reader go that has left more than a quarter of a megabyte unread', () => {
    const { refusals, sit } = seated();
    const { socket, ask } = sit('page-0001');
    socket.bufferedAmount = 262_144;
    expect(ask(1)).toMatchObject({ type: 'accepted' });
    expect(socket.ended).toBe(false);
    socket.bufferedAmount += 1;
    expect(ask(2)).toMatchObject({ intent: 1 });
    expect(socket.ended).toBe(true);
    expect(refusals.all()['socket-slow-reader']).toBe(1);
  });

  it('shows nothing more to a glass that another one has replaced, when it at last reads', () => {
    const { sit, changes } = seated();
    const older = sit('page-0001');
    changes();
    const newer = sit('page-0002');
    older.take();
    expect(older.got.map(({ type }) => type)).toEqual(['view', 'replaced']);
    newer.take();
    changes();
    expect(newer.got).toMatchObject([
      { type: 'view', view: { number: 2 } },
      { type: 'view', view: { number: 3 } },
    ]);
  });
});
