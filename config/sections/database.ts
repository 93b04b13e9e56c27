import { choice, count, group, seconds, secret, text, type Rule } from '../option.ts';

export const database = group('Where accounts, the catalogue and jobs are kept.', {
  kind: choice('sqlite (embedded, one process) or postgres.', ['sqlite', 'postgres']),
  path: text('SQLite file. Empty: <dataDir>/dramabox.db.'),
  url: secret(
    'PostgreSQL connection URL (postgres://user:password@host/name). TLS: ?sslmode=verify-full, with &sslrootcert=<file> for a certificate authority of your own. At the first start its user creates the extension pg_trgm, or finds it there.',
  ),
  applicationName: text("What PostgreSQL's list of connections calls this process (63 characters).", 'dramabox'),
  maxConnections: count(
    'PostgreSQL connections that this process may hold. All processes together stay below what the server allows (max_connections).',
    10,
    1,
    1000,
  ),
  connectSeconds: seconds('How long making a connection may take.', 10, 0.1, 300),
  idleSeconds: seconds('How long a connection is kept that nobody uses.', 60, 1, 86_400),
  waitSeconds: seconds(
    'How long a request waits for a free connection. After that it is answered 503 and can be repeated.',
    10,
    0.1,
    300,
  ),
  statementSeconds: seconds(
    'How long a statement may take (statement_timeout; migrations have no limit). 0: as the server is set. Set this and the next two to 0 behind PgBouncer, which refuses them.',
    30,
    0,
    3600,
  ),
  lockSeconds: seconds('How long a statement waits for a lock (lock_timeout). 0: as the server is set.', 15, 0, 3600),
  idleInTransactionSeconds: seconds(
    'How long a transaction may stand still before the server ends it (idle_in_transaction_session_timeout). 0: as the server is set.',
    60,
    0,
    3600,
  ),
  retrySeconds: seconds(
    'How long work whose connection was lost is tried again, with growing pauses, before it fails: longer than a restart of PostgreSQL takes. 0: not at all.',
    15,
    0,
    300,
  ),
  startSeconds: seconds(
    'How long a start waits for a PostgreSQL that cannot be reached yet. 0: not at all.',
    60,
    0,
    86_400,
  ),
});

export const databaseRules: readonly Rule<{
  readonly database: { readonly kind: 'sqlite' | 'postgres'; readonly url: string; readonly applicationName: string };
}>[] = [
  // Longer ones, and other letters, PostgreSQL would change.
  ({ database: { applicationName } }) =>
    /^[\x20-\x7e]{1,63}$/.test(applicationName)
      ? undefined
      : { option: 'database.applicationName', message: 'must be 1 to 63 plain characters (ASCII)' },
  ({ database: { kind, url } }) =>
    kind === 'postgres' && url === ''
      ? {
          option: 'database.url',
          message:
            'database.kind is postgres, which needs an address. Set database.url (DRAMABOX_DATABASE_URL, or DRAMABOX_DATABASE_URL_FILE to a file that holds it)',
        }
      : undefined,
  ({ database: { kind, url } }) =>
    kind !== 'postgres' && url !== ''
      ? {
          option: 'database.kind',
          message:
            'database.url is set, but nothing would use it. Set database.kind to postgres, or leave database.url empty',
        }
      : undefined,
  // The beginning only: `postgres://user@/name?host=/folder`, which names a socket, is no URL in the strict sense.
  ({ database: { url } }) =>
    url === '' || /^postgres(ql)?:\/\//.test(url)
      ? undefined
      : { option: 'database.url', message: 'must be a URL that begins with postgres://' },
];
