import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { addressOf } from '../../../server/http/access.ts';
import type { HttpApp } from '../../../server/http/http-app.ts';
import { auditOf, callerOf } from '../../../server/http/writes/audit.ts';
import { toIso } from '../../../server/kit/clock.ts';
import { emailSchema, newPasswordSchema } from '../../account.ts';
import { answer, emptyAnswer, reference } from '../../schemas.ts';
import type { BegunChallenge } from '../challenges/challenges.ts';
import { guestOf, type Client } from '../client.ts';
import { deliver, signedInAnswer } from '../delivery.ts';
import { refreshCookie, type RefreshCookie } from '../refresh-cookie.ts';
import {
  askByEmailSchema,
  begunSchema,
  codeSchema,
  deliverySchema,
  languageSchema,
  linkSchema,
  tokenSchema,
} from '../schemas.ts';
import type { EmailChange } from './email-change.ts';
import type { NotMe } from './not-me.ts';
import type { Recovery } from './recovery.ts';
import type { SignUp } from './sign-up.ts';

const tags = ['accounts'];
const strict = { additionalProperties: false } as const;
const begun = (what: string) => answer(what, reference(begunSchema));
const mailExample = {
  token: 'challenge_01JZ8Q4M6RXK3V5T9B2C7D1E0F.RkFLRS1UT0tFTi1PRi1GT1JUWS1USFJFRS1MRVRURVI',
  code: '123456',
};
const linkExample = { link: mailExample.token };

const consentsSchema = Type.Optional(
  Type.Array(
    Type.Object(
      {
        document: Type.Enum(['terms', 'privacy', 'marketing', 'analytics']),
        version: Type.String({ minLength: 1, maxLength: 32, pattern: '^[A-Za-z0-9._-]+$' }),
      },
      strict,
    ),
    { maxItems: 4, description: 'What was agreed to, in the version that was shown (`/consents/documents`).' },
  ),
);

const signUpSchema = Type.Object(
  { email: emailSchema, password: newPasswordSchema, language: languageSchema, consents: consentsSchema },
  { ...strict, examples: [{ email: 'ann@example.com', password: 'staple my new horse', language: 'en' }] },
);
const completeSignUpSchema = Type.Union(
  [
    Type.Object({ token: tokenSchema, code: codeSchema, delivery: deliverySchema }, strict),
    Type.Object(
      { link: linkSchema, password: newPasswordSchema, consents: consentsSchema, delivery: deliverySchema },
      strict,
    ),
  ],
  { examples: [{ ...mailExample, delivery: 'cookie' }] },
);
const completeCodeSchema = Type.Object(
  { token: tokenSchema, code: codeSchema, delivery: deliverySchema },
  { ...strict, examples: [{ ...mailExample, delivery: 'cookie' }] },
);
const completeRecoverySchema = Type.Union(
  [
    Type.Object({ token: tokenSchema, code: codeSchema, newPassword: newPasswordSchema }, strict),
    Type.Object({ link: linkSchema, newPassword: newPasswordSchema }, strict),
  ],
  { examples: [{ ...linkExample, newPassword: 'staple my new horse' }] },
);
const completeEmailSchema = Type.Object(
  { token: tokenSchema, code: codeSchema },
  { ...strict, examples: [mailExample] },
);
const notMeSchema = Type.Object({ link: linkSchema }, { ...strict, examples: [linkExample] });

export interface MailedRoutes {
  readonly signUp: SignUp;
  readonly recovery: Recovery;
  readonly emailChange: EmailChange;
  readonly notMe: NotMe;
  readonly cookie: RefreshCookie;
  readonly clientOf: (request: FastifyRequest) => Client;
}

const present = ({ token, expiresAt }: BegunChallenge) => ({ token, expiresAt: toIso(expiresAt) });

/** Where a request came from, and which guest sent it, if one did. */
function askerOf(request: FastifyRequest) {
  return { ...addressOf(request), guestId: guestOf(request) };
}

/** What is begun with an address and ended by a code or a link of a mail. */
export function registerMailedRoutes(app: HttpApp, parts: MailedRoutes): void {
  const { signUp, recovery, emailChange, notMe, cookie, clientOf } = parts;
  app.addSchema(begunSchema);

  app.post(
    '/api/v1/accounts/sign-up',
    {
      config: {
        access: 'entrance',
        // Each one hashes a password, which everybody who signs in waits for.
        limits: [{ per: 'address', points: 60, seconds: 3600, what: 'attempts to sign up' }],
        audit: { none: 'Nothing is made before the address is proven.' },
      },
      schema: {
        operationId: 'signUp',
        summary: 'Ask for an account: a mail with a code and a link goes to the address',
        tags,
        body: signUpSchema,
        description:
          'The answer is the same whether or not the address has an account: its owner gets a code that signs in then. With the access token of a guest, the guest becomes the account.',
        response: { 202: begun('A mail is on its way.') },
      },
    },
    async (request, reply) => reply.code(202).send(present(await signUp.signUp(request.body, askerOf(request)))),
  );

  app.post(
    '/api/v1/accounts/sign-up/complete',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'completeSignUp',
        summary: 'Prove the address: by the code, or by the link together with a password',
        tags,
        body: completeSignUpSchema,
        description:
          'The code counts only with the token of the app that asked. The link may be opened anywhere, so it takes a password: that of the one who asked does not count then. Five wrong codes end it.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { body } = request;
      return deliver({ cookie, request, reply }, body.delivery, () =>
        signUp.completeSignUp(body, clientOf(request), auditOf(request)),
      );
    },
  );

  app.post(
    '/api/v1/accounts/sign-in/code',
    {
      config: { access: 'entrance', audit: { none: 'Nobody is signed in before the code is typed in.' } },
      schema: {
        operationId: 'sendSignInCode',
        summary: 'Ask for a code that signs in, or up',
        tags,
        body: askByEmailSchema,
        description: 'The answer is the same whether or not the address has an account.',
        response: { 202: begun('A mail is on its way.') },
      },
    },
    async (request, reply) => reply.code(202).send(present(await signUp.sendCode(request.body, askerOf(request)))),
  );

  app.post(
    '/api/v1/accounts/sign-in/code/complete',
    {
      config: { access: 'public', cookie: refreshCookie, audit: 'sign-in.started' },
      schema: {
        operationId: 'signInByCode',
        summary: 'Sign in, or up, by the code of the mail',
        tags,
        body: completeCodeSchema,
        description: 'Five wrong codes end it. An account that has a second factor is asked for it.',
        response: { 200: signedInAnswer },
      },
    },
    async (request, reply) => {
      const { token, code, delivery } = request.body;
      return deliver({ cookie, request, reply }, delivery, () =>
        signUp.completeCode(token, code, clientOf(request), auditOf(request)),
      );
    },
  );

  app.post(
    '/api/v1/accounts/recovery',
    {
      config: { access: 'public', audit: { none: 'Nothing is changed before the mail is read.' } },
      schema: {
        operationId: 'beginRecovery',
        summary: 'Ask for a mail with which a new password is set',
        tags,
        body: askByEmailSchema,
        description: 'The answer is the same whether or not the address has an account.',
        response: { 202: begun('When the address has an account, a mail is on its way.') },
      },
    },
    async (request, reply) => reply.code(202).send(present(await recovery.begin(request.body, addressOf(request)))),
  );

  app.post(
    '/api/v1/accounts/recovery/complete',
    {
      config: { access: 'public', audit: 'account.recovered' },
      schema: {
        operationId: 'completeRecovery',
        summary: 'Set a new password by the code or the link of the mail; ends every sign-in',
        tags,
        body: completeRecoverySchema,
        response: {
          204: emptyAnswer('The new password counts; sign in with it, and with the second factor if there is one.'),
        },
      },
    },
    async (request, reply) => {
      const { newPassword, ...proof } = request.body;
      await recovery.complete(proof, newPassword, addressOf(request), auditOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/not-me',
    {
      config: { access: 'public', audit: 'account.locked' },
      schema: {
        operationId: 'sayItWasNotMe',
        summary: 'Say, by the link of a notice, that it was somebody else: locks the account',
        tags,
        body: notMeSchema,
        description:
          'Ends every sign-in, forgets the password and what was added since, gives the account its earlier address back, and sends a mail there with which a new password is set.',
        response: { 204: emptyAnswer('The account is locked until a new password is set by the mail.') },
      },
    },
    async (request, reply) => {
      await notMe.lock(request.body.link, auditOf(request));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/accounts/me/email',
    {
      config: {
        access: { may: 'account.manage-own' },
        notForKids: true,
        stepUp: { withinSeconds: 15 * 60 },
        audit: { none: 'The address counts once its reader has typed in the code.' },
      },
      schema: {
        operationId: 'beginEmailChange',
        summary: 'Ask for another address, or to prove the present one: a code goes there',
        tags,
        body: askByEmailSchema,
        description: 'Asks for a proof given within 15 minutes (403 `step_up_required`).',
        response: { 202: begun('A mail is on its way to the address.') },
      },
    },
    async (request, reply) => reply.code(202).send(present(await emailChange.begin(callerOf(request), request.body))),
  );

  app.post(
    '/api/v1/accounts/me/email/complete',
    {
      config: { access: { may: 'account.manage-own' }, notForKids: true, audit: 'account.email-changed' },
      schema: {
        operationId: 'completeEmailChange',
        summary: 'Type in the code that went to the address; ends every other sign-in',
        tags,
        body: completeEmailSchema,
        description: 'From the sign-in that asked for it. The address before is told, and can undo it for two weeks.',
        response: { 204: emptyAnswer('The address counts.') },
      },
    },
    async (request, reply) => {
      const { token, code } = request.body;
      await emailChange.complete(callerOf(request), token, code);
      return reply.code(204).send(null);
    },
  );
}
