import t, { type Test } from 'tap';
import { registerHealth, type HealthCheck } from './health.ts';
import { createHttpApp } from './application.ts';
import { createLogger } from '../kit/logger.ts';
import { until } from '../testing/until.ts';

async function open(t: Test, checks: Record<string, HealthCheck>, keepMs = 1000) {
  const lines: string[] = [];
  const app = await createHttpApp({
    logger: createLogger({
      level: 'info',
      destination: {
        write: (line) => {
          lines.push(line);
        },
      },
    }),
    trustProxy: false,
  });
  t.teardown(() => app.close());
  registerHealth(app, { checks, timeoutMs: 50, keepMs });
  return { app, lines };
}

t.test('ready when every part answers', async (t) => {
  const { app } = await open(t, { database: async () => undefined, storage: async () => undefined });
  const response = await app.inject('/health/ready');
  t.equal(response.statusCode, 200);
  t.same(response.json(), { status: 'ready', checks: ['database', 'storage'] });
});

t.test('names what failed, says why only in the log, and still lives', async (t) => {
  let aborted = false;
  const { app, lines } = await open(t, {
    database: async () => {
      throw new Error('postgres://user:secret@host refused');
    },
    storage: async () => undefined,
    queue: (signal) =>
      new Promise(() => {
        signal.addEventListener('abort', () => {
          aborted = true;
        });
      }),
  });
  const response = await app.inject('/health/ready');
  t.equal(response.statusCode, 503);
  t.match(response.json(), { code: 'not_ready', failed: ['database', 'queue'] });
  t.notMatch(response.body, /secret|refused/);
  t.ok(aborted, 'a check that takes too long is told to stop');
  t.ok(lines.some((line) => line.includes('refused')));
  t.same((await app.inject('/health/live')).json(), { status: 'live' });
});

t.test('those who ask at the same time share one look, and a later one looks anew', async (t) => {
  let looks = 0;
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const { app } = await open(
    t,
    {
      storage: async () => {
        looks += 1;
        await mayAnswer;
      },
    },
    0,
  );
  const asked = Array.from({ length: 50 }, () => app.inject('/health/ready'));
  await until('the first look has begun', () => looks > 0);
  answer();
  t.ok((await Promise.all(asked)).every((response) => response.statusCode === 200));
  t.equal(looks, 1);
  await until('it is looked again', async () => (await app.inject('/health/ready')).statusCode === 200 && looks > 1);
});
