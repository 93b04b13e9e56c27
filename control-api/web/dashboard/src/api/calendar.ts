import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { bodyOf } from '../../../kit/api/client.ts';
import { api } from './server.ts';
import { titleKeys } from './titles.ts';

/** What opens and closes between two moments (ISO 8601). It changes with the titles. */
export function useCalendar(from: string, to: string) {
  return useQuery({
    queryKey: [...titleKeys.lists, 'calendar', from, to],
    queryFn: async ({ signal }) =>
      bodyOf(await api.GET('/api/v1/catalogue/calendar', { params: { query: { from, to } }, signal })),
    placeholderData: keepPreviousData,
  });
}
