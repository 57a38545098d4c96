/** A folder of keys as a merchant has it, and a server that answers what a test scripts. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const merchant: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const gatewayKeys: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const stranger: KeyPair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const apiV3Key = '0123456789abcdef0123456789ABCDEF';

/** A data folder with the keys of one provider; `but` leaves a file out. */
export function dataFolder(provider: 'alipay' | 'wechat', but: string | null = null): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'wallet-'));
  const folder = join(dataDir, 'keys', 'wallets');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files: Readonly<Record<string, string | Buffer>> = {
    [`${provider}-merchant-private.pem`]: merchant.privateKey.export({ type: 'pkcs8', format: 'pem' }),
    [`${provider}-gateway-public.pem`]: gatewayKeys.publicKey.export({ type: 'spki', format: 'pem' }),
    'wechat-apiv3.key': apiV3Key,
  };
  for (const [name, text] of Object.entries(files)) {
    if (name !== but) writeFileSync(join(folder, name), text, { mode: 0o600 });
  }
  return dataDir;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Scripted {
  readonly url: string;
  readonly asked: Asked[];
  answer: (asked: Asked, response: ServerResponse) => void;
  close(): Promise<void>;
}

export async function scriptedServer(): Promise<Scripted> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      scripted.answer(one, response);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const scripted: Scripted = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (_, response) => response.end(),
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
  return scripted;
}
