import { useQueries, useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';
import { titleQuery } from './titles.ts';
import type { CatalogueTitle } from './types.ts';

const featuredKey = ['featured'] as const;

/** What comes first on the home page, in its order. */
export function useFeatured() {
  const query = useQuery({
    queryKey: featuredKey,
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/catalogue/featured', { signal })).titles,
  });
  const titles = useQueries({
    queries: (query.data ?? []).map((id) => titleQuery(id)),
    combine: (results) => ({
      found: results.flatMap(({ data }): CatalogueTitle[] => (data ? [data] : [])),
      isPending: results.some(({ isPending }) => isPending),
    }),
  });
  return { ...query, titles: titles.found, isWhole: query.isSuccess && !titles.isPending };
}

/** Puts these first; what is shown is so at once, and goes back when it is refused. */
export async function putFeatured(titles: readonly string[]): Promise<void> {
  await queryClient.cancelQueries({ queryKey: featuredKey });
  queryClient.setQueryData(featuredKey, [...titles]);
  try {
    await api.PUT('/api/v1/catalogue/featured', { body: { titles: [...titles] } });
  } finally {
    await queryClient.invalidateQueries({ queryKey: featuredKey });
  }
}
