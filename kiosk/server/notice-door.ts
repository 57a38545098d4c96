/**
 * The wallets' part of the door: `POST /notify/WALLET`, where a gateway says that something became of a payment. It arrives
 * through whatever the merchant set up in front of the loopback. A notice is a hint to ask at once and nothing more: one that
 * is missing, late, false or repeated changes no payment.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Refusals } from './refused.ts';

/** Each configured wallet's is this and its id. */
export const noticePath = '/notify/';

/** Both gateways' notices are under 4 KiB. */
const largestNoticeBytes = 16_384;
/** One kiosk takes a few payments in a minute; a gateway repeats each notice at most a few times. */
const mostNotices = 60;
const noticesWindowMs = 10_000;

/** Answers whether the notice was signed by that gateway; false for an unknown wallet. */
export type OnNotice = (wallet: string, headers: Readonly<Record<string, string | undefined>>, body: string) => boolean;

export interface NoticeDoorParts {
  readonly onNotice: OnNotice;
  readonly refusals: Refusals;
  readonly refuse: (reply: FastifyReply, status: number, words: string) => FastifyReply;
}

export async function addNoticeRoute(
  app: FastifyInstance,
  { onNotice, refusals, refuse }: NoticeDoorParts,
): Promise<void> {
  await app.register(async (notices) => {
    // The signature is over the bytes as they came: nothing is read before it is checked.
    notices.removeAllContentTypeParsers();
    notices.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => done(null, text));
    const rateLimit = {
      max: mostNotices,
      timeWindow: noticesWindowMs,
      onExceeded: () => refusals.count('http-too-often'),
    };
    notices.post<{ Params: { wallet: string } }>(
      `${noticePath}:wallet`,
      { bodyLimit: largestNoticeBytes, config: { rateLimit } },
      ({ params, headers, body }, reply) => {
        const single = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]);
        if (onNotice(params.wallet, Object.fromEntries(single), typeof body === 'string' ? body : '')) {
          // The one word that both gateways take for "arrived": Alipay by its text, WeChat by the status.
          return reply.header('cache-control', 'no-store').type('text/plain; charset=utf-8').send('success');
        }
        refusals.count('notice');
        return refuse(
          reply,
          403,
          'This notice is not signed by a gateway of this kiosk: check the wallet at the end of notifyUrl, and its keys.',
        );
      },
    );
  });
}
