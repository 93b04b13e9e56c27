import { Type, type Static, type TObject, type TSchema } from 'typebox';

/**
 * Every option there is, with its bounds, default and explanation. This file is the truth; the documented example
 * (`config/dramabox.example.yaml`) is checked against it. An option `section.name` can also be set by the
 * environment as `DRAMABOX_SECTION_NAME` (see `environmentName`).
 */
const seconds = (description: string, fallback: number, minimum = 1, maximum = 31_536_000) =>
  Type.Number({ description, default: fallback, minimum, maximum });
const count = (description: string, fallback: number, minimum = 0, maximum = Number.MAX_SAFE_INTEGER) =>
  Type.Integer({ description, default: fallback, minimum, maximum });
const text = (description: string, fallback = '') => Type.String({ description, default: fallback, maxLength: 4096 });
const GiB = 1024 ** 3;
const MiB = 1024 ** 2;

const section = <P extends Record<string, TSchema>>(description: string, properties: P): TObject<P> =>
  Type.Object(properties, { description, additionalProperties: false });

export const configSchema = section('Dramabox configuration', {
  dataDir: text('Folder for everything the embedded defaults keep: database, storage, keys, scratch.', './data'),
  server: section('The HTTP server.', {
    host: text(
      'Address to listen on. 127.0.0.1 keeps it to this machine; 0.0.0.0 opens it to the network.',
      '127.0.0.1',
    ),
    port: count('Port to listen on; 0 takes a free one.', 8080, 0, 65_535),
    publicUrl: text('How clients reach this server, e.g. https://video.example.com. Empty: http://<host>:<port>.'),
    trustProxy: Type.Boolean({
      description: 'Believe X-Forwarded-* headers. Only behind a proxy that sets them.',
      default: false,
    }),
    shutdownGraceSeconds: seconds(
      'How long a stop waits for requests and jobs in hand before it forces them.',
      30,
      0,
      3600,
    ),
  }),
  log: section('Logging (pino, JSON lines on standard output).', {
    level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      description: 'Least severe level that is written: trace, debug, info, warn, error, fatal or silent.',
      default: 'info',
    }),
    pretty: Type.Boolean({ description: 'Write lines for people instead of JSON.', default: false }),
  }),
  database: section('Where accounts, the catalogue and jobs are kept.', {
    kind: Type.Enum(['sqlite', 'postgres'], {
      description: 'sqlite (embedded, one process) or postgres.',
      default: 'sqlite',
    }),
    path: text('SQLite file. Empty: <dataDir>/dramabox.db.'),
    url: text('PostgreSQL connection URL (postgres://user:password@host/name). A secret: prefer the environment.'),
  }),
  storage: section('Where sources and published media are kept.', {
    kind: Type.Enum(['disk'], { description: 'disk (a local folder).', default: 'disk' }),
    path: text('Folder of the disk storage. Empty: <dataDir>/storage.'),
    minFreeBytes: count('Uploads and jobs are refused when they would leave less free space than this, in bytes.', GiB),
  }),
  sessions: section('Where playback sessions are tracked.', {
    kind: Type.Enum(['memory'], { description: 'memory (one process).', default: 'memory' }),
  }),
  queue: section('What delivers work to the transcoder.', {
    kind: Type.Enum(['database'], { description: "database (the database's own job table).", default: 'database' }),
    leaseSeconds: seconds('A worker that was not heard of for this long has lost its job to another.', 30, 1, 3600),
  }),
  events: section('How processes tell each other what changed.', {
    kind: Type.Enum(['memory'], { description: 'memory (one process).', default: 'memory' }),
  }),
  limits: section('Where processes count, lock and share out recurring tasks together.', {
    kind: Type.Enum(['memory'], { description: 'memory (one process).', default: 'memory' }),
  }),
  uploads: section('What may be uploaded.', {
    maxBytes: count('Largest file accepted, in bytes.', 64 * GiB, 1),
    allowedTypes: Type.Array(Type.String({ maxLength: 255 }), {
      description:
        'MIME types a client may declare; a trailing * is a wildcard. The probe decides what the file really is.',
      default: ['video/*', 'application/octet-stream', 'application/mxf'],
      maxItems: 100,
    }),
    expiresAfterHours: count('An unfinished upload that received nothing for this long is removed.', 72, 1, 8760),
    maxOpenPerAccount: count('Unfinished uploads one account may have.', 100, 1, 100_000),
  }),
  media: section('Limits on what a source may be. They bound what a hostile file can cost.', {
    maxPixels: count('Largest picture, width x height.', 8192 * 4352, 1),
    maxDurationSeconds: seconds(
      'Longest source. Chunks travel as MPEG-TS, whose clock turns over after 26.5 hours.',
      8 * 3600,
      1,
      90_000,
    ),
    maxStreams: count('Most tracks in one file.', 64, 1, 1000),
    probeTimeoutSeconds: seconds('Longest time the examination of a file may take.', 120, 1, 3600),
    memoryBytes: count('Address space an examining child process may use, in bytes.', 4 * GiB, 512 * MiB),
  }),
  tools: section('External programs. Empty: found by themselves (see `doctor`).', {
    ffmpeg: text('Path of ffmpeg.'),
    ffprobe: text('Path of ffprobe.'),
    packager: text('Path of the Shaka Packager binary.'),
  }),
  encode: section('How sources are encoded.', {
    ladder: text('Ladder file. Empty: config/ladders/apple.yaml.'),
    gopSeconds: seconds('Distance of key frames; made a whole number of frames.', 2, 0.5, 10),
    segmentSeconds: seconds('Length of a segment; made a whole number of GOPs.', 4, 1, 20),
    chunkSeconds: seconds('Length of a unit of encoding; made a whole number of segments.', 16, 1, 600),
    firstChunkSeconds: seconds('Length of the first unit: shorter is playable sooner.', 4, 1, 600),
    concurrency: count('Chunks encoded at the same time; 0: one per core.', 0, 0, 1024),
    maxPackaging: count('Runs of the packager at the same time; 0: one per core.', 0, 0, 1024),
    niceness: count('Priority of encoders: 0 (normal) to 19 (gives way to everything).', 10, 0, 19),
    stallSeconds: seconds(
      'An encoder without progress for this long is killed and its chunk tried again.',
      60,
      1,
      3600,
    ),
    maxAttempts: count('How often a chunk is tried in all.', 3, 1, 20),
  }),
  collection: section('What is removed, and when.', {
    intervalSeconds: seconds('How often to look.', 300, 1, 86_400),
    replacedAfterSeconds: seconds(
      'How long a replaced version is kept for players that are still on it; less than playback.tokenSeconds cuts off some.',
      24 * 3600,
      0,
    ),
    scratchAfterSeconds: seconds('Age at which work files nobody owns are removed.', 24 * 3600, 1),
  }),
  playback: section('Playback sessions and their tokens.', {
    tokenSeconds: count('How long a playback URL works, in whole seconds.', 12 * 3600, 10, 604_800),
    startsPerMinute: count(
      'Streams one account may start in a minute; bounds what has to be remembered of those it ended.',
      60,
      1,
      10_000,
    ),
    streamsPerAccount: count('Streams of one account at the same time; 0: unlimited.', 5, 0, 10_000),
    topRung: count(
      'Short side in pixels of the best picture that a stream may have, e.g. 720; what is larger is neither listed nor served. Where everything is larger, the smallest is served. 0: no limit.',
      0,
      0,
      99_999,
    ),
    regionHeader: Type.String({
      description:
        "Request header in which a trusted proxy (server.trustProxy) writes the viewer's country as two letters, e.g. cf-ipcountry. It is handed to the decision who may watch, which does not depend on it yet. Empty: unknown.",
      default: '',
      pattern: '^[A-Za-z0-9-]{0,64}$',
    }),
    streamLimitPolicy: Type.Enum(['refuse', 'evict-oldest'], {
      description: 'What happens to one stream too many: refuse it, or evict-oldest.',
      default: 'refuse',
    }),
    idleSeconds: seconds(
      'A stream that asked for nothing for this long (more than origin.reportSeconds) gives way to another one of its account.',
      60,
      5,
      86_400,
    ),
    keyRotationDays: count(
      'A new signing key is made after this many days; old ones verify until their tokens expire.',
      30,
      1,
      3650,
    ),
  }),
  origin: section('Serving segments and playlists.', {
    publicUrl: text('How players reach the origin (a CDN, say). Empty: server.publicUrl.'),
    cacheBytes: count('Memory for whole segments, in bytes.', 512 * MiB, MiB),
    maxCachedObjectBytes: count(
      'Larger objects are streamed from storage instead of cached, in bytes.',
      32 * MiB,
      1024,
    ),
    manifestMaxAgeMs: count(
      'How long a playlist is served from memory before storage is asked again, in milliseconds.',
      1000,
      0,
      60_000,
    ),
    corsOrigins: Type.Array(Type.String({ maxLength: 255 }), {
      description: 'Web origins whose players may read; * allows all (the URL is the secret).',
      default: ['*'],
      maxItems: 100,
    }),
    reportSeconds: seconds('How often session activity is written to the session store.', 10, 1, 300),
  }),
  accounts: section('Signing in.', {
    accessTokenSeconds: seconds('Life of an access token.', 900, 30, 86_400),
    refreshTokenDays: count('Life of a refresh token that is not used.', 30, 1, 365),
    signInAttemptsPerAccount: count(
      'Failed sign-ins allowed per account and network address in 15 minutes; ten times as many from all addresses that the account did not sign in from lately.',
      10,
      1,
      10_000,
    ),
    signInAttemptsPerAddress: count('Failed sign-ins allowed per network address in 15 minutes.', 50, 1, 100_000),
  }),
});

export type Config = Static<typeof configSchema>;

/** `encode.chunkSeconds` -> `DRAMABOX_ENCODE_CHUNK_SECONDS`. */
export function environmentName(path: readonly string[]): string {
  return ['DRAMABOX', ...path.map((part) => part.replace(/([a-z0-9])([A-Z])/g, '$1_$2'))].join('_').toUpperCase();
}

/** Every option with its path, in the order of the schema. */
export function listOptions(
  schema: TObject = configSchema,
  path: readonly string[] = [],
): { path: readonly string[]; schema: TSchema }[] {
  return Object.entries(schema.properties).flatMap(([name, child]) =>
    'properties' in child ? listOptions(child as TObject, [...path, name]) : [{ path: [...path, name], schema: child }],
  );
}
