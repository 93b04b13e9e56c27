import { randomBytes } from 'node:crypto';
import { ApiClient, type StartedSession } from './api-client.ts';

/** Does something for each of a number of things, so many at a time, and returns the results in their order. */
export async function inParallel<T, R>(
  list: readonly T[],
  jobs: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < list.length) {
      const index = next;
      next += 1;
      results[index] = await work(list[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, list.length) }, worker));
  return results;
}

/** Makes accounts that watch, and signs them in, one after the other: too many sign-ins at once are refused. */
export async function makeViewers(administrator: ApiClient, count: number): Promise<ApiClient[]> {
  const viewers: ApiClient[] = [];
  for (let number = 1; number <= count; number += 1) {
    const email = `bench-${number}-${randomBytes(4).toString('hex')}@dramabox.local`;
    const password = randomBytes(18).toString('base64url');
    await administrator.request('POST', '/api/v1/accounts', { email, password });
    viewers.push(await ApiClient.signIn(administrator.url, email, password));
  }
  return viewers;
}

/** Starts streams of one title, shared out among viewers. */
export function startSessions(
  viewers: readonly ApiClient[],
  assetId: string,
  count: number,
): Promise<StartedSession[]> {
  const turns = Array.from({ length: count }, (_, index) => viewers[index % viewers.length] as ApiClient);
  return inParallel(turns, 8, (viewer) => viewer.play(assetId));
}

/** The beginning of the paths that a stream is served under, which is its authorization. */
export function pathPrefixOf({ hls }: Pick<StartedSession, 'hls'>): string {
  const { pathname } = new URL(hls);
  return pathname.slice(0, pathname.lastIndexOf('/') + 1);
}
