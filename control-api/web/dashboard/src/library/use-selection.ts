import { useState } from 'react';
import type { AssetSummary } from '../api/types.ts';

/** Titles that were chosen to do the same to all of them. */
export interface Selection {
  /** Those of the shown titles that are chosen. */
  readonly chosen: readonly AssetSummary[];
  /** How many of the shown titles can be chosen. */
  readonly choosable: number;
  has(id: string): boolean;
  toggle(id: string): void;
  /** Chooses all that are shown, or none when all of them are chosen. */
  toggleAll(): void;
  keepOnly(ids: readonly string[]): void;
}

/** A title that is no longer shown is no longer chosen: nothing is done to what nobody sees. */
export function useSelection(shown: readonly AssetSummary[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const choosable = shown.filter(({ mayChange }) => mayChange);
  const chosen = choosable.filter(({ id }) => ids.has(id));
  return {
    chosen,
    choosable: choosable.length,
    has: (id) => chosen.some((asset) => asset.id === id),
    toggle(id) {
      const next = new Set(chosen.map((asset) => asset.id));
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    toggleAll: () => setIds(new Set(chosen.length === choosable.length ? [] : choosable.map(({ id }) => id))),
    keepOnly: (kept) => setIds(new Set(kept)),
  };
}
