import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api } from './server.ts';

/** How often the page asks while it is looked at. */
const pollMs = 5_000;

/** The state of the server, kept up to date while the page is visible. */
export function useOperations() {
  return useQuery({
    queryKey: ['operations', 'status'],
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/operations/status', { signal })),
    refetchInterval: pollMs,
  });
}
