import type { TitleKind, TitleState } from '../api/types.ts';

/** What stands alone, and others are a part of. */
export const rootKinds = ['series', 'movie'] as const satisfies readonly TitleKind[];
export type RootKind = (typeof rootKinds)[number];
export const titleStates = ['draft', 'in_review', 'approved', 'published'] as const satisfies readonly TitleState[];

/** Which series and movies are shown. Kept in the address of the page. */
export interface CatalogueView {
  /** An empty text finds everything. */
  readonly search: string;
  readonly kind: RootKind | undefined;
  readonly state: TitleState | undefined;
  /** Those that wait to be removed, instead of the others. */
  readonly isDeleted: boolean;
}

/** The longest text that the API searches for. */
export const searchCharacters = 200;

export const wholeCatalogue: CatalogueView = { search: '', kind: undefined, state: undefined, isDeleted: false };

/** The view in an address, as somebody wrote it: what is not understood is left out. */
export function viewIn(address: URLSearchParams): CatalogueView {
  return {
    search: (address.get('search') ?? '').trim().slice(0, searchCharacters),
    kind: rootKinds.find((kind) => kind === address.get('kind')),
    state: titleStates.find((state) => state === address.get('state')),
    isDeleted: address.get('deleted') === 'true',
  };
}

/** The address of a view, without what narrows nothing down. */
export function addressOf({ search, kind, state, isDeleted }: CatalogueView): URLSearchParams {
  return new URLSearchParams({
    ...(search !== '' && { search }),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(isDeleted && { deleted: 'true' }),
  });
}
