/** Who a kiosk is on the line to the office: a key of its own, and the request (PKCS #10) for a certificate in its name. */
import './reflect-metadata.ts';
import * as x509 from '@peculiar/x509';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** PEM. The request goes to the office, the key nowhere. */
export interface CertificateRequest {
  readonly request: string;
  readonly key: string;
}

export async function requestCertificate(kiosk: string): Promise<CertificateRequest> {
  const keys = await crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [kiosk] }],
    keys,
    signingAlgorithm: signing,
  });
  return { request: `${request.toString('pem')}\n`, key: await privateKeyPem(keys.privateKey) };
}

export async function privateKeyPem(key: CryptoKey): Promise<string> {
  const bytes = await crypto.subtle.exportKey('pkcs8', key);
  return `${x509.PemConverter.encode(bytes, 'PRIVATE KEY')}\n`;
}
