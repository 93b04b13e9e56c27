import type { Config } from '../../config/schema.ts';
import { decideEntitlement, type Entitlement, type EntitlementQuestion } from './entitlement.ts';

/** What playback asks before it starts a stream; `app.ts` fills it. */
export interface Entitlements {
  /** The decision of this moment. Rejects only when something that has to be asked for it cannot be reached. */
  decide(question: Omit<EntitlementQuestion, 'grants'>): Promise<Entitlement>;
}

/** Entitlements of a server on which nobody holds a grant: what the configuration allows is everybody's. */
export function standardEntitlements(config: Pick<Config['playback'], 'streamsPerAccount' | 'topRung'>): Entitlements {
  const standard = { streams: config.streamsPerAccount, topRung: config.topRung || undefined };
  return { decide: async (question) => decideEntitlement({ ...question, grants: [] }, standard) };
}

/** Whom playback asks who watches; `app.ts` fills it. */
export interface Watchers {
  /**
   * The profile that requests of a sign-in are for; undefined when somebody has to choose first.
   * @throws ProblemError not_found when the account is gone
   */
  current(signIn: { readonly accountId: string; readonly familyId: string }): Promise<EntitlementQuestion['profile']>;
}
