import { CircleCheck, KeyRound, OctagonX, Thermometer, TriangleAlert } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { act, type Failure } from '../api.ts';
import { usePlace } from '../desk.ts';
import { Touch } from '../../desk/touch.tsx';
import { useOnce } from '../../desk/asking.ts';
import { Trouble } from '../parts.tsx';

type Contact = keyof Omit<NonNullable<StaffTill['cabinet']>, 'celsiusTenths' | 'alarms'>;
/** well: as it is while customers are served; open: somebody is at work in it; bad: it cannot go on for long. */
type Look = 'well' | 'open' | 'bad' | 'service' | 'warmth';

const iconShape = { size: '1em', strokeWidth: 2.25, 'aria-hidden': true } as const;
const icons = {
  well: CircleCheck,
  open: TriangleAlert,
  bad: OctagonX,
  service: KeyRound,
  warmth: Thermometer,
} as const satisfies Record<Look, unknown>;

/** How a contact looks when it is open or on, and otherwise. */
const looks: Readonly<Record<Contact, { readonly on: Look; readonly off: Look }>> = {
  door: { on: 'open', off: 'well' },
  vault: { on: 'open', off: 'well' },
  mains: { on: 'well', off: 'bad' },
  'ups-low': { on: 'bad', off: 'well' },
  key: { on: 'service', off: 'well' },
};

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
      if (state === null) return [];
      const on = state === 'open' || state === 'on';
      const look = looks[contact][on ? 'on' : 'off'];
      return [{ name: names[contact], state: words.cabinetStates[contact][on ? 1 : 0], look }];
    }),
    ...(celsiusTenths === null
      ? []
      : [{ name: words.temperature, state: degrees(celsiusTenths, lang), look: 'warmth' } as const]),
  ];
  return (
    <section class="card" data-cabinet data-alarm={alarms.length > 0 ? '' : undefined}>
      {alarms.length > 0 && (
        <>
          <div class="alarm" role="alert">
            <span class="alarm-sign">
              <OctagonX {...iconShape} />
            </span>
            <div>
              <h2>{words.alarm}</h2>
              {alarms.map((contact) => (
                <p key={contact}>{words.cabinetAlarms[contact]}</p>
              ))}
            </div>
          </div>
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
      {alarms.length === 0 && <h2>{words.cabinet}</h2>}
      {told.length === 0 ? (
        <p class="quiet">{words.cabinetSilent}</p>
      ) : (
        <ul class="contacts">
          {told.map((one) => (
            <ContactTile key={one.name} {...one} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ContactTile(props: { readonly name: string; readonly state: string; readonly look: Look }) {
  const { named } = usePlace();
  const { name, state, look } = props;
  const Icon = icons[look];
  return (
    <li class="contact" data-look={look}>
      <span class="contact-sign">
        <Icon {...iconShape} />
      </span>
      <span>
        {named(name, '')}
        <strong>{state}</strong>
      </span>
    </li>
  );
}

function degrees(tenths: number, lang: string): string {
  const format = new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return `${format.format(tenths / 10)}\u00a0°C`;
}
