import type { Config } from '../../../config/schema.ts';
import type { Database } from '../../../server/db/port.ts';
import type { ChallengePurpose } from '../../../server/db/tables/challenges.ts';
import { roles, type Role } from '../../../server/kit/permissions.ts';
import { findAccountByEmail } from '../../account.ts';
import { linkBase } from '../../link-base.ts';
import type { Challenges } from '../challenges/challenges.ts';

/** What is to be said about a challenge, and to whom. */
export interface ChallengeLetter {
  readonly purpose: ChallengePurpose;
  readonly to: string;
  /** Six digits. */
  readonly code: string;
  /** Of the page that goes on; its secret is behind `#`, which no browser sends anywhere. */
  readonly url: string;
  /** Whether the address has an account. */
  readonly isKnown: boolean;
  /** The account was locked by its owner, and this opens it. */
  readonly isLocked: boolean;
  /** What somebody is invited to be; undefined when it is no invitation. */
  readonly role: Role | undefined;
  /** BCP 47; undefined when nobody said. */
  readonly language: string | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** The pages that links lead to, below the service's address. */
const pages: Readonly<Partial<Record<ChallengePurpose, string>>> = {
  'sign-up': '/sign-up/confirm',
  recovery: '/recovery/new-password',
  'not-me': '/not-me',
  invitation: '/dashboard/invitation',
};

/**
 * What a challenge's mail says: written when it is sent, and from what is true then. Undefined when nothing is to be
 * sent: it is over; a password is to be recovered where there is no account; a code is to sign up where that is closed.
 */
export async function describeChallenge(
  {
    db,
    config,
    challenges,
  }: { readonly db: Database; readonly config: Pick<Config, 'accounts' | 'server'>; readonly challenges: Challenges },
  id: string,
): Promise<ChallengeLetter | undefined> {
  const found = await challenges.toBeSent(id);
  const to = found?.challenge.email;
  if (!found || !to) return undefined;
  const { challenge, code, link } = found;
  const { purpose, data } = challenge;
  const account = await findAccountByEmail(db, to);
  const isUsable = account !== undefined && account.status !== 'disabled';
  if (purpose === 'recovery' && !isUsable) return undefined;
  if (purpose === 'sign-in' && account === undefined && config.accounts.signUp === 'closed') return undefined;
  // Who may not come in learns it from staff, and from nobody else.
  if ((purpose === 'sign-in' || purpose === 'sign-up') && account !== undefined && account.status !== 'active')
    return undefined;
  return {
    purpose,
    to,
    code,
    url: `${linkBase(config.server)}${pages[purpose] ?? '/'}#${link}`,
    isKnown: account !== undefined,
    isLocked: data['isLocked'] === true,
    role: roles.find((role) => role === data['role']),
    language: typeof data['language'] === 'string' ? data['language'] : undefined,
    expiresAt: challenge.expires_at,
  };
}
