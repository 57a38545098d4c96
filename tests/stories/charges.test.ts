/** Cards and wallets that nobody knows of, and a clock that is off (tests/faults.md 65, 80), told one by one. Amounts in fen. */
import { expect, test } from 'vitest';
import { tellTime } from '../simulation/clock-faults.ts';
import type { Network } from '../simulation/wallet.ts';
import { newChargeWorld } from '../simulation/run.ts';
import { Scene } from './scene.ts';

/** A phone has paid the code on the glass, nobody hears of it, and the window pays the bill's owner back. */
function paidAtWindow(network: Network): Scene {
  const one = new Scene(newChargeWorld(1, {}));
  const { world } = one;
  const gateway = world.gateways.alipay;
  if (gateway === undefined) throw new Error('there is no gateway');
  one.toChoice(8_650);
  world.ask({ do: 'method', method: 'alipay' });
  const code = () => Object.values(world.kiosk?.charges ?? {})[0]?.code?.text;
  one.until('a code is shown', () => code() !== undefined);
  gateway.network = network;
  if (network === 'lost') gateway.ledger.act({ action: 'pay code', text: code() ?? '' });
  one.until('nobody knows', () => one.openCases().includes('charge-unknown'));
  const [record] = Object.values(world.kiosk?.cases ?? {});
  if (record === undefined) throw new Error('there is no case');
  const by = { by: '1', second: '2' };
  world.book({ fact: 'case.settled', record, slip: null, how: 'paid', minor: 8_650, reason: null, ...by });
  expect(one.openCases()).toEqual(['paid-out-in-doubt']);
  return one;
}

test('65: the window pays a doubt out, and it was taken after all: it stays, and the case ends', () => {
  const one = paidAtWindow('lost');
  const { gateways } = one.world;
  if (gateways.alipay !== undefined) gateways.alipay.network = 'well';
  one.until('it is known', () => one.entries('charge.confirmed').length === 1);
  expect(one.openCases()).toEqual([]);
  expect(one.entries('charge.reverse')).toEqual([]);
  expect(gateways.alipay?.ledger.state().keptMinor).toBe(8_650);
});

test('65: the window pays a doubt out, and nothing was taken: the case stands for a person', () => {
  const one = paidAtWindow('deaf');
  const { gateways } = one.world;
  if (gateways.alipay !== undefined) gateways.alipay.network = 'well';
  one.until('it is known', () => Object.keys(one.world.kiosk?.charges ?? {}).length === 0);
  expect(one.entries('charge.confirmed')).toEqual([]);
  expect(one.openCases()).toEqual(['paid-out-in-doubt']);
});

test('65: a person ends that case before it is known: what is taken after all still goes back to nobody', () => {
  const one = paidAtWindow('lost');
  const { world } = one;
  const [record] = Object.values(world.kiosk?.cases ?? {}).filter(({ about }) => about === 'paid-out-in-doubt');
  if (record === undefined) throw new Error('there is no case');
  const by = { by: '1', second: '2' };
  world.book({ fact: 'case.settled', record, slip: null, how: 'void', minor: null, reason: 'found', ...by });
  expect(one.openCases()).toEqual([]);
  world.crash('k');
  one.back();
  if (world.gateways.alipay !== undefined) world.gateways.alipay.network = 'well';
  one.until('it is known', () => one.entries('charge.confirmed').length === 1);
  expect(one.entries('charge.reverse')).toEqual([]);
  expect(world.gateways.alipay?.ledger.state().keptMinor).toBe(8_650);
});

test('80: the clock steps while a phone pays, and the office tells of it: that payment ends well, and no other begins until it is right', () => {
  const one = new Scene(newChargeWorld(1, {}));
  const { world } = one;
  tellTime(world);
  one.toChoice(8_650);
  world.ask({ do: 'method', method: 'alipay' });
  const code = () => Object.values(world.kiosk?.charges ?? {})[0]?.code?.text;
  one.until('a code is shown', () => code() !== undefined);
  world.clock.jumpWall(-3_600_000);
  one.until('the kiosk knows', () => world.kiosk?.clock.offMs === -3_600_000);
  world.gateways.alipay?.ledger.act({ action: 'pay code', text: code() ?? '' });
  one.at('settled');
  expect(one.entries('sale.paid')).toMatchObject([{ tenders: [{ method: 'alipay', minor: 8_650 }] }]);
  world.ask({ do: 'finish' });
  world.ask({ do: 'document', choice: 'none' });
  world.ask({ do: 'finish' });
  one.at(null);
  one.toChoice(2_000);
  world.ask({ do: 'method', method: 'wechat' });
  expect([one.stage, one.entries('charge.start')]).toMatchObject(['choose', [{ method: 'alipay' }]]);
  world.clock.jumpWall(3_600_000);
  one.until('the kiosk knows', () => world.kiosk?.clock.offMs === null);
  world.ask({ do: 'method', method: 'wechat' });
  expect(one.entries('charge.start')).toHaveLength(2);
});
