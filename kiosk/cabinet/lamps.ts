/** Which lamps are lit, from the state alone: they are in step with the screen, and nothing of them is recorded. */
import type { LampHow, LampName, Lamps } from '../../hardware/cabinet-io.ts';
import type { Kiosk } from '../kiosk.ts';
import { acceptable, stackInFlight } from '../methods/cash/acceptance.ts';
import { noteToTake } from '../methods/cash/presented.ts';
import type { Session } from '../session/session.ts';
import { isAlarmed } from './contacts.ts';

/** What blinks is to be taken, or is an alarm; what is lit can be used. */
export function lampsOf(kiosk: Kiosk): Readonly<Record<LampName, LampHow>> {
  const { session } = kiosk;
  return {
    slot: takesCash(kiosk) ? 'on' : 'off',
    cup: session !== null && cashComes(kiosk, session) ? 'blink' : 'off',
    reader: session !== null && codeCounts(kiosk, session) ? 'on' : 'off',
    printer: session !== null && paperComes(kiosk, session) ? 'blink' : 'off',
    alarm: isAlarmed(kiosk) ? 'blink' : 'off',
  };
}

/** The modules that have lamps. */
export function lampModules({ rules }: Kiosk): ReadonlySet<string> {
  return new Set(rules.cabinet.lamps.map(({ device }) => device));
}

/** The lamps of this module. While they are checked, only the one whose turn it is shines. */
export function lampsAt(kiosk: Kiosk, device: string): Lamps {
  const lamps = lampsOf(kiosk);
  const { open } = kiosk.checks;
  const checked = open?.check === 'lamps' && open.device === device ? open.read : null;
  const how = (lamp: LampName) => (checked === null ? lamps[lamp] : checked.lamp === lamp ? 'on' : 'off');
  return Object.fromEntries(lampNamesAt(kiosk, device).map((lamp) => [lamp, how(lamp)]));
}

/** Which lamps this module has, in the order of their names. */
export function lampNamesAt({ rules }: Kiosk, device: string): readonly LampName[] {
  return rules.cabinet.lamps.flatMap((one) => (one.device === device ? [one.lamp] : []));
}

function takesCash(kiosk: Kiosk): boolean {
  if (stackInFlight(kiosk) !== null) return false;
  const { acceptors, coinAcceptors } = kiosk.rules;
  return [...acceptors, ...coinAcceptors].some((device) => acceptable(kiosk, device).length > 0);
}

/** Money that a machine pays out is on its way, or lies there. */
function cashComes(kiosk: Kiosk, { stage, sale }: Session): boolean {
  if (stage.at === 'giving' || noteToTake(kiosk) !== null) return true;
  const shown = stage.at === 'settled' || stage.at === 'returned';
  return shown && sale?.payouts.some(({ paid }) => paid > 0) === true;
}

/** A card, a phone or a bill with its code is of use just now. */
function codeCounts({ rules }: Kiosk, { stage }: Session): boolean {
  switch (stage.at) {
    case 'pay-charge':
      return true;
    case 'welcome':
    case 'find-bill':
    case 'review':
      return rules.scanners.length > 0;
    case 'choose':
      return rules.scanners.length > 0 && (rules.chargers.alipay ?? rules.chargers.wechat) !== undefined;
    default:
      return false;
  }
}

/** A paper is being printed for whoever stands here, or is out. */
function paperComes(kiosk: Kiosk, { stage, sale }: Session): boolean {
  if (Object.keys(kiosk.prints).length > 0) return true;
  if ((stage.at === 'documents' || stage.at === 'find-receipt') && stage.out === true) return true;
  return (stage.at === 'settled' || stage.at === 'returned') && sale !== null && sale.slips.length > 0;
}
