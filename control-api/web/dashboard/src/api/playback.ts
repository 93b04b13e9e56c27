import { api, bodyOf } from './client.ts';
import type { StartedSession } from './types.ts';

/** Starts a stream of this account. The URLs are a secret for as long as they work. */
export async function beginPlayback(assetId: string): Promise<StartedSession> {
  return bodyOf(await api.POST('/api/v1/playback/sessions', { body: { assetId } }));
}

/** Ends a stream, also from a page that is going away. One that cannot be ended stops counting by itself. */
export function endPlayback(sessionId: string): void {
  void api
    .DELETE('/api/v1/playback/sessions/{id}', { params: { path: { id: sessionId } }, keepalive: true })
    .catch(() => undefined);
}
