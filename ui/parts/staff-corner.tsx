import { useEffect, useState } from 'preact/hooks';
import type { Intent } from '../../kiosk/server/wire.ts';
import { useSeat } from '../seat.ts';
import { createStaffGesture } from '../staff-gesture.ts';

/** Where the staff's page is, seen from the glass: it gives the glass back by itself. */
export const staffPage = './staff/?glass';

/** `otherwise`: what a touch there means when it is no gesture; null: nothing. Staff know of it, so it is not read aloud. */
export function StaffCorner({ otherwise }: { readonly otherwise: Intent | null }) {
  const seat = useSeat();
  const [gesture] = useState(() =>
    createStaffGesture({
      nowMs: () => performance.now(),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      open: () => location.assign(staffPage),
      other: () => otherwise !== null && seat.send(otherwise),
    }),
  );
  useEffect(() => gesture.forget, [gesture]);
  return <div class="staff-corner" aria-hidden="true" onPointerDown={gesture.touch} />;
}
