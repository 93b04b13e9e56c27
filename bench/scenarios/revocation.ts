import { setTimeout as delay } from 'node:timers/promises';
import type { StartedSession } from '../installation/api-client.ts';
import type { Call, KeepAliveClient } from '../load/keep-alive-client.ts';
import { BenchError } from '../runner/bench-error.ts';

/** A stream, and the request that ends it. */
export interface Stream {
  readonly session: Pick<StartedSession, 'hls' | 'sessionId'>;
  readonly end: Call;
}

/** Ends a stream that plays, and looks how long the origin goes on serving it. Milliseconds. */
export async function revocationMs(http: KeepAliveClient, { session, end }: Stream): Promise<number> {
  const look: Call = { method: 'GET', url: session.hls, headers: {} };
  await http.expect(200, look);
  const startedAt = performance.now();
  await http.expect(204, end);
  for (;;) {
    const { status } = await http.call(look);
    const waited = performance.now() - startedAt;
    if (status === 403) return waited;
    if (waited > 30_000) throw new BenchError(`A stream that was ended still answers ${status} after 30 s`);
    await delay(2);
  }
}
