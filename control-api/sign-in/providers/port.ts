/**
 * Signing in with an account that somebody has elsewhere. What is behind this port turns what a provider says into who
 * it is about, and knows nothing of accounts of ours, of challenges or of routes.
 *
 * Words: a *provider* says who somebody is. A *redirect* sends the browser there and back. A *proof* is what a native
 * app, or a provider's button in a page, brings from there. The *subject* is the provider's own name for a person: it
 * never changes, as an address does.
 */

/** Who is asked, directly or through Firebase. */
export type ProviderName = 'google' | 'apple' | 'facebook';

/** Who somebody is, as a provider proved it. */
export interface ProviderIdentity {
  /** `phone` comes through Firebase alone. */
  readonly provider: ProviderName | 'phone';
  /**
   * The provider's `sub`, 1 to 255 characters; of a phone its number. The same person has the same one by every way:
   * a token, a redirect, Firebase (where it uses the same client, team or app). Never an address.
   */
  readonly subject: string;
  /** At most 254 characters, as the provider wrote it. */
  readonly email: string | undefined;
  /**
   * Whether the provider is the authority for this address, so that who signs in with it has it now. An address that
   * is not proven links to nothing by itself.
   *
   * - Google: gmail.com and googlemail.com, and Workspace domains (`hd`) that the address is in, when verified.
   * - Apple: every verified one, relays included.
   * - Facebook: never.
   * - Firebase: by whom the person signed in with. It does not tell the Workspace domain, so of Google only gmail.com
   *   and googlemail.com.
   */
  readonly emailIsProven: boolean;
  /** For showing: one line of at most 100 characters. Apple says it once, in the first redirect (`ProviderAnswer.user`). */
  readonly name: string | undefined;
  /** E.164, of a phone. */
  readonly phone?: string | undefined;
  /** What takes back what the person allowed: see `Revocation`. A secret, to be sealed by who keeps it. Apple's. */
  readonly grant?: RevocableGrant | undefined;
  /** The Firebase user behind it, who is deleted with the account. */
  readonly firebaseUser?: string | undefined;
  /** When the person last proved themselves to the provider, in milliseconds since the epoch, if it says so. */
  readonly authenticatedAt?: number | undefined;
}

/** A grant of a person to a client of ours. */
export interface RevocableGrant {
  readonly clientId: string;
  readonly refreshToken: string;
}

/** What is made for one redirect and kept until the browser is back. All of it comes from the caller. */
export interface RedirectSecrets {
  /** Unguessable: it comes back inside the signed token. */
  readonly nonce: string;
  /** PKCE (RFC 7636 §4.1): 43 to 128 characters of A-Z a-z 0-9 - . _ ~ */
  readonly codeVerifier: string;
  /** The same to the letter when it begins and when it ends; without a query. */
  readonly redirectUri: string;
}

/**
 * What the provider sent the browser back with: the query, or the form where it posts one (Apple does). `state` is not
 * in it: the caller finds the secrets by it, bound to the browser that began, before anything here is asked.
 */
export interface ProviderAnswer {
  readonly code?: string | undefined;
  /** Instead of a code. */
  readonly error?: string | undefined;
  /** Who answers (RFC 9207); Google sends it. */
  readonly iss?: string | undefined;
  /** Apple's JSON with the name, in the first answer only. Nobody signed it. */
  readonly user?: string | undefined;
}

/** The browser goes to the provider and comes back with a code (OpenID Connect, authorization code with PKCE S256). */
export interface RedirectFlow {
  /**
   * Where to send the browser.
   * @param secrets with the `state` that comes back
   * @throws ProviderAway
   */
  authorizationUrl(secrets: RedirectSecrets & { readonly state: string }): Promise<URL>;
  /**
   * Exchanges the code, which works once, and verifies everything that is said.
   * @throws ProviderRefused, ProviderAway; OperatorError when the provider does not accept our client
   */
  finish(answer: ProviderAnswer, secrets: RedirectSecrets): Promise<ProviderIdentity>;
}

/** What an app brings from the SDK of a provider. */
interface NativeProof {
  /** A signed token (Google, Apple, Facebook's Limited Login). */
  readonly idToken?: string | undefined;
  /** Facebook's, where the app has no token of the other kind. No nonce binds it to the caller's challenge. */
  readonly accessToken?: string | undefined;
  /** Apple's: it is exchanged for what `Revocation` needs. */
  readonly authorizationCode?: string | undefined;
  /** What the app was given for this sign-in, and gave to the SDK as it is. */
  readonly nonce: string;
}

/** Verifies what apps bring. */
export interface TokenFlow {
  /** @throws as `RedirectFlow.finish` does */
  verify(proof: NativeProof): Promise<ProviderIdentity>;
}

/** Tells a provider that a person has no account here any more. */
export interface Revocation {
  /**
   * Resolves when the grant is no more, also when it was gone before.
   * @throws ProviderAway: to be tried again; OperatorError when the provider does not accept our client
   */
  revoke(grant: RevocableGrant): Promise<void>;
}

/** What a person changed at Apple, which Apple's server tells ours. */
export type AppleEvent = {
  /** Names the notice; the same when it is sent again. */
  readonly id: string;
  readonly subject: string;
  /** When it happened, in milliseconds since the epoch. What was linked later is not meant. */
  readonly at: number;
} & (
  | { readonly kind: 'consent-revoked' | 'account-deleted' }
  | { readonly kind: 'email-enabled' | 'email-disabled'; readonly email: string | undefined }
);

/** Reads notices of Apple's server. */
export interface AppleNotices {
  /**
   * @param payload the `payload` of the JSON that was posted
   * @returns undefined for kinds that are not known, which are to be answered like the others
   * @throws ProviderRefused when Apple did not sign it for us; ProviderAway
   */
  read(payload: string): Promise<AppleEvent | undefined>;
}

/** That somebody wants deleted what came from the provider. */
export interface AskedDeletion {
  readonly subject: string;
  /** When they asked, in milliseconds since the epoch. What was linked later is not meant. */
  readonly at: number;
}

/** Reads requests of Facebook's server to delete what came from there. */
export interface FacebookDeletions {
  /**
   * @param signedRequest the `signed_request` of the form that was posted
   * @throws ProviderRefused when Facebook did not sign it for us
   */
  read(signedRequest: string): AskedDeletion;
}

/** Verifies ID tokens of Firebase Authentication. */
export interface FirebaseFlow {
  /** Asks Firebase whether the sign-in still holds. @throws as `RedirectFlow.finish` does */
  verify(idToken: string): Promise<ProviderIdentity>;
  /** Resolves when Firebase has no such user, also when it never had. @throws ProviderAway, OperatorError */
  deleteUser(firebaseUser: string): Promise<void>;
  /** A second time does nothing. */
  close(): Promise<void>;
}

/** Who was asked, as operators and logs call them. */
export type Asked = ProviderName | 'firebase';

/** Why somebody is not let in. `cancelled` is their own wish, `expired` is worth another try; the rest look alike to them. */
export type Refusal =
  | 'cancelled'
  | 'expired'
  /** The code is unknown, used, or not this browser's. */
  | 'code'
  /** There is no proof, or it is not one. */
  | 'malformed'
  | 'algorithm'
  | 'signature'
  | 'issuer'
  | 'audience'
  | 'nonce'
  | 'not-yet'
  /** Something that must be said is missing. */
  | 'claims'
  | 'revoked'
  /** Signed in to Firebase by a way that is none here. */
  | 'unsupported';

/** The proof does not hold: the person gave up, it is too old, or it is an attack. Trying the same again is no use. */
export class ProviderRefused extends Error {
  override readonly name = 'ProviderRefused';
  readonly provider: Asked;
  readonly refusal: Refusal;

  constructor(provider: Asked, refusal: Refusal) {
    super(`The proof from ${provider} does not hold: ${refusal}`);
    this.provider = provider;
    this.refusal = refusal;
  }
}

/** The provider does not answer, or not with sense. Trying again later may help. */
export class ProviderAway extends Error {
  override readonly name = 'ProviderAway';
  readonly provider: Asked;

  /** @param reason short, and nothing that was sent or answered */
  constructor(provider: Asked, reason: string) {
    super(`${provider} cannot be asked: ${reason}`);
    this.provider = provider;
  }
}
