import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { startControlApi } from '../testing/harness.ts';

t.test('what operators look at first', async (t) => {
  const api = await startControlApi(t, {
    storage: (disk) => Object.assign(disk, { freeBytes: async () => undefined }),
  });
  const { authorization } = await api.as('content_manager');
  await api.queue.enqueue('version.prepare', { versionId: 'x' });
  api.clock.advance(5000);
  const { body } = await api.app.inject({ url: '/api/v1/operations/status', headers: { authorization } });
  t.match(JSON.parse(body), {
    uptimeSeconds: 5,
    queue: [{ job: 'version.prepare', waiting: 1, active: 0, failed: 0 }, {}, {}, {}, {}],
    storage: { freeBytes: null, minFreeBytes: 0 },
    tools: [],
  });
});

t.test('events that a consumer could not handle are shown, and tried again on request', async (t) => {
  const api = await startControlApi(t);
  const [admin, manager] = [await api.as('super_admin'), await api.as('content_manager')];
  let isBroken = true;
  const stop = await api.outbox.consume({
    name: 'test.hear',
    events: ['version.ended'],
    maxAttempts: 1,
    async deliver() {
      if (isBroken) throw new Error('out of order');
    },
  });
  t.teardown(() => stop({ force: true }));
  const { assetId, versionId } = await api.rows.title({ version: 'encoding' });
  await api.lifecycle.cancel(assetId);
  const status = async () =>
    (
      await api.app.inject({ url: '/api/v1/operations/status', headers: { authorization: manager.authorization } })
    ).json<{ outbox: { consumer: string }[]; setAside: { eventId: string }[] }>();
  await until('it is shown', async () => (await status()).setAside.length === 1);
  const { outbox, setAside } = await status();
  t.same(outbox, [{ consumer: 'test.hear', waiting: 0, setAside: 1 }]);
  t.match(setAside, [
    {
      eventId: /^\d+$/,
      consumer: 'test.hear',
      event: 'version.ended',
      subject: versionId,
      attempts: 1,
      error: 'out of order',
      recordedAt: new Date(api.clock.now()).toISOString(),
    },
  ]);
  t.match(await api.metrics.metrics(), /dramabox_outbox_events\{consumer="test.hear",state="set_aside"\} 1/);

  const tryAgain = (authorization: string, consumer = 'test.hear') =>
    api.app.inject({
      method: 'POST',
      url: `/api/v1/operations/set-aside/${consumer}/${setAside[0]?.eventId}/try-again`,
      headers: { authorization },
    });
  t.equal((await tryAgain(manager.authorization)).statusCode, 403);
  t.equal((await tryAgain(admin.authorization, 'test.other')).statusCode, 404);
  isBroken = false;
  t.equal((await tryAgain(admin.authorization)).statusCode, 204);
  await until('it is handled', async () => (await api.outbox.counts())['test.hear']?.waiting === 0);
  t.same((await status()).setAside, []);
  t.equal((await tryAgain(admin.authorization)).statusCode, 404, 'once');
  t.match(await api.db.selectFrom('audit_log').selectAll().where('event', '=', 'outbox.tried-again').execute(), [
    { actor: admin.id, subject: setAside[0]?.eventId },
  ]);
  t.equal(await api.upkeep('operations.forget-events'), 1);
});
