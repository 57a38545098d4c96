/** What each device looks like just now, folded. All of it is of this boot: after a start every device says it anew. */
import type { Denomination, FoundNote, Level, PaperState } from '../hardware/device.ts';
import type { DeviceChange, EntryBody } from './entry.ts';

export interface DeviceState {
  /** False until it identified itself and became ready in this boot, and while it is lost. */
  readonly ready: boolean;
  readonly lost: string | null;
  readonly faults: readonly string[];
  readonly denominations: readonly Denomination[];
  /** The denominations are not those recorded before: nothing is taken by position. */
  readonly mismatch: boolean;
  readonly paper: PaperState;
  /** What its mouth is doing, for the screen. */
  readonly note: 'none' | 'accepting' | 'escrowed';
  /** Since when, monotonic. */
  readonly noteMs: number;
  /** The visit in which it came; null: nobody's. */
  readonly noteOf: string | null;
  /** The case about that note, when it stayed there too long. */
  readonly stuck: string | null;
  readonly found: FoundNote | null;
  /** What it says that it can pay out. */
  readonly levels: readonly Level[];
  /** The paid-out note that waits between its lips. */
  readonly presented: Presented | null;
  /** A card is left in the reader. */
  readonly cardLeft: boolean;
}

/** A paid-out note between the lips of a machine, and the order that it belongs to. */
export interface Presented extends Denomination {
  readonly command: string;
  /** Since when, monotonic. */
  readonly sinceMs: number;
}

/** By device. */
export type Devices = Readonly<Record<string, DeviceState>>;

/** When something happens to a device: monotonic, and in which visit; null: in none. */
export interface Moment {
  readonly monoMs: number;
  readonly visit: string | null;
}

const emptyMouth = { note: 'none', noteMs: 0, noteOf: null, stuck: null } as const;

const newDevice: DeviceState = {
  ready: false,
  lost: null,
  faults: [],
  denominations: [],
  mismatch: false,
  paper: 'ok',
  ...emptyMouth,
  found: null,
  levels: [],
  presented: null,
  cardLeft: false,
};

export function deviceState({ devices }: { readonly devices: Devices }, device: string): DeviceState {
  return devices[device] ?? newDevice;
}

/** The devices after an entry; the same object when it concerns none. */
export function foldDevices(devices: Devices, body: EntryBody, moment: Moment): Devices {
  const set = (device: string, change: (state: DeviceState) => DeviceState): Devices => {
    return { ...devices, [device]: change(deviceState({ devices }, device)) };
  };
  switch (body.kind) {
    case 'kiosk.started':
      return {};
    case 'device.changed':
      return set(body.device, (state) => changed(state, body.change, moment));
    case 'note.escrowed':
      return set(body.device, (state) => noteIn(state, 'escrowed', moment));
    case 'note.left':
      return set(body.device, (state) => ({ ...state, ...emptyMouth }));
    default:
      return devices;
  }
}

function noteIn(state: DeviceState, note: 'accepting' | 'escrowed', { monoMs, visit }: Moment): DeviceState {
  return state.note === 'none' ? { ...state, note, noteMs: monoMs, noteOf: visit } : { ...state, note };
}

function changed(state: DeviceState, change: DeviceChange, moment: Moment): DeviceState {
  switch (change.to) {
    case 'ready':
      return { ...state, ready: true, lost: null, ...emptyMouth, found: null };
    case 'disabled':
      return { ...state, ...emptyMouth };
    case 'accepting':
      return noteIn({ ...state, ...emptyMouth }, 'accepting', moment);
    case 'stuck':
      return { ...state, stuck: change.case };
    case 'lost':
      return { ...state, ready: false, lost: change.message };
    case 'fault':
      return state.faults.includes(change.code) ? state : { ...state, faults: [...state.faults, change.code] };
    case 'cleared':
      return { ...state, faults: state.faults.filter((code) => code !== change.code) };
    case 'powered-up':
      return { ...state, ready: false, ...emptyMouth, found: change.found };
    case 'identified':
      return { ...state, denominations: change.denominations, mismatch: change.mismatch };
    case 'paper':
      return { ...state, paper: change.paper };
    case 'levels':
      return { ...state, levels: change.levels };
    case 'card':
      return { ...state, cardLeft: change.left };
    case 'presented': {
      const { command, currency, minor } = change;
      return { ...state, presented: { command, currency, minor, sinceMs: moment.monoMs } };
    }
    case 'taken':
      return { ...state, presented: null };
    case 'drawn-in':
      return { ...state, presented: state.presented === null ? null : lessDrawnIn(state.presented, change) };
    default:
      return change satisfies never;
  }
}

/** What is left of notes that wait between the lips, after one of them went back in; null when none is. */
export function lessDrawnIn<T extends Denomination & { readonly command: string }>(
  note: T,
  drawn: Denomination & { readonly command: string },
): T | null {
  if (note.command !== drawn.command || note.minor <= drawn.minor) return null;
  return { ...note, minor: note.minor - drawn.minor };
}
