import type { TitleKind, TitleState } from '../api/types.ts';

/** What stands alone, and others are a part of. */
export const rootKinds = ['series', 'movie'] as const satisfies readonly TitleKind[];
export type RootKind = (typeof rootKinds)[number];
export const titleStates = ['draft', 'in_review', 'approved', 'published'] as const satisfies readonly TitleState[];
/** What may be missing. */
export const lacks = ['picture', 'video', 'subtitles'] as const;

/** Which series and movies are shown. Kept in the address of the page. */
export interface CatalogueView {
  /** An empty text finds everything. */
  readonly search: string;
  readonly kind: RootKind | undefined;
  readonly state: TitleState | undefined;
  /** Those with a text in this language (BCP 47). */
  readonly language: string | undefined;
  /** Those of this category, by its id. */
  readonly category: string | undefined;
  readonly missing: (typeof lacks)[number] | undefined;
  /** Those that wait to be removed, instead of the others. */
  readonly isDeleted: boolean;
}

/** The longest text that the API searches for. */
export const searchCharacters = 200;

export const wholeCatalogue: CatalogueView = {
  search: '',
  kind: undefined,
  state: undefined,
  language: undefined,
  category: undefined,
  missing: undefined,
  isDeleted: false,
};

const matching = (text: string | null, pattern: RegExp) => (text !== null && pattern.test(text) ? text : undefined);

/** The view in an address, as somebody wrote it: what is not understood is left out. */
export function viewIn(address: URLSearchParams): CatalogueView {
  return {
    search: (address.get('search') ?? '').trim().slice(0, searchCharacters),
    kind: rootKinds.find((kind) => kind === address.get('kind')),
    state: titleStates.find((state) => state === address.get('state')),
    language: matching(address.get('language'), /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/),
    category: matching(address.get('category'), /^category_[0-9A-HJKMNP-TV-Z]{26}$/),
    missing: lacks.find((what) => what === address.get('missing')),
    isDeleted: address.get('deleted') === 'true',
  };
}

/** The address of a view, without what narrows nothing down. */
export function addressOf(view: CatalogueView): URLSearchParams {
  const { search, kind, state, language, category, missing, isDeleted } = view;
  return new URLSearchParams({
    ...(search !== '' && { search }),
    ...(kind && { kind }),
    ...(state && { state }),
    ...(language !== undefined && { language }),
    ...(category !== undefined && { category }),
    ...(missing && { missing }),
    ...(isDeleted && { deleted: 'true' }),
  });
}
