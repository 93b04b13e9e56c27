import type { FastifyRequest } from 'fastify';

const kept = new WeakSet<FastifyRequest>();

/**
 * Says that a request is answered by bytes that were kept from an earlier one. There are many of these and they say
 * nothing new, so metrics tell of them and the log only at level `debug`: a line costs as much as a third of the answer.
 */
export function noteKeptAnswer(request: FastifyRequest): void {
  kept.add(request);
}

/** Whether it was. */
export function hasKeptAnswer(request: FastifyRequest): boolean {
  return kept.has(request);
}
