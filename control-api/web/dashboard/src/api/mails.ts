import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api } from './server.ts';

/** The mails that were kept instead of sent, newest first. */
export function useKeptMails() {
  return useQuery({
    queryKey: ['mails'],
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/mails', { signal })),
    // People open the page to see what has just been written.
    staleTime: 0,
  });
}
