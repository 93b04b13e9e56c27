import type { Config } from '../../config/schema.ts';
import type { TitleScope } from '../../server/kit/title-scope.ts';
import type { OfferedMarker } from '../markers.ts';
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

/** A title whose video may be asked for. */
interface PlayableTitle {
  readonly titleId: string;
  /** Null when it has no video yet. */
  readonly assetId: string | null;
  /** Whether everybody may watch it. */
  readonly isFree: boolean;
  /** Short side in pixels of the best picture; undefined: whatever there is. */
  readonly topRung: number | undefined;
  /** From when on it is there no more, in milliseconds since the epoch; undefined: it stays. */
  readonly closesAt: number | undefined;
  /** What players offer to skip. */
  readonly markers: readonly OfferedMarker[];
}

/** Where playback finds what somebody wants to watch; `app.ts` fills it. */
export interface Titles {
  /**
   * The title, by its id or that of its video; undefined when it is not there for who looks: not released, above the
   * maturity limit, or not at all. Staff find whatever of the titles that they work on is not deleted.
   */
  playable(
    wanted: { readonly titleId: string } | { readonly assetId: string },
    onlooker:
      { readonly region: string | undefined; readonly maturityLimit: number | null; readonly now: number } | TitleScope,
  ): Promise<PlayableTitle | undefined>;
}
