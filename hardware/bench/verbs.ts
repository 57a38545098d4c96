/**
 * What a hand can do, as a line of text (`insert 20.00 torn`) or as a JSON body (`{"action":"insert","minor":2000}`),
 * made into the one `HandAction` that simulators know. Amounts in text are in whole units with a decimal point.
 */
import type { HandAction } from '../simulated.ts';

/** Verbs that belong to the owner of the line, not to the machine. */
export type OwnerVerb = 'levels' | 'unplug' | 'plug' | 'quit';

export type ParsedVerb =
  | { readonly type: 'hand'; readonly action: HandAction }
  | { readonly type: 'owner'; readonly verb: OwnerVerb }
  | { readonly type: 'wrong'; readonly reason: string };

type Argument = 'nothing' | 'note' | 'coin' | 'fill' | 'text' | 'misbehaviour' | 'paper' | 'card' | 'on-off';

const LONGEST_TEXT = 4096;
const MOST_COUNT = 10_000;
const conditions = ['torn', 'unreadable', 'strung'] as const;
const values: Readonly<Record<'misbehaviour' | 'paper' | 'card' | 'on-off', readonly string[]>> = {
  misbehaviour: ['repeat', 'late', 'noise', 'counter', 'off'],
  paper: ['out', 'low', 'ok'],
  card: ['approve', 'decline', 'partial', 'remove'],
  'on-off': ['on', 'off'],
};

/** Longer verbs stand before the shorter ones they begin with. */
const verbs: readonly (readonly [words: string, argument: Argument])[] = [
  ['insert cashbox', 'nothing'],
  ['insert coin', 'coin'],
  ['insert', 'note'],
  ['scan', 'text'],
  ['fill', 'fill'],
  ['take', 'nothing'],
  ['jam hopper', 'nothing'],
  ['jam', 'nothing'],
  ['clear jam', 'nothing'],
  ['stacker full', 'on-off'],
  ['misbehave', 'misbehaviour'],
  ['remove cashbox', 'nothing'],
  ['open cover', 'nothing'],
  ['close cover', 'nothing'],
  ['paper', 'paper'],
  ['card', 'card'],
  ['pin', 'text'],
  ['cut power', 'nothing'],
  ['restore power', 'nothing'],
];
const ownerVerbs: readonly OwnerVerb[] = ['levels', 'unplug', 'plug', 'quit'];

/** Every verb with what may follow it, for `--help`. */
export const verbHelp = [
  'insert AMOUNT [torn|unreadable|strung]',
  'insert coin AMOUNT',
  'insert cashbox',
  'remove cashbox',
  'scan TEXT',
  'fill AMOUNT COUNT',
  'take',
  'jam',
  'jam hopper',
  'clear jam',
  'stacker full [on|off]',
  'misbehave repeat|late|noise|counter|off',
  'open cover',
  'close cover',
  'paper out|low|ok',
  'card approve|decline|partial|remove',
  'pin DIGITS',
  'levels',
  'cut power',
  'restore power',
  'unplug',
  'plug',
  'quit',
] as const;

/**
 * Reads one line. `exponent` is the number of decimals of the currency (2 for CNY: `20.00` is 2000).
 * Never throws; what is wrong is named in `reason`.
 */
export function parseVerb(line: string, exponent = 2): ParsedVerb {
  const words = line.trim().split(/\s+/);
  const owner = ownerVerbs.find((verb) => verb === words[0]);
  if (owner !== undefined)
    return words.length === 1 ? { type: 'owner', verb: owner } : wrong(`"${owner}" takes nothing after it`);
  const text = words.join(' ');
  const verb = verbs.find(([name]) => text === name || text.startsWith(`${name} `));
  if (verb === undefined) return wrong(`unknown verb "${words.slice(0, 2).join(' ')}"; --help lists them`);
  const [action, argument] = verb;
  const rest = line.trim().replace(/^\s+/, '').split(/\s+/).slice(action.split(' ').length);
  return withArguments(action, argument, rest, exponent);
}

function withArguments(action: string, argument: Argument, rest: readonly string[], exponent: number): ParsedVerb {
  const [first, second] = rest;
  switch (argument) {
    case 'nothing':
      return rest.length === 0 ? hand({ action }) : wrong(`"${action}" takes nothing after it`);
    case 'note':
    case 'coin': {
      const minor = parseAmount(first ?? '', exponent);
      if (minor === null) return wrong(`"${action}" needs an amount such as 20.00`);
      if (second === undefined) return hand({ action, minor });
      const condition = conditions.find((known) => known === second);
      if (argument === 'coin' || condition === undefined || rest.length > 2)
        return wrong(`"${rest.slice(1).join(' ')}" is not a condition; notes are ${conditions.join(', ')}`);
      return hand({ action, minor, condition });
    }
    case 'fill': {
      const minor = parseAmount(first ?? '', exponent);
      const count = Number(second);
      if (minor === null || !isCount(count) || rest.length !== 2)
        return wrong(`"fill" needs an amount and a count up to ${MOST_COUNT}, such as fill 1.00 50`);
      return hand({ action, minor, count });
    }
    case 'text':
      if (rest.length === 0) return wrong(`"${action}" needs a text`);
      return hand({ action, text: rest.join(' ') });
    case 'on-off':
      if (rest.length === 0) return hand({ action });
      return oneOf(action, values['on-off'], rest);
    case 'misbehaviour':
    case 'paper':
    case 'card':
      return oneOf(action, values[argument], rest);
    default: {
      const never: never = argument;
      return never;
    }
  }
}

function oneOf(action: string, known: readonly string[], rest: readonly string[]): ParsedVerb {
  const value = rest.join(' ');
  if (!known.includes(value)) return wrong(`"${action}" needs one of ${known.join(', ')}`);
  return hand({ action, value });
}

function hand(action: HandAction): ParsedVerb {
  return { type: 'hand', action };
}

function wrong(reason: string): ParsedVerb {
  return { type: 'wrong', reason };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_COUNT;
}

/** `20`, `20.5` and `20.00` in minor units; null for anything else, zero and amounts too fine for the currency included. */
export function parseAmount(text: string, exponent: number): number | null {
  const match = /^(\d{1,12})(?:\.(\d{1,4}))?$/.exec(text);
  if (match === null) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > exponent) return null;
  const minor = Number((match[1] as string) + fraction.padEnd(exponent, '0'));
  return Number.isSafeInteger(minor) && minor > 0 ? minor : null;
}

/** Checks a JSON body as the bench's HTTP interface gets it: the same verbs, arguments by name. Never throws. */
export function parseAction(body: unknown): ParsedVerb {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return wrong('send a JSON object with "action" and its arguments');
  const { action, minor, count, condition, text, value, ...others } = body as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return wrong(`unknown argument "${other}"`);
  if (typeof action !== 'string') return wrong('"action" is missing');
  const owner = ownerVerbs.find((verb) => verb === action);
  if (owner !== undefined) return { type: 'owner', verb: owner };
  const verb = verbs.find(([name]) => name === action);
  if (verb === undefined) return wrong(`unknown action "${action}"`);
  const needs = verb[1];
  if (needs === 'note' || needs === 'coin' || needs === 'fill') {
    if (!(typeof minor === 'number' && Number.isSafeInteger(minor) && minor > 0))
      return wrong('"minor" must be a positive whole number of minor units');
  }
  if (needs === 'fill' && !isCount(count)) return wrong(`"count" must be a whole number from 1 to ${MOST_COUNT}`);
  if (condition !== undefined && !conditions.some((known) => known === condition))
    return wrong(`"condition" must be one of ${conditions.join(', ')}`);
  if (needs === 'text' && !(typeof text === 'string' && text.length > 0 && text.length <= LONGEST_TEXT))
    return wrong(`"text" must be a text of up to ${LONGEST_TEXT} characters`);
  if (needs === 'misbehaviour' || needs === 'paper' || needs === 'card' || needs === 'on-off') {
    const missing = value === undefined && needs === 'on-off';
    if (!missing && !(typeof value === 'string' && values[needs].includes(value)))
      return wrong(`"value" must be one of ${values[needs].join(', ')}`);
  }
  return hand({
    action,
    ...(typeof minor === 'number' ? { minor } : {}),
    ...(typeof count === 'number' ? { count } : {}),
    ...(typeof condition === 'string' ? { condition: condition as (typeof conditions)[number] } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof value === 'string' ? { value } : {}),
  });
}
