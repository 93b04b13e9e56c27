import { Type } from 'typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { requireOwnPage } from '../../server/http/callers/own-pages.ts';
import { answer, reference } from '../schemas.ts';
import type { RefreshCookie } from './refresh-cookie.ts';
import { signedInSchema } from './schemas.ts';
import type { Grant } from './sign-ins.ts';

/** Where a refresh token travels. */
export type Delivery = 'cookie' | 'body';

/** What a route answers that signs somebody in. */
export const signedInAnswer = answer('Signed in.', reference(signedInSchema), {
  'Set-Cookie': Type.String({ maxLength: 4096, description: 'The refresh token, with `delivery: cookie`.' }),
});

/**
 * Answers with what `signIn` gives, the refresh token in the cookie or in the body. Whether the cookie may be set is
 * found out first: nobody is signed in by a request of another site.
 * @throws ProblemError csrf_header_missing; whatever `signIn` throws
 */
export async function deliver(
  {
    cookie,
    request,
    reply,
  }: { readonly cookie: RefreshCookie; readonly request: FastifyRequest; readonly reply: FastifyReply },
  delivery: Delivery,
  signIn: () => Promise<Grant>,
) {
  if (delivery === 'cookie') requireOwnPage(request);
  const grant = await signIn();
  if (delivery === 'cookie') cookie.set(request, reply, grant);
  return {
    accessToken: grant.accessToken,
    expiresIn: grant.expiresIn,
    refreshToken: delivery === 'body' ? grant.refreshToken : null,
    account: grant.account,
  };
}
