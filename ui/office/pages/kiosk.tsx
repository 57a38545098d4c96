import { Check, Copy } from 'lucide-preact';
import { useState } from 'preact/hooks';
import type { KioskPage } from '../../../kiosk/office/server/wire.ts';
import { Facts } from '../../desk/facts.tsx';
import { Touch } from '../../desk/touch.tsx';
import { useReading } from '../api.ts';
import { usePlace } from '../desk.ts';
import { LevelTable } from '../levels.tsx';
import { Awaited, Card, iconShape, Link, Mark, Sheet, Unfolded } from '../parts.tsx';
import { faultSaid, type Tone } from '../said.ts';
import { Alert } from './alerts.tsx';
import { Commands } from './commands.tsx';
import { PresenceMark, Running, Service } from './kiosks.tsx';

type Device = KioskPage['devices'][number];

/** All that is known of one kiosk, and what it can be told to do. */
export function KioskView({ kiosk }: { readonly kiosk: string }) {
  const { words, may } = usePlace();
  const { value, failure, again } = useReading<KioskPage>(`kiosks/${encodeURIComponent(kiosk)}`);
  const own = words.kiosks;
  if (value === null) {
    return (
      <Sheet title={kiosk}>
        <Awaited failure={failure} />
      </Sheet>
    );
  }
  const tools = may('publish') ? (
    <Link to={{ at: 'publish', kiosk }} look="touch">
      {own.publishTo}
    </Link>
  ) : undefined;
  return (
    <Sheet title={kiosk} tools={tools}>
      <div class="columns">
        <div class="column">
          <StateCard page={value} />
          <Standing page={value} changed={() => void again()} />
        </div>
        <div class="column">
          <Card title={own.devices}>
            {value.devices.length === 0 ? (
              <p class="quiet">{own.noDevices}</p>
            ) : (
              <DeviceTable devices={value.devices} />
            )}
          </Card>
          <Card title={own.levels}>
            {value.levels.length === 0 ? <p class="quiet">{own.noLevels}</p> : <LevelTable levels={value.levels} />}
          </Card>
        </div>
      </div>
      <Commands page={value} changed={() => void again()} />
      <DocumentCard document={value.document} />
    </Sheet>
  );
}

function StateCard({ page }: { readonly page: KioskPage }) {
  const { words, lang, count, time, list } = usePlace();
  const own = words.kiosks;
  const { version, pairedAt, pairedBy, missingTo, waiting } = page;
  return (
    <Card title={own.state}>
      <Facts
        facts={[
          [own.state, <PresenceMark key="state" line={page} />],
          [own.service, <Service key="service" line={page} />],
          [own.place, page.place?.[lang] ?? null],
          [own.groups, page.groups.length === 0 ? null : list(page.groups)],
          [own.configuration, <Running key="running" line={page} />],
          [own.cases, count(page.openCases)],
          [
            own.journal,
            <div key="journal">
              {own.stored(count(page.stored))}
              <span class="note">{waiting === 0 ? own.allStored : own.waiting(count(waiting))}</span>
            </div>,
          ],
          [own.version, version],
          [
            own.pairedAt,
            pairedAt === null ? null : pairedBy === null ? time(pairedAt) : own.pairedBy(time(pairedAt), pairedBy),
          ],
        ]}
      />
      {missingTo !== null && (
        <p class="caution-note" role="status">
          {own.missing(count(missingTo + 1))}
        </p>
      )}
    </Card>
  );
}

function Standing({ page, changed }: { readonly page: KioskPage; readonly changed: () => void }) {
  const { words } = usePlace();
  if (page.standing.length === 0) {
    return (
      <Card title={words.kiosks.standing}>
        <p class="quiet">{words.kiosks.noStanding}</p>
      </Card>
    );
  }
  return (
    <ul class="list" aria-label={words.kiosks.standing}>
      {page.standing.map((alert) => (
        <li key={alert.alert}>
          <Alert alert={alert} changed={changed} atKiosk />
        </li>
      ))}
    </ul>
  );
}

const deviceTones: Readonly<Record<Device['state'], Tone>> = {
  ready: 'good',
  busy: 'good',
  fault: 'stop',
  lost: 'stop',
};

function DeviceTable({ devices }: { readonly devices: readonly Device[] }) {
  const place = usePlace();
  const { words } = place;
  const kindOf = (kind: string) => (Object.hasOwn(words.kiosks.kinds, kind) ? words.kiosks.kinds[kind]! : kind);
  return (
    <table class="plain" aria-label={words.kiosks.devices}>
      <tbody>
        {devices.map(({ id, kind, state, fault }) => (
          <tr key={id}>
            <th scope="row">
              {id}
              {kindOf(kind) !== id && <span class="note">{kindOf(kind)}</span>}
            </th>
            <td>
              <Mark tone={deviceTones[state]}>{words.kiosks.deviceStates[state]}</Mark>
              {fault !== null && (
                <span class="note break">{place.list(fault.split(', ').map((code) => faultSaid(place, code)))}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DocumentCard({ document }: { readonly document: unknown }) {
  const { words } = usePlace();
  const own = words.kiosks;
  const [copied, setCopied] = useState(false);
  if (document === null) {
    return (
      <Card title={own.document}>
        <p class="quiet">{own.noDocument}</p>
      </Card>
    );
  }
  const text = JSON.stringify(document, null, 2);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  const Icon = copied ? Check : Copy;
  return (
    <Card
      title={own.document}
      tools={
        <Touch onTouch={copy}>
          <Icon {...iconShape} /> <span role="status">{copied ? own.copied : own.copy}</span>
        </Touch>
      }
    >
      <p class="quiet">{own.documentText}</p>
      <Unfolded name={own.showDocument} text={text} />
    </Card>
  );
}
