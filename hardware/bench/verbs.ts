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

/** One argument: its name in JSON, and what may be there. In words they follow the verb in this order. */
interface Argument {
  readonly field: 'minor' | 'count' | 'condition' | 'text' | 'value';
  readonly optional?: true;
  /** Its name in the help, where it is not one of `values`. */
  readonly shown?: string;
  readonly values?: readonly string[];
}

interface Verb {
  readonly words: string;
  readonly takes: readonly Argument[];
}

const LONGEST_TEXT = 4096;
const MOST_COUNT = 10_000;

const amount: Argument = { field: 'minor', shown: 'AMOUNT' };

function value(...values: readonly string[]): Argument {
  return { field: 'value', values };
}

function verb(words: string, ...takes: readonly Argument[]): Verb {
  return { words, takes };
}

/** For both doors. Longer verbs stand before the shorter ones they begin with. */
const verbs: readonly Verb[] = [
  verb('insert cashbox'),
  verb('insert coin', amount),
  verb('insert', amount, { field: 'condition', values: ['torn', 'unreadable', 'strung'], optional: true }),
  verb('remove cashbox'),
  verb('scan', { field: 'text', shown: 'TEXT' }),
  verb('fill', amount, { field: 'count', shown: 'COUNT' }),
  verb('take'),
  verb('jam hopper'),
  // What jams in a printer, or is too hot.
  verb('jam', { ...value('cutter', 'unrecoverable', 'heat'), optional: true }),
  verb('clear jam'),
  verb('stacker full', { ...value('on', 'off'), optional: true }),
  verb(
    'misbehave',
    value('repeat', 'late', 'noise', 'counter', 'wrong-amount', 'wrong-currency', 'crc', 'busy', 'off'),
  ),
  verb('open cover'),
  verb('close cover'),
  verb('paper', value('out', 'low', 'ok')),
  // What the bank says to the card that is put in; the amount is that of a partial approval.
  verb('card', value('approve', 'decline', 'partial', 'pin', 'expired', 'unreadable', 'insufficient', 'remove'), {
    ...amount,
    optional: true,
  }),
  verb('pin', { field: 'text', shown: 'DIGITS' }),
  verb('press stop'),
  // The bank behind a card terminal; lost: it acts, and its answers do not arrive.
  verb('host', value('online', 'offline', 'lost')),
  verb('init required'),
  verb('day full'),
  verb('open door'),
  verb('close door'),
  verb('open vault'),
  verb('close vault'),
  verb('shake'),
  // The cabinet's supply and its battery, as their contacts tell the I/O module.
  verb('mains', value('off', 'on')),
  verb('ups', value('low', 'ok')),
  verb('key', value('on', 'off')),
  verb('temperature', { field: 'text', shown: 'CELSIUS' }),
  verb('cut power'),
  verb('restore power'),
];
const ownerVerbs: readonly OwnerVerb[] = ['levels', 'unplug', 'plug', 'quit'];

/** Every verb with what may follow it, for `--help`. */
export const verbHelp: readonly string[] = [...verbs.map(usage), ...ownerVerbs];

function usage({ words, takes }: Verb): string {
  const shown = takes.map(({ shown, values = [], optional }) => {
    const name = shown ?? values.join('|');
    return optional ? `[${name}]` : name;
  });
  return [words, ...shown].join(' ');
}

/**
 * Reads one line. `exponent` is the number of decimals of the currency (2 for CNY: `20.00` is 2000).
 * Never throws; what is wrong is named in `reason`.
 */
export function parseVerb(line: string, exponent = 2): ParsedVerb {
  const words = line.trim().split(/\s+/);
  const text = words.join(' ');
  const owner = ownerVerbs.find((verb) => verb === words[0]);
  if (owner !== undefined)
    return words.length === 1 ? { type: 'owner', verb: owner } : wrong(`"${owner}" takes nothing after it`);
  const verb = verbs.find(({ words: name }) => text === name || text.startsWith(`${name} `));
  if (verb === undefined) return wrong(`unknown verb "${words.slice(0, 2).join(' ')}"; --help lists them`);
  const rest = words.slice(verb.words.split(' ').length);
  const given: Record<string, unknown> = {};
  for (const { field } of verb.takes) {
    const word = field === 'text' ? rest.splice(0).join(' ') : rest.shift();
    if (word !== undefined) given[field] = fromWord(field, word, exponent);
  }
  if (rest.length === 0 && problemOf(verb, given) === null) return hand(verb, given);
  const hint = verb.takes.includes(amount) ? ', an amount such as 20.00' : '';
  return wrong(`"${text}" is not understood; write ${usage(verb)}${hint}`);
}

function fromWord(field: Argument['field'], word: string, exponent: number): unknown {
  if (field === 'minor') return parseAmount(word, exponent);
  return field === 'count' && /^\d{1,5}$/.test(word) ? Number(word) : word;
}

/** Checks a JSON body as the bench's HTTP interface gets it: the same verbs, arguments by name. Never throws. */
export function parseAction(body: unknown): ParsedVerb {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return wrong('send a JSON object with "action" and its arguments');
  const { action, ...given } = body as Record<string, unknown>;
  if (typeof action !== 'string') return wrong('"action" is missing');
  const owner = ownerVerbs.find((verb) => verb === action);
  if (owner !== undefined) {
    const problem = problemOf({ words: owner, takes: [] }, given);
    return problem === null ? { type: 'owner', verb: owner } : wrong(problem);
  }
  const verb = verbs.find(({ words }) => words === action);
  if (verb === undefined) return wrong(`unknown action "${action}"`);
  const problem = problemOf(verb, given);
  return problem === null ? hand(verb, given) : wrong(problem);
}

/** What is wrong with the arguments of a verb; null when it can be done. */
function problemOf({ words, takes }: Verb, given: Readonly<Record<string, unknown>>): string | null {
  const stranger = Object.keys(given).find((name) => !takes.some(({ field }) => field === name));
  if (stranger !== undefined) return `"${words}" takes no "${stranger}"`;
  for (const argument of takes) {
    const { field, optional } = argument;
    if (!Object.hasOwn(given, field)) {
      if (optional !== true) return `"${words}" needs "${field}"`;
      continue;
    }
    const must = mustBe(argument, given[field]);
    if (must !== null) return `"${field}" must be ${must}`;
  }
  return null;
}

/** What the value should be; null when it is. */
function mustBe({ field, values }: Argument, value: unknown): string | null {
  switch (field) {
    case 'minor':
      return isWhole(value, Number.MAX_SAFE_INTEGER) ? null : 'a positive whole number of minor units';
    case 'count':
      return isWhole(value, MOST_COUNT) ? null : `a whole number from 1 to ${MOST_COUNT}`;
    case 'text':
      return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT
        ? null
        : `a text of up to ${LONGEST_TEXT} characters`;
    case 'condition':
    case 'value':
      return typeof value === 'string' && values?.includes(value) === true ? null : `one of ${values?.join(', ')}`;
    default: {
      const never: never = field;
      return never;
    }
  }
}

function isWhole(value: unknown, most: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= most;
}

/** `given` was checked. */
function hand({ words }: Verb, given: Readonly<Record<string, unknown>>): ParsedVerb {
  return { type: 'hand', action: { action: words, ...given } as HandAction };
}

function wrong(reason: string): ParsedVerb {
  return { type: 'wrong', reason };
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
