import { expect, test } from 'vitest';
import { simulate as ccnet } from '../../hardware/ccnet/simulator.ts';
import { simulate as cctalk } from '../../hardware/cctalk/simulator.ts';
import { simulate as ebds } from '../../hardware/ebds/simulator.ts';
import { simulate as id003 } from '../../hardware/id003/simulator.ts';
import type { SimulatorFactory } from '../../hardware/simulated.ts';
import { simulate as ssp } from '../../hardware/ssp/simulator.ts';
import { fromHex, SimulatorRig } from './simulator-rig.ts';

class Rig extends SimulatorRig {}

test.each<[string, SimulatorFactory, string, Record<string, string>?]>([
  ['ccnet', ccnet, '02 03 06 33 da 81'],
  // Without the bytes that its wire gives back.
  ['cctalk', cctalk, '02 00 01 fe ff', { echo: 'off' }],
  ['ebds', ebds, '02 08 10 00 00 00 03 18'],
  ['id003', id003, 'fc 05 11 27 56'],
  ['ssp', ssp, '7f 80 01 11 65 82'],
])('a machine of %s that is asked twenty times at once answers eight times', (_, simulate, hex, settings = {}) => {
  const rig = new Rig(simulate, settings, 1);
  rig.pass(60_000);
  const request = fromHex(hex);
  rig.exchange(request);
  const answer = [...rig.raw];
  expect(answer.length).toBeGreaterThan(3);
  rig.raw = [];
  for (let time = 0; time < 20; time++) rig.receive(request);
  rig.pass(2_000);
  expect(rig.raw).toEqual(Array.from({ length: 8 }, () => answer).flat());
});
