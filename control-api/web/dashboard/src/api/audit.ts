import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { addressOf, queryOf, type AuditFilter } from '../audit/filter.ts';
import { api, queryClient } from './server.ts';

const pageSize = 25;
const auditKey = ['audit'] as const;

/** The records that fit the filter, newest first, page by page. */
export function useAuditLog(filter: AuditFilter, isEnabled: boolean) {
  return useInfiniteQuery({
    queryKey: [...auditKey, 'list', addressOf(filter).toString()],
    queryFn: async ({ pageParam, signal }) =>
      bodyOf(
        await api.GET('/api/v1/audit', {
          params: { query: { limit: pageSize, ...queryOf(filter), ...(pageParam !== null && { cursor: pageParam }) } },
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

/** How far the log is chained, and what the last check of the chain found. */
export function useAuditChain() {
  return useQuery({
    queryKey: [...auditKey, 'chain'],
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/audit/chain', { signal })),
  });
}

export type ExportFormat = 'csv' | 'jsonl';

/**
 * All records that fit the filter, as a file with its name. That it was made is the newest record then.
 * @throws ApiError, UnreachableError
 */
export async function exportAudit(
  filter: AuditFilter,
  format: ExportFormat,
): Promise<{ readonly content: Blob; readonly name: string }> {
  const { data, response } = await api.GET('/api/v1/audit/export', {
    params: { query: { ...queryOf(filter), format } },
    parseAs: 'blob',
  });
  const name = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1];
  void queryClient.invalidateQueries({ queryKey: auditKey });
  return { content: data ?? new Blob(), name: name ?? `audit.${format}` };
}
