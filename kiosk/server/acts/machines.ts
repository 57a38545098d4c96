/** Machines: checks of them, single requests by hand, which there are, and what they are told to be. */
import type { ByHand } from '../../by-hand.ts';
import { isAlarmed } from '../../cabinet/contacts.ts';
import { paysOut } from '../../checks/checks.ts';
import { readinessRefused } from '../../checks/run.ts';
import { deviceState } from '../../device-state.ts';
import type { FactBody } from '../../fact.ts';
import type { Probes } from '../../probes.ts';
import { checkNotOffered, readinessNow, type ReadinessParts } from '../staff-checks.ts';
import {
  type ConfigurationAct,
  type ConfigurationParts,
  configurationRefused,
  keepConfiguration,
} from '../staff-configuration.ts';
import { requestRefused } from '../staff-console.ts';
import type { OfficeParts } from '../staff-office.ts';
import type { TableParts } from '../staff-tables.ts';
import type { StaffAct, StaffAnswer } from '../staff-wire.ts';
import { type ActParts, type ActRule, type ActRules, booked, done, needs, no } from './act.ts';

type Named<Name extends StaffAct['do']> = Extract<StaffAct, { do: Name }>;
type Asked<K extends FactBody['fact']> = Extract<FactBody, { fact: K }>;

export interface MachineParts extends ActParts, Pick<TableParts, 'config' | 'kindOf' | 'remedyOf'> {
  readonly configuration: ConfigurationParts;
  readonly office: OfficeParts;
  readonly probes: Probes;
  readonly byHand: ByHand;
  readonly machine: ReadinessParts;
  /** For the log: what went wrong, and where. */
  readonly onFailure: (error: unknown, where: string) => void;
}

type CheckName = 'check' | 'tell-check' | 'end-check' | 'print-readiness';
type WhichName = 'confirm-table' | 'acknowledge' | 'unlock' | 'find-devices';

export function machineActs(
  parts: MachineParts,
): ActRules<CheckName | WhichName | 'console' | 'console-move' | 'leave-office' | ConfigurationAct['do']> {
  return {
    ...checkActs(parts),
    ...whichActs(parts),
    console: { ...requesting(parts), rights: needs('console') },
    'console-move': { ...requesting(parts), rights: needs('console-move') },
    'use-device': configuring(parts),
    'take-out': configuring(parts),
    'undo-configuration': configuring(parts),
    'leave-office': leaving(parts),
  };
}

function checkActs(parts: MachineParts): ActRules<CheckName> {
  const { now } = parts;
  const isOpen = (command: string) => (now().checks.open?.command === command ? null : 'nothing');
  return {
    check: {
      // One that pays out takes cash from its place, as emptying does.
      rights: ({ check }) => (paysOut(check) ? ['check', 'empty'] : ['check']),
      refused: (act) => checkNotOffered(now(), parts, act),
      book: ({ check, device }, by, second) => begin(parts, { fact: 'check.asked', check, device, by, second }),
    },
    'tell-check': {
      rights: needs('check'),
      refused: ({ command }) => isOpen(command),
      book: ({ command, told }) => booked(parts, { fact: 'check.told', command, told }, 'check.seen', 'check.ended'),
    },
    'end-check': {
      rights: needs('check'),
      refused: ({ command }) => isOpen(command),
      book: ({ command }) => booked(parts, { fact: 'check.cancelled', command }, 'check.ended'),
    },
    'print-readiness': {
      rights: needs('check'),
      refused: () => readinessRefused(now()),
      book({ lang }, by) {
        const readiness = readinessNow(now(), parts);
        return booked(parts, { fact: 'readiness.asked', readiness, lang, by }, 'readiness.reported');
      },
    },
  };
}

function whichActs(parts: MachineParts): ActRules<WhichName> {
  const { now, configuration } = parts;
  return {
    'find-devices': {
      rights: needs('find-devices'),
      refused: () => null,
      book() {
        configuration.search.start();
        return done;
      },
    },
    'confirm-table': {
      rights: needs('confirm-table'),
      refused({ device, minors }) {
        const { mismatch, denominations } = deviceState(now(), device);
        if (!mismatch) return 'nothing';
        return minors.join() === denominations.map(({ minor }) => minor).join() ? null : 'table-changed';
      },
      book({ device }, by) {
        const { denominations } = deviceState(now(), device);
        return booked(parts, { fact: 'table.confirmed', device, serial: null, denominations, by }, 'device.known');
      },
    },
    acknowledge: {
      rights: needs('look'),
      refused: () => (isAlarmed(now()) ? null : 'nothing'),
      book: (_, by) => booked(parts, { fact: 'alarm.acknowledged', by }, 'alarm.acknowledged'),
    },
    unlock: {
      rights: needs('unlock'),
      refused: () => (now().remote.locked === null ? 'nothing' : null),
      book: (_, by) => booked(parts, { fact: 'remote.unlock-asked', by }, 'remote.unlocked'),
    },
  };
}

function requesting(parts: MachineParts): Pick<ActRule<Named<'console' | 'console-move'>>, 'refused' | 'book'> {
  const { now, byHand } = parts;
  return {
    refused: (act) => requestRefused(now(), byHand, act),
    book: ({ device, request }, by, second) => send(parts, { fact: 'request.asked', device, request, by, second }),
  };
}

function configuring(parts: MachineParts): ActRule<ConfigurationAct> {
  const { now, configuration } = parts;
  return {
    rights: needs('configure'),
    refused: (act) => configurationRefused(now(), configuration, act),
    book(act, by, second) {
      const kept = keepConfiguration(now(), configuration, act, { by, second });
      if (!kept.ok) return { ...kept, seconds: null };
      return booked(parts, { fact: 'config.changed', ...kept.change }, 'config.changed');
    },
  };
}

/** Recorded first: a power cut in between leaves it paired, and a person sees that. */
function leaving(parts: MachineParts): ActRule<Named<'leave-office'>> {
  const { now, office, onFailure } = parts;
  return {
    rights: needs('leave-office'),
    refused: () => (now().configuration.office === null && office.status().problem === null ? 'nothing' : null),
    async book(_act, by, second) {
      const recorded = booked(parts, { fact: 'office.left', by, second }, 'office.left');
      if (!recorded.ok && office.status().problem === null) return recorded;
      try {
        await office.leave();
        return done;
      } catch (error) {
        onFailure(error, 'the pairing with the office was not ended');
        return no('not-kept');
      }
    },
  };
}

/** It has begun; what no device can show is tried outside, and answered when that is over. */
function begin(parts: MachineParts, fact: Asked<'check.asked'>): StaffAnswer {
  const { take, probes } = parts;
  const started = take(fact).find((entry) => entry.kind === 'check.started');
  if (started === undefined) return no('not-done');
  const { check, device, command } = started;
  later(parts, async () => {
    const failed = { outcome: 'failed', read: {}, fault: 'program' } as const;
    const answer = await endOf(parts, () => probes.run(check, device), failed);
    if (answer !== null) take({ fact: 'check.answered', command, ...answer });
  });
  return done;
}

/** Recorded first; then it leaves, and its answer comes as a fact. */
function send(parts: MachineParts, fact: Asked<'request.asked'>): StaffAnswer {
  const { take, byHand } = parts;
  const asked = take(fact).find((entry) => entry.kind === 'device.asked');
  if (asked === undefined) return no('not-done');
  const { device, request, command } = asked;
  later(parts, async () => {
    // Of one that failed nobody knows whether it had left.
    const end = await endOf(parts, () => byHand.ask(device, request), { outcome: 'silent', answer: [] });
    take({ fact: 'request.answered', command, ...(end ?? { outcome: 'refused', answer: [] }) });
  });
  return done;
}

/** What was begun outside has an end, also when this program fails at it. Null: there was nothing to do. */
async function endOf<End>(
  { onFailure }: Pick<MachineParts, 'onFailure'>,
  begun: () => Promise<End> | null,
  failed: End,
): Promise<End | null> {
  try {
    return await begun();
  } catch (error) {
    onFailure(error, 'what staff had asked of a machine');
    return failed;
  }
}

function later({ onFailure }: Pick<MachineParts, 'onFailure'>, run: () => Promise<void>): void {
  run().catch((error: unknown) => onFailure(error, 'the end of what staff had asked of a machine'));
}
