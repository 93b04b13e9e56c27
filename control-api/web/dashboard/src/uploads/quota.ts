import type { UploadQuota } from '../api/types.ts';

/** What is near its limit is worth a word: a fifth or less is left. */
const nearShare = 0.2;

const kinds = ['open', 'begun', 'begunBytes', 'storedBytes'] as const;

/** A quota that is nearly used up. */
export interface NearLimit {
  readonly kind: (typeof kinds)[number];
  readonly left: number;
  readonly limit: number;
}

/** The quotas of which little is left. */
export function nearLimits({ used, limits }: Pick<UploadQuota, 'used' | 'limits'>): readonly NearLimit[] {
  return kinds.flatMap((kind) => {
    const limit = limits[kind];
    if (limit === null) return [];
    const left = Math.max(0, limit - used[kind]);
    return left <= limit * nearShare ? [{ kind, left, limit }] : [];
  });
}
