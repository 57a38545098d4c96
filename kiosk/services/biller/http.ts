/**
 * The biller over HTTP, as `openapi.yaml` says. One connection a question and no redirects, so that an answer can only
 * belong to the question that was asked.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { parseJsonStrict } from '../../../config/strict-json.ts';
import { billNumberPattern, readBill, readBooking, readReversal } from './answers.ts';
import type { BillerService } from './contract.ts';

const largestAnswerBytes = 262_144;

interface Question {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
}

type Answer =
  | { readonly came: 'answer'; readonly status: number; readonly body: unknown }
  /** Not reached, or the line broke before the answer was whole. */
  | { readonly came: 'nothing' }
  /** Too large, not JSON, not UTF-8, not HTTP. */
  | { readonly came: 'nonsense' };

/** `url` is where the paths of `openapi.yaml` begin; `currency` the one this kiosk takes. Rejects only when `signal` aborts. */
export function createHttpBiller(options: { readonly url: string; readonly currency: string }): BillerService {
  const base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);
  return {
    async lookUp(command, signal) {
      // No bill has such a number, and in a path it could mean another place.
      if (!billNumberPattern.test(command.number)) return { fact: 'bill.not-found', command: command.id };
      const path = `bills/${encodeURIComponent(command.number)}`;
      const question: Question =
        command.command === 'bill.find'
          ? { method: 'GET', path, body: null }
          : { method: 'POST', path: `${path}/check`, body: null };
      const answer = await ask(base, question, signal);
      if (answer.came === 'answer') return readBill(command, options.currency, answer.status, answer.body);
      const reason = answer.came === 'nothing' ? 'down' : 'nonsense';
      return { fact: 'bill.unavailable', command: command.id, reason };
    },
    async post(command, signal) {
      const { number, currency, minor, method, paidAt } = command;
      const body = { bill: number, currency, minor, method, paidAt };
      const answer = await ask(
        base,
        { method: 'PUT', path: `payments/${encodeURIComponent(command.id)}`, body },
        signal,
      );
      return answer.came === 'answer' ? readBooking(command, answer.status, answer.body) : null;
    },
    async reverse(command, signal) {
      const { id, post, number, currency, minor } = command;
      const body = { payment: post, bill: number, currency, minor };
      const answer = await ask(base, { method: 'PUT', path: `reversals/${encodeURIComponent(id)}`, body }, signal);
      return answer.came === 'answer' ? readReversal(command, answer.status, answer.body) : null;
    },
  };
}

async function ask(base: URL, question: Question, signal: AbortSignal): Promise<Answer> {
  const url = new URL(question.path, base);
  const body = question.body === null ? '' : JSON.stringify(question.body);
  const headers: Record<string, string | number> = { accept: 'application/json' };
  if (question.method !== 'GET') headers['content-length'] = Buffer.byteLength(body);
  if (body !== '') headers['content-type'] = 'application/json';
  // With the first question: imported, Node's client brings all that `fetch` needs, and a start asks nothing.
  const { request: send } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      if (signal.aborted) reject(error);
      else resolve({ came: error.code?.startsWith('HPE_') === true ? 'nonsense' : 'nothing' });
    };
    const asked: ClientRequest = send(url, { method: question.method, headers, agent: false, signal });
    asked.on('error', failed);
    asked.on('response', (response) => read(response, asked, resolve, failed));
    asked.end(body);
  });
}

function read(
  response: IncomingMessage,
  asked: ClientRequest,
  resolve: (answer: Answer) => void,
  failed: (error: Error) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('error', failed);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > largestAnswerBytes) {
      resolve({ came: 'nonsense' });
      asked.destroy();
      return;
    }
    chunks.push(chunk);
  });
  response.on('end', () => {
    const status = response.statusCode ?? 0;
    const json = parse(response.headers['content-type'], Buffer.concat(chunks));
    // Whoever is out of order need not say so in JSON.
    if (json === undefined && status < 500 && status !== 429) resolve({ came: 'nonsense' });
    else resolve({ came: 'answer', status, body: json });
  });
}

/** Undefined for anything but JSON in UTF-8. */
function parse(type: string | undefined, bytes: Buffer): unknown {
  if (type === undefined || !/^application\/json\s*(?:;|$)/i.test(type)) return undefined;
  try {
    const read = parseJsonStrict(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return read.ok ? read.json : undefined;
  } catch {
    return undefined;
  }
}
