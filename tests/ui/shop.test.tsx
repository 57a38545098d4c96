import { signal } from '@preact/signals';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import type { Intent, ScreenBody, View } from '../../kiosk/server/wire.ts';
import { sampleView } from '../../scripts/screens/samples.ts';
import { App } from '../../ui/app.tsx';
import type { LineState } from '../../ui/connection.ts';
import { createTapGate } from '../../ui/tap-gate.ts';

afterEach(cleanup);

type Shop = Extract<ScreenBody, { screen: 'shop' }>;

function shopOf(view: View): Shop {
  if (view.body.screen !== 'shop') throw new Error(`the sample shows ${view.body.screen}`);
  return view.body;
}

/** The shop as it stands when so many of its products are wanted. */
function wanting(view: View, id: string, count: number): View {
  const body = shopOf(view);
  const groups = body.groups.map((group) => ({
    ...group,
    products: group.products.map((product) => (product.id === id ? { ...product, count } : product)),
  }));
  const basket = groups
    .flatMap(({ products }) => products)
    .filter((product) => product.count > 0)
    .map(({ id: of, name, count: wanted, most, price }) => ({ id: of, name, count: wanted, most, amount: price }));
  return { ...view, body: { ...body, groups, basket } };
}

async function shop(name: string) {
  const first = sampleView(name, { lang: 'en', long: false });
  const view = signal<View | null>(first);
  const sent: Intent[] = [];
  let nowMs = 0;
  const seat = { send: (intent: Intent) => void sent.push(intent), gate: createTapGate(() => nowMs, 100) };
  render(<App view={view} state={signal<LineState>('open')} away={signal(false)} seat={seat} />);
  await screen.findByRole('region', { name: 'Your order' });
  const card = (product: string) => screen.getByText(product, { selector: '.product *' }).closest('li')!;
  return {
    sent,
    view,
    first,
    card,
    tapOn: (product: string) => card(product).querySelector<HTMLElement>('.product-tap')!,
    waits: (ms: number) => {
      nowMs += ms;
    },
    touch: (name: string | RegExp) => {
      nowMs += 1_000;
      fireEvent.click(screen.getByRole('button', { name }));
    },
  };
}

function strike(element: Element, clientX = 100): void {
  const finger = { pointerId: 1, isPrimary: true, button: 0, clientX, clientY: 100 };
  fireEvent.pointerDown(element, finger);
  fireEvent.pointerUp(element, finger);
  fireEvent.click(element, { ...finger, detail: 1 });
}

test('a touch of a product asks for one of it, and for one more where there are some', async () => {
  const { tapOn, sent, waits } = await shop('shop');
  strike(tapOn('Caffè latte'));
  waits(1_000);
  strike(tapOn('Black coffee'));
  expect(sent).toEqual([
    { do: 'basket', product: 'p1', count: 1 },
    { do: 'basket', product: 'p0', count: 3 },
  ]);
});

test('what is not in the basket has no number; what is has one, with one less and one more', async () => {
  const { card, sent, touch } = await shop('shop');
  expect(within(card('Caffè latte')).queryByRole('group')).toBeNull();
  const stepper = within(card('Black coffee')).getByRole('group', { name: 'Black coffee' });
  expect(within(stepper).getByRole('status').textContent).toBe('2');
  touch('One more: Black coffee');
  touch('One less: Black coffee');
  expect(sent).toEqual([
    { do: 'basket', product: 'p0', count: 3 },
    { do: 'basket', product: 'p0', count: 1 },
  ]);
});

test('the last one is taken out by one less, and the product can be touched again where the hand is', async () => {
  const { first, view, card, sent, tapOn } = await shop('shop');
  const less = screen.getByRole('button', { name: 'One less: Chrysanthemum tea' });
  less.focus();
  fireEvent.click(less);
  expect(sent).toEqual([{ do: 'basket', product: 'p3', count: 0 }]);
  view.value = wanting(first, 'p3', 0);
  await waitFor(() => expect(within(card('Chrysanthemum tea')).queryByRole('group')).toBeNull());
  expect(document.activeElement).toBe(tapOn('Chrysanthemum tea'));
});

test('as many as may be: no more can be asked for, one less can', async () => {
  const { sent, tapOn, touch } = await shop('shop-most');
  touch('One more: Black coffee');
  strike(tapOn('Black coffee'));
  expect(sent).toEqual([]);
  touch('One less: Black coffee');
  expect(sent).toEqual([{ do: 'basket', product: 'p0', count: 8 }]);
});

test('the second half of a strike at a product is not one more, where one more has come to lie there', async () => {
  const { first, view, sent, tapOn, waits } = await shop('shop');
  strike(tapOn('Caffè latte'));
  view.value = wanting(first, 'p1', 1);
  const more = await screen.findByRole('button', { name: 'One more: Caffè latte' });
  waits(200);
  strike(more);
  expect(sent).toHaveLength(1);
  waits(300);
  strike(more);
  strike(more);
  expect(sent.slice(1)).toEqual([
    { do: 'basket', product: 'p1', count: 2 },
    { do: 'basket', product: 'p1', count: 2 },
  ]);
});

test('the second half of a strike that took the last one out does not put it back', async () => {
  const { first, view, sent, tapOn, waits } = await shop('shop');
  strike(screen.getByRole('button', { name: 'One less: Chrysanthemum tea' }));
  view.value = wanting(first, 'p3', 0);
  await waitFor(() => expect(screen.queryByRole('button', { name: 'One less: Chrysanthemum tea' })).toBeNull());
  waits(200);
  strike(tapOn('Chrysanthemum tea'));
  expect(sent).toEqual([{ do: 'basket', product: 'p3', count: 0 }]);
});

test('one group is shown at a time, from its first page, and asks nothing of the kiosk', async () => {
  const { sent, touch } = await shop('shop-full');
  const shown = (name: string) => screen.queryByText(name, { selector: '.product *' });
  expect(screen.getByRole('button', { name: 'Hot drinks' }).getAttribute('aria-pressed')).toBe('true');
  touch('Hot drinks 2/2');
  await waitFor(() => expect(shown('Ginger tea')).not.toBeNull());
  expect(shown('Black coffee')).toBeNull();
  touch('Bakery');
  await waitFor(() => expect(shown('Strawberry cream cake')).not.toBeNull());
  expect(screen.getByRole('button', { name: 'Hot drinks' }).getAttribute('aria-pressed')).toBe('false');
  expect(screen.getByRole('button', { name: 'Bakery' }).getAttribute('aria-pressed')).toBe('true');
  expect(shown('Osmanthus cake')).toBeNull();
  expect(sent).toEqual([]);
});

test('a View of the same shop keeps the group and the page', async () => {
  const { first, view, touch } = await shop('shop-full');
  touch('Noodles');
  touch(/^Noodles 2/);
  await screen.findByText('Scallion pancake', { selector: '.product *' });
  view.value = wanting(first, 'p19', 4);
  await waitFor(() => expect(screen.getByRole('group', { name: 'Shrimp wonton soup' }).textContent).toBe('4'));
});

test('the basket lays its lines where the goods were, and a group takes them away again', async () => {
  const { sent, touch } = await shop('shop');
  const basket = screen.getByRole('button', { name: /Your order/ });
  touch(/Your order/);
  await waitFor(() => expect(document.querySelectorAll('.shop-line')).toHaveLength(3));
  expect(basket.getAttribute('aria-pressed')).toBe('true');
  touch('One more: Red bean soy milk');
  expect(sent).toEqual([{ do: 'basket', product: 'p5', count: 2 }]);
  touch('Noodles');
  await screen.findByText('Lanzhou beef noodles');
  expect(document.querySelector('.shop-line')).toBeNull();
});

test('a line that is taken out of the opened basket leaves the hand at the basket', async () => {
  const { first, view, touch } = await shop('shop');
  touch(/Your order/);
  await waitFor(() => expect(document.querySelectorAll('.shop-line')).toHaveLength(3));
  touch('One less: Red bean soy milk');
  view.value = wanting(first, 'p5', 0);
  await waitFor(() => expect(document.querySelectorAll('.shop-line')).toHaveLength(2));
  expect(document.activeElement).toBe(screen.getByRole('button', { name: /Your order/ }));
});

test('a basket that has become empty shows the goods, and stays closed when something is in it again', async () => {
  const { first, view, touch } = await shop('shop-few');
  touch(/Your order/);
  await waitFor(() => expect(document.querySelector('.shop-line')).not.toBeNull());
  view.value = wanting(first, 'p1', 0);
  await screen.findByText('Caffè latte', { selector: '.product *' });
  expect(screen.getByText('Nothing yet. Touch what you would like')).toBeTruthy();
  view.value = wanting(first, 'p1', 1);
  await screen.findByRole('group', { name: 'Caffè latte' });
  expect(document.querySelector('.shop-line')).toBeNull();
});

test('an empty basket cannot be opened, and nothing is ordered', async () => {
  const { sent, touch } = await shop('shop-empty');
  touch(/Your order/);
  touch(/Check and pay/);
  expect(document.querySelector('.product')).not.toBeNull();
  expect(sent).toEqual([]);
});

test('the order is asked for by the main action', async () => {
  const { sent, touch } = await shop('shop');
  touch(/Check and pay/);
  expect(sent).toEqual([{ do: 'order' }]);
});

test('the lines of a long order are turned page by page, until the last', async () => {
  render(
    <App
      view={signal<View | null>(sampleView('review-goods-many', { lang: 'en', long: false }))}
      state={signal<LineState>('open')}
      away={signal(false)}
      seat={{ send: () => {}, gate: createTapGate(() => 0, 0) }}
    />,
  );
  expect(screen.queryByText('Toiletries')).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: / 2\/2$/ }));
  await screen.findByText('Toiletries');
});

test('the number of the goods stands on the screen that says it is paid', () => {
  render(
    <App
      view={signal<View | null>(sampleView('settled-goods', { lang: 'en', long: false }))}
      state={signal<LineState>('open')}
      away={signal(false)}
      seat={{ send: () => {}, gate: createTapGate(() => 0, 0) }}
    />,
  );
  expect(screen.getByText('042').previousElementSibling?.textContent).toBe('Your pick-up number');
});
