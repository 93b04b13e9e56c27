import type { FastifyRequest } from 'fastify';
import { isForwarded } from './forwarding.ts';

/**
 * Whether the caller seems to be on this machine. A plain proxy on it is seen just the same, so nothing may be allowed
 * for this reason.
 */
export function isLoopback(request: Pick<FastifyRequest, 'headers' | 'socket'>): boolean {
  if (isForwarded(request) || request.headers.via !== undefined) return false;
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
