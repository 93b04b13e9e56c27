import t from 'tap';
import { createLogger } from '../../server/kit/logger.ts';
import { newId } from '../../server/kit/ids.ts';
import type { SessionActivity } from '../../server/sessions/port.ts';
import { until } from '../../server/testing/until.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { TestSessions, startOrigin } from '../testing/start-origin.ts';
import { ActivityReporter } from './activity.ts';

const logger = createLogger({ level: 'silent' });

t.test(
  'bytes and the last time are reported per session, in one call, and the rest when the origin stops',
  async (t) => {
    const origin = await startOrigin(t, { reportSeconds: 0.05 });
    const second = newId('session');
    await origin.put('v1/00001.m4s', Buffer.alloc(1000));
    await origin.put('master.m3u8', '#EXTM3U\n');
    const theirs = origin.path('v1/00001.m4s', { token: origin.sign({ sessionId: second }) });
    const start = origin.clock.now();
    await Promise.all([
      origin.get('v1/00001.m4s'),
      origin.get('v1/00001.m4s', { Range: 'bytes=0-99' }),
      origin.get('master.m3u8'),
      rawRequest(origin.port, theirs),
    ]);
    origin.clock.advance(5);
    await origin.get('v1/00001.m4s', {}, { method: 'HEAD' });
    await origin.get('v1/00002.m4s');
    await rawRequest(
      origin.port,
      origin.path('v1/00001.m4s', { token: origin.sign({ sessionId: 'session_foreign', assetId: newId('asset') }) }),
    );
    const sums = (): Map<string, SessionActivity> => {
      const sum = new Map<string, SessionActivity>();
      for (const activity of origin.sessions.reports.flat())
        sum.set(activity.sessionId, { ...activity, bytes: activity.bytes + (sum.get(activity.sessionId)?.bytes ?? 0) });
      return sum;
    };
    await until('the last requests are reported', () => {
      const activity = sums().get(origin.claims.sessionId);
      return activity?.lastSeenAt === start + 5 && activity.bytes > 1000 + 100 + 8;
    });
    const problemBytes = (sums().get(origin.claims.sessionId)?.bytes ?? 0) - (1000 + 100 + 8);
    t.ok(problemBytes > 50 && problemBytes < 500, 'the body of the 404 counts, too');
    t.match(sums().get(second), { bytes: 1000, lastSeenAt: start });
    t.notOk(sums().has('session_foreign'), 'who is refused was not served');
    t.equal(await origin.metric('dramabox_origin_requests_total{kind="segment",status="4xx"}'), 2);

    await origin.get('v1/00001.m4s');
    const before = sums().get(origin.claims.sessionId)?.bytes ?? 0;
    await origin.origin.close();
    const after = sums().get(origin.claims.sessionId)?.bytes ?? 0;
    t.ok(after - before === 1000 || before - problemBytes === 2108, 'reported by close, unless the timer was faster');
    t.equal(origin.events.listeners.get('asset.deleted')?.size, 0);
  },
);

t.test('nothing to say is not said', async (t) => {
  const sessions = new TestSessions();
  const reporter = new ActivityReporter({ sessions, reportSeconds: 300, logger });
  await reporter.report();
  await reporter.close();
  t.same(sessions.reports, []);
});

t.test('what could not be reported is added to the next report', async (t) => {
  const sessions = new TestSessions();
  const reporter = new ActivityReporter({ sessions, reportSeconds: 300, logger });
  sessions.failing = new Error('no connection');
  reporter.record('session_1', 100, 1000);
  reporter.record('session_2', 1, 1000);
  const failing = reporter.report();
  reporter.record('session_1', 50, 2000);
  await failing;
  t.equal(reporter.active, 2);
  sessions.failing = undefined;
  await reporter.close();
  t.same(
    sessions.reports.map((report) => [...report].sort((a, b) => a.sessionId.localeCompare(b.sessionId))),
    [
      [
        { sessionId: 'session_1', lastSeenAt: 2000, bytes: 150 },
        { sessionId: 'session_2', lastSeenAt: 1000, bytes: 1 },
      ],
    ],
  );
});

t.test('a slow store is not asked twice at the same time, and close waits for it', async (t) => {
  let release = (): void => {};
  let calls = 0;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const reporter = new ActivityReporter({
    sessions: {
      touch: async () => {
        calls += 1;
        await gate;
      },
    },
    reportSeconds: 300,
    logger,
  });
  reporter.record('session_1', 1, 1);
  const first = reporter.report();
  reporter.record('session_1', 1, 2);
  const second = reporter.report();
  t.equal(calls, 1);
  let closed = false;
  const closing = reporter.close().then(() => {
    closed = true;
  });
  await new Promise(setImmediate);
  t.equal(closed, false);
  release();
  await Promise.all([first, second, closing]);
  t.equal(calls, 2);
});
