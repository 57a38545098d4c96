import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { identitiesPath, openIdentities } from '../../kiosk/identities.ts';

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'identities-'));
});
afterEach(() => rmSync(data, { recursive: true }));

const fact = {
  device: 'acceptor',
  fact: 'device.identified',
  protocol: 'ccnet',
  maker: 'CashCode',
  model: 'SM',
  serial: 'A1',
  firmware: null,
  denominations: [],
} as const;
const identity = { protocol: 'ccnet', maker: 'CashCode', model: 'SM', serial: 'A1', firmware: null };

test('what a device says of itself outlives the process', () => {
  const before = openIdentities(identitiesPath(data));
  expect(before.of('acceptor')).toBeNull();
  before.heard(fact);
  const after = openIdentities(identitiesPath(data));
  expect([after.of('acceptor'), after.of('printer'), after.of('constructor')]).toEqual([identity, null, null]);
});

test('the file is written when a device says something else, and only then', () => {
  const identities = openIdentities(identitiesPath(data));
  identities.heard(fact);
  rmSync(identitiesPath(data));
  identities.heard(fact);
  expect(() => readFileSync(identitiesPath(data))).toThrow('ENOENT');
  identities.heard({ ...fact, serial: 'B2' });
  expect(openIdentities(identitiesPath(data)).of('acceptor')).toEqual({ ...identity, serial: 'B2' });
});

test.each(['', '{', '{"devices":[]}', '{"devices":{"acceptor":{"protocol":1}}}'])(
  'a file that holds %j is begun anew, for it decides nothing',
  (text) => {
    writeFileSync(identitiesPath(data), text);
    const identities = openIdentities(identitiesPath(data));
    expect(identities.of('acceptor')).toBeNull();
    identities.heard(fact);
    expect(openIdentities(identitiesPath(data)).of('acceptor')).toEqual(identity);
  },
);
