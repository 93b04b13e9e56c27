import { ApiError, codeOf } from '../api/problem.ts';
import { isSecondFactor, type SecondFactor } from '../proofs/proof.ts';

/** Somebody whose first proof was right, and who must show a second factor before they are signed in. */
export interface HalfSignIn {
  /** With it the sign-in goes on. */
  readonly token: string;
  /** By what; at least one. */
  readonly factors: readonly SecondFactor[];
}

/** What the server wants to see before it signs somebody in; undefined when it refused them for another reason. */
export function halfSignInOf(refusal: unknown): HalfSignIn | undefined {
  if (!(refusal instanceof ApiError) || codeOf(refusal) !== 'second_factor_required') return undefined;
  const { token, factors } = refusal.extras;
  const known = Array.isArray(factors) ? factors.filter(isSecondFactor) : [];
  return typeof token === 'string' && known.length > 0 ? { token, factors: known } : undefined;
}
