import { TitleScope } from '../kit/title-scope.ts';
import type { Identity } from '../http/access.ts';

/** Somebody who has just signed in, as an authenticator finds them. */
export function identity(of: Partial<Identity> = {}): Identity {
  return {
    accountId: 'account_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    role: 'viewer',
    scope: new TitleScope('all'),
    familyId: 'family_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    authenticatedAt: Date.now(),
    proofs: ['password'],
    channel: 'bearer',
    address: '127.0.0.1',
    isSharedAddress: false,
    ...of,
  };
}
