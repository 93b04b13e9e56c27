import { group, secret, text, type Rule } from '../option.ts';

export const redis = group(
  'The Redis server (6.2 or newer) that sessions, events, limits and the queue use when their kind says so.',
  {
    url: secret(
      'Redis URL: redis://user:password@host:6379/0, or rediss:// for TLS. One server; a managed one with failover is fine, a cluster is not supported.',
    ),
    keyPrefix: text(
      'What every key and channel begins with (locks and leases with mutex: before it), so that several installations can share a server.',
      'dramabox',
    ),
  },
);

/** The backends that can be on Redis, by the kind that puts them there. */
const onRedis = { sessions: 'redis', events: 'redis', limits: 'redis', queue: 'bullmq' } as const;

type OnRedis = Readonly<Record<keyof typeof onRedis, { readonly kind: string }>> & {
  readonly redis: { readonly url: string; readonly keyPrefix: string };
};

/** The settings that choose a backend on Redis, and the words that do. */
const choices = Object.entries(onRedis).map(([name, kind]) => `${name}.kind to ${kind}`);

/** Whether a configuration has anything on Redis. */
export const usesRedis = (config: OnRedis): boolean =>
  (Object.keys(onRedis) as (keyof typeof onRedis)[]).some((name) => config[name].kind === onRedis[name]);

export const redisRules: readonly Rule<OnRedis>[] = [
  (config) =>
    config.redis.url === '' && usesRedis(config)
      ? {
          option: 'redis.url',
          message:
            'must be set (DRAMABOX_REDIS_URL, or DRAMABOX_REDIS_URL_FILE to a file that holds it), because something is on Redis',
        }
      : undefined,
  (config) =>
    config.redis.url !== '' && !usesRedis(config)
      ? { option: 'redis.url', message: `is set, but nothing would use it. Set ${choices.join(', or ')}` }
      : undefined,
  ({ redis: { url } }) =>
    url === '' || /^rediss?:\/\//.test(url)
      ? undefined
      : { option: 'redis.url', message: 'must be a URL that begins with redis:// or rediss://' },
  ({ redis: { keyPrefix } }) =>
    /^[A-Za-z0-9_-]{1,64}$/.test(keyPrefix)
      ? undefined
      : { option: 'redis.keyPrefix', message: 'may have 1 to 64 letters, digits, _ and -' },
];
