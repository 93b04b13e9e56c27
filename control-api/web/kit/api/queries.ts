import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './problem.ts';

export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Event streams say what changed; this is for what was missed while nobody looked.
        staleTime: 10_000,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && error.status < 500),
      },
    },
  });
}
