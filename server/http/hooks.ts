import type { FastifyReply, FastifyRequest, HookHandlerDoneFunction } from 'fastify';

type Check = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>;

/**
 * A hook that waits only where there is something to wait for. Fastify waits for every `async` hook, which costs more
 * than most of ours do, and each request meets a dozen of them.
 * @param check returns nothing, or a promise where it has to wait; what it throws is the answer
 */
export function atOnce(check: Check) {
  return (request: FastifyRequest, reply: FastifyReply, done: HookHandlerDoneFunction): void => {
    let waiting: void | Promise<void>;
    try {
      waiting = check(request, reply);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (waiting === undefined) done();
    else waiting.then(() => done(), done);
  };
}
