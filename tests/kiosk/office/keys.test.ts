import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOfficeKeys } from '../../../kiosk/office/keys.ts';

const dayMs = 86_400_000;
const startMs = Date.parse('2026-03-31T05:00:00Z');

let data: string;
let nowMs: number;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'office-keys-'));
  nowMs = startMs;
});
afterEach(() => rmSync(data, { recursive: true }));

const open = () => openOfficeKeys(data, () => nowMs);
const path = (name: string) => join(data, 'keys', name);

test('the authority and the key of commands are made once, and are the same ever after', async () => {
  const first = await open();
  const again = await open();
  expect(again.authority.certificate).toBe(first.authority.certificate);
  expect(again.command.equals(first.command)).toBe(true);
  expect(first.command.asymmetricKeyType).toBe('ed25519');
});

test('a first start that was cut off between the two is finished by the next', async () => {
  const { command } = await open();
  rmSync(path('authority.pem'));
  const finished = await open();
  expect(finished.command.equals(command)).toBe(true);
});

test('the server certificate names where else kiosks reach the broker, and is made anew when that changes', async () => {
  const keys = await open();
  const own = await keys.identity('server');
  const named = await keys.identity('server', 'office.example');
  const read = new X509Certificate(named.certificate);
  expect([read.checkHost('office.example'), read.checkIP('127.0.0.1')]).toEqual(['office.example', '127.0.0.1']);
  expect(named.certificate).not.toBe(own.certificate);
  expect(await keys.identity('server', 'office.example')).toEqual(named);
  expect(new X509Certificate((await keys.identity('server', '192.0.2.7')).certificate).checkIP('192.0.2.7')).toBe(
    '192.0.2.7',
  );
});

test.each(['server', 'office'] as const)(
  'the %s certificate stays until it nears its end, and is another then',
  async (as) => {
    const keys = await open();
    const first = await keys.identity(as);
    const end = Date.parse(new X509Certificate(first.certificate).validTo);
    nowMs = end - 61 * dayMs;
    expect(await (await open()).identity(as)).toEqual(first);
    nowMs = end - 59 * dayMs;
    const renewed = await keys.identity(as);
    expect(renewed.certificate).not.toBe(first.certificate);
    expect(
      new X509Certificate(renewed.certificate).verify(new X509Certificate(keys.authority.certificate).publicKey),
    ).toBe(true);
    expect(await (await open()).identity(as)).toEqual(renewed);
  },
);

test.each(['authority.pem', 'command.pem'])(
  '%s is never made anew beside others: it is missing, or damaged, and said to be',
  async (name) => {
    await (await open()).identity('server');
    const kept = readFileSync(path(name));
    rmSync(path(name));
    await expect(open()).rejects.toThrow(new RegExp(`${name} is missing while other keys are there; restore`));
    writeFileSync(path(name), 'no key', { mode: 0o600 });
    await expect(open()).rejects.toThrow(new RegExp(`${name} is damaged; restore it from a backup`));
    writeFileSync(path(name), kept);
    chmodSync(path(name), 0o644);
    await expect(open()).rejects.toThrow(/can be read by other users/);
  },
);
