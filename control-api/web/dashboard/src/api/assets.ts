import { keepPreviousData, queryOptions, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';
import { addressOf, type LibraryView } from '../library/view.ts';
import type { Asset } from './types.ts';

export const assetKeys = {
  all: ['assets'] as const,
  lists: ['assets', 'list'] as const,
  list: (view: LibraryView) => ['assets', 'list', addressOf(view).toString()] as const,
  one: (id: string) => ['assets', 'one', id] as const,
};

const pageSize = 25;
/** How often to ask while work is under way and the event stream is not there to tell. */
const pollMs = 5_000;

/** The assets of a view, page by page. Those of the view before stay until the new ones are there. */
export function useAssets(view: LibraryView, isLive: boolean) {
  return useInfiniteQuery({
    queryKey: assetKeys.list(view),
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/assets', {
          params: {
            query: {
              limit: pageSize,
              ...Object.fromEntries(addressOf(view)),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? false : pollMs,
  });
}

const assetQuery = (id: string) =>
  queryOptions({
    queryKey: assetKeys.one(id),
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/assets/{id}', { params: { path: { id } }, signal })),
  });

/** @param id undefined while there is none */
export function useAsset(id: string | undefined, isLive: boolean) {
  return useQuery({ ...assetQuery(id ?? ''), enabled: id !== undefined, refetchInterval: isLive ? false : pollMs });
}

/** How long the title of an asset that only a link names is taken for current. */
const titleStaleMs = 60_000;

/** The titles of those of these assets that exist, by id: each is asked for once. */
export function useAssetTitles(ids: readonly string[]): ReadonlyMap<string, string> {
  return useQueries({
    queries: ids.map((id) => ({ ...assetQuery(id), staleTime: titleStaleMs, refetchOnWindowFocus: false })),
    combine: (results) =>
      new Map(results.flatMap(({ data, isError }) => (data && !isError ? [[data.id, data.title]] : []))),
  });
}

function took(asset: Asset): void {
  queryClient.setQueryData(assetKeys.one(asset.id), asset);
  void queryClient.invalidateQueries({ queryKey: assetKeys.lists });
}

export type AssetAction = 'retry' | 'reencode' | 'cancel';

/** Asks for processing to start again, anew or to stop. @throws ApiError, e.g. 409 when the state does not allow it */
export async function actOnAsset(id: string, action: AssetAction): Promise<void> {
  took(bodyOf(await api.POST(`/api/v1/assets/{id}/${action}`, { params: { path: { id } } })));
}

export async function renameAsset(id: string, title: string): Promise<void> {
  took(bodyOf(await api.PATCH('/api/v1/assets/{id}', { params: { path: { id } }, body: { title } })));
}

export async function deleteAsset(id: string): Promise<void> {
  await api.DELETE('/api/v1/assets/{id}', { params: { path: { id } } });
  void queryClient.invalidateQueries({ queryKey: assetKeys.lists });
}

export type BulkAction = 'delete' | 'reencode' | 'cancel';

/** The most assets that the API takes in one request. */
const bulkAssets = 100;

/**
 * Does the same to several assets; what is refused is said of each.
 * @throws ApiError, UnreachableError when a request as a whole fails: what was done before stays done
 */
export async function actOnAssets(ids: readonly string[], action: BulkAction) {
  const results = [];
  try {
    for (let at = 0; at < ids.length; at += bulkAssets) {
      const body = { ids: ids.slice(at, at + bulkAssets) };
      results.push(...bodyOf(await api.POST(`/api/v1/assets/bulk/${action}`, { body })).results);
    }
  } finally {
    void queryClient.invalidateQueries({ queryKey: assetKeys.all });
  }
  return results;
}
