import { alreadyGivenBack } from '../../../hardware/charge.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenCharge } from '../../../hardware/charge.ts';
import { type DeviceCommand, type DeviceFact, emptyMemory } from '../../../hardware/device.ts';
import type { GatewayAnswer } from '../../../kiosk/services/wallet/contract.ts';
import {
  createConversation,
  flightsMaximum,
  mattersMaximum,
  type WalletInput,
  type WalletRequest,
  type WalletState,
} from '../../../kiosk/services/wallet/conversation.ts';
import { numberOf } from '../../../kiosk/services/wallet/matter.ts';
import { timings } from './wallet-model.ts';

const conversation = createConversation({ device: 'alipay', currency: 'CNY', merchant: 'M', timings });
const wallStartMs = 1_774_944_000_000;

let state: WalletState;
let nowMs: number;
let wakeAtMs: number | null;
let requests: WalletRequest[];
let facts: DeviceFact[];

type Untimed<Input> = Input extends WalletInput ? Omit<Input, 'nowMs' | 'wallMs'> : never;

function step(input: Untimed<WalletInput>): void {
  const out = conversation.step(state, { ...input, nowMs, wallMs: wallStartMs + nowMs } as WalletInput);
  state = out.state;
  wakeAtMs = out.wakeAtMs;
  requests.push(...out.requests);
  facts.push(...out.facts);
}

function open(openCharges: readonly OpenCharge[] = []): void {
  state = conversation.start({ ...emptyMemory, openCharges });
  requests = [];
  facts = [];
  step({ type: 'opened' });
  facts = [];
}

const obey = (command: DeviceCommand) => step({ type: 'command', command });
const start = (more: { code?: string; minor?: number; currency?: string; id?: string } = {}) =>
  obey({
    id: 'C-1',
    device: 'alipay',
    command: 'charge.start',
    lang: 'zh-CN',
    currency: 'CNY',
    minor: 8_650,
    subject: '水费',
    ...more,
  });
const cancel = () => obey({ id: 'C-1', device: 'alipay', command: 'charge.cancel' });
const approval = { currency: 'CNY', minor: 8_650, reference: { transaction: 'T', order: numberOf('C-1') } };
const reverse = () => obey({ id: 'C-1', device: 'alipay', command: 'charge.reverse', approval });

const paid: GatewayAnswer = { came: 'paid', currency: 'CNY', minor: 8_650, transaction: 'T', merchant: 'M' };
/** Heard, and of no use. */
const broken: GatewayAnswer = { came: 'undecided', why: 'system-error', code: 'SYSTEM_ERROR' };
const unheard: GatewayAnswer = { came: 'undecided', why: 'unreachable', code: 'x' };

/** The one request that waits for its answer. */
function asked(): WalletRequest {
  expect(requests).toHaveLength(1);
  return requests[0] as WalletRequest;
}

/** It is asked this now, and answered so. */
function exchange(ask: WalletRequest['ask'], answer: GatewayAnswer): void {
  const request = asked();
  expect(request.ask).toBe(ask);
  requests = [];
  step({ type: 'answer', request: request.id, answer });
}

/** Time passes until it asks of itself. */
function later(): number {
  const beforeMs = nowMs;
  while (requests.length === 0) {
    if (wakeAtMs === null) throw new Error('it never asks again');
    nowMs = Math.max(nowMs, wakeAtMs);
    step({ type: 'time' });
  }
  return nowMs - beforeMs;
}

const told = () => facts.filter(({ fact }) => fact !== 'charge.prompt');
const names = () => told().map(({ fact }) => fact);

beforeEach(() => {
  nowMs = 1_000;
  open();
});

describe('a code that is shown', () => {
  const shown = () => {
    start();
    exchange('create', { came: 'created', code: 'https://qr/1' });
  };

  it('is told with its end, asked about every three seconds, and approved when it is paid', () => {
    shown();
    expect(told()).toEqual([
      { device: 'alipay', fact: 'charge.code', command: 'C-1', code: 'https://qr/1', untilMs: nowMs + 120_000 },
    ]);
    expect(later()).toBe(3_000);
    // At Alipay there is no trade until somebody opens the code: that is no failure.
    exchange('query', { came: 'not-exist' });
    expect(later()).toBe(3_000);
    exchange('query', paid);
    expect(told().at(-1)).toEqual({
      device: 'alipay',
      fact: 'charge.approved',
      command: 'C-1',
      key: 'alipay/C-1/approved',
      held: false,
      card: null,
      counters: {},
      ...approval,
    });
    expect(wakeAtMs).toBeNull();
  });

  it('lives at the gateway for a minute after it left the screen', () => {
    start();
    expect(asked()).toMatchObject({
      ask: 'create',
      expireAtMs: wallStartMs + nowMs + 180_000,
      number: numberOf('C-1'),
    });
  });

  it('is asked about at once when a notification names its number, and decided by the answer only', () => {
    shown();
    step({ type: 'notified', number: 'another' });
    expect(requests).toEqual([]);
    step({ type: 'notified', number: numberOf('C-1') });
    expect(names()).toEqual(['charge.code']);
    exchange('query', { came: 'waiting' });
    expect(names()).toEqual(['charge.code']);
  });

  it('is asked about more slowly when the gateway asks for that', () => {
    shown();
    later();
    exchange('query', { came: 'undecided', why: 'rate-limited', code: 'x' });
    expect(later()).toBe(3_000);
    exchange('query', { came: 'undecided', why: 'rate-limited', code: 'x' });
    expect(later()).toBe(6_000);
    exchange('query', { came: 'waiting' });
    expect(later()).toBe(3_000);
  });

  it.each([
    ['another amount', { ...paid, minor: 1 }, /paid CNY 1, asked for CNY 8650/],
    ['another currency', { ...paid, currency: 'HKD' }, /paid HKD 8650/],
    ['another merchant', { ...paid, merchant: 'X' }, /another merchant/],
  ] as const)('paid with %s is never approved: a person decides', (_, answer, words) => {
    shown();
    later();
    exchange('query', answer);
    expect(told().slice(1)).toEqual([
      expect.objectContaining({
        fact: 'charge.unknown',
        key: 'alipay/C-1/disputed',
        reason: expect.stringMatching(words),
      }),
    ]);
    expect(wakeAtMs).toBeNull();
    reverse();
    expect(asked()).toMatchObject({ ask: 'refund', minor: answer.minor, totalMinor: answer.minor });
  });

  it('cancelled is closed, asked about, declined, and watched until two minutes after its end', () => {
    shown();
    const watched = wallStartMs + nowMs + 180_000 + 120_000;
    cancel();
    exchange('close', { came: 'closed' });
    expect(names()).toEqual(['charge.code']);
    exchange('query', { came: 'closed' });
    expect(told().at(-1)).toMatchObject({ fact: 'charge.declined', reason: 'cancelled', watched });
    step({ type: 'recorded', key: 'alipay/C-1/declined' });
    for (let asks = 0; names().at(-1) === 'charge.declined'; asks++) {
      expect(asks).toBeLessThan(100);
      later();
      exchange('query', { came: 'closed' });
    }
    expect(names().at(-1)).toBe('charge.expired');
    expect(wallStartMs + nowMs).toBe(watched);
  });

  it('whose closing is refused is closed again, and is declined only when a question says that it is not paid', () => {
    shown();
    cancel();
    exchange('close', { came: 'refused', code: 'NOT_YET', forGood: false });
    exchange('query', unheard);
    expect(names()).toEqual(['charge.code']);
    later();
    exchange('close', { came: 'refused', code: 'NOT_YET', forGood: false });
    exchange('query', { came: 'waiting' });
    expect(names()).toEqual(['charge.code', 'charge.declined']);
    later();
    exchange('close', { came: 'closed' });
  });

  it('that is paid after it left the screen is approved all the same, and can be reversed', () => {
    shown();
    cancel();
    exchange('close', { came: 'not-exist' });
    exchange('query', { came: 'not-exist' });
    later();
    exchange('close', { came: 'not-exist' });
    exchange('query', paid);
    expect(names()).toEqual(['charge.code', 'charge.declined', 'charge.approved']);
    reverse();
    expect(asked()).toMatchObject({ ask: 'refund', number: numberOf('C-1'), minor: 8_650, totalMinor: 8_650 });
  });

  it('runs out after its time, and says so', () => {
    shown();
    for (let at = 0; at < 39; at++) {
      later();
      exchange('query', { came: 'waiting' });
    }
    later();
    exchange('close', { came: 'closed' });
    exchange('query', { came: 'closed' });
    expect(told().at(-1)).toMatchObject({ fact: 'charge.declined', reason: 'timeout' });
  });

  it('that never came is declined for good: nobody has seen it', () => {
    start();
    while (names().length === 0) {
      if (requests.length > 0) exchange('create', broken);
      else {
        nowMs = wakeAtMs ?? Number.POSITIVE_INFINITY;
        step({ type: 'time' });
      }
    }
    expect(told().at(-1)).toMatchObject({ fact: 'charge.declined', reason: 'offline', watched: null });
    expect(nowMs).toBeLessThanOrEqual(1_000 + 20_000);
  });
});

describe('a payment code', () => {
  const scanned = (answer: GatewayAnswer) => {
    start({ code: 'handle' });
    expect(asked()).toMatchObject({ ask: 'pay', handle: 'handle' });
    exchange('pay', answer);
  };

  it('that pays at once is approved', () => {
    scanned(paid);
    expect(names()).toEqual(['charge.approved']);
  });

  it.each([unheard, { came: 'undecided', why: 'system-error', code: 'SYSTEM_ERROR' }] as const)(
    'whose outcome is not known is asked about after five seconds, and never sent again: %j',
    (answer) => {
      scanned(answer);
      expect(later()).toBe(5_000);
      exchange('query', answer);
      expect(later()).toBe(5_000);
      exchange('query', paid);
      expect(names()).toEqual(['charge.approved']);
    },
  );

  it.each([
    [{ came: 'code-stale', code: 'AUTH_CODE_EXPIRE' }, 'stale-code'],
    [{ came: 'insufficient', code: 'NOTENOUGH' }, 'insufficient'],
    [{ came: 'refused', code: 'RISK', forGood: true }, 'refused'],
  ] as const)('refused with %j is declined when a question has confirmed that nothing is there', (answer, reason) => {
    scanned(answer);
    expect(names()).toEqual([]);
    exchange('query', { came: 'not-exist' });
    expect(told()).toEqual([
      expect.objectContaining({ fact: 'charge.declined', reason, code: answer.code, watched: null }),
    ]);
  });

  it('refused, and paid all the same, is approved: the question decides', () => {
    scanned({ came: 'code-stale', code: 'AUTH_CODE_EXPIRE' });
    exchange('query', paid);
    expect(names()).toEqual(['charge.approved']);
  });

  it('waits for the password, then asks a last time and revokes on its heels, and asks again', () => {
    scanned({ came: 'user-paying' });
    expect(facts.at(-1)).toMatchObject({ fact: 'charge.prompt', prompt: 'password' });
    while (nowMs < 1_000 + 50_000) {
      later();
      exchange('query', { came: 'user-paying' });
    }
    expect(nowMs).toBe(1_000 + 50_000);
    exchange('revoke', { came: 'revoked', gaveBack: null });
    // A revoke proves nothing.
    expect(names()).toEqual([]);
    exchange('query', { came: 'closed' });
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.declined', reason: 'timeout', watched: null })]);
  });

  it('cancelled is not revoked within fifteen seconds of its beginning', () => {
    scanned({ came: 'user-paying' });
    cancel();
    exchange('query', { came: 'user-paying' });
    while (requests.length === 0 || asked().ask === 'query') {
      if (requests.length === 0) later();
      else exchange('query', { came: 'user-paying' });
    }
    expect(asked().ask).toBe('revoke');
    expect(nowMs).toBe(1_000 + 15_000);
  });

  const revoked = (answer: GatewayAnswer) => {
    scanned({ came: 'user-paying' });
    cancel();
    while (requests.length === 0 || asked().ask === 'query') {
      if (requests.length === 0) later();
      else exchange('query', { came: 'user-paying' });
    }
    exchange('revoke', answer);
  };

  it.each([
    [{ came: 'revoked', gaveBack: true }, { came: 'closed' }],
    [{ came: 'revoked', gaveBack: null }, { came: 'refunded' }],
    [unheard, { came: 'refunded' }],
  ] as const)('that was paid before it was revoked is told as given back: %j, %j', (answer, state) => {
    revoked(answer);
    exchange('query', state);
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.reversed', by: 'kiosk' })]);
  });

  it('that is paid after a revoke has left is not approved but given back', () => {
    revoked(unheard);
    exchange('query', paid);
    exchange('revoke', { came: 'revoked', gaveBack: true });
    exchange('query', { came: 'closed' });
    expect(names()).toEqual(['charge.reversed']);
  });

  it('that is not there is believed when it is said twice, and watched because it could be slow', () => {
    revoked({ came: 'not-exist' });
    exchange('query', { came: 'not-exist' });
    expect(names()).toEqual([]);
    expect(later()).toBe(5_000);
    exchange('query', { came: 'not-exist' });
    const watched = wallStartMs + nowMs + 120_000;
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.declined', reason: 'cancelled', watched })]);
  });

  it('that nobody decides is told as unknown once, after two minutes, and asked about for ever more slowly', () => {
    scanned(broken);
    let pauseMs = 0;
    for (let at = 0; at < 60; at++) {
      if (requests.length === 0) pauseMs = later();
      exchange(asked().ask, broken);
    }
    expect(names().filter((fact) => fact === 'charge.unknown')).toEqual(['charge.unknown']);
    const unknown = told().find(({ fact }) => fact === 'charge.unknown');
    expect(unknown).toMatchObject({ key: 'alipay/C-1/unknown', command: 'C-1' });
    expect(pauseMs).toBe(60_000);
    while (requests.length === 0 || asked().ask !== 'query') {
      if (requests.length === 0) later();
      else exchange(asked().ask, { came: 'revoked', gaveBack: null });
    }
    exchange('query', { came: 'closed' });
    expect(names().at(-1)).toBe('charge.declined');
  });

  it('that is cancelled before it left is not sent', () => {
    for (let at = 0; at < flightsMaximum; at++) start({ id: `C-0${at}` });
    requests = [];
    start({ code: 'handle' });
    cancel();
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.declined', reason: 'cancelled', watched: null })]);
    expect(requests).toEqual([]);
  });
});

describe('after a restart', () => {
  const left: OpenCharge = {
    command: 'C-1',
    currency: 'CNY',
    minor: 8_650,
    refundOf: null,
    starting: true,
    wanted: 'take',
    approval: null,
    watched: null,
  };

  it('a payment is asked about under the same number and not sent again', () => {
    open([left]);
    expect(asked()).toMatchObject({ ask: 'query', number: numberOf('C-1') });
    exchange('query', { came: 'not-exist' });
    expect(later()).toBe(5_000);
    expect(names()).toEqual([]);
  });

  it('a payment that was made is approved when no revoke of before can be on its way any more', () => {
    open([left]);
    exchange('query', paid);
    expect(names()).toEqual([]);
    expect(later()).toBe(timings.attemptMs);
    exchange('query', paid);
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.approved', key: 'alipay/C-1/approved' })]);
  });

  it('what is not there is closed, revoked, asked twice and declined, and watched as if a code had been shown', () => {
    open([{ ...left, wanted: 'cancel' }]);
    while (requests.length === 0 || asked().ask === 'query') {
      if (requests.length === 0) later();
      else exchange('query', { came: 'not-exist' });
    }
    exchange('close', { came: 'not-exist' });
    exchange('revoke', { came: 'revoked', gaveBack: null });
    exchange('query', { came: 'not-exist' });
    expect(names()).toEqual([]);
    later();
    exchange('query', { came: 'not-exist' });
    const watched = wallStartMs + nowMs + 300_000;
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.declined', reason: 'cancelled', watched })]);
  });

  it('a watch goes on until its end on the wall', () => {
    open([{ ...left, wanted: 'cancel', watched: wallStartMs + nowMs + 25_000 }]);
    const endMs = nowMs + 25_000;
    while (names().length === 0) {
      if (requests.length === 0) later();
      else exchange(asked().ask, { came: 'not-exist' });
    }
    expect(names()).toEqual(['charge.expired']);
    expect(nowMs).toBe(endMs);
  });

  it('a watch whose end has passed is asked about once more before it ends', () => {
    open([{ ...left, wanted: 'cancel', watched: wallStartMs - 1 }]);
    exchange('close', { came: 'not-exist' });
    exchange('query', paid);
    later();
    exchange('query', paid);
    expect(names()).toEqual(['charge.approved']);
  });

  it('a reversal is repeated with the number of before', () => {
    reverse();
    const before = asked();
    open([{ ...left, wanted: 'reverse', approval }]);
    expect(asked()).toEqual({ ...before, id: asked().id });
    expect(before).toMatchObject({ ask: 'refund' });
  });

  it('an approval that is recorded waits for a word, and a confirmation is answered at once', () => {
    open([{ ...left, approval }]);
    expect(requests).toEqual([]);
    obey({ id: 'C-1', device: 'alipay', command: 'charge.confirm' });
    expect(names()).toEqual(['charge.confirmed']);
    facts = [];
    state = conversation.start({ ...emptyMemory, openCharges: [{ ...left, wanted: 'confirm', approval }] });
    step({ type: 'opened' });
    expect(told()[0]).toMatchObject({ fact: 'charge.confirmed', key: 'alipay/C-1/confirmed' });
  });

  it('a command that comes before the opening finds what is left of before', () => {
    state = conversation.start({ ...emptyMemory, openCharges: [left] });
    requests = [];
    facts = [];
    cancel();
    expect(facts.filter(({ fact }) => fact === 'command.refused')).toEqual([]);
    step({ type: 'opened' });
    expect(asked().ask).toBe('query');
  });
});

describe('giving back', () => {
  it('of a payment of now is a revoke, which a question proves', () => {
    start({ code: 'handle' });
    exchange('pay', paid);
    reverse();
    exchange('revoke', { came: 'revoked', gaveBack: true });
    expect(names()).toEqual(['charge.approved']);
    exchange('query', { came: 'closed' });
    expect(told().at(-1)).toMatchObject({ fact: 'charge.reversed', by: 'kiosk', key: 'alipay/C-1/reversed' });
  });

  it('that cannot be revoked any more is a refund', () => {
    start({ code: 'handle' });
    exchange('pay', paid);
    reverse();
    exchange('revoke', { came: 'refused', code: 'TIME_OUT', forGood: true });
    exchange('query', paid);
    later();
    exchange('refund', { came: 'refund-made', reference: {} });
    expect(names().at(-1)).toBe('charge.reversed');
  });

  it('is repeated under one number with a pause that doubles up to a minute', () => {
    reverse();
    const pauses: number[] = [];
    const numbers = new Set<string>();
    for (let at = 0; at < 9; at++) {
      const request = asked();
      if (request.ask === 'refund') numbers.add(request.refundNumber);
      exchange('refund', broken);
      pauses.push(later());
    }
    expect(pauses.slice(0, 7)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(numbers.size).toBe(1);
    exchange('refund', { came: 'refund-pending' });
    later();
    exchange('refund-query', { came: 'refund-made', reference: {} });
    expect(names().at(-1)).toBe('charge.reversed');
  });

  it('that was done before is done', () => {
    reverse();
    exchange('refund', { came: 'given-back', code: 'ALL' });
    exchange('query', { came: 'refunded' });
    expect(names()).toEqual(['charge.reversed']);
  });

  it('is irreversible only when the gateway says so for good, and no earlier attempt has done it', () => {
    reverse();
    exchange('refund', { came: 'refused', code: 'NO_FUNDS', forGood: false });
    exchange('refund-query', { came: 'not-exist' });
    exchange('query', paid);
    expect(names()).toEqual([]);
    later();
    exchange('refund', { came: 'refused', code: 'TRADE_HAS_FINISHED', forGood: true });
    exchange('refund-query', { came: 'not-exist' });
    exchange('query', paid);
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.irreversible', code: 'TRADE_HAS_FINISHED' })]);
  });

  const refund = (): void =>
    obey({
      id: 'R-1',
      device: 'alipay',
      command: 'charge.refund',
      charge: 'C-1',
      approval,
      currency: 'CNY',
      minor: 650,
    });

  it('of a part has its own number and is made once', () => {
    refund();
    expect(asked()).toMatchObject({
      ask: 'refund',
      number: numberOf('C-1'),
      refundNumber: numberOf('R-1'),
      minor: 650,
      totalMinor: 8_650,
    });
    exchange('refund', { came: 'refund-made', reference: { order: 'R' } });
    expect(told()).toEqual([
      {
        device: 'alipay',
        fact: 'refund.made',
        command: 'R-1',
        key: 'alipay/R-1/refund-made',
        reference: { order: 'R' },
      },
    ]);
  });

  it('of a part that is refused is refused for good only when the gateway has none by its number', () => {
    refund();
    exchange('refund', { came: 'refused', code: 'TOO_MUCH', forGood: true });
    exchange('refund-query', { came: 'not-exist' });
    exchange('query', paid);
    expect(names()).toEqual(['refund.refused']);
  });

  it('of what went back whole by another hand is refused, and says so', () => {
    refund();
    exchange('refund', { came: 'given-back', code: 'ALL' });
    exchange('refund-query', { came: 'not-exist' });
    exchange('query', { came: 'refunded' });
    expect(told()).toMatchObject([{ fact: 'refund.refused', code: alreadyGivenBack }]);
  });

  it('of a part whose earlier attempt was done is made', () => {
    refund();
    exchange('refund', { came: 'refused', code: 'TOO_MUCH', forGood: true });
    exchange('refund-query', { came: 'refund-made', reference: {} });
    expect(names()).toEqual(['refund.made']);
  });
});

describe('limits', () => {
  it('four requests are under way at most, and whoever stands at the machine comes first', () => {
    for (let at = 0; at < 6; at++) obey({ id: `R-${at}`, device: 'alipay', command: 'charge.reverse', approval });
    expect(requests).toHaveLength(flightsMaximum);
    start();
    expect(requests).toHaveLength(flightsMaximum);
    step({ type: 'answer', request: requests[0]?.id ?? '', answer: unheard });
    expect(requests.at(-1)?.ask).toBe('create');
  });

  it('a thousand are open at most; approved ones that are recorded make room', () => {
    for (let at = 0; at < mattersMaximum; at++) start({ id: `C-${at}`, code: 'handle' });
    expect(state.matters.size).toBe(mattersMaximum);
    facts = [];
    start({ id: 'one-more' });
    expect(told()).toEqual([expect.objectContaining({ fact: 'command.refused', command: 'one-more', sent: false })]);
    const [first] = requests;
    step({ type: 'answer', request: first?.id ?? '', answer: paid });
    step({ type: 'recorded', key: 'alipay/C-0/approved' });
    facts = [];
    start({ id: 'one-more' });
    expect(told()).toEqual([]);
    expect(state.matters.size).toBe(mattersMaximum);
  });

  it('what is recorded is forgotten', () => {
    start({ code: 'handle' });
    exchange('pay', { came: 'code-stale', code: 'X' });
    exchange('query', { came: 'not-exist' });
    expect(state.matters.size).toBe(1);
    step({ type: 'recorded', key: 'alipay/C-1/declined' });
    expect(state.matters.size).toBe(0);
  });

  it.each([
    [{ currency: 'EUR' }, 'currency'],
    [{ minor: 0 }, 'other'],
    [{ minor: 1.5 }, 'other'],
  ])('%j is not asked for', (more, reason) => {
    start(more);
    expect(told()).toEqual([expect.objectContaining({ fact: 'charge.declined', reason, watched: null })]);
    expect(requests).toEqual([]);
  });

  it('a command that is not a wallet’s, or about no charge, is refused', () => {
    obey({ id: 'N-1', device: 'alipay', command: 'note.return' });
    cancel();
    expect(told().map((fact) => (fact.fact === 'command.refused' ? fact.command : null))).toEqual(['N-1', 'C-1']);
  });
});

it('a gateway that is silent three times is lost, looked after, and ready when it answers', () => {
  reverse();
  for (let at = 0; at < 3; at++) {
    exchange('refund', unheard);
    later();
  }
  expect(names()).toEqual(['device.lost']);
  exchange('refund', { came: 'refund-made', reference: {} });
  expect(names()).toEqual(['device.lost', 'device.ready', 'charge.reversed']);
});

it('a gateway that is lost is asked every half a minute about nothing, as long as nothing else is asked', () => {
  start();
  while (!names().includes('charge.declined')) {
    if (requests.length === 0) later();
    else exchange('create', unheard);
  }
  facts = [];
  expect(later()).toBeLessThanOrEqual(30_000);
  exchange('query', unheard);
  expect(later()).toBe(30_000);
  exchange('query', { came: 'not-exist' });
  expect(names()).toEqual(['device.ready']);
  expect(wakeAtMs).toBeNull();
});
