/** What the office is told of how the kiosk is, as a whole, each time anew. Pure. */
import type { CashUnit, DeviceKind } from '../../hardware/device.ts';
import { deviceState, type DeviceState } from '../device-state.ts';
import type { Kiosk } from '../kiosk.ts';
import type { View } from '../server/wire.ts';
import type { StateMessage } from './wire.ts';

/** What the state alone does not know. */
export interface StateAround {
  /** Of the program. */
  readonly version: string;
  readonly devices: readonly {
    readonly id: string;
    readonly kind: DeviceKind;
    /** Pieces by unit, as configured; no protocol tells how much fits in. */
    readonly capacity?: Readonly<Partial<Record<CashUnit, number | undefined>>> | undefined;
  }[];
  /** What the glass shows now. */
  readonly shown: Pick<View, 'lang' | 'body'>;
  /** The office's number of the running configuration; null: none of the office's. */
  readonly edition: number | null;
  /** Nothing is waited for any more before it has proven itself. */
  readonly proven: boolean;
  /** Entries that the office has not said it holds. */
  readonly waiting: number;
  /** Unix milliseconds. */
  readonly wallMs: number;
}

export function stateOf(kiosk: Kiosk, around: StateAround): StateMessage {
  const { configuration, cases, till } = kiosk;
  const why = closedWhy(around.shown);
  return {
    at: new Date(around.wallMs).toISOString(),
    version: around.version,
    open: why === null,
    why,
    configuration: {
      running: configuration.running,
      edition: around.edition,
      staged: configuration.staged?.edition ?? null,
      proven: around.proven && configuration.wanted === configuration.running,
      stale: configuration.stale,
      problem: configuration.staleWhy,
    },
    devices: around.devices.map(({ id, kind }) => ({ id, kind, ...conditionOf(deviceState(kiosk, id)) })),
    levels: till.units.map(({ device, unit, currency, minor, count }) => {
      const fits = around.devices.find(({ id }) => id === device)?.capacity?.[unit] ?? null;
      return { device, unit, currency, minor, count, capacity: fits };
    }),
    clockOffMs: kiosk.clock.offMs,
    openCases: Object.values(cases).filter(({ status }) => status === 'open').length,
    waiting: around.waiting,
  };
}

/** What a closed glass says, where it says it in one language in that. */
function closedWhy({ lang, body }: StateAround['shown']): StateMessage['why'] {
  if (body.screen !== 'out-of-service') return null;
  const { title, titleOther } = body;
  const other = titleOther === '' ? title : titleOther;
  return lang === 'en' ? { 'zh-CN': other, en: title } : { 'zh-CN': title, en: other };
}

type Condition = Pick<StateMessage['devices'][number], 'state' | 'fault'>;

function conditionOf({ ready, lost, faults, paper, note, presented }: DeviceState): Condition {
  if (lost !== null) return { state: 'lost', fault: lost };
  // A printer with little paper prints.
  const lacks = paper === 'ok' ? faults : [...faults, `paper-${paper}`];
  const fault = lacks.length > 0 ? lacks.join(', ') : null;
  if (faults.length > 0 || paper === 'out') return { state: 'fault', fault };
  // One that has not said yet who it is is still starting.
  return { state: ready && note === 'none' && presented === null ? 'ready' : 'busy', fault };
}
