import { describe, expect, it } from 'vitest';
import { numberOf } from '../../../kiosk/services/wallet/matter.ts';
import { type Account, chanceOf, type Flavour, HonestGateway, type Payer, World } from './wallet-model.ts';

const payers: readonly Payer[] = ['pays', 'password-then-pays', 'password-for-ever', 'stale', 'poor'];
const troubledMs = 600_000;
const quietMs = 3_600_000;

/** One script: visits one after another, a troubled network, crashes; then quiet, in which all has to come to its end. */
function script(seed: number, flavour: Flavour): World {
  const chance = chanceOf(seed);
  const pick = <Of>(list: readonly Of[]): Of => list[Math.floor(chance() * list.length)] as Of;
  const world = new World(new HonestGateway(flavour), chance);
  world.trouble = pick([
    { lost: 0, error: 0 },
    { lost: 0.1, error: 0.05 },
    { lost: 0.4, error: 0.2 },
  ]);
  const decide = (account: Account) => {
    if (account.end !== null || account.approval === null || account.wanted === 'reverse') return;
    if (account.wanted === 'confirm' || account.refundOf !== null) return;
    world.order(account, account.declined || account.wanted === 'cancel' || chance() < 0.3 ? 'reverse' : 'confirm');
  };
  world.afterFact = (fact, account) => {
    if (fact.fact === 'charge.approved') world.at(chance() * 2_000, () => world.running && decide(account));
    if (fact.fact === 'charge.code') payer(world, account, chance);
    if (fact.fact === 'charge.confirmed' && chance() < 0.4) {
      const minor = 1 + Math.floor(chance() * account.minor);
      world.refund(`${account.id}/back`, account, minor);
    }
  };
  const visits = 1 + Math.floor(chance() * 3);
  for (let at = 0; at < visits; at++) {
    world.at(chance() * 400_000, () => {
      if (!world.running) return;
      const id = `S-${seed}-${at}`;
      const scanned = chance() < 0.5;
      world.gateway.payer = pick(payers);
      if (world.gateway.payer === 'password-then-pays') {
        world.at(chance() * 70_000, () => world.gateway.confirm(numberOf(id)));
      }
      world.start(id, 1 + Math.floor(chance() * 10_000), scanned ? 'handle' : undefined);
      if (chance() < 0.4) {
        world.at(chance() * 100_000, () => {
          const account = world.accounts.get(id);
          const waits = account?.end === null && account.approval === null && account.wanted === 'take';
          if (world.running && waits && !account.declined) world.order(account, 'cancel');
        });
      }
    });
  }
  const crashes = Math.floor(chance() * 4);
  const crash = () => {
    if (!world.running) return;
    world.crash();
    world.at(100 + chance() * (chance() < 0.5 ? 1_000 : 20_000), () => {
      world.boot();
      for (const account of world.accounts.values()) {
        decide(account);
        const lies = account.end === null && account.approval === null && account.wanted === 'take';
        if (lies && !account.declined && chance() < 0.5) world.order(account, 'cancel');
      }
    });
  };
  for (let at = 0; at < crashes; at++) world.at(chance() * troubledMs, crash);
  // The worst moments: the payer confirms while the revoke is on its way, and whoever sent it hears or knows nothing of it.
  world.fate = ({ ask, number }) => {
    if (ask === 'revoke' && chance() < 0.5) world.at(chance() * 500, () => world.gateway.confirm(number));
    if (world.trouble.lost === 0) return 'usual';
    if (ask === 'revoke' && chance() < 0.3) world.at(1, crash);
    return chance() < (ask === 'revoke' ? 0.4 : 0.1) ? 'cut' : 'usual';
  };
  world.run(troubledMs);
  world.fate = () => 'usual';
  world.run(troubledMs + 30_000);
  world.trouble = { lost: 0, error: 0 };
  world.run(troubledMs + quietMs);
  return world;
}

/** Whoever sees the code may pay it then, later, or from a photograph when it has long left the screen. */
function payer(world: World, account: Account, chance: () => number): void {
  const number = numberOf(account.id);
  if (chance() < 0.3) return;
  const afterMs = chance() * (chance() < 0.5 ? 60_000 : 250_000);
  world.at(afterMs, () => world.gateway.scanShown(number, world.nowMs));
  world.at(afterMs + chance() * 20_000, () => world.gateway.payShown(number, world.nowMs));
}

function judge(world: World): readonly string[] {
  const wrong: string[] = [];
  for (const account of world.accounts.values()) {
    const { id, minor, refundOf, end } = account;
    const say = (what: string) =>
      wrong.push(`${id}: ${what}; ${world.facts(id).join(' ')}; ${world.asks(id).join(' ')}`);
    if (end === null) say('has no end');
    if (refundOf !== null) continue;
    const refunds = [...world.accounts.values()].filter((one) => one.refundOf === id && one.end === 'refund.made');
    const back = refunds.reduce((sum, one) => sum + one.minor, 0);
    const should = end === 'charge.confirmed' ? minor - back : 0;
    if (world.kept(id) !== should) say(`kept ${world.kept(id)}, told ${should}`);
    if (world.asks(id).filter((ask) => ask === 'pay').length > 1) say('paid twice');
    if ((world.trade(id)?.captured ?? 0) > minor) say('captured twice');
    if (end === 'charge.irreversible') say('irreversible at a gateway that reverses all');
  }
  return wrong;
}

const runs = 2_000;

describe.each(['alipay', 'wechat'] as const)(
  'with a gateway like %s, whatever the network and the payer do',
  (flavour) => {
    it('what was captured and not given back is what was told, no payment is sent twice, and all ends', () => {
      const ends = new Map<string, number>();
      for (let seed = 1; seed <= runs; seed++) {
        const world = script(seed, flavour);
        expect({ seed, wrong: judge(world) }).toEqual({ seed, wrong: [] });
        for (const fact of world.told) ends.set(fact.fact, (ends.get(fact.fact) ?? 0) + 1);
      }
      // A hunt that never met one of these would prove little.
      for (const fact of [
        'charge.approved',
        'charge.declined',
        'charge.expired',
        'charge.reversed',
        'charge.unknown',
        'charge.confirmed',
        'refund.made',
      ]) {
        expect({ fact, met: (ends.get(fact) ?? 0) > 5 }).toEqual({ fact, met: true });
      }
    });
  },
);
