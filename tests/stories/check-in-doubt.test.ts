/** A check that is asked of a hopper whose last order is still in doubt, and a daemon that ends just then. */
import { expect, test } from 'vitest';
import { Workshop } from './workshop.ts';

test('leaves no order that nobody is ever asked about', () => {
  const shop = new Workshop();
  const payouts = () => Object.values(shop.world.kiosk?.payouts ?? {});
  shop.take({ fact: 'staff.left' });
  shop.toCash(1_500);
  shop.insert(2_000);
  shop.until('change is on its way', () => payouts().some(({ starting }) => starting));
  shop.wait(400);
  expect(shop.world.act('yuan', { action: 'cut power' })).toEqual({ ok: true });
  shop.until('it is in doubt', () => payouts().some(({ status }) => status === 'doubt'));
  shop.until('the customer is gone', () => shop.world.kiosk?.session === null);
  shop.comesIn();
  shop.world.act('yuan', { action: 'restore power' });
  shop.until('it is ready', () => shop.world.kiosk?.devices.yuan?.ready === true);
  shop.crashAt('k', 'b3', 'cash.dispense');
  shop.begin('pay-one', 'yuan');
  // Nothing was ordered where nothing may be: then nothing crashes either.
  if (shop.world.kiosk === null) shop.back();
  shop.wait(600_000);
  // The driver was asked for the older order alone; the check's stays in doubt, and the hopper pays no change until a start.
  expect(payouts()).toEqual([]);
});
