/** The first fact of every boot. What was open is judged again; what nobody waits for any more is given up. */
import { openOrders } from '../command.ts';
import { giveUpCheck } from '../checks/run.ts';
import { giveUpRequest } from '../console/run.ts';
import { dayBegins } from '../day/close.ts';
import type { FactBody } from '../fact.ts';
import { endBegun } from '../remote/remote.ts';
import { clockBackMs } from '../rules.ts';
import { giveBackAbsent } from '../sale/completion.ts';
import { giveUpReleases } from '../sale/release.ts';
import { credited } from '../sale/sale.ts';
import { leaves } from '../staff/persons.ts';
import { move, put, type Turn } from '../turn.ts';

export function booted(turn: Turn, body: Extract<FactBody, { fact: 'kiosk.booted' }>): void {
  const { rules } = turn.kiosk;
  put(turn, {
    kind: 'kiosk.started',
    boot: turn.fact.bootId,
    version: body.version,
    config: body.config,
    kiosk: rules.kiosk,
    currency: rules.currency,
    timeZone: rules.timeZone,
    lang: rules.language,
  });
  giveUpCheck(turn);
  giveUpRequest(turn);
  endBegun(turn);
  leaves(turn, 'restart');
  dayBegins(turn);
  giveUpReleases(turn);
  const session = turn.kiosk.session;
  if (session === null) return;
  const { sale, stage } = session;
  const asked = openOrders(turn.kiosk, 'ask').some(({ doubtful }) => !doubtful);
  // What goes back needs no visit; whoever stands there sees how far it is.
  if (stage.at === 'refund' && (stage.step === 'asked' || stage.step === 'given') && !wasAway(turn, body.lastAt))
    return;
  const holdsMoney = sale !== null && (sale.state !== 'open' || credited(sale) > 0 || asked);
  if (!holdsMoney || stage.at === 'thanks') {
    if (sale?.state === 'open') {
      const { currency } = turn.kiosk.rules;
      put(turn, { kind: 'sale.cancelled', session: session.id, sale: sale.id, currency, minor: 0, reason: 'time-out' });
    }
    put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
    return;
  }
  if (wasAway(turn, body.lastAt)) {
    if (stage.at === 'giving') move(turn, { ...stage, absent: true });
    else giveBackAbsent(turn);
    return;
  }
  // The office is not waited for any more, and nothing was taken.
  if (stage.at === 'voucher' && stage.asking !== undefined) move(turn, { at: 'choose' });
  const sinceMs = turn.fact.monoMs;
  if (stage.at === 'settled' || stage.at === 'returned') move(turn, { at: stage.at, sinceMs });
}

/** The kiosk was off for longer than anybody waits before it, or nobody can tell how long. */
function wasAway(turn: Turn, lastAt: number | null): boolean {
  const { idleWithMoneyMs, warningMs } = turn.kiosk.rules;
  const offMs = lastAt === null ? 0 : turn.fact.at - lastAt;
  return offMs > idleWithMoneyMs + warningMs || offMs < -clockBackMs;
}
