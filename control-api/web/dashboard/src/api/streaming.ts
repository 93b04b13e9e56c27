import { useQuery } from '@tanstack/react-query';
import type { components } from '../../../../openapi.d.ts';
import { bodyOf } from '../../../kit/api/client.ts';
import { api } from './server.ts';

const noChoices: components['schemas']['StreamingChoices'] = { qualityPresets: [], ladders: [], priceClasses: [] };

/** What titles can choose for their streams, by the names of the configuration; nothing until it is there. */
export function useStreamingChoices() {
  const { data } = useQuery({
    queryKey: ['streaming-choices'],
    queryFn: async ({ signal }) => bodyOf(await api.GET('/api/v1/catalogue/streaming-choices', { signal })),
  });
  return data ?? noChoices;
}
