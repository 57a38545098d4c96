/** One device: its state with what to do, who it is, its line, what was counted, what happened. */
import { ChevronRight } from 'lucide-preact';
import type { StaffDevice, StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { useTable } from '../api.ts';
import { consoleWords } from '../console-words.ts';
import { usePlace } from '../desk.ts';
import { Facts } from '../../desk/facts.tsx';
import { Fitting } from '../device-drawings.tsx';
import { kindBeside, markOf, paperSteps, unitSteps } from '../device-look.ts';
import { Touch } from '../../desk/touch.tsx';
import { Sheet } from '../parts.tsx';
import { levelWords, MarkSign, Steps, unitsOf } from './cabinet.tsx';

type Found = NonNullable<StaffDevice['found']>;

export function DevicePage({ device: id, till }: { readonly device: string; readonly till: StaffTill }) {
  const { words, lang, may, go } = usePlace();
  const own = words.device;
  const table = useTable('device', { device: id });
  const device = till.devices.find((one) => one.device === id);
  const found = table?.found ?? null;
  if (table === null) return null;
  if (found === null || device === undefined)
    return (
      <Sheet title={id}>
        <p class="quiet">{own.gone}</p>
      </Sheet>
    );
  return (
    <Sheet title={[id, kindBeside(id, words.kinds[found.kind])].filter((name) => name !== null).join(' · ')}>
      <div class="device">
        <State found={found} device={device} till={till} />
        {may('trace') && (
          <Touch look="row" onTouch={() => go({ at: 'trace', device: id })}>
            {own.trace} <ChevronRight size="1em" strokeWidth={2} aria-hidden="true" />
          </Touch>
        )}
        {may('console') && (
          <Touch look="row" onTouch={() => go({ at: 'console', device: id })}>
            {consoleWords[lang].title} <ChevronRight size="1em" strokeWidth={2} aria-hidden="true" />
          </Touch>
        )}
        <div class="device-cards">
          <Troubles found={found} />
          <Identity found={found} />
          <LineCard found={found} />
          <Counted found={found} />
          <Inside found={found} />
        </div>
      </div>
    </Sheet>
  );
}

interface FoundProps {
  readonly found: Found;
}

function State(props: FoundProps & { readonly device: StaffTill['devices'][number]; readonly till: StaffTill }) {
  const { words, lang, time } = usePlace();
  const { found, device, till } = props;
  const units = unitsOf(till, device);
  return (
    <section class="card device-state">
      <Fitting kind={device.kind} />
      <div>
        <h2>
          <MarkSign mark={markOf(device, units)} />
          {device.since !== null && <span class="since"> {words.device.since(time(device.since))}</span>}
        </h2>
        {found.lost !== null && <Lost found={found} said={found.lost} />}
        {device.boxOut && <p>{words.boxOut}</p>}
        {found.faults.map((code) => (
          <p key={code} class="remedy" data-fault={code}>
            <span class="code">{code}</span> {found.remedies[code]?.[lang] ?? words.device.noRemedy}
          </p>
        ))}
        {device.paper !== null && <Steps steps={paperSteps(device.paper)} text={words.paper[device.paper]} />}
        {units.map((unit) => (
          <Steps key={unit.unit} steps={unitSteps(unit)} text={levelWords(words, unit)} />
        ))}
      </div>
    </section>
  );
}

/** What to do about the silence; as its driver put it stands below, for whoever asks the maker. */
function Lost({ found, said }: FoundProps & { readonly said: string }) {
  const { lang } = usePlace();
  const code = found.troubles.find(({ what }) => what === 'lost')?.code ?? null;
  const remedy = code === null ? undefined : found.remedies[code]?.[lang];
  return (
    <>
      {remedy !== undefined && (
        <p class="remedy" data-fault={code}>
          <span class="code">{code}</span> {remedy}
        </p>
      )}
      <p class="note">{said}</p>
    </>
  );
}

function Identity({ found: { identity, line } }: FoundProps) {
  const { words } = usePlace();
  const own = words.device;
  const told = (text: string | null) => text ?? words.notTold;
  const tells = identity !== null && Object.values(identity).some((value) => value !== null);
  return (
    <section class="card">
      <h2>{own.identity}</h2>
      {identity === null ? (
        <p class="quiet">{own.neverHeard}</p>
      ) : !tells ? (
        <Facts facts={[[words.protocol, line.protocol]]} />
      ) : (
        <Facts
          facts={[
            [own.maker, told(identity.maker)],
            [own.model, told(identity.model)],
            [words.serial, told(identity.serial)],
            [words.firmware, told(identity.firmware)],
            [words.protocol, line.protocol],
          ]}
        />
      )}
    </section>
  );
}

function LineCard({ found: { line } }: FoundProps) {
  const { words } = usePlace();
  const own = words.device;
  return (
    <section class="card">
      <h2>{own.line}</h2>
      <Facts
        facts={[
          [own.port, <span class="path">{line.port}</span>],
          ...(line.kind === 'screen'
            ? []
            : ([
                [own.speed, line.speed ?? own.portKinds[line.kind]],
                [words.address, line.address ?? own.alone],
              ] as const)),
          ...(line.others.length > 0 ? [[own.sharedWith, line.others.join(', ')] as const] : []),
        ]}
      />
    </section>
  );
}

function Counted({ found: { counts, counters } }: FoundProps) {
  const { words, lang } = usePlace();
  const own = words.device;
  const figures = new Intl.NumberFormat(lang);
  const ofDevice = Object.entries(counters);
  const table = (rows: readonly (readonly [string, number])[]) => (
    <table>
      <tbody>
        {rows.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="figure">{figures.format(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
  return (
    <section class="card">
      <h2>{own.counts}</h2>
      {counts === null ? (
        <p class="quiet">{own.notRunning}</p>
      ) : (
        table(
          (['sent', 'received', 'unanswered', 'discardedBytes', 'opened', 'crashes'] as const).map((name) => [
            own[name],
            counts[name],
          ]),
        )
      )}
      <h3>{own.counters}</h3>
      {ofDevice.length === 0 ? <p class="quiet">{own.noCounters}</p> : table(ofDevice)}
    </section>
  );
}

/** Denominations and levels, of machines for cash. */
function Inside({ found: { denominations, levels } }: FoundProps) {
  const { words, money } = usePlace();
  if (denominations.length === 0 && levels.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.denominations}</h2>
      <p>{denominations.map(({ minor }) => money(minor)).join(' · ')}</p>
      {levels.length > 0 && (
        <>
          <h3>{words.device.levels}</h3>
          <table>
            <tbody>
              {levels.map(({ minor, count, state }) => (
                <tr key={minor}>
                  <th scope="row">{money(minor)}</th>
                  <td class="figure">{count ?? words.device.sensorsOnly}</td>
                  <td class="figure">{words.levels[state]}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </section>
  );
}

function Troubles({ found: { troubles, remedies } }: FoundProps) {
  const { words, lang, time } = usePlace();
  const own = words.device;
  return (
    <section class="card">
      <h2>{own.troubles}</h2>
      {troubles.length === 0 ? (
        <p class="quiet">{own.noTroubles}</p>
      ) : (
        <ol class="troubles">
          {troubles.map(({ at, what, code }) => (
            <li key={`${at}${what}${code}`} data-what={what}>
              <span class="figure">{time(at)}</span>
              <span>
                <strong>{own.troubleWhats[what]}</strong> {code !== null && <span class="code">{code}</span>}
                {code !== null && (what === 'fault' || what === 'lost') && (
                  <span class="note">{remedies[code]?.[lang] ?? own.noRemedy}</span>
                )}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
