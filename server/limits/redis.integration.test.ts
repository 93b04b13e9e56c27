import { Redis } from 'ioredis';
import t from 'tap';
import { limitsContract } from '../testing/limits-contract.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { RedisLimits } from './redis.ts';

t.test('limits on Redis', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const connections: Redis[] = [];
  t.teardown(() => {
    for (const each of connections) each.disconnect();
  });
  const connect = (): Redis => {
    const connection = new Redis(server.url, {
      commandTimeout: 2000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 20,
      lazyConnect: true,
    });
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  };
  let installations = 0;
  const open = async (prefix: string, lifeMs?: number): Promise<RedisLimits> => {
    const [commands, subscriber] = [connect(), connect()];
    await Promise.all([commands.connect(), subscriber.connect()]);
    return RedisLimits.open({ commands, subscriber, prefix, ...(lifeMs === undefined ? {} : { lifeMs }) });
  };
  const openTwo = async (lifeMs?: number) => {
    const prefix = `test${++installations}:`;
    return { here: await open(prefix, lifeMs), there: await open(prefix, lifeMs) };
  };

  limitsContract(t, () => openTwo());

  t.test('everything ends by itself: no key lives for ever', async (t) => {
    const { here, there } = await openTwo();
    t.teardown(() => Promise.all([here.close(), there.close()]));
    await here.counter('attempts', { points: 1, seconds: 60 }).consume('a');
    await here.locks.take('a', { waitMs: 1000 });
    await here.leases.take('upkeep');
    const reader = connect();
    await reader.connect();
    t.equal((await reader.keys(`*test${installations}:*`)).length, 3);
    for (const key of await reader.keys('*')) t.ok((await reader.pttl(key)) > 0, key);
  });

  t.test('what is held outlives its life as long as its process lives', async (t) => {
    const { here, there } = await openTwo(600);
    t.teardown(() => Promise.all([here.close(), there.close()]));
    const release = await here.locks.take('a', { waitMs: 1000 });
    const lease = await here.leases.take('upkeep');
    const begun = performance.now();
    await until('two lives have passed', () => performance.now() - begun > 1200, { everyMs: 50 });
    t.equal(await there.locks.takeIfFree('a'), undefined);
    t.equal(await there.leases.take('upkeep'), undefined);
    t.equal(lease?.signal.aborted, false);
    await release();
    t.type(await there.locks.takeIfFree('a'), 'function');
  });

  t.test('a short absence takes nothing away, a lost server tells the holders', async (t) => {
    const { here, there } = await openTwo(6000);
    t.teardown(() => Promise.all([here.close(), there.close()]));
    let asked = 0;
    await here.locks.take('a', {
      waitMs: 1000,
      onWanted: () => {
        asked += 1;
      },
    });
    const lease = await here.leases.take('upkeep');
    const counter = here.counter('attempts', { points: 2, seconds: 60 });
    await counter.consume('a');
    await server.stop();
    t.equal(await there.leases.take('another'), undefined, 'nobody knows');
    await t.rejects(there.locks.takeIfFree('b'), { code: 'not_ready' });
    await t.rejects(there.locks.take('b', { waitMs: 150 }), { code: 'not_ready' });
    t.match(await counter.consume('a'), { used: 1, allowed: true }, 'counted here alone');
    t.match(await counter.consume('a'), { used: 2, allowed: true });
    t.match(await counter.consume('a'), { used: 3, allowed: false }, 'and limited');
    await server.start();
    const next = await there.locks.take('b', { waitMs: 20_000 });
    await next();
    t.equal(await there.locks.takeIfFree('a'), undefined, 'still held');
    t.strictSame([asked, lease?.signal.aborted], [0, false]);
    t.match(await counter.look('a'), { used: 1 }, 'what all counted before is there again');

    await server.kill();
    await server.start({ withoutData: true });
    await until('the lease is lost', () => lease?.signal.aborted);
    await until('the holder of the lock is asked to let go', () => asked > 0);
    await (
      await there.locks.take('a', { waitMs: 20_000 })
    )();
    const again = await there.leases.take('upkeep');
    t.ok(again, 'free for others');
    await lease?.release();
    t.equal(await here.leases.take('upkeep'), undefined, 'a lost one takes nothing from the next holder');
  });

  t.test('a server that hangs for longer than a hold lives', async (t) => {
    const { here, there } = await openTwo(900);
    t.teardown(() => Promise.all([here.close(), there.close()]));
    const lease = await here.leases.take('upkeep');
    server.freeze();
    await until('the lease is lost', () => lease?.signal.aborted);
    server.thaw();
    t.ok(await until('another process has it', () => there.leases.take('upkeep')));
  });
});
