import { PassThrough } from 'node:stream';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import t from 'tap';
import { eventsContract } from '../testing/events-contract.ts';
import { startRedis } from '../testing/redis.ts';
import { until } from '../testing/until.ts';
import { RedisEvents } from './redis.ts';

t.test('events over Redis', async (t) => {
  const server = await startRedis(t);
  if (!server) return;
  const connections: Redis[] = [];
  t.teardown(() => {
    for (const each of connections) each.disconnect();
  });
  const connect = (): Redis => {
    const connection = new Redis(server.url, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    connection.on('error', () => undefined);
    connections.push(connection);
    return connection;
  };
  let installations = 0;
  const open = (prefix: string, logger = pino({ level: 'silent' })) =>
    RedisEvents.open({ commands: connect(), subscriber: connect(), prefix, logger });

  eventsContract(t, async () => {
    const prefix = `test${++installations}:`;
    return { here: await open(prefix), there: await open(prefix) };
  });

  t.test('another installation on the same server hears nothing, and rubbish harms nobody', async (t) => {
    const [ours, theirs] = [await open('ours:'), await open('theirs:')];
    t.teardown(() => Promise.all([ours.close(), theirs.close()]));
    const heard: string[] = [];
    ours.subscribe('asset.changed', ({ assetId }) => heard.push(assetId));
    await theirs.publish('asset.changed', { assetId: 'theirs' });
    const writer = connect();
    for (const rubbish of ['', 'x', '{}', '[]', '[1,2,3]', '["a","asset.changed",null]', '["a","no.such",{}]'])
      await writer.publish('ours:events', rubbish);
    await writer.publish('ours:events', JSON.stringify(['another', 'asset.changed', { assetId: 'ours' }]));
    await until('ours came', () => heard.length > 0);
    t.strictSame(heard, ['ours']);
  });

  t.test('while Redis is away a process hears itself, nobody fails, and then all hear again', async (t) => {
    const lines = new PassThrough();
    const here = await open('away:', pino(lines));
    const there = await open('away:');
    t.teardown(() => Promise.all([here.close(), there.close()]));
    const heard: string[] = [];
    here.subscribe('asset.changed', ({ assetId }) => heard.push(`here ${assetId}`));
    there.subscribe('asset.changed', ({ assetId }) => heard.push(`there ${assetId}`));
    await server.stop();
    await here.publish('asset.changed', { assetId: 'away' });
    await here.publish('asset.changed', { assetId: 'away, too' });
    t.strictSame(heard, ['here away', 'here away, too']);
    await server.start();
    await until('the other one hears again', async () => {
      await here.publish('asset.changed', { assetId: 'back' });
      return heard.includes('there back');
    });
    t.equal(String(lines.read()).match(/cannot be told/g)?.length, 1, 'said once');
  });
});
