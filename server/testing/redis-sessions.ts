import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Test } from 'tap';
import { newId } from '../kit/ids.ts';
import type { PlaybackSession, SessionStore, StreamLimit } from '../sessions/port.ts';
import { RedisSessions, type RedisSessionsOptions } from '../sessions/redis.ts';

/** Sessions as one process has them, with connections of its own. */
export interface OpenSessions {
  readonly sessions: RedisSessions;
  readonly commands: Redis;
  readonly subscriber: Redis;
  close(): Promise<void>;
}

/** No limit of streams. */
export const unlimited: StreamLimit = { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 };

/** A session of an hour that starts now. */
export const newSession = (accountId: string, more: Partial<PlaybackSession> = {}): PlaybackSession => ({
  id: newId('session'),
  accountId,
  assetId: 'asset_1',
  versionId: 'version_1',
  startedAt: Date.now(),
  expiresAt: Date.now() + 3_600_000,
  ...more,
});

/** Opens them as a server does, but without giving new data time to settle; `commandMs`: how long to wait for answers. */
export async function openSessions(
  url: string,
  prefix: string,
  { commandMs = 20_000, ...options }: Partial<RedisSessionsOptions> & { readonly commandMs?: number } = {},
): Promise<OpenSessions> {
  const opened: Redis[] = [];
  const disconnect = (): void => {
    for (const connection of opened) connection.disconnect();
  };
  const connect = (): Redis => {
    const connection = new Redis(url, {
      lazyConnect: true,
      retryStrategy: () => 50,
      commandTimeout: commandMs,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
    });
    connection.on('error', () => undefined);
    opened.push(connection);
    return connection;
  };
  const [commands, subscriber] = [connect(), connect()];
  try {
    await Promise.all([commands.connect(), subscriber.connect()]);
    const rest = { whenAway: 'refuse', logger: pino({ level: 'silent' }), settleMs: 0 } as const;
    const sessions = await RedisSessions.open({ commands, subscriber, prefix, ...rest, ...options });
    const close = async (): Promise<void> => {
      await sessions.close();
      disconnect();
    };
    return { sessions, commands, subscriber, close };
  } catch (error) {
    disconnect();
    throw error;
  }
}

/** A process of its own with sessions on Redis. */
export interface SessionsProcess {
  /** Calls a method of its store. */
  call<M extends Exclude<keyof SessionStore, 'close'>>(
    method: M,
    ...args: Parameters<SessionStore[M]>
  ): Promise<Awaited<ReturnType<SessionStore[M]>>>;
  kill(): Promise<void>;
}

/** Starts one, which is killed when `t` ends; resolves once it serves. */
export async function forkSessions(t: Test, url: string, prefix: string, settleMs = 0): Promise<SessionsProcess> {
  const child = fork(path.join(import.meta.dirname, 'sessions-process.ts'), [url, prefix, String(settleMs)]);
  const ended = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  t.teardown(kill);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let calls = 0;
  child.on('message', (message: { n: number; result?: unknown; error?: string } | 'ready') => {
    if (message === 'ready') return;
    const { n, result, error } = message;
    if (error === undefined) waiting.get(n)?.resolve(result);
    else waiting.get(n)?.reject(new Error(error));
    waiting.delete(n);
  });
  await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('The process ended before it served'))),
  ]);
  return {
    kill,
    call: (call, ...args) =>
      new Promise((resolve, reject) => {
        calls += 1;
        waiting.set(calls, { resolve: resolve as (value: unknown) => void, reject });
        child.send({ n: calls, call, args });
      }),
  };
}
