import { createHash, createHmac } from 'node:crypto';
import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest, onSendAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import type { Transaction } from '../../db/port.ts';
import { ProblemError } from '../../kit/errors.ts';
import { identityOf, isForAccounts } from '../access.ts';
import type { HttpApp } from '../http-app.ts';
import { auditOf, runWithChange } from './audit.ts';

type Declared = true | 'required' | { readonly by: readonly string[] };

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * A request that is repeated with its `Idempotency-Key` is done once, and gets the same answer again
     * (draft-ietf-httpapi-idempotency-key-header). `required`: without a key it is refused. What it answers is kept for
     * a day, so it must hold no secret. `by`: headers, in lower case, that say what is wanted where the body does not.
     */
    idempotent?: Declared;
  }
}

/** What makes two requests the same one. */
export interface IdempotentRequest {
  readonly accountId: string;
  /** Method and pattern. */
  readonly route: string;
  /** Hash of the key. */
  readonly key: string;
  /**
   * Hash of everything else that the client sent, keyed by what only the client knows: the key itself. What was sent may
   * hold a password, which a plain hash would let a reader of the database guess as fast as the machine can.
   */
  readonly fingerprint: string;
  /** Which of those that are alike this is. */
  readonly requestId: string;
}

/** An answer as it was sent. */
export interface StoredAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly location: string | null;
  readonly body: string;
}

/**
 * Where a request stands: `begun` now, by this one; `answered` before; `running` elsewhere; `different`, when another
 * request had this key; `lost`, when its change was made but the process ended before it had the answer.
 */
export type Standing =
  | { readonly state: 'begun' | 'running' | 'different' | 'lost' }
  | { readonly state: 'answered'; readonly answer: StoredAnswer };

/** Requests that were made with a key, and their answers. */
export interface IdempotencyStore {
  /** Only one of several at the same time is told `begun`. A killed process's request may begin again within minutes. */
  begin(request: IdempotentRequest): Promise<Standing>;
  /**
   * Notes in the transaction of the change that it is made.
   * @throws ProblemError conflict when another request has begun in its place
   */
  noteChange(tx: Transaction, request: IdempotentRequest): Promise<void>;
  finish(request: IdempotentRequest, answer: StoredAnswer): Promise<void>;
  /** Forgets it, so that it can begin again: nothing came of it. */
  release(request: IdempotentRequest): Promise<void>;
}

const header = 'idempotency-key';
/** A quoted string, as the draft has it, or bare. */
const keyPattern = '^(?:"[\\x20-\\x21\\x23-\\x7e]{1,255}"|[\\x21\\x23-\\x7e]{1,255})$';

/** The schema of the headers of such a route. */
function idempotencyHeaders(declared: Declared) {
  const key = Type.String({
    pattern: keyPattern,
    maxLength: 257,
    description: 'Made by the client, new for each thing it wants done; kept for a day.',
  });
  return Type.Object({ [header]: declared === 'required' ? key : Type.Optional(key) });
}

const stores = new WeakMap<HttpApp, IdempotencyStore>();
const begun = new WeakMap<object, IdempotentRequest>();

/** Makes the answers of this application be kept in `store`. */
export function useIdempotency(app: HttpApp, store: IdempotencyStore): void {
  stores.set(app, store);
}

function read(request: FastifyRequest): IdempotentRequest | undefined {
  const given = request.headers[header];
  if (typeof given !== 'string') return undefined;
  const key = given.replace(/^"(.*)"$/, '$1');
  const { method, url, config } = request.routeOptions;
  const by = typeof config.idempotent === 'object' ? config.idempotent.by : [];
  const headers = by.map((name) => request.headers[name] ?? null);
  const sent = JSON.stringify([request.params, request.query, request.body, ...headers]);
  return {
    accountId: identityOf(request).accountId,
    route: `${String(method)} ${url}`,
    key: createHash('sha256').update(key).digest('base64url'),
    fingerprint: createHmac('sha256', key).update(sent).digest('base64url'),
    requestId: request.id,
  };
}

function replay(reply: FastifyReply, { status, contentType, location, body }: StoredAnswer): FastifyReply {
  if (contentType !== null) void reply.type(contentType);
  if (location !== null) void reply.header('location', location);
  return reply.code(status).header('idempotency-replayed', 'true').send(body);
}

/** Members of answers that are secrets, by the names that they have here. */
const secretMember = /"(?:accessToken|key|password|refreshToken|secret|ticket|token)"\s*:\s*"/;

/** @throws Error when the answer must not be kept: a route like this cannot be idempotent */
function refuseSecrets(route: string, reply: FastifyReply, body: string): void {
  if (reply.hasHeader('set-cookie') || secretMember.test(body))
    throw new Error(`${route} is idempotent, but its answer holds a secret, which must not be kept`);
}

/** Whether doing it again could end otherwise: then the answer is not kept. */
const isPassing = (status: number) => status >= 500 || status === 429;

/** Must be called before the first route is added, and after access is enforced. */
export function enforceIdempotency(app: HttpApp): void {
  app.addHook('onRoute', (route) => {
    const { method, url, config, schema } = route;
    if (config?.idempotent === undefined) return;
    const name = `${String(method)} ${url}`;
    // The record and the note that the change is made go into one transaction.
    if (typeof config.audit !== 'string') throw new Error(`${name} is idempotent, so it must record an audit event`);
    if (!isForAccounts(config.access)) throw new Error(`${name} is idempotent by account, but callers have none`);
    if (schema?.headers !== undefined)
      throw new Error(`${name} has a schema of headers, and being idempotent makes one`);
    // Here and not with the description: a route that is not documented refuses keys that are none just the same.
    route.schema = { ...schema, headers: idempotencyHeaders(config.idempotent) };
    route.preHandler = [beginOnce(app), ...[route.preHandler ?? []].flat()];
    route.onSend = [...[route.onSend ?? []].flat(), keepAnswer(app)];
  });
}

/** Looks whether the request was made before, and answers as it was answered then. */
function beginOnce(app: HttpApp): preHandlerAsyncHookHandler {
  return async (request, reply) => {
    const asked = read(request);
    if (asked === undefined) return;
    const store = stores.get(app);
    if (store === undefined) throw new Error('Nothing keeps the answers of idempotent requests (useIdempotency)');
    const standing = await store.begin(asked);
    switch (standing.state) {
      case 'answered':
        auditOf(request).unchanged();
        return replay(reply, standing.answer);
      case 'different':
        throw new ProblemError('idempotency_key_reused', 'Another request was made with this key. Use a new one.');
      case 'running':
        throw new ProblemError(
          'idempotency_in_progress',
          'This very request is being handled. Repeat it a little later.',
        );
      case 'lost':
        throw new ProblemError(
          'idempotency_answer_lost',
          'It was done, but how it was answered is not known any more.',
        );
      case 'begun':
        begun.set(request, asked);
        runWithChange(request, (tx) => store.noteChange(tx, asked));
        return;
    }
  };
}

/** Keeps the answer for the next time. */
function keepAnswer(app: HttpApp): onSendAsyncHookHandler {
  return async (request, reply, payload) => {
    const asked = begun.get(request);
    const store = stores.get(app);
    if (asked === undefined || store === undefined) return payload;
    begun.delete(request);
    if (isPassing(reply.statusCode)) {
      await store.release(asked);
      return payload;
    }
    if (typeof payload !== 'string' && payload !== null && payload !== undefined)
      throw new Error(`${asked.route} is idempotent, but its answer is no text`);
    const text = (name: string) => {
      const value = reply.getHeader(name);
      return value === undefined ? null : String(value);
    };
    const [contentType, location] = [text('content-type'), text('location')];
    refuseSecrets(asked.route, reply, payload ?? '');
    await store.finish(asked, { status: reply.statusCode, contentType, location, body: payload ?? '' });
    return payload;
  };
}
