import type { TitlePictureKind } from '../../../server/db/tables/pictures.ts';
import { titlePictureKinds } from './shapes.ts';

/** A title, as far as it depends on whose pictures it shows. */
export interface Placed {
  readonly id: string;
  readonly parent_id: string | null;
  readonly root_id: string;
}

/** A title itself, and then what it is a part of, up to the series or movie. */
export function chainOf({ id, parent_id, root_id }: Placed): readonly string[] {
  return [...new Set([id, ...(parent_id === null ? [] : [parent_id]), root_id])];
}

/**
 * The pictures of a title, kind by kind: its own in all languages, or where it has none of that kind those of the
 * nearest title that it is a part of. The only place that decides it.
 *
 * Nobody sees a picture of something unreleased by it: a title is there for viewers only while everything is that it is
 * a part of (`release/windows.ts`).
 */
export function picturesAlong<T extends { readonly title_id: string; readonly kind: TitlePictureKind }>(
  title: Placed,
  rows: readonly T[],
): readonly T[] {
  return titlePictureKinds.flatMap((kind) => {
    for (const id of chainOf(title)) {
      const found = rows.filter((row) => row.kind === kind && row.title_id === id);
      if (found.length > 0) return found;
    }
    return [];
  });
}
