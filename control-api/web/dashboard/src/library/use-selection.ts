import { useCallback, useMemo, useState } from 'react';
import type { AssetSummary } from '../api/types.ts';

/** Titles that were chosen to do the same to all of them. */
export interface Selection {
  /** Those of the shown titles that are chosen. */
  readonly chosen: readonly AssetSummary[];
  /** How many of the shown titles can be chosen. */
  readonly choosable: number;
  has(id: string): boolean;
  /** The same function as long as the page is there: the rows of a long list are drawn again only where they change. */
  toggle(id: string): void;
  /** Chooses all that are shown, or none when all of them are chosen. */
  toggleAll(): void;
  keepOnly(ids: readonly string[]): void;
}

/** A title that is no longer shown is no longer chosen: nothing is done to what nobody sees. */
export function useSelection(shown: readonly AssetSummary[]): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const choosable = useMemo(() => shown.filter(({ mayChange }) => mayChange), [shown]);
  const chosen = useMemo(() => choosable.filter(({ id }) => ids.has(id)), [choosable, ids]);
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return {
    chosen,
    choosable: choosable.length,
    has: (id) => ids.has(id),
    toggle,
    toggleAll: () => setIds(new Set(chosen.length === choosable.length ? [] : choosable.map(({ id }) => id))),
    keepOnly: (kept) => setIds(new Set(kept)),
  };
}
