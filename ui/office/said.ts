/** What comes from kiosks, in words: a configuration, an alert, a command. */
import type {
  AlertLine,
  CommandAct,
  CommandLine,
  KioskLine,
  LevelLine,
  Ordered,
  Problem,
  Role,
  Said,
  Whom,
} from '../../kiosk/office/server/wire.ts';
import type { Lang } from '../../kiosk/server/wire.ts';
import { casesEn, casesZh } from '../staff/words/cases.ts';
import type { Place } from './desk.ts';
import type { Words } from './text.ts';
import type { AlertWords, KnownAlert } from './words/alerts.ts';

export type Tone = 'good' | 'plain' | 'caution' | 'stop';

const caseAbouts: Readonly<Record<Lang, Readonly<Record<string, string>>>> = {
  en: casesEn.abouts,
  'zh-CN': casesZh.abouts,
};

/** What went wrong, as a sentence; a word that this page does not know stands in a general one. */
export function problemSaid(words: Words, { problem, seconds, kiosk }: Problem): readonly string[] {
  const known: Readonly<Record<string, string>> = words.problems;
  if (problem === 'busy-kiosk' && kiosk !== undefined) return [words.busyKiosk(kiosk)];
  const said = Object.hasOwn(known, problem) ? known[problem]! : words.unknownProblem(problem);
  return seconds === undefined ? [said] : [said, words.tryAgainIn(seconds)];
}

export interface RunningSaid {
  readonly text: string;
  readonly notes: readonly string[];
  readonly tone: Tone;
}

/** What a kiosk runs with, and whether that is what was published for it. */
export function runningSaid(words: Words, running: KioskLine['running']): RunningSaid {
  const own = words.kiosks;
  if (running === null) return { text: own.notTold, notes: [], tone: 'plain' };
  const { edition, staged, stale, published } = running;
  const text = edition === null ? own.byHand : own.edition(edition);
  const notes = [
    ...(staged !== null
      ? [own.staged(staged)]
      : isOther(running) && published !== null
        ? [own.published(published)]
        : []),
    ...(stale ? [own.stale] : []),
  ];
  return { text, notes, tone: stale ? 'stop' : isOther(running) ? 'caution' : 'plain' };
}

/** A kiosk whose configuration is not the one that was published for it, or that believes none. */
export function differs({ running }: KioskLine): boolean {
  return running !== null && (running.stale || isOther(running));
}

function isOther({ edition, published }: NonNullable<KioskLine['running']>): boolean {
  return published !== null && published !== edition;
}

export function alertWords(words: Words, kind: string): AlertWords {
  const { alertKinds, unknownAlert } = words.alerts;
  return Object.hasOwn(alertKinds, kind) ? alertKinds[kind as KnownAlert] : unknownAlert(kind);
}

/** What it is about, one line each; what this page cannot read stands as it came. */
export function alertSaid(place: Place, { kind, subject, detail: said }: AlertLine): readonly string[] {
  const { alerts } = place.words;
  const detail = inLang(place, said);
  const lines = linesOf(detail);
  switch (kind as KnownAlert) {
    case 'paper':
    case 'fault': {
      if (subject === 'clock') return [alerts.clockOff(detail)];
      const [device = '', code = ''] = subject.split(' ');
      return [code === 'lost' ? alerts.lost(device) : alerts.deviceFault(device, faultSaid(place, code)), ...lines];
    }
    case 'cash-full': {
      const [device = '', unit = ''] = subject.split(' ');
      const what = unitSaid(place, device, unit);
      return [detail === '' ? alerts.saysFull(what) : alerts.filled(what, detail)];
    }
    case 'cash-low': {
      const [device = '', unit = '', currency = '', minor = ''] = subject.split(' ');
      const piece = place.money(currency, Number(minor));
      return [alerts.leftOf(`${unitSaid(place, device, unit)} ${piece}`, detail)];
    }
    case 'case':
      return [alerts.caseNumber(subject), ...lines.map((about) => caseAbouts[place.lang][about] ?? about)];
    case 'configuration-refused':
      return [alerts.editionRefused(subject), ...whySaid(place, detail)];
    case 'configuration-went-back':
      // One that had no number was known by its hash.
      return [...(/^\d+$/.test(subject) ? [alerts.editionRefused(subject)] : []), ...whySaid(place, detail)];
    case 'configuration-stale':
      // The hash of what it runs says nothing to a person.
      return lines.filter((line) => !/^[0-9a-f]{64}$/.test(line));
    default:
      return [subject, ...lines].filter((line) => line !== '');
  }
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** What came in both languages in that of whoever reads; else as it came. */
export function inLang({ lang }: Place, said: Said): string {
  return typeof said === 'string' ? said : said[lang];
}

/** Why a kiosk did not keep a configuration: its word as a sentence, then which device or what in it, one line each. */
export function whySaid(place: Place, said: Said): readonly string[] {
  const { whys } = place.words.alerts;
  const why = inLang(place, said);
  const [, code = '', rest = ''] = /^([a-z-]*)[ \n]?([\s\S]*)$/.exec(why) ?? [];
  return Object.hasOwn(whys, code) ? [whys[code]!, ...linesOf(rest)] : linesOf(why);
}

/** What a device lacks; codes of its maker stand as they came, as the staff's page names them. */
export function faultSaid({ words }: Place, code: string): string {
  const { faults } = words.kiosks;
  return Object.hasOwn(faults, code) ? faults[code]! : code;
}

/** Where cash lies: the device, and which part of it. */
export function unitSaid({ words }: Place, device: string, unit: string): string {
  if (device === unit) return device;
  const { units } = words.kiosks;
  return `${device} ${Object.hasOwn(units, unit) ? units[unit] : unit}`;
}

/** What was ordered, in few words. */
export function actSaid({ words, lang }: Place, order: CommandAct): string {
  const { commands } = words;
  switch (order.act) {
    case 'send-trace':
      return commands.actTrace(order.device);
    case 'message':
      return commands.actMessage(order.text?.[lang] ?? null);
    case 'method':
      return commands.actMethod(commands.methods[order.method] ?? order.method, order.enabled);
    default:
      return commands.acts[order.act];
  }
}

/** What the kiosk does then, as the middle of a sentence. */
export function doesSaid({ words, lang }: Place, order: CommandAct): string {
  const { commands } = words;
  switch (order.act) {
    case 'send-trace':
      return commands.doesTrace(order.device);
    case 'message':
      return commands.doesMessage(order.text?.[lang] ?? null);
    case 'method':
      return commands.doesMethod(commands.methods[order.method] ?? order.method, order.enabled);
    default:
      return commands.does[order.act];
  }
}

/** Why a kiosk refused, or what came of it; a word that this page does not know stands as it came. */
export function resultSaid({ commands: { results } }: Words, result: string): string {
  return Object.hasOwn(results, result) ? results[result]! : result;
}

/** More about what somebody did, in words where it was written down for programs. */
export function detailSaid(place: Place, did: string, detail: string): string {
  const { roles, persons } = place.words;
  if ((did === 'set-up' || did.startsWith('person-')) && Object.hasOwn(roles, detail)) return roles[detail as Role];
  if (did === 'paired' && detail === 'replaced') return persons.replaced;
  if (did.startsWith('alert-')) return alertNamed(place, detail);
  try {
    if (did === 'command') return actSaid(place, (JSON.parse(detail) as { readonly order: CommandAct }).order);
    if (did === 'order') return orderNamed(place, JSON.parse(detail) as OrderNote);
    if (did.startsWith('rollout-')) return rolloutNamed(place, JSON.parse(detail) as RolloutNote);
    return detail;
  } catch {
    return detail;
  }
}

interface OrderNote {
  readonly order: CommandAct;
  readonly whom: Ordered;
  /** So many it went to. */
  readonly kiosks: number;
}

function orderNamed(place: Place, { order, whom, kiosks }: OrderNote): string {
  const { words, list } = place;
  const many = words.commands.whomMany(kiosks);
  const to = orderedSaid(place, whom);
  return list([actSaid(place, order), ...(to === many ? [many] : [to, many])]);
}

interface RolloutNote {
  readonly whom: Whom;
  readonly backOf: number | null;
}

function rolloutNamed({ words }: Place, { whom, backOf }: RolloutNote): string {
  const said = whomSaid(words, whom);
  return backOf === null ? said : words.rollouts.before(said, backOf);
}

/** Its kind, then what it is about; the hash of a configuration says nothing to a person. */
function alertNamed({ words }: Place, detail: string): string {
  const [kind = '', ...about] = detail.split(' ').filter((word) => !/^[0-9a-f]{64}$/.test(word));
  const { title } = alertWords(words, kind);
  return about.length === 0 ? title : `${title}${words.colon}${about.join(' ')}`;
}

export function whomSaid({ rollouts }: Words, whom: Whom): string {
  switch (whom.whom) {
    case 'kiosk':
      return rollouts.forKiosk(whom.kiosk);
    case 'group':
      return rollouts.forGroup(whom.group);
    case 'all':
      return rollouts.forAll;
    default:
      return whom satisfies never;
  }
}

/** So many names are read at a glance; more are counted. */
const namesShown = 3;

export function orderedSaid({ words, list }: Pick<Place, 'words' | 'list'>, whom: Ordered): string {
  if (whom.whom !== 'kiosks') return whomSaid(words, whom);
  return whom.kiosks.length > namesShown ? words.commands.whomMany(whom.kiosks.length) : list(whom.kiosks);
}

/** One bar: a box as a whole, whatever lies in it, and what is paid out by denomination. */
export interface Level {
  readonly name: string;
  readonly count: number;
  readonly capacity: number | null;
  readonly state: 'low' | 'ok' | 'full';
}

/** As the office judges it for its alerts. */
const lowPart = 0.1;
const fullPart = 0.9;

export function levelsOf(place: Place, lines: readonly LevelLine[]): readonly Level[] {
  const found = new Map<string, { name: string; box: boolean; count: number; capacity: number | null }>();
  for (const { device, unit, currency, minor, count, capacity } of lines) {
    const box = unit === 'box';
    const name = unitSaid(place, device, unit);
    const key = box ? name : `${name} ${currency} ${minor}`;
    const before = found.get(key)?.count ?? 0;
    found.set(key, {
      name: box ? name : `${name} ${place.money(currency, minor)}`,
      box,
      count: before + count,
      capacity,
    });
  }
  return [...found.values()].map(({ name, box, count, capacity }) => ({
    name,
    count,
    capacity,
    state: state(box, count, capacity),
  }));
}

function state(box: boolean, count: number, capacity: number | null): Level['state'] {
  if (capacity === null) return 'ok';
  if (box) return count >= capacity * fullPart ? 'full' : 'ok';
  return count <= capacity * lowPart ? 'low' : 'ok';
}

export const commandTones: Readonly<Record<CommandLine['status'], Tone>> = {
  sent: 'plain',
  taken: 'plain',
  done: 'good',
  failed: 'stop',
  refused: 'stop',
  expired: 'caution',
};
