import path from 'node:path';
import { knowsSettings, startOwn, type OwnInstallation } from '../installation/own.ts';
import { startRedis, type RedisServer } from '../peers/redis.ts';
import { programVersion } from '../runner/machine.ts';
import type { Bench } from '../scenario.ts';

/** What an installation is started with so that its sessions are on this Redis. */
export const onRedis = (url: string): Readonly<Record<string, string>> => ({
  DRAMABOX_SESSIONS_KIND: 'redis',
  DRAMABOX_REDIS_URL: url,
});

/** A Redis for sessions; undefined, and said so, where this build or this machine has none. */
export async function redisForSessions(bench: Bench): Promise<RedisServer | undefined> {
  const what = 'sessions on Redis';
  if (!knowsSettings(onRedis('redis://127.0.0.1:6379'))) {
    bench.leaveOut(what, 'this build has no such engine (sessions.kind)');
    return undefined;
  }
  if ((await programVersion('redis-server')) === undefined) {
    bench.leaveOut(what, 'redis-server is not installed (apt-get install redis-server)');
    return undefined;
  }
  return startRedis(path.join(bench.folder, 'redis'), bench.releasers);
}

/** An installation, and the Redis that its sessions are on, if any. */
export interface SessionEngine {
  readonly name: string;
  readonly installation: OwnInstallation;
  readonly redis: RedisServer | undefined;
}

/** One installation for each engine there is: on Redis first, then in memory. */
export async function startEngines(bench: Bench, settings: Readonly<Record<string, string>>): Promise<SessionEngine[]> {
  const redis = await redisForSessions(bench);
  const start = (name: string, more: Readonly<Record<string, string>>): Promise<OwnInstallation> =>
    startOwn({ folder: path.join(bench.folder, name), settings: { ...settings, ...more }, releasers: bench.releasers });
  const memory = { name: 'sessions in memory', installation: await start('memory', {}), redis: undefined };
  if (redis === undefined) return [memory];
  return [{ name: 'sessions on Redis', installation: await start('on-redis', onRedis(redis.url)), redis }, memory];
}
