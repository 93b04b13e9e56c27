import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type FocusEvent, type RefObject } from 'react';

/** A row that is on the page. */
interface VirtualRow {
  readonly index: number;
  readonly key: string;
  /** Height in pixels of what is left out between the row before it and this one. */
  readonly above: number;
}

interface Options {
  readonly count: number;
  readonly keyAt: (index: number) => string;
  /** About how high a row is, in pixels, until it has been seen. */
  readonly height: number;
  /** Pixels between two rows. */
  readonly gap?: number;
  /** A row that stays on the page wherever one scrolls to, e.g. because it is being dragged. */
  readonly kept?: number | undefined;
  /** There is more: called when its place is about to be seen. Undefined: there is not, or it is on its way. */
  readonly onMore?: (() => void) | undefined;
}

interface VirtualRows {
  readonly rows: readonly VirtualRow[];
  /** Height in pixels of what is left out below the last row. */
  readonly below: number;
  /** For what holds the rows. */
  readonly holder: {
    readonly ref: RefObject<HTMLElement | null>;
    readonly onFocus: (event: FocusEvent) => void;
    readonly onBlur: (event: FocusEvent) => void;
  };
  /** For each row, which also has its `data-index`. */
  readonly measure: (element: HTMLElement | null) => void;
}

/** Rows above and below what is seen: who goes on with Tab finds the next one there. */
const overscan = 8;

/**
 * Of a long list that the window scrolls, the rows that are about to be seen, so that the page stays small however long
 * it is. The row with the focus is always there: nobody loses their place by scrolling.
 */
export function useVirtualRows({ count, keyAt, height, gap = 0, kept, onMore }: Options): VirtualRows {
  const ref = useRef<HTMLElement>(null);
  const [top, setTop] = useState(0);
  const [focused, setFocused] = useState<number>();
  // What stands above may have become higher or lower with any render.
  useLayoutEffect(() => {
    const now = ref.current ? ref.current.getBoundingClientRect().top + window.scrollY : 0;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  const rangeExtractor = useCallback(
    (range: Range) => {
      // With those beside it, so that Tab leads to them and not to what happens to be seen.
      const around = focused === undefined ? [] : [focused - 1, focused, focused + 1];
      const stays = [...around, ...(kept === undefined ? [] : [kept])].filter(
        (index) => index >= 0 && index < range.count,
      );
      return [...new Set([...defaultRangeExtractor(range), ...stays])].sort((one, other) => one - other);
    },
    [focused, kept],
  );
  const virtualizer = useWindowVirtualizer<HTMLElement>({
    count,
    getItemKey: keyAt,
    estimateSize: () => height,
    gap,
    overscan,
    scrollMargin: top,
    rangeExtractor,
  });
  const items = virtualizer.getVirtualItems();
  // Where it has all of them: the list itself may have moved since.
  const all = virtualizer.measurementsCache;
  const first = all[0]?.start ?? top;
  const rows = items.map(({ index, key, start }, at) => {
    const before = items[at - 1];
    const above = before ? start - before.end - (index === before.index + 1 ? gap : 0) : start - first;
    return { index, key: String(key), above: Math.max(0, above) };
  });
  const last = items.at(-1);
  const isNearEnd = last !== undefined && last.index >= count - 1 - overscan;
  const more = useRef(onMore);
  more.current = onMore;
  const hasMore = onMore !== undefined;
  useEffect(() => {
    if (isNearEnd && hasMore) more.current?.();
  }, [isNearEnd, hasMore, count]);
  return {
    rows,
    below: last ? Math.max(0, (all.at(-1)?.end ?? last.end) - last.end) : 0,
    holder: {
      ref,
      onFocus: ({ target }) => {
        const row = target.closest<HTMLElement>('[data-index]');
        setFocused(row ? Number(row.dataset['index']) : undefined);
      },
      onBlur: ({ relatedTarget }) => {
        // Where it goes to within the list must still be there when it arrives, and a window that is left is come back to.
        if (relatedTarget instanceof Node && !ref.current?.contains(relatedTarget)) setFocused(undefined);
      },
    },
    measure: virtualizer.measureElement,
  };
}
