/** What is no payment (PA00P015): registration, status, end of day, receipts again, and the terminal's own care. */
import {
  type Apdu,
  apdu,
  bcd,
  container,
  everyTag,
  hexOf,
  lllvar,
  llvar,
  packed,
  readBitmaps,
  readTags,
  TLV,
  tag,
  text,
} from './simulator-apdu.ts';
import { present, WAIT_PLEASE } from './simulator-customer.ts';
import type { Totals } from './simulator-journal.ts';
import {
  type Answer,
  type Machine,
  NO_PAPER,
  NOT_POSSIBLE,
  NOT_REGISTERED,
  OK,
  WRONG_CURRENCY,
} from './simulator-machine.ts';
import { accepted, garbled, refused, sale, statusInformation } from './simulator-payment.ts';
import { dayReceipt, receiptsOf, staffReceipt } from './simulator-receipt.ts';
import { bookReservation, reversal } from './simulator-reversal.ts';
import { pause, type Script } from './simulator-script.ts';
import { clockFace } from './simulator-time.ts';

const BANK_MS = 2_500;
const UNREACHABLE = 0xa1;
const WAITING_FOR_BANK = 0x04;
const PASSWORD_BYTES = 3;
/** 06 D3 is named in tag 26 by those who take it. */
const BLOCK_COMMAND = '06D3';
/** Card types of bitmap 60 in their order; everything else is counted under "others". */
const totalTypes: readonly (number | null)[] = [5, 13, 6, 8, 10, 12, null];

const unregistered: ReadonlySet<number> = new Set([0x0501, 0x0600, 0x0618, 0x0670, 0x0693, 0x0830, 0x0840]);
/** Commands that begin with the password. */
const guarded: ReadonlySet<number> = new Set([0x0600, 0x0612, 0x0620, 0x0630, 0x0631, 0x0650, 0x0693]);

/** The one table of commands: what a terminal answers, and what it then does. */
export function obey(machine: Machine, command: Apdu): Answer {
  const { class: first, instruction, data } = command;
  const kind = first * 256 + instruction;
  if (machine.registration === null && !unregistered.has(kind)) return refused(machine, NOT_REGISTERED);
  if (guarded.has(kind)) {
    if (data.length < PASSWORD_BYTES) return garbled;
    const password = hexOf(data.slice(0, PASSWORD_BYTES));
    // Terminals show a receipt again to whoever asks with zeros.
    const wanted = kind === 0x0620 && password === '000000' ? password : machine.model.password;
    if (password !== wanted) return refused(machine, NOT_POSSIBLE);
  }
  const rest = guarded.has(kind) ? data.slice(PASSWORD_BYTES) : data;
  switch (kind) {
    case 0x0501:
      return accepted(tellStatus(machine, data));
    case 0x0600:
      return register(machine, rest);
    case 0x0601:
      return sale(machine, 'payment', rest);
    case 0x0602:
      machine.registration = null;
      return accepted(null);
    case 0x0612:
      return accepted(reprint(machine));
    case 0x0618:
      return accepted(reset(machine));
    case 0x0620:
      return accepted(repeatReceipt(machine));
    case 0x0622:
      return sale(machine, 'reservation', rest);
    case 0x0623:
      return bookReservation(machine, rest, 'part');
    case 0x0625:
      return bookReservation(machine, rest, 'all');
    case 0x0630:
      return reversal(machine, rest);
    case 0x0631:
      return sale(machine, 'refund', rest);
    case 0x0650:
      return machine.canPrint('administration') ? accepted(endOfDay(machine)) : refused(machine, NO_PAPER);
    case 0x0670:
      return accepted(care(machine, 'Diagnose'));
    case 0x0693:
      return accepted(care(machine, 'Initialisierung'));
    case 0x06c0:
      return data.length === 0 ? garbled : accepted(readCard(machine));
    case 0x0830:
      return selectLanguage(machine, data);
    case 0x0840:
      // A pseudo-terminal has no baud rate, so that nothing changes but the answer.
      return data.length === 0 ? garbled : accepted(null);
    default:
      return { answer: apdu([0x84, NOT_POSSIBLE]), script: null };
  }
}

/** 06 00: config byte, currency and TLV; the password was checked. */
function register(machine: Machine, data: Apdu['data']): Answer {
  const [config, ...rest] = data;
  if (config === undefined) return garbled;
  const own = bcd(machine.model.currencyCode, 2);
  if (rest.length === 1) return garbled;
  if (rest.length > 0 && rest.slice(0, 2).join() !== own.join())
    return { answer: apdu([0x84, WRONG_CURRENCY]), script: null };
  const fields = readBitmaps(rest.slice(2));
  const tags = readTags(fields?.get(TLV) ?? []);
  if (fields === null || tags === null) return garbled;
  const commands = everyTag(tags.get(0x26) ?? [], 0x0a).map((command) => hexOf(command));
  machine.registration = { config, blocks: commands.includes(BLOCK_COMMAND) };
  return accepted(registered(machine));
}

function* registered(machine: Machine): Script {
  const { model } = machine;
  yield* machine.complete([
    ...[0x19, machine.initRequired ? 0x01 : 0x00],
    ...[0x29, ...packed(model.terminal)],
    ...[0x49, ...bcd(model.currencyCode, 2)],
    ...container(machine.lastReceiptTag()),
  ]);
}

/** 05 01: without service byte 01, the software's version goes before the status. */
function* tellStatus(machine: Machine, data: Apdu['data']): Script {
  const { model } = machine;
  const brief = ((readBitmaps(data.slice(PASSWORD_BYTES))?.get(0x03)?.[0] ?? 0) & 1) === 1;
  const status = machine.terminalStatus;
  const device = [
    ...tag(0x1f40, text(model.name)),
    ...tag(0x1f41, text(model.software)),
    ...tag(0x1f42, packed(model.serial)),
    ...tag(0x1f43, [status]),
  ];
  yield* machine.complete(
    brief
      ? [status]
      : [...lllvar(text(model.software)), status, ...container(tag(0x1f44, packed(model.terminal)), tag(0xe4, device))],
  );
}

function selectLanguage(machine: Machine, data: Apdu['data']): Answer {
  const language = data[0] === 0 ? 'de' : data[0] === 1 ? 'en' : null;
  if (language === null) return refused(machine, NOT_POSSIBLE);
  machine.language = language;
  return accepted(machine.complete());
}

function* reset(machine: Machine): Script {
  yield* machine.complete();
  machine.restart();
}

/** 06 12: what the day holds, transaction by transaction. */
function* reprint(machine: Machine): Script {
  const receipts = machine.journal
    .today()
    .flatMap((entry) =>
      receiptsOf(entry, machine.model, machine.language).filter(({ audience }) => audience === 'merchant'),
    );
  yield* machine.print(receipts, 'administration');
  yield* machine.complete();
}

/** 06 20: the last transaction as it stands now; nothing but a completion when there was none. */
function* repeatReceipt(machine: Machine): Script {
  const { last } = machine.journal;
  if (last !== null) {
    yield* machine.tell(statusInformation(machine, last, null));
    yield* machine.print(receiptsOf(last, machine.model, machine.language), 'payment');
  }
  yield* machine.complete();
}

/** 06 70 and 06 93: the terminal speaks with its bank. */
function* care(machine: Machine, words: 'Diagnose' | 'Initialisierung'): Script {
  yield* machine.status(WAITING_FOR_BANK);
  yield* pause(BANK_MS);
  if (machine.host !== 'online') return yield* machine.abort(UNREACHABLE);
  if (words === 'Initialisierung') machine.initRequired = false;
  yield* machine.print([staffReceipt(words, `Terminal-ID ${machine.model.terminal}`)], 'administration');
  yield* machine.complete();
}

/** 06 C0: reads a card and takes nothing. */
function* readCard(machine: Machine): Script {
  const { code, card } = yield* present(machine);
  if (card === null) return yield* machine.abort(code);
  const { pan, name, type } = machine.card;
  const shown = pan.length % 2 === 0 ? pan : `${pan}F`;
  const data = [0x27, OK, 0x22, ...llvar(packed(shown)), 0x8a, type, 0x8b, ...llvar([...text(name), 0x00])];
  yield* machine.tell(apdu([0x04, 0x0f], data));
  yield* machine.complete();
}

/** 06 50: the day ends when its completion is answered; until then it can be ended again, with the same result. */
function* endOfDay(machine: Machine): Script {
  yield* machine.status(WAIT_PLEASE);
  yield* machine.status(WAITING_FOR_BANK);
  yield* pause(BANK_MS);
  if (machine.host !== 'online') return yield* machine.abort(UNREACHABLE);
  const totals = machine.journal.totals();
  const heard = yield* machine.tell(dayInformation(machine, totals));
  if (heard === null) return yield* machine.abort(UNREACHABLE);
  const { model, language, world } = machine;
  yield* machine.print(
    [dayReceipt(totals, model, language, world.clock.wallMs(), machine.card.name)],
    'administration',
  );
  if ((yield* machine.complete()) === null) return;
  machine.journal.closeDay();
  machine.dayFull = false;
  world.emit({ event: 'day.closed', currency: model.currency, minor: totals.minor });
}

function dayInformation(machine: Machine, totals: Totals): readonly number[] {
  const { date, time } = clockFace(machine.world.clock.wallMs(), machine.model.timeZone);
  const rows = totalTypes.flatMap((type) => {
    const others = [...totals.byType].filter(([each]) => (type === null ? !totalTypes.includes(each) : each === type));
    const count = others.reduce((sum, [, each]) => sum + each.count, 0);
    const minor = others.reduce((sum, [, each]) => sum + each.minor, 0);
    return [count & 0xff, ...bcd(Math.abs(minor), 6)];
  });
  return apdu(
    [0x04, 0x0f],
    [
      ...[0x27, OK],
      ...[0x04, ...bcd(Math.abs(totals.minor), 6)],
      ...[0x0b, ...bcd(machine.journal.nextTrace(), 3)],
      ...[0x0c, ...bcd(time, 3)],
      ...[0x0d, ...bcd(date, 2)],
      ...[0x49, ...bcd(machine.model.currencyCode, 2)],
      ...[0x60, ...lllvar([...bcd(totals.first, 2), ...bcd(totals.last, 2), ...rows])],
    ],
  );
}
