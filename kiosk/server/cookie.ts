import type { FastifyRequest } from 'fastify';

/** The value of a cookie of this request; null when it has none. */
export function cookieOf(request: FastifyRequest, name: string): string | null {
  const given = (request.headers.cookie ?? '').split(';', 32).map((part) => part.trim());
  return given.find((part) => part.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
}
