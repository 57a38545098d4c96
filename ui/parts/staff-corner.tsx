import { useEffect, useRef, useState } from 'preact/hooks';
import type { Intent, Lang } from '../../kiosk/server/wire.ts';
import { useSeat } from '../seat.ts';
import { createStaffGesture } from '../staff-gesture.ts';

/** Where the staff's page is, seen from the glass: it gives the glass back by itself, and begins in the glass's language. */
export function staffPage(lang: Lang): string {
  return `./staff/?glass&lang=${lang}`;
}

/** `otherwise`: what a touch there means when it is no gesture; null: nothing. Staff know of it, so it is not read aloud. */
export function StaffCorner({ lang, otherwise }: { readonly lang: Lang; readonly otherwise: Intent | null }) {
  const seat = useSeat();
  const at = useRef(lang);
  at.current = lang;
  const [gesture] = useState(() =>
    createStaffGesture({
      nowMs: () => performance.now(),
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      open: () => location.assign(staffPage(at.current)),
      other: () => otherwise !== null && seat.send(otherwise),
    }),
  );
  useEffect(() => gesture.forget, [gesture]);
  return <div class="staff-corner" aria-hidden="true" onPointerDown={gesture.touch} />;
}
