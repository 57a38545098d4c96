/**
 * The cabinet around the machines, folded: what its contacts and its thermometer say. Doors that were opened, a power cut and
 * the alarm outlast a start; all else the I/O module says anew.
 */
import type { EntryBody, Guarded, Opening } from '../entry.ts';

type OpenOrClosed = 'open' | 'closed';
type OnOrOff = 'on' | 'off';

export interface Cabinet {
  /** As each contact was told last in this boot. */
  readonly contacts: {
    readonly door?: OpenOrClosed;
    readonly vault?: OpenOrClosed;
    readonly mains?: OnOrOff;
    readonly 'ups-low'?: OnOrOff;
    readonly key?: OnOrOff;
  };
  /** Of each that stands open: the module that told so, and since when nobody is logged in who could shut it. */
  readonly standing: Readonly<Partial<Record<Opening, Standing>>>;
  /** Since when the mains are gone, monotonic; null: they are there, or nobody tells. */
  readonly mainsLostMs: number | null;
  readonly temperature: { readonly celsiusTenths: number; readonly limit: 'low' | 'ok' | 'high' } | null;
  /** When it was shaken last, monotonic; null: not in this boot. */
  readonly shakenMs: number | null;
  /** When each was last recorded as opened by nobody, monotonic, in this boot. */
  readonly tamperedMs: Readonly<Partial<Record<Guarded, number>>>;
  /** The journal has the mains as gone; and when that was recorded last, monotonic, null: not in this boot. */
  readonly outage: { readonly on: boolean; readonly recordedMs: number | null };
  /** What the journal has as open. */
  readonly open: readonly Opening[];
  /** What the alarm is about, each with its case. */
  readonly alarms: Readonly<Partial<Record<Guarded, string>>>;
  /** It was decided that this process ends for want of mains. */
  readonly ending: boolean;
}

interface Standing {
  readonly device: string;
  /** Monotonic; null: somebody is logged in, or the alarm was about it. */
  readonly aloneMs: number | null;
}

export const emptyCabinet: Cabinet = {
  contacts: {},
  standing: {},
  mainsLostMs: null,
  temperature: null,
  shakenMs: null,
  tamperedMs: {},
  outage: { on: false, recordedMs: null },
  open: [],
  alarms: {},
  ending: false,
};

/** The cabinet after an entry; the same object when it concerns none. */
export function foldCabinet(cabinet: Cabinet, body: EntryBody, monoMs: number): Cabinet {
  switch (body.kind) {
    case 'kiosk.started':
      return cabinetSinceBoot(cabinet);
    case 'cabinet.contact':
      return contactTold(cabinet, body, monoMs);
    case 'cabinet.temperature': {
      const { celsiusTenths, limit } = body;
      return { ...cabinet, temperature: { celsiusTenths, limit } };
    }
    case 'cabinet.shaken':
      return { ...cabinet, shakenMs: monoMs };
    case 'cabinet.opened':
      return { ...cabinet, open: opened(cabinet, body.contact) };
    case 'cabinet.closed':
      return { ...cabinet, open: cabinet.open.filter((one) => one !== body.contact) };
    case 'staff.left':
      return { ...cabinet, standing: alone(cabinet, monoMs) };
    case 'staff.identified':
      return { ...cabinet, standing: alone(cabinet, null) };
    case 'cabinet.tampered': {
      const { contact } = body;
      return {
        ...cabinet,
        standing: contact === 'vibration' ? cabinet.standing : attended(cabinet, contact),
        open: contact === 'vibration' ? cabinet.open : opened(cabinet, contact),
        tamperedMs: { ...cabinet.tamperedMs, [contact]: monoMs },
        alarms: { ...cabinet.alarms, [contact]: body.case },
      };
    }
    case 'mains.lost':
      return { ...cabinet, outage: { on: true, recordedMs: monoMs } };
    case 'mains.back':
      return { ...cabinet, outage: { ...cabinet.outage, on: false } };
    case 'alarm.acknowledged':
      return { ...cabinet, alarms: {} };
    case 'case.settled':
      return withoutCase(cabinet, body.case);
    case 'kiosk.shutting-down':
      return body.why === 'configuration' || body.why === 'restart' ? cabinet : { ...cabinet, ending: true };
    default:
      return cabinet;
  }
}

/** Moments and contacts of another boot mean nothing in this one. */
export function cabinetSinceBoot({ outage, open, alarms }: Cabinet): Cabinet {
  return { ...emptyCabinet, outage: { ...outage, recordedMs: null }, open, alarms };
}

function contactTold(
  cabinet: Cabinet,
  { device, contact, state }: Extract<EntryBody, { kind: 'cabinet.contact' }>,
  monoMs: number,
): Cabinet {
  const contacts = { ...cabinet.contacts, [contact]: state };
  if (contact === 'door' || contact === 'vault') {
    const { [contact]: _, ...others } = cabinet.standing;
    if (state === 'closed') return { ...cabinet, contacts, standing: others };
    // What stood open before this start: whoever opened it may be gone.
    const found = cabinet.contacts[contact] === undefined && cabinet.tamperedMs[contact] === undefined;
    const aloneMs = found ? monoMs : null;
    return { ...cabinet, contacts, standing: { ...others, [contact]: { device, aloneMs } } };
  }
  if (contact !== 'mains') return { ...cabinet, contacts };
  return { ...cabinet, contacts, mainsLostMs: state === 'on' ? null : (cabinet.mainsLostMs ?? monoMs) };
}

function alone({ standing }: Cabinet, aloneMs: number | null): Cabinet['standing'] {
  const all = Object.entries(standing).map(([contact, one]) => [contact, { ...one, aloneMs }]);
  return all.length === 0 ? standing : Object.fromEntries(all);
}

function attended({ standing }: Cabinet, contact: Opening): Cabinet['standing'] {
  const one = standing[contact];
  return one === undefined ? standing : { ...standing, [contact]: { ...one, aloneMs: null } };
}

function opened({ open }: Cabinet, contact: Opening): readonly Opening[] {
  return open.includes(contact) ? open : [...open, contact];
}

function withoutCase(cabinet: Cabinet, number: string): Cabinet {
  const about = Object.entries(cabinet.alarms);
  const others = about.filter(([, one]) => one !== number);
  return others.length === about.length ? cabinet : { ...cabinet, alarms: Object.fromEntries(others) };
}
