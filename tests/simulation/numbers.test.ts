import { describe, expect, test } from 'vitest';
import type { Entry, EntryBody } from '../../kiosk/entry.ts';
import { lostNumbers } from './numbers.ts';

const ledger = new Map([['post-1', { number: 'G1', pickUp: '001' }]]);
const post = {
  kind: 'bill.post',
  command: 'post-1',
  session: 'session-1',
  sale: 'sale-1',
  number: 'G1',
  currency: 'CNY',
  minor: 500,
  method: 'cash',
  paidAt: '2026-03-31T05:45:00.000Z',
  paidMinor: 500,
} as const;
const booked = { kind: 'bill.posted', command: 'post-1', sale: 'sale-1', reference: '001', order: 'G1' } as const;
const unanswered = {
  kind: 'case.opened',
  case: 'C1',
  about: 'post-unanswered',
  session: 'session-1',
  sale: 'sale-1',
  currency: 'CNY',
  minor: 500,
  subject: 'post-1',
} as const;
const explained = { kind: 'case.resolved', case: 'C1', outcome: 'explained', currency: 'CNY', minor: null } as const;
const ticket = { kind: 'document.printed', command: 'print-1', document: { paper: 'ticket', sale: 'sale-1' } } as const;

function lost(...bodies: readonly EntryBody[]): readonly string[] {
  const entries = bodies.map((body, seq) => ({ seq, kind: body.kind, body }) as unknown as Entry);
  return [...lostNumbers(entries, ledger)];
}

describe('the number of goods', () => {
  test('that was booked and told to nobody is lost', () => {
    expect(lost(post, booked)).toEqual(['the number 001 never reached its owner, and has no case']);
  });

  test('is not lost as long as the case about it is open', () => {
    expect(lost(post, unanswered, booked)).toEqual([]);
  });

  test('is lost when its case ends and nothing else tells it', () => {
    expect(lost(post, unanswered, booked, explained)).toEqual([
      'the number 001 never reached its owner, and has no case',
    ]);
  });

  test('is not lost when a ticket came before its case ended, or its goods are handed over', () => {
    expect(lost(post, unanswered, booked, { ...ticket, reason: null }, explained)).toEqual([]);
    const handedOver = { kind: 'order.handed-over', order: 'G1', by: '1' } as const;
    expect(lost(post, unanswered, booked, handedOver, explained)).toEqual([]);
  });
});
