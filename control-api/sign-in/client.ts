import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config/schema.ts';
import { addressOf, optionalIdentityOf, type CallerAddress } from '../../server/http/access.ts';
import { readRegion } from '../region.ts';

/** Where somebody signs in from, as the list of devices shows it. */
export interface Client extends CallerAddress {
  /** As the client calls itself: at most 256 characters that can be shown; null when it says nothing. */
  readonly userAgent: string | null;
  /** ISO 3166-1 alpha-2; null when nobody who is believed says it. */
  readonly country: string | null;
}

const mostCharacters = 256;

/** The guest who sent a request of a route whose access is `optional`; undefined when no guest did. */
export function guestOf(request: object): string | undefined {
  const identity = optionalIdentityOf(request);
  return identity?.role === 'guest' ? identity.accountId : undefined;
}

/** The client of a request. */
export function clientOf(request: FastifyRequest, config: Pick<Config, 'playback' | 'server'>): Client {
  const userAgent = (request.headers['user-agent'] ?? '')
    .replaceAll(/[^\P{C}]/gu, '')
    .slice(0, mostCharacters)
    .trim();
  return {
    ...addressOf(request),
    userAgent: userAgent === '' ? null : userAgent,
    country: readRegion(request.headers, config) ?? null,
  };
}
