import type { StaffTill } from '../../../kiosk/server/staff-wire.ts';
import { type Page, type Place, usePlace } from '../desk.ts';
import { checkWords } from '../check-words.ts';
import { Touch } from '../parts.tsx';
import { Cabinet } from './cabinet.tsx';
import { CabinetState } from './contacts.tsx';

/** The cabinet, the till beside what the machines say, and everything that this person may do. */
export function Home({ till }: { readonly till: StaffTill }) {
  const place = usePlace();
  const { words } = place;
  return (
    <div class="home">
      <h1 class="sr">{words.title}</h1>
      <div class="home-main">
        <Cabinet till={till} />
        <Bags till={till} />
        <CabinetState till={till} />
        <Till till={till} />
      </div>
      <nav class="card home-acts" aria-label={words.acts}>
        <h2>{words.acts}</h2>
        {actsOf(place, till).map(({ page, name }) => (
          <Touch key={name} look="row" onTouch={() => place.go(page)}>
            {name}
          </Touch>
        ))}
      </nav>
    </div>
  );
}

function actsOf(
  { words, may, lang }: Place,
  till: StaffTill,
): readonly { readonly page: Page; readonly name: string }[] {
  const paysOut = till.units.some(({ unit }) => unit !== 'box');
  const recycles = till.units.some(({ unit }) => unit === 'recycler');
  const takesCards = till.terminals.length > 0;
  const changedTable = till.devices.some(({ newTable }) => newTable !== null);
  const acts: readonly { readonly shown: boolean; readonly page: Page; readonly name: string }[] = [
    { shown: changedTable && may('confirm-table'), page: { at: 'confirm-table' }, name: words.confirmTable },
    { shown: paysOut && may('fill'), page: { at: 'fill' }, name: words.fill },
    { shown: paysOut && may('remove'), page: { at: 'remove' }, name: words.remove },
    { shown: recycles && may('empty'), page: { at: 'empty' }, name: words.empty },
    { shown: may('change-box'), page: { at: 'box' }, name: words.box },
    { shown: takesCards && may('close-terminal'), page: { at: 'close-terminal' }, name: words.closeDay },
    { shown: paysOut && may('declare'), page: { at: 'declare' }, name: words.declare },
    { shown: may('pay-slip'), page: { at: 'pay-slip' }, name: words.paySlip },
    { shown: may('judge-refund'), page: { at: 'refunds' }, name: words.refunds },
    { shown: may('hand-over'), page: { at: 'orders' }, name: words.orders },
    { shown: till.wallets, page: { at: 'statements' }, name: words.statements },
    { shown: may('read-day'), page: { at: 'day' }, name: words.day.title },
    { shown: may('report'), page: { at: 'reports' }, name: words.report.title },
    { shown: true, page: { at: 'moves' }, name: words.moves },
    { shown: true, page: { at: 'cases' }, name: words.casesNow(till.cases) },
    { shown: may('check'), page: { at: 'checks' }, name: checkWords[lang].title },
    { shown: may('find-devices'), page: { at: 'find' }, name: words.find },
    { shown: may('persons'), page: { at: 'persons' }, name: words.persons },
    { shown: true, page: { at: 'my-pin' }, name: words.myPin },
  ];
  return acts.filter(({ shown }) => shown);
}

function Till({ till }: { readonly till: StaffTill }) {
  const { words, money } = usePlace();
  const total = till.units.reduce((sum, { minor }) => sum + minor, 0);
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
              <td class="figure strong">
                {unit.minor !== 0 ? money(unit.minor) : unit.declared ? words.nothingInside : words.notDeclared}
              </td>
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
              {words.total}
            </th>
            <td class="figure strong">{money(total)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
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
            {seal !== null && <span class="note"> · {words.sealedAs(seal)}</span>}
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
