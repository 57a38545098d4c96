/** What both gateways are over HTTP: a server on loopback that answers, and can fail to in every way. */
import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../clock.ts';
import type { HandAction, HandResult } from '../../simulated.ts';
import type { LedgerState, WalletLedger } from './ledger.ts';
import { normal } from './moods.ts';

export interface GatewayRequest {
  readonly method: string;
  /** Path and query as they came: what a signature covers. */
  readonly target: string;
  /** Behind the address of the gateway, with a slash in front. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What one provider's gateway says. */
export interface Tongue {
  /** A request in a word, for the list of them. */
  label(request: GatewayRequest): string;
  /** Does what is asked. */
  answer(request: GatewayRequest): GatewayAnswer;
  /** Does nothing. */
  fail(request: GatewayRequest, why: 'system-error' | 'rate-limit'): GatewayAnswer;
}

export interface Notice {
  readonly number: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `status`: what the other side answered; null: it could not be reached. */
export interface Delivery {
  readonly number: string;
  readonly at: string;
  readonly status: number | null;
}

export interface WalletGatewayState extends LedgerState {
  /** The newest of them, in a word each. */
  readonly requests: readonly string[];
  readonly notices: readonly Delivery[];
}

export interface GatewayOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** What stands before every path, `/services/wechat`; empty by default. */
  readonly base?: string;
  readonly clock: Clock;
}

const bodyBytesMaximum = 65_536;
const requestsKept = 500;
const labelMaximum = 200;
const noticesKept = 200;
const connectionsMaximum = 256;
const noticeTimeoutMs = 5_000;
const duplicates = 3;

/** A gateway that is running. */
export class WalletGateway {
  readonly ledger: WalletLedger;
  private readonly options: GatewayOptions;
  private readonly tongue: Tongue;
  private readonly asked: string[] = [];
  private readonly deliveries: Delivery[] = [];
  private server: Server | null = null;
  private port: number;

  constructor(options: GatewayOptions, ledger: WalletLedger, tongue: Tongue) {
    this.options = options;
    this.ledger = ledger;
    this.tongue = tongue;
    this.port = options.port;
  }

  /** With its base, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}${this.options.base ?? ''}`;
  }

  state(): WalletGatewayState {
    return { ...this.ledger.state(), requests: [...this.asked], notices: [...this.deliveries] };
  }

  /** The verbs of `WalletLedger.act`; `misbehave` with `down` closes the port until another mood. */
  async act(hand: HandAction): Promise<HandResult> {
    const result = this.ledger.act(hand);
    if (result.ok && hand.action === 'misbehave') {
      if (this.ledger.mood.kind === 'down') await this.close();
      else await this.listen();
    }
    return result;
  }

  /** Starts listening; nothing when it already does. */
  listen(): Promise<void> {
    if (this.server !== null) return Promise.resolve();
    const server = createServer((request, response) => void this.handle(request, response));
    server.maxConnections = connectionsMaximum;
    this.server = server;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => {
        this.server = null;
        reject(error);
      });
      server.listen(this.port, '127.0.0.1', () => {
        this.port = (server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  close(): Promise<void> {
    const server = this.server;
    this.server = null;
    if (server === null) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  /** Only to this computer: a laboratory tells nobody else that somebody has paid. */
  notify(notice: Notice): void {
    const times = this.ledger.mood.kind === 'duplicate-notice' ? duplicates : 1;
    if (!onLoopback(notice.url)) return;
    for (let time = 0; time < times; time++) this.options.clock.after(0, () => this.deliver(notice));
  }

  private deliver({ number, url, headers, body }: Notice): void {
    const done = (status: number | null): void => {
      this.deliveries.push({ number, at: new Date(this.ledger.nowMs()).toISOString(), status });
      if (this.deliveries.length > noticesKept) this.deliveries.shift();
    };
    const sending = ask(url, { method: 'POST', headers, timeout: noticeTimeoutMs }, (answer) => {
      answer.resume();
      answer.on('error', () => {});
      done(answer.statusCode ?? null);
    });
    sending.on('timeout', () => sending.destroy(new Error('no answer')));
    sending.on('error', () => done(null));
    sending.end(body);
  }

  private async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    if (body === null) {
      response.writeHead(413).end();
      return;
    }
    const request = this.requested(incoming, body);
    if (request === null) {
      response.writeHead(400).end();
      return;
    }
    this.asked.push(this.tongue.label(request).slice(0, labelMaximum));
    if (this.asked.length > requestsKept) this.asked.shift();
    const { mood } = this.ledger;
    switch (mood.kind) {
      case 'deaf':
        return;
      case 'rate-limit':
        return send(response, this.tongue.fail(request, 'rate-limit'));
      case 'system-error':
        this.ledger.behave(normal);
        if (mood.done) this.tongue.answer(request);
        return send(response, this.tongue.fail(request, 'system-error'));
    }
    const answer = this.tongue.answer(request);
    switch (mood.kind) {
      case 'silent':
        return;
      case 'hang-up':
        incoming.socket.destroy();
        return;
      case 'error-after':
        return send(response, { status: 500, headers: { 'content-type': 'text/html' }, body: '<h1>500</h1>' });
      case 'slow':
        this.options.clock.after(mood.seconds * 1000, () => send(response, answer));
        return;
      default:
        send(response, answer);
    }
  }

  /** Null when what was asked for is no address. */
  private requested(incoming: IncomingMessage, body: string): GatewayRequest | null {
    const target = incoming.url ?? '/';
    if (!URL.canParse(target, 'http://127.0.0.1')) return null;
    const { pathname, searchParams } = new URL(target, 'http://127.0.0.1');
    const base = this.options.base ?? '';
    return {
      method: incoming.method ?? '',
      target,
      path: pathname.startsWith(`${base}/`) ? pathname.slice(base.length) : pathname,
      query: searchParams,
      headers: incoming.headers,
      body,
    };
  }
}

export function onLoopback(url: string): boolean {
  try {
    const { protocol, hostname } = new URL(url);
    return protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname);
  } catch {
    return false;
  }
}

function send(response: ServerResponse, { status, headers, body }: GatewayAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, headers);
  response.end(body);
}

/** Null for a body that is too long or did not come whole. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bodyBytesMaximum) chunks.push(chunk);
    });
    request.on('end', () => resolve(bytes <= bodyBytesMaximum ? Buffer.concat(chunks).toString('utf8') : null));
    request.on('error', () => resolve(null));
  });
}
