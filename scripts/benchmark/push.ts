/**
 * What a publish costs. The line: from the office's announcement until the last of 1 000 kiosks has it, beside a retained message
 * on one topic of a broker without rules to as many plain clients. One kiosk: processor time and requests from the announcement
 * to what it has staged, of a repository that is signed for all of them; their floors are what design allows, so that the ratio
 * is at most 1.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { Aedes } from 'aedes';
import { pair } from '../../kiosk/fleet/pairing.ts';
import { announce, lookTopics } from '../../kiosk/office/announcing.ts';
import { type BrokerIdentity, openEmbeddedBroker } from '../../kiosk/office/broker.ts';
import { initRepository } from '../../kiosk/office/repository/repository.ts';
import { newIdentities } from '../../tests/kiosk/office/certificates.ts';
import { serveFolder } from '../../tests/static-server.ts';
import { type Benchmark, compare, type Figure, figure } from './measure.ts';
import { type Heard, type Listening, plainTopic } from './push-kiosks.ts';
import type { Puller } from './push-pull.ts';

const kiosks = 1_000;
const processes = 2;
const announcements = 31;
const pulls = 60;
const warmUp = 5;
/** Milliseconds of processor time, and requests, that one kiosk may need for what is published for it. */
const allowed = { cpuMs: 15, requests: 5 };

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const lab = path('../../config/examples/lab.json');
const names = Array.from({ length: kiosks }, (_, n) => `LAB-${String(n + 1).padStart(4, '0')}`);

export const push: Benchmark = {
  name: 'push',
  run: async () => [await announced(), ...(await pulled())],
};

async function announced(): Promise<Figure> {
  const identities = await newIdentities();
  const office = await openEmbeddedBroker({ ...identities.office, host: '127.0.0.1', port: 0, take: () => undefined });
  const plain = await openPlainBroker(identities.office);
  const children = Array.from({ length: processes }, () => fork(path('./push-kiosks.ts')));
  try {
    const each = kiosks / processes;
    for (const [n, child] of children.entries()) {
      const own = names.slice(n * each, (n + 1) * each);
      const listening: Listening = {
        ...{ office: office.url, plain: plain.url },
        kiosks: await Promise.all(own.map(async (name) => ({ name, identity: await identities.kiosk(name) }))),
      };
      child.send(listening);
      await once(child, 'message');
    }
    let version = 0;
    const untilHeard = async (line: Heard['line'], say: () => Promise<void>) => {
      version++;
      const heard = Promise.all(children.map((child) => hears(child, { line, version })));
      const beganMs = performance.now();
      await say();
      await heard;
      return performance.now() - beganMs;
    };
    return await compare({
      name: 'push/announced',
      unit: 'ms',
      better: 'lower',
      target: 1.2,
      rounds: announcements,
      warmUp,
      subject: () => untilHeard('office', () => announce(office.publish, lookTopics(names, kiosks), version)),
      floor: () => untilHeard('plain', () => plain.publish(JSON.stringify({ version }))),
    });
  } finally {
    for (const child of children) child.disconnect();
    await Promise.all([office.close(), plain.close()]);
  }
}

async function hears(child: ChildProcess, { line, version }: Heard): Promise<void> {
  for await (const [heard] of on(child, 'message')) {
    const { line: on, version: newest } = heard as Heard;
    if (on === line && newest === version) return;
  }
}

/** A broker as the library makes it, over the same TLS. */
async function openPlainBroker({ key, certificate: cert }: BrokerIdentity) {
  const aedes = new Aedes();
  await aedes.listen();
  const server = createServer({ key, cert, noDelay: true }, (socket) => void aedes.handle(socket));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `mqtts://127.0.0.1:${(server.address() as AddressInfo).port}`,
    publish: (payload: string) =>
      new Promise<void>((sent, failed) => {
        const packet = { cmd: 'publish', topic: plainTopic, payload, qos: 1, retain: true, dup: false } as const;
        aedes.publish(packet, (error) => (error ? failed(error) : sent()));
      }),
    close: async () => {
      const ended = new Promise<void>((closed) => server.close(() => closed()));
      await new Promise<void>((closed) => aedes.close(() => closed()));
      await ended;
    },
  };
}

async function pulled(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'benchmark-push-'));
  const document = JSON.parse(readFileSync(lab, 'utf8'));
  const repository = initRepository(join(folder, 'office'), Date.now);
  repository.publish(new Map([...names, document.kiosk].map((kiosk) => [kiosk, { ...document, kiosk }])));
  const server = await serveFolder(repository.publicFolder);
  const child = fork(path('./push-pull.ts'));
  try {
    const data = join(folder, 'data');
    pair(data, { repository: server.url }, repository.root);
    child.send({ data, file: lab, url: server.url } satisfies Puller);
    await once(child, 'message');
    const cpuMs: number[] = [];
    const requests: number[] = [];
    for (let round = 0; round < warmUp + pulls; round++) {
      const place = { ...document.place, en: `Floor ${round}` };
      repository.publish(new Map([[document.kiosk, { ...document, place }]]));
      server.asked.length = 0;
      child.send('go');
      const [took] = await once(child, 'message');
      if (round < warmUp) continue;
      cpuMs.push(took as number);
      requests.push(server.asked.length);
    }
    const about = { better: 'lower', target: 1 } as const;
    return [
      figure({ ...about, name: 'push/cpu', unit: 'ms' }, cpuMs, [allowed.cpuMs]),
      figure({ ...about, name: 'push/requests', unit: 'requests' }, requests, [allowed.requests]),
    ];
  } finally {
    child.disconnect();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
