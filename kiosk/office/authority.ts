/**
 * Who is who on the line between kiosks and office: a certificate authority of the office's own (X.509, RFC 5280). It signs the
 * broker's certificate and one for each kiosk, whose common name is the kiosk's id: the broker knows it by that and by nothing
 * else. A kiosk's key never leaves it: what comes here is a request (PKCS #10, RFC 2986).
 */
import '../fleet/reflect-metadata.ts';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { privateKeyPem } from '../fleet/certificate-request.ts';

const curve = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signing = { name: 'ECDSA', hash: 'SHA-256' } as const;
const dayMs = 86_400_000;
/** How long certificates are good, days. */
const authorityDays = 20 * 365;
const serverDays = 825;
const kioskDays = 5 * 365;
/** Before now, so that a kiosk whose clock is behind believes a new one, milliseconds. */
const backdatedMs = dayMs;
/** The common name of the office's own certificate: who has it may write to every kiosk. */
export const officeName = 'office';
/** A kiosk's name as its configuration has it; the office's own is none. */
const kioskName = /^[A-Z0-9][A-Z0-9-]{0,15}$/;

/** PEM. */
export interface Identity {
  readonly certificate: string;
  readonly key: string;
}

export interface Authority {
  /** PEM; whoever believes in it believes what it has signed. */
  readonly certificate: string;
  /** PEM; kept where only the office reads it. */
  readonly key: string;
  /** For a broker or a server that is reached under these names and addresses. */
  server(names: readonly string[]): Promise<Identity>;
  /** The office's own, as a client of the broker. */
  office(): Promise<Identity>;
  /**
   * For a kiosk's request, under its id, whatever name the request has. PEM.
   *
   * @throws Error when that is not a kiosk's name, or the request is not signed with the key that it names
   */
  kiosk(id: string, request: string): Promise<string>;
}

/** A new one. */
export async function createAuthority(name: string, wallMs: () => number): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(wallMs(), authorityDays),
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    keys,
    signingAlgorithm: signing,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return authorityOf(certificate, keys.privateKey, wallMs);
}

async function authorityOf(
  certificate: x509.X509Certificate,
  signingKey: CryptoKey,
  wallMs: () => number,
): Promise<Authority> {
  const issue = async (
    name: string,
    publicKey: x509.PublicKeyType,
    days: number,
    usage: string,
    more: readonly x509.Extension[] = [],
  ) => {
    const issued = await x509.X509CertificateGenerator.create({
      ...validity(wallMs(), days),
      serialNumber: serialNumber(),
      subject: [{ CN: [name] }],
      issuer: certificate.subject,
      publicKey,
      signingKey,
      signingAlgorithm: signing,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        await x509.AuthorityKeyIdentifierExtension.create(certificate.publicKey),
        ...more,
      ],
    });
    return pem(issued);
  };
  return {
    certificate: pem(certificate),
    key: await privateKeyPem(signingKey),
    async server(names) {
      const [first] = names;
      if (first === undefined) throw new Error('a server needs a name or an address under which it is reached');
      const own = await crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
      const reached = new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
      );
      const usage = x509.ExtendedKeyUsage.serverAuth;
      return {
        certificate: await issue(first, own.publicKey, serverDays, usage, [reached]),
        key: await privateKeyPem(own.privateKey),
      };
    },
    async office() {
      const own = await crypto.subtle.generateKey(curve, true, ['sign', 'verify']);
      return {
        certificate: await issue(officeName, own.publicKey, serverDays, x509.ExtendedKeyUsage.clientAuth),
        key: await privateKeyPem(own.privateKey),
      };
    },
    async kiosk(id, request) {
      if (!kioskName.test(id)) {
        throw new Error(`"${id}" is not a kiosk's name: 1 to 16 capital letters, digits and hyphens, such as LAB-01`);
      }
      const read = new x509.Pkcs10CertificateRequest(request);
      if (!(await read.verify())) throw new Error(`the request of ${id} is not signed with the key that it names`);
      return issue(id, read.publicKey, kioskDays, x509.ExtendedKeyUsage.clientAuth);
    },
  };
}

/** One that was made before. @throws Error when these are not a certificate and a key */
export async function openAuthority({ certificate, key }: Identity, wallMs: () => number): Promise<Authority> {
  const [der] = x509.PemConverter.decode(key);
  if (der === undefined) throw new Error('the key of the authority is not a private key as PEM');
  const privateKey = await crypto.subtle.importKey('pkcs8', der, curve, true, ['sign']);
  return authorityOf(new x509.X509Certificate(certificate), privateKey, wallMs);
}

function validity(wallMs: number, days: number): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(wallMs - backdatedMs), notAfter: new Date(wallMs + days * dayMs) };
}

/** Sixteen bytes of chance, positive. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function pem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}
