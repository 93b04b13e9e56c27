import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { addressOf, type UsersView } from '../users/view.ts';
import { api, queryClient } from './server.ts';
import type { Role } from './types.ts';

const keys = {
  all: ['accounts'] as const,
  list: (view: UsersView) => ['accounts', 'list', addressOf(view).toString()] as const,
  staff: ['accounts', 'staff'] as const,
  one: (id: string) => ['accounts', 'one', id] as const,
};

const pageSize = 25;

/** The accounts of a view, page by page. Those of the view before stay until the new ones are there. */
export function useAccounts(view: UsersView) {
  return useInfiniteQuery({
    queryKey: keys.list(view),
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/accounts', {
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
  });
}

/** More than a service has staff: they are one page. */
const mostStaff = 100;

/** Everybody who works for the service. */
export function useStaff() {
  return useQuery({
    queryKey: keys.staff,
    queryFn: async ({ signal }) =>
      bodyOf(await api.GET('/api/v1/accounts', { params: { query: { role: 'staff', limit: mostStaff } }, signal }))
        .items,
  });
}

/** One account, with what happened to it lately. */
export function useAccount(id: string) {
  return useQuery({
    queryKey: keys.one(id),
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/accounts/{id}', { params: { path: { id } }, signal })),
    // People open the page to see what has just happened.
    staleTime: 0,
  });
}

const changed = () => queryClient.invalidateQueries({ queryKey: keys.all });
const at = (id: string) => ({ params: { path: { id } } });

/** What is done to an account with a reason. */
export type Measure = 'disable' | 'enable' | 'sign-out' | 'second-factor/reset' | 'deletion' | 'keep';

/** @throws ApiError, UnreachableError */
export async function doToAccount(id: string, measure: Measure, reason: string): Promise<void> {
  if (measure === 'keep') await api.DELETE('/api/v1/accounts/{id}/deletion', { ...at(id), body: { reason } });
  else await api.POST(`/api/v1/accounts/{id}/${measure}`, { ...at(id), body: { reason } });
  await changed();
}

/** @throws ApiError, UnreachableError */
export async function changeRole(id: string, role: Exclude<Role, 'guest'>): Promise<void> {
  await api.PATCH('/api/v1/accounts/{id}', { ...at(id), body: { role } });
  await changed();
}
