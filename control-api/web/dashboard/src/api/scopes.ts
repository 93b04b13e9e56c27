import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';
import type { ScopedTitle } from './types.ts';

const keyOf = (id: string) => ['accounts', 'scope', id] as const;
const at = (id: string) => ({ params: { path: { id } } });

/** Which titles somebody of the staff works on; null: all of them. */
export function useScope(id: string) {
  return useQuery({
    queryKey: keyOf(id),
    queryFn: async ({ signal }): Promise<{ readonly titles: readonly ScopedTitle[] | null }> =>
      bodyOf(await api.GET('/api/v1/accounts/{id}/scope', { ...at(id), signal })),
    // What is changed is what there is now.
    staleTime: 0,
  });
}

/** @throws ApiError, UnreachableError */
export async function putScope(id: string, titles: readonly string[] | null): Promise<void> {
  const body = { titles: titles === null ? null : [...titles] };
  const saved = bodyOf(await api.PUT('/api/v1/accounts/{id}/scope', { ...at(id), body }));
  queryClient.setQueryData(keyOf(id), saved);
}
