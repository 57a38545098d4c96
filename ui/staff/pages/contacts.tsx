import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { useState } from 'preact/hooks';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch, Trouble, useOnce } from '../parts.tsx';

/** What the contacts and the thermometer of the cabinet say, and its alarm until somebody has seen it. */
export function CabinetState({ till }: { readonly till: StaffTill }) {
  const { words, lang } = usePlace();
  const { busy, once } = useOnce();
  const [failure, fail] = useState<Failure | null>(null);
  const { cabinet } = till;
  if (cabinet === null) return null;
  const { alarms, celsiusTenths, ...contacts } = cabinet;
  const names = words.cabinetContacts;
  const told = [
    ...(['door', 'vault', 'mains', 'ups-low', 'key'] as const).flatMap((contact) => {
      const state = contacts[contact];
      return state === null
        ? []
        : [{ name: names[contact], state: words.cabinetStates[contact][state === 'open' || state === 'on' ? 1 : 0] }];
    }),
    ...(celsiusTenths === null ? [] : [{ name: words.temperature, state: degrees(celsiusTenths, lang) }]),
  ];
  return (
    <section class="card" data-cabinet>
      <h2>{words.cabinet}</h2>
      <p>{told.length === 0 ? words.cabinetSilent : told.map(({ name, state }) => `${name}: ${state}`).join(' · ')}</p>
      {alarms.length > 0 && (
        <>
          <p class="strong" role="alert">
            <span class="chip chip-stop">{words.alarm}</span>{' '}
            {alarms.map((contact) => words.cabinetAlarms[contact]).join(' · ')}
          </p>
          <Trouble failure={failure} />
          <Touch
            look="main"
            off={busy}
            onTouch={() =>
              once(async () => {
                const answer = await act({ do: 'acknowledge' });
                fail(answer.ok ? null : answer);
              })
            }
          >
            {words.alarmSeen}
          </Touch>
        </>
      )}
    </section>
  );
}

function degrees(tenths: number, lang: string): string {
  const format = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${format.format(tenths / 10)} °C`;
}
