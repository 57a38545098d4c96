/** What the terminal says, told apart and answered: it waits for 80 or 84 after every message of its own. */
import { joinTalk, isRepetition, onAnswer, reply, terminalSpeaks } from './exchange.ts';
import type { Apdu } from './frame.ts';
import { command, find, type Item, NOT_GIVEN_OUT, NOT_POSSIBLE, OK, readBitmaps, REFUSED_CLASS } from './messages.ts';
import { onIntermediate, onResult } from './payment.ts';
import { endSlip, onPrintLine, onPrintText } from './receipt.ts';
import type { Outcome, Work } from './state.ts';

/** A message of the terminal, answered as it must be. Not null: the conversation is over by it. */
export function onApdu(work: Work, apdu: Apdu): Outcome | null {
  const { code } = apdu;
  const high = code >>> 8;
  if (high === 0x80 || high === REFUSED_CLASS) return onAnswer(work, apdu);
  if (isRepetition(work, apdu)) return null;
  terminalSpeaks(work);
  switch (code) {
    case command.intermediateStatus:
      takeUp(work);
      onIntermediate(work, apdu.data[0] ?? 0xff);
      reply(work, apdu, 'positive', command.positive);
      return null;
    case command.statusInformation:
      takeUp(work);
      onStatusInformation(work, apdu);
      return null;
    case command.completion:
    case command.failed:
      reply(work, apdu, 'positive', command.positive);
      endSlip(work);
      // One that comes again belongs to the conversation before.
      if (work.s.talk?.stage !== 'terminal') return null;
      return code === command.completion
        ? { how: 'completed', data: apdu.data }
        : { how: 'failed', code: apdu.data[0] ?? 0xff };
    case command.printLine:
      onPrintLine(work, apdu.data);
      reply(work, apdu, 'positive', command.positive);
      return null;
    case command.printText:
      onPrintText(work, apdu.data);
      reply(work, apdu, 'positive', command.positive);
      return null;
    default:
      reply(work, apdu, 'negative', (REFUSED_CLASS << 8) | NOT_POSSIBLE);
      return null;
  }
}

/** It is in the middle of a payment: one of ours that we do not follow any more is followed again. */
function takeUp(work: Work): void {
  const { s } = work;
  const { talk, charge } = s;
  const asking = charge?.stage === 'asking' && !charge.refund;
  if (talk?.stage === 'terminal' || (talk === null && !asking)) return;
  s.out = s.out.filter(({ is }) => is !== 'command');
  if (s.unacked?.message.is === 'command') s.unacked = null;
  joinTalk(work, asking || talk === null ? 'authorise' : talk.purpose);
}

function onStatusInformation(work: Work, apdu: Apdu): void {
  const { s } = work;
  const items = readBitmaps(apdu.data);
  const paying = s.talk?.purpose === 'authorise' && s.charge !== null && !s.charge.refund;
  if (paying && s.charge !== null) {
    const code = items === null ? command.notYet : onResult(work, s.charge, items);
    reply(work, apdu, nameOfWord(code, s.charge?.answered ?? null), code);
    return;
  }
  if (s.talk !== null && items !== null) s.talk = { ...s.talk, items };
  // A payment that nobody here knows: nothing is given out for it.
  const foreign = s.talk === null && items !== null && isPayment(items);
  if (foreign) reply(work, apdu, 'goods-not-given-out', (REFUSED_CLASS << 8) | NOT_GIVEN_OUT);
  else reply(work, apdu, 'positive', command.positive);
}

function isPayment(items: readonly Item[]): boolean {
  const has = (what: number) => find(items, what) !== null;
  return has(0x04) && !has(0x37) && !has(0x60) && find(items, 0x27)?.[0] === OK;
}

function nameOfWord(code: number, answered: 'confirm' | 'reverse' | null): string {
  if (code === command.notYet) return 'not-yet';
  if (code !== command.positive) return 'goods-not-given-out';
  return answered === 'confirm' ? 'goods-given-out' : 'positive';
}
