import { useState } from 'preact/hooks';
import type { AlertLine } from '../../../kiosk/office/server/wire.ts';
import { useOnce } from '../../desk/asking.ts';
import { Touch } from '../../desk/touch.tsx';
import { ask, type Failure, order, useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { alertTones, Awaited, Confirm, Link, Mark, Nothing, Sheet, Trouble } from '../parts.tsx';
import { hashOf } from '../route.ts';
import { alertSaid, alertWords } from '../said.ts';
import type { KnownAlert } from '../words/alerts.ts';

interface AlertTable {
  readonly alerts: readonly AlertLine[];
}
type Status = AlertLine['status'];

const statuses = ['open', 'acknowledged', 'cleared'] as const satisfies readonly Status[];
/** So many come at once; where there are as many, there may be more. */
const pageLength = 500;

export function Alerts({ status }: { readonly status: Status }) {
  const { words } = usePlace();
  const standing = useReading<AlertTable>('alerts');
  const cleared = useReading<AlertTable>('alerts?cleared=yes');
  const [older, setOlder] = useState<readonly AlertLine[]>([]);
  const { value, failure } = status === 'cleared' ? cleared : standing;
  const told = { open: standing.value, acknowledged: standing.value, cleared: cleared.value };
  const of = (one: Status) => told[one]?.alerts.filter((alert) => alert.status === one) ?? [];
  const first = of(status);
  const shown =
    status === 'cleared'
      ? [...first, ...older.filter(({ alert }) => first.every((one) => one.alert !== alert))]
      : first;
  const last = shown.at(-1);
  const more = async () => {
    const answer = await ask<AlertTable>(`alerts?cleared=yes&before=${last?.alert ?? ''}`);
    if (answer.ok) setOlder((before) => [...before, ...answer.value.alerts]);
  };
  const changed = () => void Promise.all([standing.again(), cleared.again()]);
  return (
    <Sheet title={words.nav.alerts}>
      <nav class="tabs" aria-label={words.nav.alerts}>
        {statuses.map((one) => (
          <a
            key={one}
            class="tab"
            href={hashOf({ at: 'alerts', status: one })}
            aria-current={one === status ? 'page' : undefined}
          >
            {words.alerts.tabs[one]}
            {told[one] !== null && <TabCount count={of(one).length} />}
          </a>
        ))}
      </nav>
      {value === null ? (
        <Awaited failure={failure} />
      ) : shown.length === 0 ? (
        <Nothing title={words.alerts.noAlerts[status]} text={words.alerts.noAlertsText} />
      ) : (
        <ul class="list">
          {shown.map((alert) => (
            <li key={alert.alert}>
              <Alert alert={alert} changed={changed} />
            </li>
          ))}
        </ul>
      )}
      {status === 'cleared' && shown.length > 0 && shown.length % pageLength === 0 && (
        <div class="tools">
          <Touch onTouch={() => void more()}>{words.more}</Touch>
        </div>
      )}
    </Sheet>
  );
}

function TabCount({ count: number }: { readonly count: number }) {
  const { count } = usePlace();
  return <span class="quiet">{number >= pageLength ? `${count(number)}+` : count(number)}</span>;
}

/** What to do about these is done on the page of a rollout. */
const ofRollouts: ReadonlySet<string> = new Set<KnownAlert>(['configuration-refused', 'configuration-went-back']);

interface AlertProps {
  readonly alert: AlertLine;
  readonly changed: () => void;
  /** Its kiosk is known where it stands. */
  readonly atKiosk?: boolean;
}

export function Alert({ alert, changed, atKiosk = false }: AlertProps) {
  const place = usePlace();
  const { words, time, may } = place;
  const own = words.alerts;
  const { title, remedy } = alertWords(words, alert.kind);
  return (
    <article class="card alert" data-status={alert.status}>
      <div class="card-head">
        <div>
          <h2>{title}</h2>
          <p class="note">
            {!atKiosk && (
              <>
                <Link to={{ at: 'kiosk', kiosk: alert.kiosk }}>{alert.kiosk}</Link>{' '}
              </>
            )}
            {own.openSince(time(alert.openedAt))}
          </p>
        </div>
        <Mark tone={alertTones[alert.status]}>{own.tabs[alert.status]}</Mark>
      </div>
      <div class="alert-said">
        {alertSaid(place, alert).map((line) => (
          <p key={line} class="break">
            {line}
          </p>
        ))}
      </div>
      {alert.status !== 'cleared' && (
        <p class="quiet">
          {place.sentences(remedy, ofRollouts.has(alert.kind) ? '' : null)}
          {ofRollouts.has(alert.kind) && <Link to={{ at: 'rollouts' }}>{words.nav.rollouts}</Link>}
        </p>
      )}
      <Course alert={alert} />
      {alert.status !== 'cleared' && may('command') && <Acts alert={alert} title={title} changed={changed} />}
    </article>
  );
}

/** Who saw to it, and how it ended. */
function Course({ alert }: { readonly alert: AlertLine }) {
  const { words, time } = usePlace();
  const { acknowledgedAt, acknowledgedBy, clearedAt, clearedBy } = alert;
  return (
    <>
      {acknowledgedAt !== null && (
        <p class="note">{words.alerts.acknowledgedBy(acknowledgedBy ?? '', time(acknowledgedAt))}</p>
      )}
      {clearedAt !== null && (
        <p class="note">
          {clearedBy === null
            ? words.alerts.clearedItself(time(clearedAt))
            : words.alerts.clearedBy(clearedBy, time(clearedAt))}
        </p>
      )}
    </>
  );
}

function Acts({ alert, title, changed }: Pick<AlertProps, 'alert' | 'changed'> & { readonly title: string }) {
  const { words } = usePlace();
  const [sure, setSure] = useState(false);
  const [failure, fail] = useState<Failure | null>(null);
  const { busy, once } = useOnce();
  const go = (act: 'acknowledge' | 'clear') =>
    once(async () => {
      const answer = await order(`alerts/${alert.alert}/${act}`);
      fail(answer.ok ? null : answer);
      setSure(false);
      changed();
    });
  return (
    <>
      <Trouble failure={failure} />
      {sure ? (
        <Confirm
          text={words.alerts.clearSure(title, alert.kiosk)}
          does={words.alerts.clearDo}
          off={busy}
          onYes={() => go('clear')}
          onNo={() => setSure(false)}
        />
      ) : (
        <div class="tools">
          {alert.status === 'open' && (
            <Touch off={busy} onTouch={() => go('acknowledge')}>
              {words.alerts.acknowledge}
            </Touch>
          )}
          <Touch off={busy} onTouch={() => setSure(true)}>
            {words.alerts.clear}
          </Touch>
        </div>
      )}
    </>
  );
}
