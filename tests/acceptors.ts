/** The note acceptors that simulated and real cabinets are built with, and what each calls the messages that move money. */
import { protocolNamed } from '../hardware/catalog.ts';
import type { SimulatorEvent } from '../hardware/simulated.ts';

export interface AcceptorLineUp {
  /** As the commands print it. */
  readonly name: string;
  readonly protocol: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Name of the message that takes a note, as its driver sends it. */
  readonly stack: string;
  /** Name of the message that says that evidence is recorded; null: there is none. */
  readonly acknowledge: string | null;
  /** Whether the machine was just told to take the note in its mouth. */
  readonly told: (event: SimulatorEvent) => boolean;
  /** Settings of the machine with which it takes the same notes in other places. */
  readonly otherTable: Readonly<Record<string, string>>;
  /** It counts as told what was read once; without power it forgets that. */
  readonly toldByReading?: true;
  /** Of a recycler: name of the message that pays notes out, as its driver sends it. */
  readonly pays?: string;
  /** Of a recycler: whether the machine was just told to pay notes out. */
  readonly toldToPay?: (event: SimulatorEvent) => boolean;
  /** What the bytes that leave for it are, also when they leave in two pieces, cut in the middle. */
  readonly bytes: {
    readonly acknowledge: (bytes: Uint8Array) => boolean;
    readonly stack: (bytes: Uint8Array) => boolean;
  };
}

const named =
  (...names: readonly string[]) =>
  ({ name }: SimulatorEvent) =>
    names.includes(String(name));

function labSettings(protocol: string): Readonly<Record<string, unknown>> {
  return protocolNamed(protocol).driver.labSettings;
}

const otherOrder = '1,5,10,20,100,50';
/** ccTalk: header 154 with 1 takes the note, with 0 it gives it back. */
const ROUTE_BILL = 0x9a;
const BILL_EVENTS = 0x9f;
/** SSP: the last byte of PAYOUT BY DENOMINATION; another one only asks whether it could. */
const PAY = 0x58;

const ccnet = {
  protocol: 'ccnet',
  stack: 'stack',
  acknowledge: 'acknowledge',
  told: named('stack'),
  otherTable: { denominations: otherOrder },
  bytes: {
    acknowledge: (bytes: Uint8Array) => (bytes.length === 6 ? bytes[3] : bytes.length === 3 ? bytes[0] : null) === 0x00,
    stack: (bytes: Uint8Array) => bytes.includes(0x35),
  },
} as const;

const ssp = {
  protocol: 'ssp',
  stack: 'accept',
  acknowledge: 'event-ack',
  told: named('poll', 'poll-with-ack'),
  otherTable: { bills: otherOrder },
  // Nobody can tell one encrypted message from another.
  bytes: { acknowledge: () => true, stack: () => true },
} as const;

export const acceptorLineUps: readonly AcceptorLineUp[] = [
  {
    name: 'id003',
    protocol: 'id003',
    settings: labSettings('id003'),
    stack: 'stack',
    acknowledge: 'acknowledge',
    told: named('stack-1', 'stack-2'),
    otherTable: { denominations: otherOrder },
    bytes: {
      acknowledge: (bytes) => (bytes.length === 5 ? bytes[2] : bytes.length === 3 ? bytes[0] : null) === 0x50,
      stack: (bytes) => bytes.includes(0x41) || bytes.includes(0x42),
    },
  },
  { ...ccnet, name: 'ccnet', settings: labSettings('ccnet') },
  {
    name: 'ebds',
    protocol: 'ebds',
    settings: labSettings('ebds'),
    stack: 'stack',
    acknowledge: null,
    told: named('stack'),
    otherTable: { denominations: otherOrder },
    // Whatever comes next acknowledges; an order stands in the mode byte.
    bytes: { acknowledge: () => true, stack: (bytes) => bytes.includes(0x3c) },
  },
  {
    name: 'cctalk',
    protocol: 'cctalk',
    settings: { device: 'bill', countries: { CN: 'CNY' } },
    stack: 'route-bill',
    acknowledge: null,
    told: ({ name, hex }) => name === 'route-bill' && Number.parseInt(String(hex).split(' ')[4] ?? '', 16) === 1,
    otherTable: { bills: otherOrder },
    toldByReading: true,
    // Reading its events acknowledges them.
    bytes: { acknowledge: (bytes) => bytes.includes(BILL_EVENTS), stack: (bytes) => bytes.includes(ROUTE_BILL) },
  },
  { ...ssp, name: 'ssp', settings: labSettings('ssp') },
  {
    ...ssp,
    name: 'smart-payout',
    settings: { ...labSettings('ssp'), model: 'smart-payout' },
    pays: 'pay',
    toldToPay: ({ name, hex }) =>
      name === 'payout-by-denomination' && Number.parseInt(String(hex).split(' ').at(-3) ?? '', 16) === PAY,
  },
  {
    ...ccnet,
    name: 'bill-to-bill',
    settings: { ...labSettings('ccnet'), model: 'bill-to-bill' },
    pays: 'dispense',
    toldToPay: named('dispense'),
  },
];

/** @throws RangeError when no line-up has this name. */
export function acceptorLineUp(name: string): AcceptorLineUp {
  const found = acceptorLineUps.find((one) => one.name === name);
  if (found === undefined) throw new RangeError(`there is no acceptor ${name}`);
  return found;
}

/** Names of the messages that take a note, of all of them. */
export const stackMessages: readonly string[] = [...new Set(acceptorLineUps.map(({ stack }) => stack))];
export const acknowledgeMessages: readonly string[] = [
  ...new Set(acceptorLineUps.flatMap(({ acknowledge }) => acknowledge ?? [])),
];
