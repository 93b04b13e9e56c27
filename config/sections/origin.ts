import { choice, complainAboutPublicUrl, count, GiB, group, MiB, seconds, text, texts, type Rule } from '../option.ts';

export const origin = group('Serving segments and playlists.', {
  publicUrl: text('How players reach the origin (a CDN, say), with or without a path. Empty: server.publicUrl.'),
  cacheBytes: count('Memory for whole segments, in bytes.', 512 * MiB, MiB),
  maxCachedObjectBytes: count('Larger objects are streamed from storage instead of cached, in bytes.', 32 * MiB, 1024),
  diskCache: choice(
    'Whether segments, and playlists of finished titles, are kept on a local disk between memory and storage. auto: unless storage is a disk itself.',
    ['auto', 'on', 'off'],
  ),
  diskCacheBytes: count(
    'How much of that disk, in bytes; less where less is free. As much as is played in some days: an hour in all renditions takes 5 to 10 GB.',
    20 * GiB,
    MiB,
  ),
  diskCachePath: text(
    'Its folder, of one process and best on a fast disk of the machine. Empty: <dataDir>/origin-cache. It outlasts restarts and may be deleted while the server is stopped.',
  ),
  readAhead: choice(
    'Whether the next segment of what is played is read from storage before it is asked for; an eighth of the memory is for that. auto: unless storage is a disk.',
    ['auto', 'on', 'off'],
  ),
  manifestMaxAgeMs: count(
    'How long a playlist is served from memory before storage is asked again, in milliseconds.',
    1000,
    0,
    60_000,
  ),
  storeReads: count(
    'How many objects are read from storage at the same time, besides those that are streamed.',
    48,
    1,
    1000,
  ),
  storeReadsWaiting: count(
    'How many more reads stand in line; beyond that players are told to ask again (503).',
    1024,
    0,
    100_000,
  ),
  storeTimeoutSeconds: seconds(
    'How long a read from storage may take, its time in line included. Then it is given up (504); what is cached is served on.',
    10,
    0.1,
    300,
  ),
  corsOrigins: texts('Web origins whose players may read; * allows all (the URL is the secret).', ['*']),
  reportSeconds: seconds('How often session activity is written to the session store.', 10, 1, 300),
});

/** Scheme, host and port, nothing behind; apps have schemes of their own. */
const webOrigin = /^[a-z][a-z\d+.-]*:\/\/[^/?#@\s]+$/i;

interface OriginOptions {
  readonly origin: {
    readonly publicUrl: string;
    readonly cacheBytes: number;
    readonly maxCachedObjectBytes: number;
    readonly corsOrigins: readonly string[];
  };
}

export const originRules: readonly Rule<OriginOptions>[] = [
  (config) => complainAboutPublicUrl('origin.publicUrl', config.origin.publicUrl),
  ({ origin: { cacheBytes, maxCachedObjectBytes } }) =>
    maxCachedObjectBytes > cacheBytes
      ? {
          option: 'origin.maxCachedObjectBytes',
          message: `must be at most origin.cacheBytes (${cacheBytes}), or the largest objects never fit`,
        }
      : undefined,
  ({ origin: { corsOrigins } }) => {
    const wrong = corsOrigins.find((each) => each !== '*' && !webOrigin.test(each));
    return wrong === undefined
      ? undefined
      : { option: 'origin.corsOrigins', message: `"${wrong}" is no web origin, such as https://video.example.com` };
  },
];
