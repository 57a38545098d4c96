/**
 * Where people who work here are asked what they did. It checks rights and what takes two, and only what may be goes up as
 * a fact.
 */
import type { Kiosk } from '../kiosk.ts';
import { serviceSeconds } from '../staff/persons.ts';
import { forTwo, needsTwo, personHere, refusal, refusalOfAny, rightsOf } from '../staff/rights.ts';
import { type ActRule, type ActRules, done, no, type RuledAct } from './acts/act.ts';
import { cashActs } from './acts/cash.ts';
import { dayActs } from './acts/day.ts';
import { type MachineParts, machineActs } from './acts/machines.ts';
import { type PersonParts, personActs } from './acts/persons.ts';
import { type WindowParts, windowActs } from './acts/window.ts';
import type { ConfigurationParts } from './staff-configuration.ts';
import { createLogIn, type LogIn, type LogInParts } from './staff-log-in.ts';
import type { Download } from './staff-reports.ts';
import { type ListParts, readFile, readTable, rightToRead } from './staff-table-list.ts';
import type { StaffAct, StaffAnswer, StaffNow, Tables } from './staff-wire.ts';

/** All that the desk works with. */
type Whole = ListParts & LogInParts & MachineParts & PersonParts & WindowParts;

export interface DeskParts extends Omit<Whole, 'now' | 'configuration' | 'logIn'> {
  readonly kiosk: () => Kiosk;
  readonly search: ConfigurationParts['search'];
  readonly configuration: Omit<ConfigurationParts, 'search' | 'kindOf'>;
}

export interface Desk extends Pick<LogIn, 'setUp' | 'enter'> {
  now(token: string | null): StaffNow;
  act(token: string | null, act: StaffAct): Promise<StaffAnswer>;
  /** Null: this token may not read it. Throws BadQuery. */
  table(token: string | null, name: keyof Tables, query: unknown): unknown;
  /** The same for what is taken away as a file; null too: it is none. */
  download(token: string | null, name: keyof Tables, query: unknown): Promise<Download | null>;
}

export function createDesk(parts: DeskParts): Desk {
  const { take, search, kindOf } = parts;
  /** The state with the moments of just now. */
  const now = (): Kiosk => ({ ...parts.kiosk(), monoMs: parts.clock.monoMs() });
  const logIn = createLogIn({ ...parts, now });
  const whole: Whole = { ...parts, now, logIn, configuration: { ...parts.configuration, search, kindOf } };
  const rules: ActRules = {
    ...cashActs(whole),
    ...windowActs(whole),
    ...dayActs(whole),
    ...machineActs(whole),
    ...personActs(whole),
  };
  const { serviceOf, setUp, enter } = logIn;

  /** Whoever was told once that a count takes two cannot feel their way to what is expected, until one is booked. */
  const sumOf = (rule: ActRule<RuledAct>, act: RuledAct): number => {
    const of = rule.counts?.(act);
    return of !== undefined && now().staff.held.includes(of) ? Number.POSITIVE_INFINITY : (rule.sum?.(act) ?? 0);
  };

  /** Booked by one person, or by two where it takes two; while the second's PIN is looked at things may change. */
  const judged = async (service: string, me: string, act: RuledAct): Promise<StaffAnswer> => {
    const rule = ruleOf(rules, act);
    const rights = rule.rights(act, me);
    const alone = refusalOfAny(now(), service, rights, null);
    if (alone !== null && alone !== 'second-needed') return no(alone);
    const problem = rule.refused(act, me);
    if (problem !== null) return no(problem);
    if (!rights.some((right) => needsTwo(now(), right, sumOf(rule, act)))) return rule.book(act, me, null);
    const of = rule.counts?.(act);
    if (of !== undefined) take({ fact: 'count.held', of, by: me });
    const asked = 'second' in act ? act.second : null;
    if (asked === null) return no('second-needed');
    const wrong = await logIn.second(me, asked);
    if (wrong !== null) return no(wrong, logIn.lockOf(asked.number));
    const approved = refusalOfAny(now(), service, rights, asked.number, sumOf(rule, act));
    const both = approved ?? rule.refused(act, me);
    if (both !== null) return no(both);
    take({ fact: 'staff.approved', person: asked.number });
    return rule.book(act, me, asked.number);
  };

  const mayRead = (token: string | null, name: keyof Tables): boolean =>
    refusal(now(), serviceOf(token), rightToRead(name), null) === null;

  return {
    setUp,
    enter,
    now: (token) => nowOf(parts, now(), serviceOf(token)),
    async act(token, act) {
      const service = serviceOf(token);
      const me = now().staff.service?.person;
      if (service === null || me === undefined) return no('not-logged-in');
      if (act.do === 'leave') {
        take({ fact: 'staff.left' });
        return done;
      }
      take({ fact: 'staff.touched' });
      return act.do === 'touch' ? done : judged(service, me, act);
    },
    table: (token, name, query) => (mayRead(token, name) ? readTable(name, whole, query) : null),
    download: async (token, name, query) => (mayRead(token, name) ? readFile(name, whole, query) : null),
  };
}

function ruleOf<Name extends RuledAct['do']>(
  rules: ActRules,
  act: Extract<RuledAct, { do: Name }> & { readonly do: Name },
): ActRule<Extract<RuledAct, { do: Name }>> {
  return rules[act.do];
}

function nowOf({ code, config, goods, pins }: DeskParts, state: Kiosk, service: string | null): StaffNow {
  const { merchant, place, money, glass, timeZone } = config;
  const number = service === null ? null : (state.staff.service?.person ?? null);
  const person = number === null ? null : personHere(state, number);
  return {
    at: person !== null ? 'in' : code.waits() ? 'set-up' : 'log-in',
    merchant: { name: merchant.legalName, mark: merchant.mark, accent: merchant.accent },
    place,
    kiosk: config.kiosk,
    money: { currency: money.currency, exponent: money.exponent },
    timeZone,
    glass,
    me:
      person === null || number === null
        ? null
        : {
            number,
            name: pins.name(number) ?? '',
            role: person.role,
            rights: rightsOf(person.role).filter((right) => right !== 'hand-over' || goods !== null),
            seconds: serviceSeconds(state),
          },
    twoPersons: forTwo(state),
  };
}
