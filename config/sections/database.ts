import { choice, group, secret, text, type Rule } from '../option.ts';

export const database = group('Where accounts, the catalogue and jobs are kept.', {
  kind: choice('sqlite (embedded, one process) or postgres.', ['sqlite', 'postgres']),
  path: text('SQLite file. Empty: <dataDir>/dramabox.db.'),
  url: secret('PostgreSQL connection URL (postgres://user:password@host/name).'),
});

export const databaseRules: readonly Rule<{
  readonly database: { readonly kind: 'sqlite' | 'postgres'; readonly url: string };
}>[] = [
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
