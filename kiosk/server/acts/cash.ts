/** Cash that people move and count: in units that pay out, and in boxes. */
import { movePaperOf, movePaperState } from '../../documents/move-papers.ts';
import { printerUsable } from '../../methods/cash/acceptance.ts';
import {
  bagOf,
  boxRefused,
  correctionRefused,
  countRefused,
  differenceOf,
  emptyRefused,
  inBag,
  payingUnitOf,
  piecesRefused,
  sealRefused,
  unitRefused,
} from '../../staff/moves.ts';
import { moveRecord } from '../../staff/record.ts';
import { stockOf } from '../../till/till.ts';
import type { StaffAct } from '../staff-wire.ts';
import { type ActParts, type ActRule, type ActRules, booked, needs, no } from './act.ts';

type Named<Name extends StaffAct['do']> = Extract<StaffAct, { do: Name }>;

export function cashActs(
  parts: ActParts,
): ActRules<'fill' | 'remove' | 'declare' | 'empty' | 'change-box' | 'count' | 'seal-bag' | 'correct' | 'print-move'> {
  const { now, find } = parts;
  return {
    fill: {
      rights: needs('fill'),
      refused: ({ device, pieces }) => unitRefused(now(), device) ?? piecesRefused(now(), device, pieces, true),
      book: (act, by, second) =>
        booked(parts, { fact: 'cash.filled', ...inUnit(parts, act), by, second }, 'cash.filled'),
    },
    remove: {
      ...countOfUnit(parts),
      rights: needs('remove'),
      sum: ({ device, pieces }) => differenceOf(pieces, insideOf(parts, device)),
      book: (act, by, second) =>
        booked(parts, { fact: 'cash.removed', ...inUnit(parts, act), by, second }, 'cash.removed'),
    },
    declare: {
      ...countOfUnit(parts),
      rights: needs('declare'),
      sum({ device, pieces }) {
        const inside = insideOf(parts, device);
        return inside.length === 0 ? 0 : differenceOf(pieces, inside);
      },
      book: (act, by, second) =>
        booked(parts, { fact: 'cash.declared', ...inUnit(parts, act), by, second }, 'cash.declared'),
    },
    empty: {
      rights: needs('empty'),
      refused: ({ device, keep }) => emptyRefused(now(), device, keep),
      book: ({ device, keep }, by, second) =>
        booked(parts, { fact: 'empty.asked', device, keep, by, second }, 'cash.empty'),
    },
    'change-box': {
      rights: needs('change-box'),
      refused: ({ device }) => boxRefused(now(), device),
      book: ({ device }, by, second) =>
        booked(parts, { fact: 'cashbox.changed', device, by, second }, 'cashbox.changed'),
    },
    'seal-bag': {
      rights: needs('seal-bag'),
      refused: ({ bag, seal }) => sealRefused(now(), bag, seal, isUsed(parts, seal)),
      book: ({ bag, seal }, by) =>
        booked(parts, { fact: 'cash.sealed', bag, seal, used: isUsed(parts, seal), by }, 'cash.sealed'),
    },
    count: countOfBox(parts),
    correct: correction(parts),
    'print-move': {
      rights: needs('look'),
      refused({ move }) {
        const found = recordOf(parts, move);
        if (found === null || movePaperOf(found) === null) return 'unknown-move';
        if (movePaperState(find(`move:${move}`)).state === 'printing') return 'printing';
        return printerUsable(now()) ? null : 'no-printer';
      },
      book({ move, lang }) {
        const found = recordOf(parts, move);
        const document = found === null ? null : movePaperOf(found);
        if (document === null) return no('unknown-move');
        const { mayBeOut } = movePaperState(find(`move:${move}`));
        return booked(parts, { fact: 'move-paper.wanted', document, copy: mayBeOut, lang }, 'document.print');
      },
    },
  };
}

/** What was in a box that was taken out. */
function countOfBox(parts: ActParts): ActRule<Named<'count'>> {
  const { now } = parts;
  return {
    rights: needs('count'),
    sum(act) {
      const bag = bagOf(now(), act.bag);
      return bag === null ? 0 : differenceOf(act.pieces, inBag(now(), bag));
    },
    counts: ({ bag }) => bag,
    refused(act) {
      const bag = bagOf(now(), act.bag);
      if (bag === null) return 'unknown-bag';
      return countRefused(now(), act.bag, act.seal) ?? piecesRefused(now(), bag.device, act.pieces, false);
    },
    book({ bag, pieces, seal }, by, second) {
      const read = seal === null ? {} : { seal };
      return booked(parts, { fact: 'cash.counted', bag, pieces, ...read, by, second }, 'cash.counted');
    },
  };
}

function correction(parts: ActParts): ActRule<Named<'correct'>> {
  const { now } = parts;
  return {
    rights: needs('correct'),
    sum: ({ move, pieces }) => differenceOf(pieces, recordOf(parts, move)?.expected ?? null),
    refused({ move, pieces }) {
      const found = recordOf(parts, move);
      const problem = correctionRefused(now(), found);
      return problem ?? (found === null ? 'unknown-move' : piecesRefused(now(), found.device, pieces, false));
    },
    book({ move, pieces }, by, second) {
      const record = recordOf(parts, move);
      if (record === null) return no('unknown-move');
      return booked(parts, { fact: 'cash.corrected', record, pieces, by, second }, 'cash.corrected');
    },
  };
}

/** All of a unit is counted, as it leaves or where it is. */
function countOfUnit({ now }: ActParts): Pick<ActRule<Named<'remove' | 'declare'>>, 'counts' | 'refused'> {
  return {
    counts: ({ device }) => device,
    refused: ({ device, pieces }) => unitRefused(now(), device) ?? piecesRefused(now(), device, pieces, false),
  };
}

function inUnit({ now }: ActParts, { device, pieces }: Named<'fill' | 'remove' | 'declare'>) {
  const { currency } = now().rules;
  return { device, unit: unitOf(now(), device), currency, pieces };
}

function insideOf({ now }: ActParts, device: string) {
  const { till, rules } = now();
  return stockOf(till, device, unitOf(now(), device), rules.currency);
}

function unitOf(kiosk: ReturnType<ActParts['now']>, device: string) {
  return payingUnitOf(kiosk, device) ?? 'hopper';
}

function isUsed({ find }: ActParts, seal: string): boolean {
  return find(`seal:${seal}`).length > 0;
}

function recordOf({ find }: ActParts, move: string) {
  return moveRecord(move, find(`move:${move}`));
}
