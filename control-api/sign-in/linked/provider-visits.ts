import type { Database } from '../../../server/db/port.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { BegunChallenge, Challenge, Challenges } from '../challenges/challenges.ts';
import { signInProblems } from '../problems.ts';
import {
  ProviderAway,
  ProviderRefused,
  type ProviderAnswer,
  type ProviderIdentity,
  type ProviderName,
  type RedirectSecrets,
} from '../providers/port.ts';
import type { Providers } from '../providers/open.ts';

/** How long somebody may be at the provider, in seconds. */
const patienceSeconds = 900;
/** A Firebase token is good for an hour; it signs in here only soon after the person signed in there, in milliseconds. */
const freshMs = 15 * 60_000;

/** For whom a visit at a provider is. */
export type Visitor =
  | { readonly guestId: string | undefined; readonly language: string | undefined }
  | { readonly accountId: string; readonly familyId: string };

/** A visit that was begun. */
export interface BegunVisit extends BegunChallenge {
  /** Where to send the browser; undefined where there is no redirect. */
  readonly url: string | undefined;
  /** For the SDK of an app. */
  readonly nonce: string;
}

/** What an app brings. */
export interface BroughtProof {
  readonly idToken?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly authorizationCode?: string | undefined;
}

export interface ProviderVisitsOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  readonly providers: Providers;
  /** What the provider sends the browser back to begins with, without a slash at the end. */
  readonly baseUrl: string;
  readonly clock: { now(): number };
}

/**
 * Visits at a provider, as one challenge each.
 *
 *     begun -> answered -> used     by a redirect: the browser comes back with a code, and the page that began goes on
 *     begun -> used                 by what an app or a button brings
 *
 * State, nonce and code verifier are derived from the challenge. What comes back with the state is only kept: it counts
 * for the page alone that holds the token of the visit, so a link of a stranger signs nobody in to his account, and
 * links nobody to it. That also bears Apple's POST from another site, with which no cookie comes.
 */
export class ProviderVisits {
  readonly #options: ProviderVisitsOptions;

  constructor(options: ProviderVisitsOptions) {
    this.#options = options;
  }

  /** @throws ProblemError not_found (it is off), provider_away */
  async begin(provider: ProviderName, visitor: Visitor): Promise<BegunVisit> {
    const { db, challenges, providers } = this.#options;
    const redirect = providers.redirects.get(provider);
    if (!redirect && !providers.tokens.has(provider)) throw off();
    const accountId = 'accountId' in visitor ? visitor.accountId : undefined;
    const begun = await challenges.begin(db, {
      purpose: 'provider',
      ...(accountId !== undefined && { accountId }),
      data: { provider, visitor },
      seconds: patienceSeconds,
    });
    const secrets = this.#secretsOf(begun, provider);
    const state = challenges.stateOf(begun);
    const url = redirect && (await asProblem(() => redirect.authorizationUrl({ ...secrets, state })));
    return { ...begun, url: url?.href, nonce: secrets.nonce };
  }

  /** Keeps what the browser came back with; false when nobody waits for it. */
  async keepAnswer(provider: ProviderName, state: string, answer: ProviderAnswer): Promise<boolean> {
    const { db, challenges } = this.#options;
    const visit = await challenges.byState('provider', state);
    if (visit?.data['provider'] !== provider || visit.data['answer'] !== undefined) return false;
    return challenges.note(db, visit, { answer });
  }

  /** Who the page's visitor is, by the answer that was kept. @throws ProblemError invalid_code, identity_refused, provider_away */
  async finishRedirect(token: string): Promise<{ identity: ProviderIdentity; visitor: Visitor }> {
    const visit = await this.#take(token);
    const provider = visit.data['provider'] as ProviderName;
    const redirect = this.#options.providers.redirects.get(provider);
    const answer = visit.data['answer'] as ProviderAnswer | undefined;
    if (!redirect || !answer) throw new ProblemError(signInProblems.invalid_code, 'Begin once more.');
    const identity = await asProblem(() => redirect.finish(answer, this.#secretsOf(visit, provider)));
    return { identity, visitor: visit.data['visitor'] as Visitor };
  }

  /** Who an app's visitor is, by what it brings. @throws ProblemError invalid_code, identity_refused, provider_away, not_found */
  async finishToken(
    provider: ProviderName,
    token: string,
    brought: BroughtProof,
  ): Promise<{ identity: ProviderIdentity; visitor: Visitor }> {
    const tokens = this.#options.providers.tokens.get(provider);
    if (!tokens) throw off();
    const visit = await this.#take(token);
    if (visit.data['provider'] !== provider) throw new ProblemError(signInProblems.invalid_code, 'Begin once more.');
    const { nonce } = this.#secretsOf(visit, provider);
    const identity = await asProblem(() => tokens.verify({ ...brought, nonce }));
    return { identity, visitor: visit.data['visitor'] as Visitor };
  }

  /** Who a Firebase token is about. @throws ProblemError not_found (it is off), identity_refused, provider_away */
  async byFirebase(idToken: string): Promise<ProviderIdentity> {
    const { providers, clock } = this.#options;
    const { firebase } = providers;
    if (!firebase) throw off();
    const identity = await asProblem(() => firebase.verify(idToken));
    if (clock.now() - (identity.authenticatedAt ?? 0) > freshMs)
      throw new ProblemError(signInProblems.identity_refused, 'Sign in there once more: it was too long ago.');
    return identity;
  }

  /** The visit of a page, used up: whatever comes of it, it is over. */
  async #take(token: string): Promise<Challenge> {
    const { db, challenges } = this.#options;
    const visit = await challenges.byToken('provider', token);
    const isFirst = visit && (await db.transaction().execute((tx) => challenges.use(tx, visit)));
    if (!visit || !isFirst) throw new ProblemError(signInProblems.invalid_code, 'Begin once more.');
    return visit;
  }

  #secretsOf(visit: Pick<Challenge, 'id' | 'kid'>, provider: ProviderName): RedirectSecrets {
    const { challenges, baseUrl } = this.#options;
    return {
      nonce: challenges.secretOf(visit, 'nonce'),
      codeVerifier: challenges.secretOf(visit, 'verifier'),
      redirectUri: `${baseUrl}/api/v1/sign-in/${provider}/callback`,
    };
  }
}

function off(): ProblemError {
  return new ProblemError('not_found', 'Nobody signs in that way here.');
}

/** What providers say and do not say, as problems of ours. */
async function asProblem<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderRefused)
      throw new ProblemError(
        signInProblems.identity_refused,
        error.refusal === 'cancelled'
          ? 'You were not signed in there.'
          : 'The provider does not say that it is you. Try again.',
        { cause: error },
      );
    if (error instanceof ProviderAway)
      throw new ProblemError(signInProblems.provider_away, undefined, {
        cause: error,
        extras: { retryAfterSeconds: 30 },
      });
    throw error;
  }
}
