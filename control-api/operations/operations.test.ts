import t from 'tap';
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
