/** The simulated services that a configuration asks for; today a biller over HTTP on loopback. */
import type { HandAction, HandResult } from '../simulated.ts';
import type { BenchBill } from './bills.ts';
import { type BillerSimulator, createBillerSimulator } from './biller.ts';

export interface BenchService {
  readonly id: string;
  /** Where the service really listens, without a slash at the end. */
  readonly origin: string;
  state(): object;
  /** What can be paid there. */
  bills(): readonly BenchBill[];
  act(action: HandAction): Promise<HandResult>;
  close(): Promise<void>;
}

/** The parts of a configuration that decide which services are played. */
export interface ServicesConfig {
  readonly biller: { readonly kind: string; readonly url: string | null };
  readonly money: { readonly currency: string };
}

/**
 * A biller is played when the configuration's is of kind `http` at the root of a port on loopback, or behind the
 * bench's own port (`benchPort`), which then hands requests on. Any other address is a real biller.
 *
 * @throws Error when its port is taken.
 */
export async function openServices(config: ServicesConfig, benchPort: number): Promise<readonly BenchService[]> {
  const { kind, url } = config.biller;
  if (kind !== 'http' || url === null) return [];
  const address = new URL(url);
  if (address.protocol !== 'http:' || !['127.0.0.1', 'localhost'].includes(address.hostname)) return [];
  const port = Number(address.port || '80');
  const biller = await createBillerSimulator({
    port: port === benchPort ? 0 : port,
    currency: config.money.currency,
  });
  return [billerService(biller)];
}

function billerService(biller: BillerSimulator): BenchService {
  return {
    id: 'biller',
    get origin() {
      return biller.url;
    },
    state: () => ({ behaviour: biller.behaviour, ledger: biller.ledger(), requests: biller.requests() }),
    bills: () => biller.bills(),
    act: (action) => biller.act(action),
    close: () => biller.close(),
  };
}

const LONGEST_TEXT = 200;

/** Checks the JSON body of an action on a service; a text says what is wrong. Never throws. */
export function parseServiceAction(body: unknown): HandAction | string {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return 'send a JSON object with "action" and its arguments';
  const { action, minor, text, value, ...others } = body as Record<string, unknown>;
  const [other] = Object.keys(others);
  if (other !== undefined) return `unknown argument "${other}"`;
  if (typeof action !== 'string' || action === '') return '"action" is missing';
  if (minor !== undefined && !(typeof minor === 'number' && Number.isSafeInteger(minor)))
    return '"minor" must be a whole number of minor units';
  for (const [name, given] of Object.entries({ text, value })) {
    if (given !== undefined && !(typeof given === 'string' && given.length <= LONGEST_TEXT))
      return `"${name}" must be a text of up to ${LONGEST_TEXT} characters`;
  }
  return {
    action,
    ...(typeof minor === 'number' ? { minor } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(typeof value === 'string' ? { value } : {}),
  };
}
