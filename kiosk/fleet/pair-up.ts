/**
 * How a kiosk that belongs to no office yet comes to one: it shows a code, tells the office what the code seals, and asks again and
 * again until a person has typed it there. An office that is away is tried again, ever later. What comes next is decided by
 * `nextOf` and done here.
 */
import type { KeyObject } from 'node:crypto';
import * as v from 'valibot';
import { parseJsonStrict } from '../../config/strict-json.ts';
import type { Clock } from '../../hardware/clock.ts';
import { limitedBody } from './limited-body.ts';
import {
  codeGoodMs,
  isProof,
  newCode,
  type PairAnswer,
  type PairRequest,
  pairState,
  pairWaiting,
  proofOfAnswer,
  proofOfRequest,
  stretched,
} from './pairing-proof.ts';

export interface PairUpTimings {
  /** Between two questions whether the code was typed, milliseconds. */
  readonly askEveryMs: number;
  /** Between two tries to reach an office that is away, doubling up to the maximum. */
  readonly againMs: number;
  readonly againMaximumMs: number;
  /** A request that has not ended after so long has failed. */
  readonly requestMs: number;
}

export const pairUpTimings: PairUpTimings = {
  askEveryMs: 2_000,
  againMs: 2_000,
  againMaximumMs: 10_000,
  requestMs: 10_000,
};

/** Bytes of an answer that are read. */
const answerMaximumBytes = 128 * 1024;

/** What the office gave, and the kiosk's own key for it. */
export type Given = Omit<PairAnswer, 'proof'> & { readonly key: string };

export interface PairUpParts {
  /** The office's address, without a slash at its end. */
  readonly office: string;
  readonly kiosk: string;
  readonly verifying: KeyObject;
  readonly clock: Clock;
  readonly chance: (bytes: number) => Uint8Array;
  readonly fetch: typeof fetch;
  readonly timings: PairUpTimings;
  /** The code that is to be typed at the office now; null: none is, or the office does not answer. */
  readonly onShown: (code: string | null) => void;
  /** Called once; whatever it throws begins anew with another code. */
  readonly onGiven: (given: Given) => Promise<void> | void;
  /** What did not go as it should, for the log. */
  readonly onProblem: (problem: string) => void;
}

export interface PairUp {
  close(): void;
}

/** What was made for one code. */
interface Offer {
  readonly code: string;
  readonly key: string;
  readonly stretched: Uint8Array;
  readonly said: PairRequest;
  /** Of the office's; null: it does not have it yet. */
  readonly id: string | null;
  /** Monotonic milliseconds. */
  readonly untilMs: number;
}

type Came =
  | { readonly came: 'away'; readonly problem: string }
  | { readonly came: 'refused'; readonly problem: string }
  | { readonly came: 'there' }
  | { readonly came: 'waiting'; readonly id: string }
  | { readonly came: 'forgotten' }
  | { readonly came: 'answer'; readonly answer: PairAnswer };

type Step = 'look' | 'offer' | 'send' | 'ask';

/** What is done next: look whether an office is there at all, make an offer, send it, or ask what became of it. Pure. */
export function nextOf(offer: Pick<Offer, 'id' | 'untilMs'> | null, reached: boolean, monoMs: number): Step {
  if (!reached && (offer === null || monoMs >= offer.untilMs)) return 'look';
  if (offer === null || monoMs >= offer.untilMs) return 'offer';
  return offer.id === null ? 'send' : 'ask';
}

/** Begins at once. */
export function createPairUp(parts: PairUpParts): PairUp {
  const { clock, timings } = parts;
  let offer: Offer | null = null;
  let reached = false;
  let failures = 0;
  let over = false;
  let callOff = () => {};
  let shown: string | null = null;
  const office = officeAt(parts);

  const show = (code: string | null) => {
    if (code === shown || over) return;
    shown = code;
    parts.onShown(code);
  };
  const wait = (ms: number) => {
    callOff();
    if (!over) callOff = clock.after(ms, () => void turn());
  };
  async function step(): Promise<Came | null> {
    switch (nextOf(offer, reached, clock.monoMs())) {
      case 'look':
        offer = null;
        return office.look();
      case 'offer':
        show(null);
        offer = await offerOf(parts);
        return null;
      case 'send':
        return office.send((offer as Offer).said);
      case 'ask':
        return office.ask((offer as Offer).id as string);
    }
  }
  /** How long to wait for the next step, milliseconds. */
  async function judge(came: Came): Promise<number> {
    reached = came.came !== 'away';
    if (reached && came.came !== 'refused') failures = 0;
    switch (came.came) {
      case 'away':
      case 'refused':
        show(null);
        if (came.came === 'refused') offer = null;
        if (failures === 0) parts.onProblem(came.problem);
        failures += 1;
        return Math.min(timings.againMs * 2 ** (failures - 1), timings.againMaximumMs);
      case 'there':
        return 0;
      case 'waiting':
        offer = { ...(offer as Offer), id: came.id };
        show(offer.code);
        return timings.askEveryMs;
      case 'forgotten':
        offer = null;
        show(null);
        return 0;
      case 'answer':
        return given(offer as Offer, came.answer);
    }
  }
  async function given({ key, stretched: sealing, said, id }: Offer, { proof, ...answer }: PairAnswer) {
    show(null);
    offer = null;
    if (!isProof(proof, proofOfAnswer(sealing, said.proof, answer))) {
      parts.onProblem(
        `what ${parts.office} answered was not sealed with the code that stood here (request ${(id ?? '').slice(0, 8)}); nothing of it is believed`,
      );
      return timings.againMaximumMs;
    }
    await parts.onGiven({ ...answer, key });
    over = true;
    return 0;
  }
  async function turn(): Promise<void> {
    try {
      const came = await step();
      if (over) return;
      wait(came === null ? 0 : await judge(came));
    } catch (error) {
      offer = null;
      show(null);
      parts.onProblem(String(error));
      wait(timings.againMaximumMs);
    }
  }
  void turn();
  return {
    close() {
      over = true;
      callOff();
    },
  };
}

async function offerOf({ kiosk, verifying, clock, chance }: PairUpParts): Promise<Offer> {
  const { requestCertificate } = await import('./certificate-request.ts');
  const code = newCode(chance);
  const nonce = Buffer.from(chance(16)).toString('hex');
  const { request, key } = await requestCertificate(kiosk);
  const spki = String(verifying.export({ type: 'spki', format: 'pem' }));
  const sealing = await stretched(code, nonce);
  const said = { kiosk, request, verifying: spki, nonce };
  return {
    ...{ code, key, stretched: sealing, id: null },
    said: { ...said, proof: proofOfRequest(sealing, said) },
    untilMs: clock.monoMs() + codeGoodMs,
  };
}

function officeAt({ office, fetch: get, timings }: PairUpParts) {
  async function call(path: string, body?: PairRequest): Promise<{ status: number; json: unknown } | string> {
    try {
      const response = await get(`${office}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        signal: AbortSignal.timeout(timings.requestMs),
        redirect: 'error',
      });
      const answer = await limitedBody(response, answerMaximumBytes);
      const read = parseJsonStrict(answer.toString('utf8'));
      return { status: response.status, json: read.ok ? read.json : null };
    } catch (error) {
      const { cause, message } = error as Error;
      return cause instanceof Error ? `${message} (${cause.message})` : message;
    }
  }
  const tooOften = 429;
  const strange = (status: number): Came =>
    status >= 500 || status === tooOften
      ? { came: 'away', problem: `${office} answered ${status}` }
      : { came: 'refused', problem: `${office} answered ${status}: is this the address of an office?` };
  return {
    async look(): Promise<Came> {
      const said = await call('/pair');
      if (typeof said === 'string') return { came: 'away', problem: `${office}: ${said}` };
      return said.status === 200 ? { came: 'there' } : strange(said.status);
    },
    async send(request: PairRequest): Promise<Came> {
      const said = await call('/pair', request);
      if (typeof said === 'string') return { came: 'away', problem: `${office}: ${said}` };
      if (said.status !== 201 || !v.is(pairWaiting, said.json)) return strange(said.status);
      return { came: 'waiting', id: said.json.id };
    },
    async ask(id: string): Promise<Came> {
      const said = await call(`/pair/${id}`);
      if (typeof said === 'string') return { came: 'away', problem: `${office}: ${said}` };
      if (said.status === 404) return { came: 'forgotten' };
      if (said.status !== 200 || !v.is(pairState, said.json)) return strange(said.status);
      return 'waits' in said.json ? { came: 'waiting', id } : { came: 'answer', answer: said.json };
    },
  };
}
