import { Writable } from 'node:stream';
import t from 'tap';
import { createLogger } from '../kit/logger.ts';
import { OperatorError } from '../kit/errors.ts';
import { isRedisAway } from '../kit/redis-away.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { noticeOfEviction, openRedis } from './redis.ts';

t.test('connections fail at once while Redis is away, and come back by themselves', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const logger = createLogger({ level: 'info', destination });
  const redis = await openRedis({ url: server.url, keyPrefix: 'test' }, logger);
  t.teardown(() => redis.close());
  t.equal(redis.prefix, 'test:');
  const heard: string[] = [];
  redis.subscriber.on('message', (_channel: string, message: string) => heard.push(message));
  await redis.subscriber.subscribe('test:channel');
  await redis.commands.set('test:key', 'kept');
  await redis.commands.publish('test:channel', 'one');
  await until('it is heard', () => heard.length === 1);

  const patient = redis.patient();
  await server.stop();
  await until('it is noticed', () => redis.commands.status !== 'ready');
  const failure: unknown = await redis.commands.get('test:key').catch((error: unknown) => error);
  t.ok(isRedisAway(failure), String(failure));
  const waiting = patient.get('test:key');
  await server.start();
  t.equal(await waiting, 'kept', 'who is patient waits');
  await until('commands work again', () => redis.commands.get('test:key').catch(() => undefined));
  const again = await until('channels too', async () => {
    await redis.commands.publish('test:channel', 'two');
    return heard.includes('two');
  });
  t.ok(again);
  await until('both are said', () => /Redis is away/.test(lines.join('')) && /Redis is back/.test(lines.join('')));
  t.notMatch(lines.join(''), new URL(server.url).password, 'the password is in no log');

  const wrong: unknown = await redis.commands.call('nonsense').catch((error: unknown) => error);
  t.notOk(isRedisAway(wrong), 'a wrong command is no outage');
});

t.test('a server that hangs does not hang us', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const redis = await openRedis({ url: server.url, keyPrefix: 'test' }, createLogger({ level: 'silent' }));
  t.teardown(() => redis.close());
  server.freeze();
  const failure: unknown = await redis.commands.ping().catch((error: unknown) => error);
  t.ok(isRedisAway(failure), String(failure));
  server.thaw();
  await until('it goes on', () => redis.commands.ping().catch(() => undefined));
});

t.test('what cannot be used at the start is said in words, without the password', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const logger = createLogger({ level: 'silent' });
  const refused = async (url: string): Promise<string> => {
    const error: unknown = await openRedis({ url, keyPrefix: 'test' }, logger).catch((thrown: unknown) => thrown);
    t.ok(error instanceof OperatorError, String(error));
    return String(error);
  };
  const wrong = new URL(server.url);
  wrong.password = 'not-the-password';
  const message = await refused(wrong.href);
  t.match(message, new RegExp(`Redis cannot be used at ${wrong.host}: WRONGPASS.*redis\\.url`));
  t.notMatch(message, 'not-the-password');
  await server.stop();
  t.match(await refused(server.url), /Redis cannot be used at 127\.0\.0\.1.*ECONNREFUSED/);
});

t.test('a server that drops data when it is full is told of', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const redis = await openRedis({ url: server.url, keyPrefix: 'test' }, createLogger({ level: 'silent' }));
  t.teardown(() => redis.close());
  t.equal(await noticeOfEviction(redis), undefined);
  await redis.commands.config('SET', 'maxmemory-policy', 'allkeys-lru');
  t.match(await noticeOfEviction(redis), { code: 'redis-drops-data', detail: /allkeys-lru.*noeviction/ });
});
