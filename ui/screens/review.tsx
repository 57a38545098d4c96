import { useRef, useState } from 'preact/hooks';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount } from '../parts/amount.tsx';
import { ToneLine } from '../parts/line.tsx';
import { Pager, type Rooms, useRoom } from '../parts/pages.tsx';
import { phrase } from '../parts/phrase.ts';
import { Press } from '../parts/press.tsx';

type Body = Extract<ScreenBody, { screen: 'review' }>;

/** So many lines stand under each other on any glass; more of them are turned page by page. */
const linesUnpaged = 9;
const rooms = [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((rows) => ({ columns: 1, rows }));
const lineRooms: Rooms = { portrait: rooms, landscape: rooms };

/** Is it this bill: whose, what for, each line, and the total as the largest thing. */
export function Review({ body }: { readonly body: Body }) {
  return (
    <>
      <h1 class="title">{body.title}</h1>
      {body.notice !== null && <ToneLine tone={body.notice.tone} text={body.notice.text} live />}
      <section class="bill" data-paged={body.lines.length > linesUnpaged ? '' : undefined}>
        <dl class="bill-people">
          <div>
            <dt class="note quiet">{body.payeeLabel}</dt>
            <dd class="large strong">{body.payee}</dd>
          </div>
          <div>
            <dt class="note quiet">{body.payerLabel}</dt>
            <dd class="large">{phrase(body.payer)}</dd>
          </div>
        </dl>
        <Lines body={body} />
        <div class="bill-total">
          <p class="large quiet">{body.totalLabel}</p>
          <Amount amount={body.total} size="amount" />
        </div>
      </section>
    </>
  );
}

function Lines({ body }: { readonly body: Body }) {
  if (body.lines.length > linesUnpaged) return <PagedLines body={body} />;
  return (
    <div class="bill-lines">
      <p class="note quiet">{phrase(body.what)}</p>
      <ul>{body.lines.map(billLine)}</ul>
    </div>
  );
}

function PagedLines({ body: { what, lines } }: { readonly body: Body }) {
  const place = useRef<HTMLUListElement>(null);
  const [first, setFirst] = useState(0);
  const { rows } = useRoom(place, lineRooms, lines.length);
  const pages = Math.ceil(lines.length / rows);
  const page = Math.min(Math.floor(first / rows), pages - 1);
  return (
    <div class="bill-lines">
      <div class="bill-head">
        <p class="note quiet">{phrase(what)}</p>
        {pages > 1 && <Pager label={what} page={page} pages={pages} onTurn={(to) => setFirst(to * rows)} />}
      </div>
      <ul ref={place}>{lines.slice(page * rows, (page + 1) * rows).map(billLine)}</ul>
    </div>
  );
}

function billLine(line: Body['lines'][number], index: number) {
  return (
    <li key={index} class={line.drop === null ? 'bill-line' : 'bill-line bill-line-drop'}>
      <span class="bill-name">{phrase(line.name)}</span>
      {line.drop === null && <span class="bill-quantity quiet">{line.quantity}</span>}
      <Amount amount={line.amount} size="body" />
      {line.drop !== null && (
        <Press class="bill-drop" intent={line.drop.intent} label={`${line.drop.label} ${line.name}`}>
          {line.drop.label}
        </Press>
      )}
    </li>
  );
}
