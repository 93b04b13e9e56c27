import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Database } from '../../../server/db/port.ts';
import type { PasskeysTable } from '../../../server/db/tables/ways-in.ts';
import type { Clock } from '../../../server/kit/clock.ts';
import { ProblemError } from '../../../server/kit/errors.ts';
import type { Logger } from '../../../server/kit/logger.ts';
import type { AccountRow } from '../../account.ts';
import type { BegunChallenge, Challenge, Challenges } from '../challenges/challenges.ts';
import { signInProblems } from '../problems.ts';
import { takesPasskeys, type Site } from '../site.ts';
import { findPasskey, listPasskeys, notePasskeyUse, type PasskeyRow } from './repository.ts';

/** How long a person may take at the device, in seconds. */
const patienceSeconds = 300;
/** More than anybody has devices. */
const mostPasskeys = 20;

export interface PasskeysOptions {
  readonly db: Database;
  readonly challenges: Challenges;
  /** The name of the service, as the device shows it. */
  readonly service: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What a browser is asked, and the token that its answer is sent with. */
export interface Asked<Options> extends BegunChallenge {
  readonly options: Options;
}

/** Which column of a new passkey come from the device. */
type MadePasskey = Pick<PasskeysTable, 'credential_id' | 'public_key' | 'counter' | 'transports' | 'is_synced'>;

/**
 * Passkeys (WebAuthn Level 3). The device always makes sure that it is its owner (user verification): a passkey is two
 * factors at once. The question (challenge) that it signs is derived from the challenge's id and counts once.
 */
export class Passkeys {
  readonly #options: PasskeysOptions;

  constructor(options: PasskeysOptions) {
    this.#options = options;
  }

  /** What makes a new one. @throws ProblemError passkeys_unavailable, too_many_passkeys */
  async askToMake(account: AccountRow, site: Site): Promise<Asked<PublicKeyCredentialCreationOptionsJSON>> {
    const { db, challenges, service } = this.#options;
    requirePasskeys(site);
    const known = await listPasskeys(db, account.id);
    if (known.length >= mostPasskeys) throw new ProblemError(signInProblems.too_many_passkeys);
    const begun = await challenges.begin(db, {
      purpose: 'passkey',
      accountId: account.id,
      data: { makes: true },
      seconds: patienceSeconds,
    });
    const options = await generateRegistrationOptions({
      rpName: service,
      rpID: site.host,
      userName: account.email ?? account.id,
      userID: new Uint8Array(Buffer.from(account.id)),
      challenge: new Uint8Array(Buffer.from(this.#question(begun), 'base64url')),
      timeout: patienceSeconds * 1000,
      attestationType: 'none',
      excludeCredentials: known.map(({ credential_id: id, transports }) => ({
        id,
        transports: JSON.parse(transports) as string[],
      })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { ...begun, options };
  }

  /** What a device made; undefined when it is not the answer to what it was asked. */
  async judgeMade(
    challenge: Challenge,
    response: RegistrationResponseJSON,
    site: Site,
  ): Promise<MadePasskey | undefined> {
    const verified = await this.#judged(() =>
      verifyRegistrationResponse({
        response,
        expectedChallenge: this.#question(challenge),
        expectedOrigin: site.origin,
        expectedRPID: site.host,
        requireUserVerification: true,
      }),
    );
    if (!verified?.verified) return undefined;
    const { credential, credentialBackedUp } = verified.registrationInfo;
    return {
      credential_id: credential.id,
      public_key: Buffer.from(credential.publicKey).toString('base64url'),
      counter: credential.counter,
      transports: JSON.stringify(credential.transports ?? []),
      is_synced: credentialBackedUp ? 1 : 0,
    };
  }

  /**
   * What asks for one: any of this site's, for signing in, or one of an account's own.
   * @throws ProblemError passkeys_unavailable
   */
  async ask(site: Site, accountId?: string): Promise<Asked<PublicKeyCredentialRequestOptionsJSON>> {
    const { db, challenges } = this.#options;
    requirePasskeys(site);
    const begun = await challenges.begin(db, {
      purpose: 'passkey',
      ...(accountId === undefined ? {} : { accountId }),
      data: { makes: false },
      seconds: patienceSeconds,
    });
    const own = accountId === undefined ? [] : await listPasskeys(db, accountId);
    const options = await generateAuthenticationOptions({
      rpID: site.host,
      challenge: new Uint8Array(Buffer.from(this.#question(begun), 'base64url')),
      timeout: patienceSeconds * 1000,
      userVerification: 'required',
      allowCredentials: own.map(({ credential_id: id, transports }) => ({
        id,
        transports: JSON.parse(transports) as string[],
      })),
    });
    return { ...begun, options };
  }

  /**
   * Whose passkey answered, and notes that it was used; undefined when the answer is not right. That a passkey is not
   * known here any more is a problem of its own, so that a page can tell the device to forget it.
   * @throws ProblemError unknown_passkey
   */
  async judge(challenge: Challenge, response: AuthenticationResponseJSON, site: Site): Promise<PasskeyRow | undefined> {
    const { db, clock, logger } = this.#options;
    const passkey = await findPasskey(db, response.id);
    if (!passkey) throw new ProblemError(signInProblems.unknown_passkey);
    if (challenge.account_id !== null && challenge.account_id !== passkey.account_id) return undefined;
    const verified = await this.#judged(() =>
      verifyAuthenticationResponse({
        response,
        expectedChallenge: this.#question(challenge),
        expectedOrigin: site.origin,
        expectedRPID: site.host,
        requireUserVerification: true,
        credential: {
          id: passkey.credential_id,
          publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
          counter: passkey.counter,
        },
      }),
    );
    if (!verified?.verified) return undefined;
    const { newCounter: counter, credentialBackedUp: isSynced } = verified.authenticationInfo;
    if (await notePasskeyUse(db, passkey.id, { counter, isSynced, now: clock.now() })) return passkey;
    logger.warn({ passkey: passkey.id, account: passkey.account_id }, 'a passkey counts backwards: it may be a copy');
    return undefined;
  }

  /** The library throws for whatever is not right. @returns undefined then */
  async #judged<T>(judge: () => Promise<T>): Promise<T | undefined> {
    try {
      return await judge();
    } catch (error) {
      this.#options.logger.info({ err: error }, 'an answer of a passkey is not right');
      return undefined;
    }
  }

  /** What the device signs: 32 bytes, base64url. */
  #question(challenge: Pick<Challenge, 'id' | 'kid'>): string {
    return this.#options.challenges.secretOf(challenge, 'passkey');
  }
}

/** @throws ProblemError passkeys_unavailable */
function requirePasskeys(site: Site): void {
  if (!takesPasskeys(site)) throw new ProblemError(signInProblems.passkeys_unavailable);
}
