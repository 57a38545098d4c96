import { Banknote, ChartColumn, Ticket, UserRound, Wrench } from 'lucide-preact';
import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { type Page, type Place, usePlace } from '../desk.ts';
import { checkWords } from '../check-words.ts';
import { Touch } from '../../desk/touch.tsx';
import { Cabinet } from './cabinet.tsx';
import { CabinetState } from './contacts.tsx';
import { Paper } from './day-print.tsx';
import { Locked } from './locked.tsx';
import type { ActGroup } from '../words/cabinet.ts';

interface Act {
  readonly group: ActGroup;
  readonly shown: boolean;
  readonly page: Page;
  readonly name: string;
}

/** What a person comes for, in the order in which most do. */
const actGroups = ['cash', 'customers', 'books', 'machines', 'people'] as const;
const groupIcons = {
  cash: Banknote,
  customers: Ticket,
  books: ChartColumn,
  machines: Wrench,
  people: UserRound,
} as const satisfies Record<ActGroup, unknown>;
/** So few acts need no groups. */
const fewActs = 8;
const iconShape = { size: '1em', strokeWidth: 2, 'aria-hidden': true } as const;

/** The cabinet, the till beside what the machines say, and everything that this person may do. An alarm stands above all. */
export function Home({ till }: { readonly till: StaffTill }) {
  const place = usePlace();
  const { words } = place;
  const alarmed = (till.cabinet?.alarms.length ?? 0) > 0;
  const acts = actsOf(place, till).filter(({ shown }) => shown);
  const groups = actGroups.filter((group) => acts.some((one) => one.group === group));
  return (
    <div class="home">
      <h1 class="sr">{words.title}</h1>
      <div class="home-main">
        {alarmed && <CabinetState till={till} />}
        <Locked till={till} />
        <Cabinet till={till} />
        <OwedZ till={till} />
        <Bags till={till} />
        {!alarmed && <CabinetState till={till} />}
        <Till till={till} />
      </div>
      <nav class="home-acts" aria-label={words.acts}>
        {acts.length <= fewActs ? (
          <section class="card">
            <h2>{words.acts}</h2>
            <ActList acts={acts} />
          </section>
        ) : (
          groups.map((group) => <Acts key={group} group={group} acts={acts.filter((one) => one.group === group)} />)
        )}
      </nav>
      {acts.length > fewActs && <Jumps groups={groups} />}
    </div>
  );
}

function Acts({ group, acts }: { readonly group: ActGroup; readonly acts: readonly Act[] }) {
  const { words } = usePlace();
  const Icon = groupIcons[group];
  return (
    <section class="card" id={idOf(group)}>
      <h2 class="with-icon">
        <Icon {...iconShape} /> {words.actGroups[group]}
      </h2>
      <ActList acts={acts} />
    </section>
  );
}

function ActList({ acts }: { readonly acts: readonly Act[] }) {
  const { go } = usePlace();
  return (
    <div class="act-list">
      {acts.map(({ page, name }) => (
        <Touch key={name} look="row" onTouch={() => go(page)}>
          {name}
        </Touch>
      ))}
    </div>
  );
}

/** At the foot of the glass, where the hand is: the way to the acts, which stand below the cabinet there. */
function Jumps({ groups }: { readonly groups: readonly ActGroup[] }) {
  const { words } = usePlace();
  return (
    <div class="foot home-jumps">
      {groups.map((group) => {
        const Icon = groupIcons[group];
        return (
          <a key={group} class="touch" href={`#${idOf(group)}`}>
            <Icon {...iconShape} /> <span>{words.actGroups[group]}</span>
          </a>
        );
      })}
    </div>
  );
}

function idOf(group: ActGroup): string {
  return `acts-${group}`;
}

function actsOf({ words, may, lang }: Place, till: StaffTill): readonly Act[] {
  const paysOut = till.units.some(({ unit }) => unit !== 'box');
  const recycles = till.units.some(({ unit }) => unit === 'recycler');
  const takesCards = till.terminals.length > 0;
  const changedTable = till.devices.some(({ newTable }) => newTable !== null);
  return [
    { group: 'cash', shown: paysOut && may('fill'), page: { at: 'fill' }, name: words.fill },
    { group: 'cash', shown: paysOut && may('remove'), page: { at: 'remove' }, name: words.remove },
    { group: 'cash', shown: may('change-box'), page: { at: 'box' }, name: words.box },
    { group: 'cash', shown: recycles && may('empty'), page: { at: 'empty' }, name: words.empty },
    { group: 'cash', shown: paysOut && may('declare'), page: { at: 'declare' }, name: words.declare },
    { group: 'cash', shown: true, page: { at: 'moves' }, name: words.moves },
    { group: 'customers', shown: may('pay-slip'), page: { at: 'pay-slip' }, name: words.paySlip },
    { group: 'customers', shown: true, page: { at: 'cases' }, name: words.casesNow(till.cases) },
    { group: 'customers', shown: may('judge-refund'), page: { at: 'refunds' }, name: words.refundsNow(till.refunds) },
    { group: 'customers', shown: may('hand-over'), page: { at: 'orders' }, name: words.orders },
    { group: 'books', shown: may('read-day'), page: { at: 'day' }, name: words.day.title },
    { group: 'books', shown: may('report'), page: { at: 'reports' }, name: words.report.title },
    { group: 'books', shown: till.wallets && may('read-day'), page: { at: 'statements' }, name: words.statements },
    {
      group: 'books',
      shown: takesCards && may('close-terminal'),
      page: { at: 'close-terminal' },
      name: words.closeDay,
    },
    {
      group: 'machines',
      shown: changedTable && may('confirm-table'),
      page: { at: 'confirm-table' },
      name: words.confirmTable,
    },
    { group: 'machines', shown: may('check'), page: { at: 'checks' }, name: checkWords[lang].title },
    { group: 'machines', shown: may('find-devices'), page: { at: 'find' }, name: words.find },
    { group: 'machines', shown: may('find-devices'), page: { at: 'office' }, name: words.office },
    { group: 'people', shown: may('persons'), page: { at: 'persons' }, name: words.persons },
    { group: 'people', shown: true, page: { at: 'my-pin' }, name: words.myPin },
  ];
}

/** The report of a day that is closed belongs on paper; whoever comes by takes it along. */
function OwedZ({ till: { zOwed } }: { readonly till: StaffTill }) {
  const { words, lang, may } = usePlace();
  if (zOwed === null || !may('read-day')) return null;
  const { z, perhaps, more } = zOwed;
  return (
    <section class="card" data-owed={z}>
      <h2>{perhaps ? words.day.perhapsOwed(z) : words.day.owed(z)}</h2>
      {more > 0 && <p class="quiet">{words.day.moreOwed(more)}</p>}
      <Paper name={perhaps ? words.day.printCopy : words.day.print} ask={{ do: 'print-z', z, lang }} />
    </section>
  );
}

function Till({ till }: { readonly till: StaffTill }) {
  const { words, money } = usePlace();
  const total = till.units.reduce((sum, { minor }) => sum + (minor ?? 0), 0);
  const hides = till.units.some(({ minor }) => minor === null);
  return (
    <section class="card home-till">
      <h2>{words.till}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.unit}</th>
            <th scope="col" class="figure">
              {words.pieces}
            </th>
            <th scope="col" class="figure">
              {words.machine}
            </th>
            <th scope="col" class="figure">
              {words.amount}
            </th>
          </tr>
        </thead>
        {till.units.map((unit) => (
          <tbody key={`${unit.device}.${unit.unit}`} data-unit={`${unit.device}.${unit.unit}`}>
            <tr class="group">
              <th scope="rowgroup" colSpan={3}>
                {unit.device} · {words.units[unit.unit]}
                {unit.state !== null && <span class="chip">{words.levels[unit.state]}</span>}
                {unit.differs && <span class="chip chip-stop">{words.differs}</span>}
              </th>
              <td class="figure strong">{heldIn(unit, { words, money })}</td>
            </tr>
            {unit.stocks
              .filter(({ count, machine }) => count !== 0 || (machine ?? 0) !== 0)
              .map(({ minor, count, machine }) => (
                <tr key={minor}>
                  <td>{money(minor)}</td>
                  <td class="figure">{count}</td>
                  <td class="figure">{machine ?? '–'}</td>
                  <td class="figure">{money(minor * count)}</td>
                </tr>
              ))}
          </tbody>
        ))}
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {hides ? words.totalButBoxes : words.total}
            </th>
            <td class="figure strong">{money(total)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** A sum, or of a box only that something is in it: what it should come to is told after the count. */
function heldIn(
  { minor, pieces, capacity, declared }: StaffTill['units'][number],
  { words, money }: Pick<Place, 'words' | 'money'>,
): string {
  if (pieces === 0) return declared ? words.nothingInside : words.notDeclared;
  return minor === null ? words.piecesInside(pieces, capacity) : money(minor);
}

/** Boxes that were taken out and wait to be counted. */
export function Bags({ till }: { readonly till: StaffTill }) {
  const { words, may, go } = usePlace();
  if (till.bags.length === 0) return null;
  return (
    <section class="card">
      <h2>{words.bags}</h2>
      {till.bags.map(({ bag, device, seal }) => (
        <div class="line" key={bag}>
          <span>
            <strong>{bag}</strong> · {device}
            {seal !== null && <span class="note">{words.sealedAs(seal)}</span>}
          </span>
          <span class="row-end">
            {seal === null && may('seal-bag') && <Touch onTouch={() => go({ at: 'seal', bag })}>{words.seal}</Touch>}
            {may('count') && <Touch onTouch={() => go({ at: 'count', bag })}>{words.countIt}</Touch>}
          </span>
        </div>
      ))}
    </section>
  );
}
