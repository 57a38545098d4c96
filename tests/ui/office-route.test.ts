import { expect, test } from 'vitest';
import fc from 'fast-check';
import { hashOf, type Route, routeOf } from '../../ui/office/route.ts';

const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constantFrom<Route>(
    { at: 'kiosks' },
    { at: 'rollouts' },
    { at: 'commands' },
    { at: 'pairing' },
    { at: 'persons' },
    { at: 'acts' },
    { at: 'publish', kiosk: null },
  ),
  fc.string({ minLength: 1, unit: 'grapheme' }).map((kiosk): Route => ({ at: 'kiosk', kiosk })),
  fc.string({ minLength: 1, unit: 'grapheme' }).map((kiosk): Route => ({ at: 'publish', kiosk })),
  fc.integer({ min: 1, max: 1e12 }).map((rollout): Route => ({ at: 'rollout', rollout })),
  fc.integer({ min: 1, max: 1e12 }).map((number): Route => ({ at: 'order', number })),
  fc.constantFrom('open', 'acknowledged', 'cleared').map((status): Route => ({ at: 'alerts', status })),
);

test('every page has an address that leads back to it', () => {
  fc.assert(
    fc.property(routes, (route) => {
      expect(routeOf(hashOf(route))).toEqual(route);
    }),
  );
});

test('an empty address is the list of kiosks, and one that means nothing is no page', () => {
  for (const hash of ['', '#', '#/', '#/kiosks', '#kiosks']) expect(routeOf(hash)).toEqual({ at: 'kiosks' });
  for (const hash of [
    ...['#/x', '#/rollouts/0', '#/rollouts/1.5', '#/rollouts/x', '#/commands/x', '#/alerts/old', '#/pairing/1'],
    ...['#/kiosks/a/b', '#/kiosks/%', '#/constructor'],
  ]) {
    expect(routeOf(hash), hash).toEqual({ at: 'nowhere' });
  }
});

test('whatever stands in the address, something is shown', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (hash) => {
      expect(routeOf(hash).at).toEqual(expect.any(String));
    }),
  );
});
