import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { pair, readCommandKey, readPairing, readUplink, unpair } from '../../../kiosk/fleet/pairing.ts';

const repository = 'http://127.0.0.1:1/tuf';
const uplink = { url: 'mqtts://127.0.0.1:8883', ca: 'CA', certificate: 'CERTIFICATE', key: 'KEY' };
const root = Buffer.from('{}');

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'pairing-'));
});

test('a kiosk that is paired with nobody sends nothing', () => {
  expect([readPairing(data), readUplink(data)]).toEqual([null, null]);
});

test('knows its broker, and its certificate and key, which only it can read', () => {
  pair(data, { repository }, root, uplink);
  expect(readUplink(data)).toEqual(uplink);
  const files = readdirSync(join(data, 'fleet')).filter((name) => name !== 'trust');
  expect(files.map((name) => [name, statSync(join(data, 'fleet', name)).mode & 0o777])).toEqual(
    ['ca.pem', 'client.key', 'client.pem', 'office.json'].map((name) => [name, 0o600]),
  );
});

test('an office that only publishes leaves nothing of the one before', () => {
  pair(data, { repository }, root, uplink);
  pair(data, { repository }, root);
  expect([readPairing(data), readUplink(data)]).toEqual([{ repository }, null]);
  expect(readdirSync(join(data, 'fleet')).toSorted()).toEqual(['office.json', 'trust']);
});

test('a key that others can read, and one that is gone, are told with the remedy', () => {
  pair(data, { repository }, root, uplink);
  const key = join(data, 'fleet', 'client.key');
  chmodSync(key, 0o644);
  expect(() => readUplink(data)).toThrow(`${key} can be read by other users. Close it with: chmod 600 ${key}`);
  rmSync(key);
  expect(() => readUplink(data)).toThrow(`${key} is missing; pair this kiosk with the office anew`);
});

test('no line without TLS is kept', () => {
  pair(data, { repository }, root, { ...uplink, url: 'mqtt://127.0.0.1:1883' });
  expect(() => readUplink(data)).toThrow(/office\.json: its content is not what is kept there/);
});

test('knows by which key commands are signed, and obeys nobody once it has left', () => {
  pair(
    data,
    { repository, office: 'http://127.0.0.1:1', pairedAt: '2026-03-31T00:00:00.000Z' },
    root,
    uplink,
    'COMMAND',
  );
  expect(readCommandKey(data)).toBe('COMMAND');
  expect(readPairing(data)).toMatchObject({ office: 'http://127.0.0.1:1', pairedAt: '2026-03-31T00:00:00.000Z' });
  unpair(data);
  unpair(data);
  expect([readPairing(data), readUplink(data), readCommandKey(data)]).toEqual([null, null, null]);
});

/** Each file is there as a folder, so that the write of it fails. */
test.each(['ca.pem', 'client.pem', 'client.key', 'command.pem', 'office.json'])(
  'a pairing that is cut off at %s leaves the kiosk with no office, and is whole when it is made again',
  (name) => {
    const other = { ...uplink, certificate: 'OTHER', key: 'OTHER KEY' };
    pair(data, { repository }, root, uplink, 'COMMAND');
    const cut = cutAt(join(data, 'fleet', `${name}.new`));
    expect(() => pair(data, { repository }, root, other, 'OTHER COMMAND')).toThrow();
    expect([readPairing(data), readUplink(data), readCommandKey(data)]).toEqual([null, null, null]);
    cut();
    pair(data, { repository }, root, other, 'OTHER COMMAND');
    expect([readUplink(data), readCommandKey(data)]).toEqual([other, 'OTHER COMMAND']);
  },
);

/** Nothing can be written there until it is called off. */
function cutAt(path: string): () => void {
  mkdirSync(path);
  return () => rmSync(path, { recursive: true });
}
