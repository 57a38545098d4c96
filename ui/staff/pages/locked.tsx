import { LockKeyhole } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { useOnce } from '../../desk/asking.ts';
import { Touch } from '../../desk/touch.tsx';
import { Trouble } from '../parts.tsx';

/** The office has closed the kiosk: since when, by which of its orders; and the way to open it for who may. */
export function Locked({ till: { locked } }: { readonly till: StaffTill }) {
  const { words, may, time } = usePlace();
  const { busy, once } = useOnce();
  const [failure, fail] = useState<Failure | null>(null);
  if (locked === null) return null;
  return (
    <section class="card" data-locked>
      <h2 class="with-icon">
        <LockKeyhole size="1em" strokeWidth={2} aria-hidden="true" /> {words.locked}
      </h2>
      <p>{words.lockedSince(time(locked.at), locked.order)}</p>
      <Trouble failure={failure} />
      {may('unlock') && (
        <Touch
          off={busy}
          onTouch={() =>
            once(async () => {
              const answer = await act({ do: 'unlock' });
              fail(answer.ok ? null : answer);
            })
          }
        >
          {words.lockedOpen}
        </Touch>
      )}
    </section>
  );
}
