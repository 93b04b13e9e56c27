import { useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api, queryClient } from './server.ts';

const quotaKey = ['upload-quota'];
/** What counts for the day ends by itself, and other pages upload, too. */
const pollMs = 60_000;

/** What the account has uploaded and how much it may. */
export function useUploadQuota() {
  return useQuery({
    queryKey: quotaKey,
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/upload-quota', { signal })),
    refetchInterval: pollMs,
  });
}

/** Has the page ask again: an upload was begun, finished or refused. */
export function quotaChanged(): void {
  void queryClient.invalidateQueries({ queryKey: quotaKey });
}

/** How much each account has uploaded; for those who may manage everybody's uploads. */
export function useUploadUsage() {
  return useQuery({
    queryKey: ['upload-usage'],
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/upload-usage', { signal })),
    refetchInterval: pollMs,
  });
}
