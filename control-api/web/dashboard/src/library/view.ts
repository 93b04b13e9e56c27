import type { AssetState } from '../api/types.ts';
import { assetStateColors } from '../words/work.ts';

export const assetStates = Object.keys(assetStateColors) as AssetState[];

/** What titles can be sorted by, with the way that is taken first: newest, longest and largest first. */
export const sorts = ['added', 'title', 'duration', 'size', 'state'] as const;
export type Sort = (typeof sorts)[number];
export type Order = 'asc' | 'desc';
const firstOrderOf = (sort: Sort): Order => (sort === 'title' || sort === 'state' ? 'asc' : 'desc');

/** Which titles the library shows, and in which order. Kept in the address of the page. */
export interface LibraryView {
  /** An empty text finds everything. */
  readonly search: string;
  readonly state: AssetState | undefined;
  readonly mine: boolean;
  readonly hasWarnings: boolean;
  readonly sort: Sort;
  readonly order: Order;
}

/** The longest text that the API searches for. */
export const searchCharacters = 100;

export const wholeLibrary: LibraryView = {
  search: '',
  state: undefined,
  mine: false,
  hasWarnings: false,
  sort: 'added',
  order: 'desc',
};

/** The view in an address, as somebody wrote it: what is not understood is left out. */
export function viewIn(address: URLSearchParams): LibraryView {
  const sort = sorts.find((one) => one === address.get('sort')) ?? wholeLibrary.sort;
  const order = (['asc', 'desc'] as const).find((one) => one === address.get('order')) ?? firstOrderOf(sort);
  return {
    search: (address.get('search') ?? '').trim().slice(0, searchCharacters),
    state: assetStates.find((one) => one === address.get('state')),
    mine: address.get('mine') === 'true',
    hasWarnings: address.get('hasWarnings') === 'true',
    sort,
    order,
  };
}

/** The address of a view, and its query of the API: without what is the default. */
export function addressOf({ search, state, mine, hasWarnings, sort, order }: LibraryView): URLSearchParams {
  return new URLSearchParams({
    ...(search !== '' && { search }),
    ...(state && { state }),
    ...(mine && { mine: 'true' }),
    ...(hasWarnings && { hasWarnings: 'true' }),
    ...(sort !== wholeLibrary.sort && { sort }),
    ...(order !== firstOrderOf(sort) && { order }),
  });
}

/** Whether some titles are left out. */
export function isNarrowed({ search, state, mine, hasWarnings }: LibraryView): boolean {
  return search !== '' || state !== undefined || mine || hasWarnings;
}

/** What choosing this order does: the other way round when it is the one that is shown. */
export function sortedBy(view: LibraryView, sort: Sort): LibraryView {
  const order = view.sort !== sort ? firstOrderOf(sort) : view.order === 'asc' ? 'desc' : 'asc';
  return { ...view, sort, order };
}
