import type { AccountRow } from '../../account.ts';
import type { ProviderIdentity } from '../providers/port.ts';

/** What there is already. */
export interface Known {
  /** The account that this very identity signs in to. */
  readonly linked: Pick<AccountRow, 'id'> | undefined;
  /** The account that has the identity's address. */
  readonly withAddress: Pick<AccountRow, 'id'> | undefined;
  /** Whether that one is linked to somebody else of the same provider. */
  readonly hasAnother: boolean;
}

/** What becomes of somebody whom a provider vouches for. */
export type Decision =
  /** They sign in to the account that they are linked to. */
  | { readonly kind: 'enter'; readonly accountId: string }
  /** They sign in to the account that has their address, and are linked to it from now on. */
  | { readonly kind: 'link'; readonly accountId: string }
  /** They get an account, with the address if they have one. */
  | { readonly kind: 'create'; readonly email: string | null }
  /** They show that the address is theirs, by a code that goes there; nothing is told of who has it. */
  | { readonly kind: 'prove'; readonly email: string }
  /** Their address belongs to an account that another one of the same provider signs in to. */
  | { readonly kind: 'refuse' };

/**
 * What becomes of somebody whom a provider vouches for. An address that the provider is not the authority for links to
 * nothing and is nobody's before a code went there; it makes no difference whether an account has it, so nothing is
 * learned about accounts of others. Two of one provider with the same address are two people until one of them signs in
 * another way: an address of a company passes from one to the next.
 */
export function decideEntry(
  { email, emailIsProven }: Pick<ProviderIdentity, 'email' | 'emailIsProven'>,
  { linked, withAddress, hasAnother }: Known,
): Decision {
  if (linked) return { kind: 'enter', accountId: linked.id };
  if (email === undefined) return { kind: 'create', email: null };
  if (!emailIsProven) return { kind: 'prove', email };
  if (!withAddress) return { kind: 'create', email };
  return hasAnother ? { kind: 'refuse' } : { kind: 'link', accountId: withAddress.id };
}
