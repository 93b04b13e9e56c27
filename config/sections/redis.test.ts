import t from 'tap';
import { loadConfig } from '../load.ts';

t.test('what is on Redis needs its address, and an address needs somebody who uses it', async (t) => {
  const load = (environment: NodeJS.ProcessEnv) => loadConfig({ environment });
  const url = 'redis://:pw-not-to-be-seen@127.0.0.1:6379';
  t.throws(() => load({ DRAMABOX_EVENTS_KIND: 'redis' }), /redis\.url: must be set \(DRAMABOX_REDIS_URL/);
  t.throws(
    () => load({ DRAMABOX_REDIS_URL: url }),
    /redis\.url: is set, but nothing would use it\. Set sessions\.kind to redis, or events\.kind to redis, or limits\.kind/,
  );
  const wrong = { DRAMABOX_EVENTS_KIND: 'redis', DRAMABOX_REDIS_URL: 'http://pw-not-to-be-seen' };
  t.throws(() => load(wrong), /must be a URL that begins with redis:/);
  const error = (() => {
    try {
      return load(wrong);
    } catch (thrown) {
      return String(thrown);
    }
  })();
  t.notMatch(error, 'pw-not-to-be-seen');
  const right = { DRAMABOX_EVENTS_KIND: 'redis', DRAMABOX_REDIS_URL: url };
  t.equal(load(right).redis.url, url);
  t.throws(() => load({ ...right, DRAMABOX_REDIS_KEY_PREFIX: 'a:b' }), /redis\.keyPrefix: may have/);
});
