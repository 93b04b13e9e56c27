import type { Static, TObject, TSchema } from 'typebox';
import { group, secretsOf, text, type Rule } from './option.ts';
import { accounts } from './sections/accounts.ts';
import { collection } from './sections/collection.ts';
import { catalogue, catalogueRules } from './sections/catalogue.ts';
import { consents, consentsRules } from './sections/consents.ts';
import { database, databaseRules } from './sections/database.ts';
import { encode, encodeRules } from './sections/encode.ts';
import { events } from './sections/events.ts';
import { keys, keysRules } from './sections/keys.ts';
import { limits } from './sections/limits.ts';
import { log } from './sections/log.ts';
import { mail, mailRules } from './sections/mail.ts';
import { media } from './sections/media.ts';
import { metrics, metricsRules } from './sections/metrics.ts';
import { origin, originRules } from './sections/origin.ts';
import { playback, playbackRules } from './sections/playback.ts';
import { queue } from './sections/queue.ts';
import { redis, redisRules } from './sections/redis.ts';
import { server, serverRules } from './sections/server.ts';
import { sessions } from './sections/sessions.ts';
import { signIn, signInRules } from './sections/sign-in.ts';
import { storage, storageRules } from './sections/storage.ts';
import { tools } from './sections/tools.ts';
import { uploads } from './sections/uploads.ts';

/**
 * Every option there is, by section. The documented example (`config/dramabox.example.yaml`) is written from this. An
 * option `section.name` can also be set by the environment as `DRAMABOX_SECTION_NAME` (see `environmentName`).
 */
export const configSchema = group('Dramabox configuration', {
  dataDir: text('Folder for everything the embedded defaults keep: database, storage, keys, scratch.', './data'),
  server,
  log,
  metrics,
  database,
  storage,
  sessions,
  queue,
  events,
  limits,
  keys,
  redis,
  uploads,
  media,
  tools,
  encode,
  collection,
  playback,
  origin,
  accounts,
  catalogue,
  consents,
  signIn,
  mail,
});

export type Config = Static<typeof configSchema>;

/** What options must be to one another; each rule stands beside the section whose option it complains about. */
export const configRules: readonly Rule<Config>[] = [
  ...serverRules,
  ...metricsRules,
  ...databaseRules,
  ...keysRules,
  ...storageRules,
  ...redisRules,
  ...encodeRules,
  ...playbackRules,
  ...originRules,
  ...catalogueRules,
  ...consentsRules,
  ...signInRules,
  ...mailRules,
];

/** What the secrets of a configuration are, and the passwords in them, for logs to cut out. */
export const secretsIn = (config: Config): string[] => secretsOf(configSchema, config);

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
