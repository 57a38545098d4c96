/** The first fact of every boot. What was open is judged again; what nobody waits for any more is given up. */
import { stackInFlight } from '../methods/cash/acceptance.ts';
import { credited } from '../sale/sale.ts';
import { move, put, type Turn } from '../turn.ts';

export function booted(turn: Turn, body: { readonly version: string; readonly config: string }): void {
  put(turn, { kind: 'kiosk.started', boot: turn.fact.bootId, version: body.version, config: body.config });
  const session = turn.kiosk.session;
  if (session === null) return;
  const { sale, stage } = session;
  const holdsMoney =
    sale !== null && (sale.state !== 'open' || credited(sale) > 0 || stackInFlight(turn.kiosk) !== null);
  if (!holdsMoney || stage.at === 'thanks') {
    if (sale?.state === 'open') {
      const { currency } = turn.kiosk.rules;
      put(turn, { kind: 'sale.cancelled', session: session.id, sale: sale.id, currency, minor: 0, reason: 'time-out' });
    }
    put(turn, { kind: 'session.ended', session: session.id, reason: 'left' });
    return;
  }
  const sinceMs = turn.fact.monoMs;
  if (stage.at === 'settled' || stage.at === 'returned') move(turn, { at: stage.at, sinceMs });
}
