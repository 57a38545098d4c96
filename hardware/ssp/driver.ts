/**
 * The conversation with one SSP device, pure: a command bears a sequence bit and is sent again unchanged until its answer
 * comes; the device executes it once. Encrypted, everything but the exchange of keys itself is, and a plain answer counts
 * for nothing. Events that move money are repeated to POLL WITH ACK until EVENT ACK, which is sent when they are recorded;
 * a device without it forgets them at the next poll, which waits instead.
 *
 * After a start, a break of the line and a synchronisation an answer may be lost for good: a note or a payout under way
 * then ends by what the device still says and by its levels, or as unknown.
 */
import type { DeviceCommand, DeviceMemory } from '../device.ts';
import type { Driver, DriverInput, DriverSend, DriverStep } from '../driver.ts';
import {
  dropLate,
  dropUnsent,
  machineBeganAnew,
  noteWish,
  recordedInPath,
  refuse,
  startPath,
  wishSent,
} from '../note-path.ts';
import { allWell, boxStands, faultStands, lose, flag } from '../standing.ts';
import { ENCRYPTED, randomsFrom, seal, unseal } from './cipher.ts';
import {
  afterEmptying,
  dropUnsentEmptying,
  emptyingAsk,
  emptyingInterrupted,
  emptyingSent,
  onEmpty,
  onEmptyingAnswer,
  onEmptyingEvent,
  onStockEmptied,
} from './emptying.ts';
import { createDecoder, encode, type Frame } from './frame.ts';
import { levelsAsk, onLevels, tellLevels } from './levels.ts';
import {
  ascii,
  command,
  type Event,
  event,
  type Events,
  eventsIn,
  isHeld,
  le16,
  le32,
  reply,
  route,
  standingFaults,
} from './messages.ts';
import { afterNotes, onHeld, onNoteEvent, onNoteOrder, onRejectCode, watchEscrow } from './notes.ts';
import {
  afterPayout,
  dropUnsentPayout,
  onDispense,
  onPayoutAnswer,
  onPayoutEvent,
  onStock,
  payoutAsk,
  payoutInterrupted,
  payoutSent,
  recordedInPayout,
  startPayout,
} from './payout.ts';
import {
  enablePayout,
  keyProven,
  keyUnproven,
  onSetup,
  padding,
  setupAsk,
  setupStep,
  stepsOf,
  tellIdentity,
} from './setup.ts';
import {
  type Ask,
  type Draft,
  type Packet,
  pays,
  type Reply,
  type Settings,
  type State,
  takesNotes,
  type Work,
} from './state.ts';

/** A credited note is where it goes to when so many answers in a row are silent about notes. */
const PLACED_POLLS = 2;
const POLL_MS = 200;
/** While no money may come or go. */
const POLL_RESTING_MS = 400;
/** Nobody tells what a hand has put in: between visits what the machine holds is asked so often. */
const LEVELS_EVERY_MS = 5_000;
/** The device answers within a second; a command that has no answer leaves again. */
const REPLY_WITHIN_MS = 1_000;
const INTER_BYTE_MS = 50;
/** An answer to something else came; the right one may be behind it. */
const RESEND_MS = 300;
/** No valid reply for this long: the device is lost. One missing reply means nothing. */
const SILENT_MS = 2_500;
/** So often the same bytes leave; then the conversation begins anew. */
const TRIES = 8;
/** The same while nothing shows that the device has the same key. */
const TRIES_UNPROVEN = 4;
const SETTING_TRIES = 3;
const SETTING_RETRY_MS = 1_000;
/** A fault is over after so many answers without it, for some devices tell one only once. */
const FAULT_POLLS = 5;
/** A device that was enabled and says so often that it is not, is not well. */
const DISABLED_POLLS = 10;
const SERVICE_RETRY_MS = 5_000;

function start(device: string, settings: Settings, memory: DeviceMemory): State {
  const path = startPath(device, memory);
  machineBeganAnew(path);
  return {
    ...allWell,
    ...startPayout(memory),
    path,
    open: false,
    randoms: { key: new Uint8Array(16), drawn: 0 },
    primeBits: 64,
    offer: null,
    session: null,
    proven: false,
    keyFailures: 0,
    sequence: 1,
    packet: null,
    asking: false,
    tries: 0,
    resendAtMs: 0,
    lastReplyMs: 0,
    setup: 0,
    setupTries: 0,
    setupAtMs: 0,
    version: settings.protocolVersion,
    shortEnable: false,
    flags: new Set(),
    ready: false,
    serial: null,
    firmware: null,
    multiplier: 1,
    table: null,
    wires: new Map(),
    tableText: null,
    identityText: null,
    acks: null,
    polls: 0,
    pollAtMs: 0,
    held: [],
    ackWanted: false,
    waits: [],
    faultPolls: 0,
    boxUnsure: false,
    serviceAtMs: null,
    holding: false,
    holdAtMs: 0,
    emptyPolls: 0,
    rejectWanted: false,
    placing: null,
    waking: null,
    lips: null,
    lipsFree: 0,
    reset: false,
    accept: [],
    recycle: null,
    routes: new Map(),
    inhibits: null,
    enabled: null,
    disabledPolls: 0,
    settingAtMs: 0,
    settingTries: 0,
    levelsWanted: false,
    levelsAtMs: 0,
    levelsReadMs: 0,
    levelsTries: 0,
    eachLevel: false,
    reading: null,
    stock: null,
    positions: [],
    levelsText: null,
    full: false,
    moves: 0,
    emptying: null,
  };
}

/** A driver for one device; `step` is total: no sequence of bytes or orders makes it throw. */
export function createDriver(device: string, settings: Settings): Driver<State, Frame> {
  return {
    interByteMs: INTER_BYTE_MS,
    decoder: createDecoder,
    answers: (frame) => frame.address === settings.address,
    start: (memory) => start(device, settings, memory),
    step(before, input) {
      const { path } = before;
      const work: Work = { device, settings, nowMs: input.nowMs, s: { ...before }, path: { ...path }, facts: [] };
      const send = handle(work, input);
      return finish(work, send);
    },
  };
}

function finish(work: Work, send: DriverSend | null): DriverStep<State> {
  const { s, path, facts } = work;
  const next = nextAt(work);
  return {
    state: { ...s, path },
    facts,
    turnAtMs: next?.atMs ?? null,
    urgent: next?.urgent ?? false,
    ...(send === null ? {} : { send }),
  };
}

function handle(work: Work, input: DriverInput<Frame>): DriverSend | null {
  const { s, path, nowMs } = work;
  switch (input.type) {
    case 'opened':
      s.open = true;
      s.lastReplyMs = nowMs;
      s.randoms = randomsFrom(input.chance);
      if (s.neverLeft !== null) {
        refuse(work, s.neverLeft, 'restarted');
        s.ended = { command: s.neverLeft, fact: null };
      }
      s.neverLeft = null;
      beginAgain(work);
      return null;
    case 'closed':
      s.open = false;
      beginAgain(work);
      lose(work, input.problem.code, input.problem.message);
      return null;
    case 'turn':
      return takeTurn(work);
    case 'frame':
      onFrame(work, input.frame);
      return null;
    case 'discarded':
      return null;
    case 'silence':
      onSilence(work);
      return null;
    case 'command':
      onCommand(work, input.command);
      return null;
    case 'levels':
      s.accept = input.levels.accept;
      s.recycle = input.levels.recycle ?? s.recycle;
      return null;
    case 'recorded':
      recordedInPath(path, input.key);
      recordedInPayout(work, input.key);
      s.waits = s.waits.filter((key) => key !== input.key);
      return null;
    default:
      return input satisfies never;
  }
}

/** Everything that the device forgets, or that may have changed while nobody looked. */
function beginAgain(work: Work): void {
  const { s, path, settings, nowMs } = work;
  dropUnsent(work, 'line-lost');
  machineBeganAnew(path);
  payoutInterrupted(work);
  emptyingInterrupted(work);
  s.packet = null;
  s.asking = false;
  s.tries = 0;
  s.offer = null;
  s.session = null;
  s.setup = 0;
  s.setupTries = 0;
  s.setupAtMs = nowMs;
  s.version = settings.protocolVersion;
  s.ready = false;
  s.acks = null;
  s.polls = 0;
  s.pollAtMs = nowMs;
  s.ackWanted = false;
  s.holding = false;
  s.rejectWanted = false;
  s.emptyPolls = 0;
  s.inhibits = null;
  s.enabled = null;
  s.routes = new Map();
  s.settingAtMs = 0;
  s.settingTries = 0;
  s.reading = null;
  s.levelsWanted = pays(settings);
  s.levelsAtMs = nowMs;
}

// What to send next.

interface Next {
  readonly atMs: number;
  readonly urgent: boolean;
  /** Makes the command, and what has to be remembered of it. */
  readonly ask: (work: Work) => Ask;
}

const urgentKinds: ReadonlySet<Ask['kind']> = new Set(['accept', 'return', 'hold', 'pay', 'halt', 'event-ack']);

/** When the next command leaves; null while an answer or a record is awaited, or the line is down. */
function nextAt(work: Work): { readonly atMs: number; readonly urgent: boolean } | null {
  const { s } = work;
  if (!s.open || s.asking) return null;
  if (s.packet !== null) return { atMs: s.resendAtMs, urgent: urgentKinds.has(s.packet.kind) };
  return next(work);
}

function at(atMs: number, ask: Ask | ((work: Work) => Ask)): Next {
  return typeof ask === 'function'
    ? { atMs, urgent: false, ask }
    : { atMs, urgent: urgentKinds.has(ask.kind), ask: () => ask };
}

const hold: Ask = { kind: 'hold', name: 'hold', data: [command.hold] };
const giveBack: Ask = { kind: 'return', name: 'return', data: [command.reject] };
const acknowledge: Ask = { kind: 'event-ack', name: 'event-ack', data: [command.eventAck] };
const lastReject: Ask = { kind: 'last-reject', name: 'last-reject', data: [command.lastReject] };

function pollAsk({ s }: Work, kind: 'poll' | 'accept'): Ask {
  return { kind, name: kind, data: [s.acks === false ? command.poll : command.pollWithAck] };
}

function next(work: Work): Next | null {
  const { s, path, nowMs } = work;
  const step = setupStep(work);
  if (step !== null) return at(Math.max(nowMs, s.setupAtMs), (then) => setupAsk(then, step));
  if (s.holding) return whileHolding(work);
  // What the device forgets at the next poll has to be recorded before.
  if (s.acks === false && s.waits.length > 0) return null;
  if (noteWish(path) === 'return') return at(nowMs, giveBack);
  if (s.ackWanted && s.waits.length === 0 && s.payout?.phase !== 'ended') return at(nowMs, acknowledge);
  if (s.rejectWanted) return at(nowMs, lastReject);
  const poll = at(s.pollAtMs, (then: Work) => pollAsk(then, 'poll'));
  if (s.polls === 0) return poll;
  return [settingNext(work), payingNext(work), levelsNext(work)].reduce<Next>(
    (first, other) => (other !== null && other.atMs < first.atMs ? other : first),
    poll,
  );
}

/** A note lies in escrow: only what decides about it is sent, and HOLD until then. */
function whileHolding(work: Work): Next {
  const { s, path, nowMs } = work;
  const wish = noteWish(path);
  switch (wish) {
    case 'stack':
      return at(nowMs, pollAsk(work, 'accept'));
    case 'return':
      return at(nowMs, giveBack);
    case null:
      return at(Math.max(nowMs, Math.min(s.holdAtMs, path.escrow?.deadlineMs ?? s.holdAtMs)), hold);
    default:
      return wish satisfies never;
  }
}

/** Money is on its way out, or may be. */
function isMovingOut({ payout, emptying }: Draft): boolean {
  if (emptying !== null && emptying.phase !== 'counting' && emptying.phase !== 'ordered') return true;
  return payout !== null && (payout.phase === 'paying' || payout.phase === 'recovering' || payout.phase === 'ended');
}

/** Routes, inhibits, and whether it is enabled at all; not while a note moves. */
function settingNext(work: Work): Next | null {
  const { s, path, nowMs } = work;
  if (path.moving || isMovingOut(s)) return null;
  const ask = routeAsk(work) ?? inhibitsAsk(work) ?? enableAsk(work) ?? serviceAsk(work);
  return ask === null ? null : at(Math.max(nowMs, s.settingAtMs), ask);
}

function routeAsk({ s, settings }: Work): Ask | null {
  if (!takesNotes(settings) || !pays(settings) || s.recycle === null) return null;
  for (const [minor, wire] of s.wires) {
    const wanted = s.recycle.includes(minor) ? route.payout : route.cashbox;
    if (s.routes.get(minor) === wanted) continue;
    const country = s.version >= 6 ? ascii(wire.letters) : [];
    return { kind: 'route', name: 'set-route', data: [command.setRoute, wanted, ...le32(wire.value), ...country] };
  }
  return null;
}

/** Channels that may be taken now: none while it pays out, and none that it may not be trusted with. */
function channels({ s }: Work): number {
  const shut =
    s.payout !== null || s.emptying !== null || s.waking !== null || s.flags.has('ssp.denominations-changed');
  if (shut || s.table === null) return 0;
  let bits = 0;
  for (const [channel, { minor }] of s.table) if (s.accept.includes(minor)) bits |= 1 << (channel - 1);
  return bits & 0xffff;
}

function inhibitsAsk(work: Work): Ask | null {
  const { s, settings } = work;
  if (!takesNotes(settings)) return null;
  const mask = le16(channels(work));
  if (s.inhibits === mask.join()) return null;
  return { kind: 'inhibits', name: 'set-inhibits', data: [command.setInhibits, ...mask] };
}

/** A device that pays out stays enabled, or it would refuse to: its channels alone are shut. */
function enableAsk(work: Work): Ask | null {
  const { s, settings } = work;
  const wanted = pays(settings) || channels(work) !== 0;
  if (s.enabled === wanted) return null;
  const name = wanted ? 'enable' : 'disable';
  return { kind: 'enable', name, data: [wanted ? command.enable : command.disable] };
}

function serviceAsk({ s, nowMs }: Work): Ask | null {
  return s.serviceAtMs !== null && nowMs >= s.serviceAtMs ? enablePayout(s, 'enable-payout') : null;
}

function payingNext(work: Work): Next | null {
  const ask = payoutAsk(work) ?? emptyingAsk(work);
  return ask === null ? null : at(Math.max(work.nowMs, work.s.payout?.atMs ?? work.s.emptying?.atMs ?? 0), ask);
}

function levelsNext({ s, path, nowMs }: Work): Next | null {
  if (!s.levelsWanted || path.moving || s.wires.size === 0) return null;
  // A note may still be on its way to where it is said to lie: after a credit, and at a power-up.
  if (s.payout === null && (s.waking !== null || (s.placing !== null && s.emptyPolls < PLACED_POLLS))) return null;
  return at(Math.max(nowMs, s.levelsAtMs), levelsAsk);
}

function takeTurn(work: Work): DriverSend | null {
  const { s, nowMs } = work;
  watchEscrow(work);
  if (s.holding) dropLate(work);
  else dropUnsent(work, 'no-note');
  const due = nextAt(work);
  if (due === null || due.atMs > nowMs) return null;
  if (s.packet !== null) return sent(s, s.packet);
  const ask = (next(work) as Next).ask(work);
  onSending(work, ask);
  return sent(s, packetOf(work, ask));
}

function sent(s: Draft, packet: Packet): DriverSend {
  s.packet = packet;
  s.asking = true;
  return { name: packet.name, bytes: packet.bytes, replyWithinMs: REPLY_WITHIN_MS };
}

function packetOf({ s, settings }: Work, ask: Ask): Packet {
  // SYNC itself bears 1, and the next command 0.
  const sequence = ask.data[0] === command.sync ? 1 : s.sequence;
  s.sequence = sequence === 1 ? 0 : 1;
  const sealed = ask.plain !== true && s.session !== null;
  const data = sealed && s.session !== null ? seal(s.session, ask.data, padding(s)) : ask.data;
  return { ...ask, sequence, sealed, bytes: encode(settings.address, sequence, data) };
}

/** What the driver remembers of a command from the moment that its first byte may leave. */
function onSending(work: Work, { kind }: Ask): void {
  const { s, nowMs } = work;
  if (kind === 'accept') {
    wishSent(work, 'stack');
    s.emptyPolls = 0;
    s.holding = false;
  } else if (kind === 'return') wishSent(work, 'return');
  else if (kind === 'pay') payoutSent(work);
  else if (kind === 'empty') emptyingSent(work);
  if (kind === 'poll' || kind === 'accept') s.pollAtMs = nowMs + POLL_MS;
}

// What came back.

function onFrame(work: Work, frame: Frame): void {
  const { s, nowMs } = work;
  s.asking = false;
  s.lastReplyMs = nowMs;
  s.lost = null;
  const { packet } = s;
  if (packet === null) return;
  const answer = frame.sequence === packet.sequence ? replyIn(work, packet, frame.data) : null;
  if (answer === null) {
    s.resendAtMs = nowMs + RESEND_MS;
    failed(work);
    return;
  }
  s.packet = null;
  s.tries = 0;
  if (answer.code === reply.keyNotSet) onKeyNotSet(work, packet);
  else onAnswer(work, packet, answer);
}

/** What a frame says to this packet; null: it is no answer to it. To an encrypted one only an encrypted one is. */
function replyIn(work: Work, packet: Packet, data: Uint8Array): Reply | null {
  const { s } = work;
  const [code = 0] = data;
  if (!packet.sealed) return code === ENCRYPTED ? null : { code, data: data.subarray(1) };
  if (code === reply.keyNotSet) return { code, data: data.subarray(1) };
  const opened = s.session === null ? null : unseal(s.session, data);
  if (opened === null) return null;
  s.session = opened.session;
  keyProven(work);
  return { code: opened.reply[0] as number, data: opened.reply.subarray(1) };
}

/** It was reset and has lost the key; or it wants one, and the settings say none. */
function onKeyNotSet(work: Work, { sealed }: Packet): void {
  const { s, settings, nowMs } = work;
  if (settings.encryption === 'off') flag(work, 'ssp.encryption-wanted', true);
  else if (s.session !== null && !s.proven) keyUnproven(work);
  const pauseMs = s.flags.size > 0 || !sealed ? SERVICE_RETRY_MS : 0;
  beginAgain(work);
  s.setupAtMs = nowMs + pauseMs;
}

function onSilence(work: Work): void {
  const { s, nowMs, device } = work;
  s.asking = false;
  s.resendAtMs = nowMs;
  // What it cannot decrypt a device passes over in silence.
  if (!isUnproven(s) && nowMs - s.lastReplyMs > SILENT_MS) {
    s.ready = false;
    lose(work, 'silent', `${device} does not answer; check its power, its cable and its address.`);
  }
  failed(work);
}

function isUnproven({ packet, proven }: Draft): boolean {
  return packet?.sealed === true && !proven;
}

/** One more try, or the conversation begins anew: nobody knows then what became of the command. */
function failed(work: Work): void {
  const { s, settings, nowMs } = work;
  s.tries++;
  const unproven = isUnproven(s);
  if (s.tries < (unproven ? TRIES_UNPROVEN : TRIES)) return;
  if (unproven) keyUnproven(work);
  const first = s.packet?.data[0] === command.sync;
  beginAgain(work);
  if (settings.encryption === 'required' && s.keyFailures > 1) s.setupAtMs = nowMs + SERVICE_RETRY_MS;
  else if (first) s.setupAtMs = nowMs + POLL_MS;
}

function onAnswer(work: Work, packet: Packet, answer: Reply): void {
  const { s } = work;
  const [asked = 0] = packet.data;
  switch (packet.kind) {
    case 'setup':
      onSetupAnswer(work, answer);
      return;
    case 'hold':
      onHeld(work, answer);
      return;
    case 'poll':
    case 'accept':
      onPolled(work, packet, answer);
      return;
    case 'return':
      s.holding = false;
      s.emptyPolls = 0;
      return;
    case 'event-ack':
      s.held = [];
      s.ackWanted = false;
      return;
    case 'last-reject':
      onRejectCode(work, answer);
      return;
    case 'route':
    case 'inhibits':
    case 'enable':
    case 'enable-payout':
      onSetting(work, packet, answer);
      return;
    case 'levels':
      if (!onLevels(work, answer)) return;
      onStock(work);
      onStockEmptied(work);
      readyWhenDone(work);
      return;
    case 'test':
    case 'pay':
    case 'halt':
      onPayoutAnswer(work, packet.kind, asked, answer);
      return;
    case 'empty':
      onEmptyingAnswer(work, asked, answer);
      return;
    default:
      packet.kind satisfies never;
  }
}

function onSetupAnswer(work: Work, answer: Reply): void {
  const { s, settings } = work;
  const step = setupStep(work);
  if (step === null) return;
  onSetup(work, step, answer);
  if (s.setup < stepsOf(settings).length) return;
  flag(work, 'ssp.encryption-wanted', false);
  if (s.flags.has('ssp.other-model')) {
    // It may be exchanged; until then it is asked nothing but what it is.
    beginAgain(work);
    s.setupAtMs = work.nowMs + SERVICE_RETRY_MS;
  } else tellIdentity(work);
}

function onSetting(work: Work, { kind, data }: Packet, answer: Reply): void {
  const { s, nowMs } = work;
  if (answer.code !== reply.ok) {
    if (kind === 'enable-payout') s.serviceAtMs = nowMs + SERVICE_RETRY_MS;
    s.settingTries++;
    s.settingAtMs = nowMs + (kind === 'enable-payout' ? 0 : SETTING_RETRY_MS);
    if (s.settingTries < SETTING_TRIES || kind === 'enable-payout') return;
    flag(work, 'ssp.setting-refused', true);
    // Channels that cannot be shut: notes could come in while others go out.
    dropUnsentPayout(work, 'setting-refused');
    dropUnsentEmptying(work, 'setting-refused');
    return;
  }
  s.settingTries = 0;
  s.settingAtMs = 0;
  if (kind !== 'enable-payout') flag(work, 'ssp.setting-refused', false);
  if (kind === 'route') {
    const [minor] =
      [...s.wires].find(([, { value }]) => le32(value).every((byte, place) => data[2 + place] === byte)) ?? [];
    if (minor !== undefined) s.routes = new Map([...s.routes, [minor, data[1] as number]]);
  } else if (kind === 'inhibits') {
    s.inhibits = data.slice(1).join();
    s.emptyPolls = 0;
  } else if (kind === 'enable') s.enabled = data[0] === command.enable;
  else {
    s.serviceAtMs = null;
    flag(work, 'ssp.payout-out-of-service', false);
  }
  readyWhenDone(work);
}

function readyWhenDone(work: Work): void {
  const { s, device, facts } = work;
  if (s.ready || s.polls === 0 || s.waking !== null || s.levelsWanted || s.lost !== null || isMovingOut(s)) return;
  if (settingNext(work) !== null) return;
  s.ready = true;
  const usable = !s.flags.has('ssp.denominations-changed') && s.table !== null && s.table.size > 0;
  facts.push({ device, fact: usable ? 'device.ready' : 'device.disabled' });
}

// Answers to polls.

function isResting({ s, path }: Work): boolean {
  const still = s.payout === null && s.emptying === null && s.waking === null && s.placing === null;
  return still && s.ready && s.accept.length === 0 && path.escrow === null && path.stack === null && !path.moving;
}

function onPolled(work: Work, { data }: Packet, answer: Reply): void {
  const { s, nowMs } = work;
  const resting = isResting(work);
  s.pollAtMs = nowMs + (resting ? POLL_RESTING_MS : POLL_MS);
  if (resting && pays(work.settings) && nowMs >= s.levelsReadMs + LEVELS_EVERY_MS) s.levelsWanted = true;
  if (answer.code !== reply.ok) {
    if (data[0] === command.pollWithAck && answer.code === reply.notKnown) {
      s.acks = false;
      s.pollAtMs = nowMs;
    }
    return;
  }
  s.acks ??= data[0] === command.pollWithAck;
  s.polls++;
  const said = eventsIn(answer.data, s.version);
  const told = said.events.filter(isHeld).map(({ text }) => text);
  const before = [...s.held];
  s.held = s.acks ? told : [];
  s.ackWanted = s.acks && told.length > 0 && said.unread.length === 0;
  flag(work, 'ssp.event-unreadable', said.unread.length > 0);
  said.events.forEach((one, place) => {
    const again = isHeld(one) ? before.indexOf(one.text) : -1;
    if (again >= 0) before.splice(again, 1);
    else onEvent(work, one, said.events.slice(place + 1));
  });
  if (s.setup === 0) return;
  afterNotes(work, said);
  afterPayout(work, said);
  afterEmptying(work, said);
  watchStanding(work, said);
  watchBox(work, said);
  if (!said.events.some(({ code }) => code === event.slaveReset)) s.reset = false;
  if (!said.events.some(({ code }) => code === event.initialising)) readyWhenDone(work);
}

function onEvent(work: Work, one: Event, later: readonly Event[]): void {
  const { s, settings, nowMs } = work;
  if (takesNotes(settings)) onNoteEvent(work, one, later);
  if (pays(settings)) {
    onPayoutEvent(work, one);
    onEmptyingEvent(work, one);
  }
  switch (one.code) {
    case event.slaveReset:
      onReset(work);
      return;
    case event.cashboxRemoved:
      boxStands(work, true);
      return;
    case event.cashboxReplaced:
      boxStands(work, false);
      return;
    case event.payoutOutOfService:
      flag(work, 'ssp.payout-out-of-service', true);
      s.serviceAtMs ??= nowMs + SERVICE_RETRY_MS;
      return;
    case event.disabled:
      if (s.enabled === true) s.enabled = null;
      return;
    case event.channelsDisabled:
      if (s.inhibits !== le16(0).join()) s.inhibits = null;
      return;
    default:
      return;
  }
}

/** It was switched on, or reset: it forgot everything, unless it has been set up since. */
function onReset(work: Work): void {
  const { s, path, settings } = work;
  if (s.reset) return;
  s.reset = true;
  s.boxUnsure = s.boxOut;
  if (takesNotes(settings)) s.waking = 0;
  machineBeganAnew(path);
  // An encrypted conversation is younger than the reset: the key would be gone.
  if (s.polls > 1 || s.session === null) beginAgain(work);
}

/** A box that is out is told with every answer; one that was put in without power is not told at all. */
function watchBox(work: Work, { events }: Events): void {
  const { s } = work;
  const passing = events.some(({ code }) => code === event.slaveReset || code === event.initialising);
  if (!s.boxUnsure || passing) return;
  s.boxUnsure = false;
  if (!events.some(({ code }) => code === event.cashboxRemoved)) boxStands(work, false);
}

/** A fault stands as long as it is told, and a little longer. */
function watchStanding(work: Work, { events }: Events): void {
  const { s } = work;
  const codes = new Set(events.map(({ code }) => code));
  const worst = standingFaults.find(([code]) => codes.has(code))?.[1] ?? null;
  s.faultPolls = worst === null ? s.faultPolls + 1 : 0;
  if (worst !== null || s.faultPolls >= FAULT_POLLS) faultStands(work, worst, worst === 'ssp.fraud');
  const full = codes.has(event.deviceFull) || (s.full && s.faultPolls < FAULT_POLLS);
  if (full !== s.full) {
    s.full = full;
    tellLevels(work);
  }
  const wants = channels(work) !== 0 && worst === null;
  s.disabledPolls = wants && codes.has(event.disabled) ? s.disabledPolls + 1 : 0;
  flag(work, 'ssp.disabled', s.disabledPolls >= DISABLED_POLLS);
}

// Orders.

function onCommand(work: Work, order: DeviceCommand): void {
  switch (order.command) {
    case 'note.stack':
    case 'note.return':
      if (takesNotes(work.settings)) onNoteOrder(work, order);
      else refuse(work, order.id, 'takes-no-notes');
      return;
    case 'cash.dispense':
      onDispense(work, order);
      return;
    case 'cash.empty':
      onEmpty(work, order);
      return;
    default:
      refuse(work, order.id, 'not-for-a-cash-device');
  }
}
