/**
 * The check of a module's lamps: one after the other shines alone, its output is read back, and a person says whether it
 * is lit and no other is. All are tried, so that one way to the cabinet tells of every lamp.
 */
import type { LampName } from '../../hardware/cabinet-io.ts';
import type { DeviceFact } from '../../hardware/device.ts';
import { lampNamesAt } from '../cabinet/lamps.ts';
import type { Kiosk } from '../kiosk.ts';
import type { CheckRead } from '../server/staff-wire.ts';
import { failed, type Moment, orderId, passed, sinceStep, type Word } from './word.ts';

/** The first lamp of the module is to shine. */
export function lampsBegun(kiosk: Kiosk, device: string): Word {
  const [first] = lampNamesAt(kiosk, device);
  return first === undefined ? failed({}, 'not-ready') : light(first, {});
}

function light(lamp: LampName, read: CheckRead): Word {
  return { step: 'lighting', read: { ...read, lamp }, order: { command: 'lamp', lamp, how: 'on' } };
}

export function watchLamp(moment: Moment, fact: DeviceFact): Word | null {
  const { open } = moment;
  if (!('command' in fact) || fact.command !== orderId(open.command, String(open.read.lamp))) return null;
  switch (fact.fact) {
    case 'lamp.done': {
      const coilMs = Math.max(Number(open.read.coilMs ?? 0), sinceStep(moment));
      return { step: 'lit', read: { ...open.read, coilMs } };
    }
    case 'command.refused':
      return failed(open.read, fact.reason);
    default:
      return null;
  }
}

/** The person has looked at the lamp that is on; the next one follows. */
export function lampTold({ open, after }: Moment, isLit: boolean): Word {
  const { lamp, ...before } = open.read;
  const read: CheckRead = { ...before, [String(lamp)]: isLit };
  const all = lampNamesAt(after, open.device ?? '');
  const next = all.find((one) => read[one] === undefined);
  if (next !== undefined) return light(next, read);
  return all.every((one) => read[one] === true) ? passed(read) : failed(read, 'otherwise');
}
