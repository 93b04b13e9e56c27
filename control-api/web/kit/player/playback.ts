import { bodyOf, type Api } from '../api/client.ts';
import type { StartedSession } from '../api/types.ts';

/** Starts a stream of this account. The URLs are a secret for as long as they work. @throws ApiError, UnreachableError */
export async function beginPlayback(api: Api, assetId: string): Promise<StartedSession> {
  return bodyOf(await api.POST('/api/v1/playback/sessions', { body: { assetId } }));
}

/** Ends a stream, also from a page that is going away. One that cannot be ended stops counting by itself. */
export function endPlayback(api: Api, sessionId: string): void {
  void api
    .DELETE('/api/v1/playback/sessions/{id}', { params: { path: { id: sessionId } }, keepalive: true })
    .catch(() => undefined);
}
