import type { FastifyRequest } from 'fastify';

/**
 * Whether the caller is on this machine. A proxy on the same machine is not believed to be its client: a request
 * that was forwarded never counts, whatever the forwarding headers say.
 */
export function isLoopback(request: FastifyRequest): boolean {
  const { forwarded, 'x-forwarded-for': forwardedFor, 'x-real-ip': realIp, via } = request.headers;
  if (forwarded !== undefined || forwardedFor !== undefined || realIp !== undefined || via !== undefined) return false;
  const address = request.socket.remoteAddress ?? '';
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
