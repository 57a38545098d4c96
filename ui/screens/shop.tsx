import { ChevronRight, ShoppingBasket, X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ScreenBody } from '../../kiosk/server/wire.ts';
import { Amount, widthEm } from '../parts/amount.tsx';
import { holdsTooMuch, useFit } from '../parts/fit.ts';
import { GoodsDrawing } from '../parts/goods.tsx';
import { PlusSign } from '../parts/icons.tsx';
import { ToneLine } from '../parts/line.tsx';
import { Pager, type Rooms, useRoom } from '../parts/pages.tsx';
import { phrase } from '../parts/phrase.ts';
import { Press } from '../parts/press.tsx';
import { Stepper } from '../parts/stepper.tsx';
import { BesideActions } from '../parts/submit.tsx';

type Body = Extract<ScreenBody, { screen: 'shop' }>;
type Product = Body['groups'][number]['products'][number];
type Line = Body['basket'][number];

/** So many products on one page; where words are large, fewer. */
const shelfRooms: Rooms = {
  portrait: [
    { columns: 2, rows: 4 },
    { columns: 2, rows: 3 },
    { columns: 2, rows: 2 },
    { columns: 1, rows: 4 },
    { columns: 1, rows: 3 },
    { columns: 1, rows: 2 },
  ],
  landscape: [
    { columns: 3, rows: 2 },
    { columns: 2, rows: 2 },
    { columns: 1, rows: 3 },
    { columns: 1, rows: 2 },
    { columns: 1, rows: 1 },
  ],
};
const basketRooms: Rooms = {
  portrait: [8, 7, 6, 5, 4, 3].map((rows) => ({ columns: 1, rows })),
  landscape: [5, 4, 3, 2, 1].map((rows) => ({ columns: 1, rows })),
};

/** The catalogue by groups, and the basket beside the actions; a touch of it lays its lines where the goods were. */
export function Shop({ body }: { readonly body: Body }) {
  const [at, setAt] = useState({ group: 0, first: 0 });
  const [opened, setOpened] = useState(false);
  const [line, setLine] = useState(0);
  const empty = body.basket.length === 0;
  const open = opened && !empty;
  useEffect(() => {
    if (empty) setOpened(false);
  }, [empty]);
  const group = body.groups[Math.min(at.group, body.groups.length - 1)];
  return (
    <>
      <h1 class="title">{phrase(body.title)}</h1>
      <div class="shop-choice">
        {body.notice !== null && <ToneLine tone={body.notice.tone} text={body.notice.text} live />}
        {body.groups.length === 1 ? (
          <h2 class="large quiet">{phrase(group?.label ?? '')}</h2>
        ) : (
          <Tabs
            labels={body.groups.map(({ label }) => label)}
            at={open ? null : at.group}
            onTab={(tab) => {
              setOpened(false);
              setAt({ group: tab, first: 0 });
            }}
          />
        )}
      </div>
      {open ? (
        <Shelf
          key="basket"
          class="shop-lines"
          label={body.basketLabel}
          things={body.basket.toReversed()}
          rooms={basketRooms}
          enough={body.basket.length}
          first={line}
          onFirst={setLine}
          draw={(one) => <BasketLine key={one.id} line={one} body={body} />}
        />
      ) : (
        <Shelf
          key="goods"
          class="shop-goods"
          label={group?.label ?? ''}
          things={group?.products ?? []}
          rooms={shelfRooms}
          enough={Math.max(...body.groups.map(({ products }) => products.length))}
          first={at.first}
          onFirst={(first) => setAt({ ...at, first })}
          draw={(one) => <ProductCard key={one.id} product={one} body={body} />}
        />
      )}
      <BesideActions>
        <Basket body={body} open={open} onOpen={() => setOpened(!open)} />
      </BesideActions>
    </>
  );
}

/** A group that is shown is pressed; while the basket is, none of them. */
function Tabs(props: {
  readonly labels: readonly string[];
  readonly at: number | null;
  readonly onTab: (at: number) => void;
}) {
  const tabs = useRef<HTMLElement>(null);
  useFit(tabs, (element) => [...element.children].some(isTooNarrow));
  const count = props.labels.length;
  const columns = { '--one-row': count, '--two-rows': count > 3 ? Math.ceil(count / 2) : count };
  return (
    <nav ref={tabs} class="shop-tabs" style={columns} aria-label={props.labels.join(', ')}>
      {props.labels.map((label, index) => (
        <Press
          key={label}
          class="shop-tab"
          about={`tab ${index}`}
          pressed={index === props.at}
          onPress={() => props.onTab(index)}
        >
          <span>{phrase(label)}</span>
        </Press>
      ))}
    </nav>
  );
}

function isTooNarrow(tab: Element): boolean {
  const { paddingLeft, paddingRight } = getComputedStyle(tab);
  const innerPx = tab.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  return [...tab.children].some((words) => words.getBoundingClientRect().width > innerPx + 1);
}

/** One page of many things, and the pager where there are more. */
function Shelf<Thing>(props: {
  readonly class: string;
  readonly label: string;
  readonly things: readonly Thing[];
  readonly rooms: Rooms;
  readonly enough: number;
  /** The first one that is shown is on its page, however many a page holds. */
  readonly first: number;
  readonly onFirst: (first: number) => void;
  readonly draw: (thing: Thing) => ComponentChildren;
}) {
  const shelf = useRef<HTMLUListElement>(null);
  const { columns, rows } = useRoom(shelf, props.rooms, props.enough);
  const room = columns * rows;
  const pages = Math.max(1, Math.ceil(props.things.length / room));
  const page = Math.min(Math.floor(props.first / room), pages - 1);
  const grid = { '--columns': columns, '--rows': rows };
  const size = { 'data-columns': columns, 'data-rows': rows };
  return (
    <>
      <ul ref={shelf} class={`shelf ${props.class}`} style={grid} {...size} aria-label={props.label}>
        {props.things.slice(page * room, (page + 1) * room).map(props.draw)}
      </ul>
      {/* Where one group needs pages, the place of the pager stays in every group. */}
      {props.enough > room && (
        <div class="shop-pager">
          {pages > 1 && (
            <Pager label={props.label} page={page} pages={pages} onTurn={(to) => props.onFirst(to * room)} />
          )}
        </div>
      )}
    </>
  );
}

/** A touch anywhere on it puts one into the basket; from then on it has its number, and one less and one more. */
function ProductCard({ product, body }: { readonly product: Product; readonly body: Body }) {
  const card = useRef<HTMLLIElement>(null);
  const chosen = product.count > 0;
  const price = <Amount amount={product.price} size="large" />;
  return (
    <li ref={card} class="product" data-product={product.id} data-chosen={chosen ? '' : undefined}>
      <Press
        class="product-tap"
        intent={{ do: 'basket', product: product.id, count: product.count + 1 }}
        off={product.most}
      >
        <span class="product-head">
          <span class="product-picture">
            <GoodsDrawing picture={product.picture} />
          </span>
          <ProductName name={product.name} />
        </span>
        {!chosen && (
          <span class="product-foot">
            {price}
            <PlusSign />
          </span>
        )}
      </Press>
      {chosen && (
        <div class="product-foot">
          {price}
          <Stepper
            product={product}
            words={body}
            onLast={() => card.current?.querySelector<HTMLElement>('.product-tap')?.focus()}
          />
        </div>
      )}
    </li>
  );
}

/** A latin letter at weight 600, in em; a Chinese sign is a word of its own. */
const letterEm = 0.64;
/** Nobody needs a longer word in one piece. */
const wordMaximum = 16;

function ProductName({ name }: { readonly name: string }) {
  const words = name.split(/[\s-]|(?<=\p{Script=Han})|(?=\p{Script=Han})/u);
  const longest = Math.min(wordMaximum, Math.max(1, ...words.map(({ length }) => length)));
  return (
    <span class="product-name">
      <span style={{ '--ems': (longest * letterEm).toFixed(2) }}>{phrase(name)}</span>
    </span>
  );
}

function BasketLine({ line, body }: { readonly line: Line; readonly body: Body }) {
  const picture = body.groups.flatMap(({ products }) => products).find(({ id }) => id === line.id)?.picture;
  return (
    <li class="shop-line" data-line={line.id}>
      <span class="product-picture">{picture !== undefined && <GoodsDrawing picture={picture} />}</span>
      <ProductName name={line.name} />
      <Stepper
        product={line}
        words={body}
        onLast={() => document.querySelector<HTMLElement>('.basket-open')?.focus()}
      />
      <Amount amount={line.amount} size="large" />
    </li>
  );
}

/** What is in it, what it comes to, and the way to its lines. */
function Basket(props: { readonly body: Body; readonly open: boolean; readonly onOpen: () => void }) {
  const { body } = props;
  const Arrow = props.open ? X : ChevronRight;
  const count = body.basket.reduce((sum, line) => sum + line.count, 0);
  return (
    <section class="basket" data-empty={count === 0 ? '' : undefined} aria-label={body.basketLabel}>
      <Press class="basket-open" about="basket" pressed={props.open} off={count === 0} onPress={props.onOpen}>
        <span class="basket-picture">
          <ShoppingBasket size="1em" strokeWidth={2} aria-hidden="true" />
          {count > 0 && (
            <span key={count} class="basket-count">
              {count}
            </span>
          )}
        </span>
        <span class="basket-words">
          <span class="strong">{body.basketLabel}</span>
          {count === 0 && <span class="quiet">{phrase(body.emptyBasket)}</span>}
        </span>
        {count > 0 && <Arrow class="basket-arrow" size="1em" strokeWidth={2} aria-hidden="true" />}
      </Press>
      <Lines lines={body.basket} />
      <div class="basket-total" style={{ '--ems': widthEm(body.total).toFixed(2) }}>
        <p class="note quiet">{body.totalLabel}</p>
        <Amount amount={body.total} size="title" />
        <p class="note quiet">{body.tax}</p>
      </div>
    </section>
  );
}

/** The lines beside the goods, newest first; what does not stand there whole is counted in the last one. */
function Lines({ lines }: { readonly lines: readonly Line[] }) {
  const place = useRef<HTMLUListElement>(null);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const fit = () => showWhole(element);
    fit();
    window.addEventListener('resize', fit);
    document.fonts?.addEventListener('loadingdone', fit);
    return () => {
      window.removeEventListener('resize', fit);
      document.fonts?.removeEventListener('loadingdone', fit);
    };
  });
  return (
    <ul ref={place} class="basket-lines">
      {lines.toReversed().map((line) => (
        <li key={line.id} class="basket-line" data-line={line.id}>
          <span class="basket-times">{line.count} ×</span>
          <span class="basket-name">{phrase(line.name)}</span>
          <Amount amount={line.amount} size="body" />
        </li>
      ))}
    </ul>
  );
}

function showWhole(list: HTMLElement): void {
  const lines = [...list.children] as HTMLElement[];
  for (const line of lines) line.hidden = false;
  delete list.dataset.more;
  for (let shown = lines.length - 1; shown >= 0 && holdsTooMuch(list); shown -= 1) {
    lines[shown]!.hidden = true;
    list.dataset.more = `+${lines.length - shown}`;
  }
}
