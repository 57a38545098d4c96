/**
 * How the conversation with a CCNET device begins: it is shut, says who it is and which notes it knows, and is told its
 * security; from then on the mask of what it takes follows the levels.
 */
import type { Denomination } from '../device.ts';
import { tellCleared, tellFault } from '../standing.ts';
import type { Frame } from './frame.ts';
import { billTable, command, denominationOf, hexByte, identity, isFaultState, mask, state } from './messages.ts';
import { mayBePaying } from './payout.ts';
import { type Draft, pays, type Settings, type SetupStep, type Work } from './state.ts';

/** A set-up that was not taken is tried this often, then it is a fault. */
const SETUP_TRIES = 3;
const SETUP_RETRY_MS = 1_000;
/** One that failed comes again after this long. */
const SETUP_AGAIN_MS = 150;
const BILL_TYPES = 24;

const NONE: readonly number[] = [0, 0, 0, 0, 0, 0];
/** Disabled first: tables are answered only then. The mask of what is taken follows the levels, afterwards. */
const validatorSteps: readonly SetupStep[] = [
  { code: command.enableBillTypes, data: NONE, optional: false },
  { code: command.identification, data: [], optional: true },
  { code: command.billTable, data: [], optional: false },
  { code: command.setSecurity, data: [0, 0, 0], optional: true },
];
/** What pays out has to say which one it is: the counts of another one say nothing of its payouts. */
const unitSteps: readonly SetupStep[] = validatorSteps.map((step) =>
  step.code === command.identification ? { ...step, optional: false } : step,
);

function stepsOf(settings: Settings): readonly SetupStep[] {
  return pays(settings) ? unitSteps : validatorSteps;
}

export function setupDone({ s, settings }: Work): boolean {
  return s.setup >= stepsOf(settings).length;
}

/** Set-ups wait while a note moves; tables are answered only by a device that takes nothing. */
function settable(code: number): boolean {
  return code === state.idling || code === state.disabled || code === state.dispensed || isFaultState(code);
}

/** None while notes go out or cassettes are set, and none that may not be trusted. */
function acceptedTypes({
  table,
  tableChanged,
  accept,
  payout,
  emptying,
  assigning,
  dispenserTries,
}: Draft): readonly number[] {
  const shut = payout !== null || emptying !== null || assigning !== null || dispenserTries !== null;
  if (shut || table === null || tableChanged) return [];
  return [...table].filter(([, { minor }]) => accept.includes(minor)).map(([type]) => type);
}

/** The last that it was told, and took, is to take nothing. */
export function takesNothing({ enabled }: Draft): boolean {
  return enabled === NONE.join();
}

/** What is still to be said, or said anew; null: nothing, or not now. */
export function setupWanted({ s, settings }: Work): SetupStep | null {
  if (!settable(s.code)) return null;
  const steps = stepsOf(settings);
  if (s.setup < steps.length) return steps[s.setup] as SetupStep;
  const types = mask(acceptedTypes(s));
  // Every note is held in escrow.
  const data = [...types, ...types];
  return s.enabled === data.join() ? null : { code: command.enableBillTypes, data, optional: false };
}

export function setupFailed(work: Work): void {
  const { s, nowMs, settings } = work;
  s.tries++;
  s.setupAtMs = nowMs + SETUP_AGAIN_MS;
  // The answer may be lost, not the order: what the device made of it is not known.
  if (s.asked?.code === command.enableBillTypes) s.enabled = null;
  if (s.tries < SETUP_TRIES) return;
  s.setupAtMs = nowMs + SETUP_RETRY_MS;
  if (stepsOf(settings)[s.setup]?.optional === true) {
    s.setup++;
    s.tries = 0;
    s.setupAtMs = 0;
  } else if (!s.refused) {
    s.refused = true;
    tellFault(work, 'ccnet.setting-refused');
  }
}

/** Answers whether it was the answer to what was asked. */
export function onSetupReply(work: Work, frame: Frame): boolean {
  const { s } = work;
  const { asked: step } = s;
  if (step === null || !takes(work, step, frame)) {
    setupFailed(work);
    return false;
  }
  s.tries = 0;
  s.setupAtMs = 0;
  if (s.refused && !step.optional) {
    s.refused = false;
    tellCleared(work, 'ccnet.setting-refused');
  }
  if (stepsOf(work.settings)[s.setup]?.code === step.code) s.setup++;
  readyWhenDone(work);
  return true;
}

/** A setting is taken by ACK, a question by the table that it asks for. */
function takes(work: Work, step: SetupStep, frame: Frame): boolean {
  const { s } = work;
  switch (step.code) {
    case command.identification:
      s.identity = identity(frame.content);
      return s.identity !== null;
    case command.billTable:
      return onTable(work, frame.content);
    default:
      if (frame.code !== command.ack) return false;
      if (step.code === command.enableBillTypes) s.enabled = step.data.join();
      return true;
  }
}

function onTable(work: Work, content: Uint8Array): boolean {
  const { s, device, facts, settings } = work;
  const types = billTable(content);
  if (types === null) return false;
  const table = new Map<number, Denomination>();
  let unmapped = false;
  for (const bill of types) {
    const mapped = settings.currencyOf(bill.country);
    const value = mapped === null ? null : denominationOf(bill, mapped.currency, mapped.exponent);
    if (value !== null && bill.type < BILL_TYPES) table.set(bill.type, value);
    else unmapped = true;
  }
  const seen = Array.from(content, hexByte).join(' ');
  if (s.tableText !== null && s.tableText !== seen && !s.tableChanged) {
    s.tableChanged = true;
    tellFault(work, 'ccnet.denominations-changed');
  }
  const first = s.tableText === null;
  s.tableText ??= seen;
  if (!s.tableChanged) s.table = table;
  if (unmapped && !s.unmapped) {
    s.unmapped = true;
    tellFault(work, 'ccnet.country-unmapped');
  }
  if (first && table.size === 0) tellFault(work, 'ccnet.no-denominations');
  facts.push({
    device,
    fact: 'device.identified',
    protocol: 'ccnet',
    maker: 'CashCode',
    model: s.identity?.part || null,
    serial: s.identity?.serial || null,
    firmware: null,
    denominations: [...table.values()],
  });
  return true;
}

export function readyWhenDone(work: Work): void {
  const { s, device, facts, settings } = work;
  if (s.ready || !setupDone(work)) return;
  if (s.code !== state.idling && s.code !== state.disabled) return;
  if (pays(settings) && (s.cassettes === null || mayBePaying(s) || s.dispenserTries !== null)) return;
  if (setupWanted(work) !== null) return;
  s.ready = true;
  const usable = !s.tableChanged && s.table !== null && s.table.size > 0;
  facts.push({ device, fact: usable ? 'device.ready' : 'device.disabled' });
}
