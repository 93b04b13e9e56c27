import { useInfiniteQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { addressOf, type AuditFilter } from '../audit/filter.ts';
import { api } from './server.ts';

const pageSize = 25;

/** The records that fit the filter, newest first, page by page. */
export function useAuditLog(filter: AuditFilter, isEnabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['audit', filter.actor, filter.subject],
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/audit', {
          params: {
            query: {
              limit: pageSize,
              ...Object.fromEntries(addressOf(filter)),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    enabled: isEnabled,
    // People open the page to see what has just happened.
    staleTime: 0,
  });
}
