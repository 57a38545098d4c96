/** How a part of the office is reached over HTTP: each hands in its routes as data, and the door sees to who may and what is well made. */
import type * as v from 'valibot';
import type { Right } from './wire.ts';

/** Who asks, and what is asked, judged already. */
export interface Asked<Body> {
  /** The name of the person who is logged in; empty where the route asks for no right. */
  readonly person: string;
  /** Parts of the path, by name. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Body;
}

/** What is answered: JSON, or a file to be kept. */
export type Answered =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: 200; readonly file: { readonly name: string; readonly media: string; readonly bytes: Buffer } };

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the office's address, such as `/api/kiosks/:kiosk`. */
  readonly path: string;
  /** Null: whoever comes, logged in or not. */
  readonly right: Right | null;
  /** Of a request with a body; null: it has none. */
  readonly body: v.GenericSchema | null;
  /** Bytes of a body at most; left out: 16 KiB. */
  readonly bodyMaximum?: number;
  readonly handle: (asked: Asked<unknown>) => Promise<Answered>;
}

/** A route whose handler knows what its body is. */
export function route<Body extends v.GenericSchema | null>(
  one: Omit<Route, 'body' | 'handle'> & {
    readonly body: Body;
    readonly handle: (asked: Asked<Body extends v.GenericSchema ? v.InferOutput<Body> : null>) => Promise<Answered>;
  },
): Route {
  return one as unknown as Route;
}

export function json(value: unknown, status = 200): Answered {
  return { status, json: value };
}

/** What was asked cannot be done; `problem` is a word that the console has a sentence for. */
export function problem(code: string, status = 409, more: Readonly<Record<string, unknown>> = {}): Answered {
  return { status, json: { problem: code, ...more } };
}
