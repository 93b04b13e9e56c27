import type { PlaybackSession, TrackedSession } from '../port.ts';

/** A session as it is kept in Redis, and in arguments of scripts. */
export function writeRecord({ accountId, assetId, versionId, startedAt, expiresAt }: PlaybackSession): string {
  return JSON.stringify([accountId, assetId, versionId, startedAt, expiresAt]);
}

/** The session of a record. */
export function readRecord(id: string, record: string): PlaybackSession {
  const [accountId, assetId, versionId, startedAt, expiresAt] = JSON.parse(record) as [
    string,
    string,
    string,
    number,
    number,
  ];
  return { id, accountId, assetId, versionId, startedAt, expiresAt };
}

/** The session of a record and of its activity, `<last seen> <bytes>`. */
export function readTracked(id: string, record: string, activity: string): TrackedSession {
  const [lastSeenAt = 0, bytes = 0] = activity.split(' ').map(Number);
  return { ...readRecord(id, record), lastSeenAt, bytes };
}

/** Cuts a list into parts of at most `size`. */
export function* batches<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

/** `[a, b, c, d]` as `[[a, b], [c, d]]`: what scripts answer is flat. */
export function inGroups(flat: readonly string[], size: number): string[][] {
  return [...batches(flat, size)].map((group) => [...group]);
}
