import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';

/** How often the page asks while it is looked at. */
const pollMs = 5_000;

const statusKey = ['operations', 'status'];

/** The state of the server, kept up to date while the page is visible. */
export function useOperations() {
  return useQuery({
    queryKey: statusKey,
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/operations/status', { signal })),
    refetchInterval: pollMs,
  });
}

/** Has an event delivered again that its consumer could not handle. @throws ApiError */
export async function tryEventAgain(eventId: string, consumer: string): Promise<void> {
  await api.POST('/api/v1/operations/set-aside/{consumer}/{eventId}/try-again', {
    params: { path: { consumer, eventId } },
  });
  await queryClient.invalidateQueries({ queryKey: statusKey });
}
