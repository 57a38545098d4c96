import { expect, test } from 'vitest';
import { createLog } from '../../kiosk/log.ts';

function logged(what: object): Record<string, unknown> {
  const lines: string[] = [];
  createLog({ write: (line) => lines.push(line) }).warn(what, 'device');
  return JSON.parse(lines[0] as string);
}

test.each(['id003.jam-acceptor', 'escpos.cover', 'port.silent', 'driver.crashed'])('the fault %s is named', (code) => {
  expect(logged({ device: 'acceptor', fact: 'device.fault', code })).toMatchObject({ device: 'acceptor', code });
});

test.each([
  [{ code: '4821907355' }],
  [{ code: 'zG3-kk0Qy1p_7fWm' }],
  [{ pin: '1234' }],
  [{ cookie: 'kiosk=abc' }],
  [{ qr: 'V1:000001:4821907355' }],
])('%j is left out, also one level down', (secret) => {
  const value = Object.values(secret)[0] as string;
  expect(JSON.stringify(logged(secret))).not.toContain(value);
  expect(JSON.stringify(logged({ intent: secret }))).not.toContain(value);
});
