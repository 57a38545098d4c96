import type { Pace } from '../../../kiosk/office/server/wire.ts';
import { type Place, usePlace } from '../desk.ts';
import { Chosen, Typed } from '../parts.tsx';

/** As it is typed: a field may be empty for a while. */
export interface PaceDraft {
  readonly canary: string;
  readonly percent: string;
  readonly restMinutes: string;
  readonly failuresPercent: string;
  readonly overdueMinutes: string;
  readonly window: { readonly from: string; readonly to: string } | null;
}

/** One kiosk is lost at most, and somebody can look at it before the next ones follow. */
export const usualPace: PaceDraft = {
  canary: '1',
  percent: '25',
  restMinutes: '10',
  failuresPercent: '0',
  overdueMinutes: '30',
  window: null,
};

/** The least and the most that may be typed. */
const ranges = {
  canary: [0, 10_000],
  percent: [1, 100],
  restMinutes: [0, 10_080],
  failuresPercent: [0, 100],
  overdueMinutes: [1, 10_080],
} as const satisfies Partial<Record<keyof Pace, readonly [number, number]>>;
type Figure = keyof typeof ranges;
const figures = Object.keys(ranges) as readonly Figure[];

/** Null: something typed is no pace. */
export function paceOf(draft: PaceDraft): Pace | null {
  if (figures.some((figure) => !isWithin(draft[figure], ranges[figure]))) return null;
  const { window } = draft;
  if (window !== null && (!isTime(window.from) || !isTime(window.to) || window.from === window.to)) return null;
  const of = (figure: Figure) => Number(draft[figure]);
  return {
    canary: of('canary'),
    percent: of('percent'),
    restMinutes: of('restMinutes'),
    failuresPercent: of('failuresPercent'),
    overdueMinutes: of('overdueMinutes'),
    window,
  };
}

function isWithin(text: string, [from, to]: readonly [number, number]): boolean {
  return /^\d{1,6}$/.test(text) && Number(text) >= from && Number(text) <= to;
}

function isTime(text: string): boolean {
  return /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
}

/** What will happen, for so many kiosks. */
export function paceSaid({ words, sentences }: Place, kiosks: number, pace: Pace): string {
  const own = words.rollouts;
  const first = Math.min(pace.canary, kiosks);
  const rest = kiosks - first;
  const waves = rest > 0 && pace.percent < 100;
  return sentences(
    own.says(kiosks),
    first > 0 && rest > 0 ? own.saysCanary(first, rest) : null,
    waves ? own.saysWaves(pace.percent, pace.restMinutes) : first === 0 && kiosks > 1 ? own.saysAtOnce : null,
    pace.window === null ? null : own.saysWindow(pace.window.from, pace.window.to),
    own.saysFailures(pace.failuresPercent),
    own.saysOverdue(pace.overdueMinutes),
  );
}

interface PaceFormProps {
  readonly draft: PaceDraft;
  /** For one kiosk there are no waves. */
  readonly alone: boolean;
  readonly onChange: (draft: PaceDraft) => void;
}

export function PaceForm({ draft, alone, onChange }: PaceFormProps) {
  const { words } = usePlace();
  const own = words.rollouts;
  const { window } = draft;
  return (
    <div class="fields-row">
      {(alone ? (['overdueMinutes'] as const) : figures).map((figure) => {
        const [from, to] = ranges[figure];
        const wrong = !isWithin(draft[figure], [from, to]);
        return (
          <Typed
            key={figure}
            label={own[figure]}
            value={draft[figure]}
            most={6}
            problem={wrong ? own.outOfRange(from, to) : null}
            onChange={(value) => onChange({ ...draft, [figure]: value.trim() })}
          />
        );
      })}
      <Chosen
        label={own.onlyWithin}
        value={window === null ? 'any' : 'window'}
        of={[
          ['any', own.anyTime],
          ['window', own.withinHours],
        ]}
        onChange={(value) => onChange({ ...draft, window: value === 'any' ? null : { from: '02:00', to: '05:00' } })}
      />
      {window !== null && (
        <>
          <Typed
            label={own.from}
            most={5}
            value={window.from}
            problem={isTime(window.from) ? null : own.notTime}
            onChange={(from) => onChange({ ...draft, window: { ...window, from } })}
          />
          <Typed
            label={own.to}
            most={5}
            value={window.to}
            problem={isTime(window.to) ? (window.from === window.to ? own.sameTime : null) : own.notTime}
            onChange={(to) => onChange({ ...draft, window: { ...window, to } })}
          />
        </>
      )}
    </div>
  );
}
