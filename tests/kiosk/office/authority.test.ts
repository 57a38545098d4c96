import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { requestCertificate } from '../../../kiosk/fleet/certificate-request.ts';
import { createAuthority, openAuthority } from '../../../kiosk/office/authority.ts';

const nowMs = Date.UTC(2026, 2, 31);
const create = () => createAuthority('Office of a test', () => nowMs);

test('a kiosk’s certificate carries its id, whatever its request says, and is good for a client only', async () => {
  const authority = await create();
  const { request } = await requestCertificate('somebody-else');
  const issued = new X509Certificate(await authority.kiosk('LAB-07', request));
  const own = new X509Certificate(authority.certificate);
  expect([issued.subject, issued.issuer, issued.ca]).toEqual(['CN=LAB-07', 'CN=Office of a test', false]);
  expect([issued.verify(own.publicKey), issued.checkIssued(own), own.ca]).toEqual([true, true, true]);
  expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
});

test('a server’s certificate is for its names and addresses, and for no others', async () => {
  const { certificate } = await (await create()).server(['127.0.0.1', 'localhost']);
  const issued = new X509Certificate(certificate);
  expect([issued.checkIP('127.0.0.1'), issued.checkHost('localhost')]).toEqual(['127.0.0.1', 'localhost']);
  expect([issued.checkIP('127.0.0.2'), issued.checkHost('office.example')]).toEqual([undefined, undefined]);
});

test('an authority that is opened again signs as before', async () => {
  const made = await create();
  const again = await openAuthority(made, () => nowMs);
  const { request } = await requestCertificate('LAB-07');
  const issued = new X509Certificate(await again.kiosk('LAB-07', request));
  expect(issued.verify(new X509Certificate(made.certificate).publicKey)).toBe(true);
});

test('no two certificates have the same number', async () => {
  const authority = await create();
  const { request } = await requestCertificate('LAB-07');
  const issued = [await authority.kiosk('LAB-07', request), await authority.kiosk('LAB-07', request)];
  expect(new Set(issued.map((pem) => new X509Certificate(pem).serialNumber)).size).toBe(2);
});

test.each(['', '+', '#', 'a/b', 'LAB 07', 'X'.repeat(17), 'office', 'all'])(
  'no kiosk can be called "%s"',
  async (id) => {
    const { request } = await requestCertificate('LAB-07');
    await expect((await create()).kiosk(id, request)).rejects.toThrow(`"${id}" is not a kiosk's name`);
  },
);

test('a request that was changed is refused', async () => {
  const { request } = await requestCertificate('LAB-07');
  const der = Buffer.from(request.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  der[der.length - 5] = (der.at(-5) as number) ^ 1;
  const changed = `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
  await expect((await create()).kiosk('LAB-07', changed)).rejects.toThrow('is not signed with the key that it names');
});
