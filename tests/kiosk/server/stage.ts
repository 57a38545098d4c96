/** A real server on a free port, with a kiosk that only remembers what it was told. */
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../../hardware/clock.ts';
import { openCookieFile } from '../../../kiosk/server/launch.ts';
import { createServer, type KioskServer, type ServerParts } from '../../../kiosk/server/server.ts';
import type { Intent, View } from '../../../kiosk/server/wire.ts';
import { openRaw, type RawOptions, type RawSocket } from './raw-socket.ts';

export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Stage {
  readonly server: KioskServer;
  readonly port: number;
  readonly intents: { readonly intent: Intent; readonly screen: string }[];
  readonly glass: ('seen' | 'lost')[];
  show(view: Partial<View>): void;
  get(path: string, headers?: Record<string, string>, method?: string): Promise<Page>;
  /** Exchanges the launch code and gives the cookie back. */
  enter(): Promise<string>;
  socket(options?: Partial<RawOptions>): Promise<RawSocket>;
  end(): Promise<void>;
}

export interface StageOptions {
  readonly reusableCode?: boolean;
  readonly clock?: Clock;
  readonly built?: boolean;
  readonly folder?: string;
  readonly port?: number;
  readonly staff?: ServerParts['staff'];
  readonly onNotice?: ServerParts['onNotice'];
}

export async function createStage(options: StageOptions = {}): Promise<Stage> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'kiosk-door-'));
  const uiFolder = join(folder, 'ui');
  if (options.built !== false) {
    mkdirSync(join(uiFolder, 'assets'), { recursive: true });
    writeFileSync(join(uiFolder, 'index.html'), '<!doctype html><title>glass</title>');
    writeFileSync(join(uiFolder, 'assets', 'app-1.js'), 'void 0;');
  }
  const intents: { intent: Intent; screen: string }[] = [];
  const glass: ('seen' | 'lost')[] = [];
  let view = firstView;
  let changed = () => {};
  const server = await createServer({
    view: () => view,
    onIntent: (intent, screen) => intents.push({ intent, screen }),
    subscribe: (listener) => {
      changed = listener;
      return () => {
        changed = () => {};
      };
    },
    onGlass: (state) => glass.push(state),
    port: options.port ?? 0,
    uiFolder,
    clock: options.clock ?? systemClock,
    log: { info: () => {}, warn: () => {} },
    reusableCode: options.reusableCode ?? true,
    cookies: openCookieFile(join(folder, 'glass.json')),
    staff: options.staff ?? null,
    onNotice: options.onNotice ?? (() => false),
    health: () => ({ queued: 0 }),
  });
  const port = Number(new URL(server.url).port);
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') => ask(port, path, headers, method);
  const enter = async () => {
    const launch = new URL(server.launchUrl());
    const page = await get(launch.pathname + launch.search);
    return String(page.headers['set-cookie']).split(';')[0] as string;
  };
  return {
    server,
    port,
    intents,
    glass,
    show(next) {
      view = { ...view, number: view.number + 1, ...next };
      changed();
    },
    get,
    enter,
    socket: async (raw = {}) =>
      openRaw({ port, cookie: raw.cookie === undefined ? await enter() : raw.cookie, ...raw }),
    async end() {
      await server.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ask(port: number, path: string, headers: Record<string, string>, method: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

const firstView: View = {
  number: 1,
  lang: 'zh-CN',
  merchant: { name: '东湖社区医院', mark: '+', accent: '#0A5C5A' },
  step: null,
  language: null,
  help: null,
  body: { screen: 'welcome', title: '您好，请问办理什么业务？', cards: [] },
  actions: [],
  notice: null,
  warning: null,
  helpPage: null,
  say: [],
  glass: { diagonalInch: 21.5, widthPx: 1080, heightPx: 1920 },
  alone: { reconnecting: '…', replaced: '…', replacedOther: '', takeBack: '', takeBackOther: '' },
};
