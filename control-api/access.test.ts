import t from 'tap';
import { newId, type IdPrefix } from '../server/kit/ids.ts';
import { until } from '../server/testing/until.ts';
import { startControlApi } from './testing/harness.ts';

/**
 * Who may call what, written down a second time: a route that is missing here fails the test, so nobody adds one
 * without deciding. P everybody, S who is signed in, M content managers and super admins, A super admins.
 */
const rules: Readonly<Record<string, 'P' | 'S' | 'M' | 'A'>> = {
  'POST /api/v1/accounts/sign-in': 'P',
  'POST /api/v1/accounts/refresh': 'P',
  'POST /api/v1/accounts/sign-out': 'P',
  'GET /api/v1/accounts/me': 'S',
  'POST /api/v1/accounts/me/password': 'S',
  'POST /api/v1/accounts': 'A',
  'GET /api/v1/accounts': 'A',
  'PATCH /api/v1/accounts/:id': 'A',
  'POST /api/v1/accounts/me/confirm': 'S',
  'GET /api/v1/audit': 'A',
  'GET /api/v1/uploads': 'M',
  'POST /api/v1/uploads': 'M',
  'HEAD /api/v1/uploads/:id': 'M',
  'PATCH /api/v1/uploads/:id': 'M',
  'DELETE /api/v1/uploads/:id': 'M',
  'OPTIONS /api/v1/uploads': 'P',
  'OPTIONS /api/v1/uploads/:id': 'P',
  'GET /api/v1/assets': 'M',
  'GET /api/v1/assets/events': 'M',
  'GET /api/v1/assets/:id': 'M',
  'PATCH /api/v1/assets/:id': 'M',
  'DELETE /api/v1/assets/:id': 'M',
  'POST /api/v1/assets/:id/retry': 'M',
  'POST /api/v1/assets/:id/reencode': 'M',
  'POST /api/v1/assets/:id/cancel': 'M',
  'POST /api/v1/playback/sessions': 'S',
  'GET /api/v1/playback/sessions': 'S',
  'DELETE /api/v1/playback/sessions/:id': 'S',
  'GET /api/v1/operations/status': 'M',
  'GET /api/v1/openapi.json': 'P',
  'GET /': 'P',
  'GET /dashboard': 'P',
  'GET /dashboard/*': 'P',
};
const callers = ['nobody', 'viewer', 'content_manager', 'super_admin'] as const;
const allowed = {
  P: callers,
  S: ['viewer', 'content_manager', 'super_admin'],
  M: ['content_manager', 'super_admin'],
  A: ['super_admin'],
} as const;
const idKinds: Readonly<Record<string, IdPrefix>> = {
  accounts: 'account',
  uploads: 'upload',
  assets: 'asset',
  playback: 'session',
};

t.test('every route for every role', async (t) => {
  const api = await startControlApi(t);
  t.same(
    api.routes.map(({ method, url }) => `${method} ${url}`).sort(),
    Object.keys(rules).sort(),
    'every route has a rule, every rule a route',
  );
  const headers: Record<string, Record<string, string>> = { nobody: {} };
  for (const role of callers.slice(1))
    headers[role] = { authorization: (await api.as(role as 'viewer')).authorization };

  for (const { method, url } of api.routes) {
    const rule = rules[`${method} ${url}`];
    const kind = idKinds[url.split('/')[3] ?? ''];
    const path = kind === undefined ? url : url.replace(':id', newId(kind));
    for (const caller of callers) {
      const listening = api.events.listening;
      const request = api.app.inject({
        method: method as 'GET',
        url: path,
        headers: { ...headers[caller], 'tus-resumable': '1.0.0' },
        ...(method === 'POST' || method === 'PATCH' ? { body: {} } : {}),
      });
      const mayCall = rule !== undefined && (allowed[rule] as readonly string[]).includes(caller);
      if (mayCall && url.endsWith('/events')) {
        await until('the stream listens', () => api.events.listening > listening);
        await api.controlApi.background.close({ force: false });
      }
      const { statusCode, body } = await request;
      if (mayCall)
        t.notOk(
          statusCode === 401 || statusCode === 403,
          `${caller} may ${method} ${url}: ${statusCode} ${body.slice(0, 100)}`,
        );
      else t.equal(statusCode, caller === 'nobody' ? 401 : 403, `${caller} may not ${method} ${url}`);
      if (statusCode >= 400 && method !== 'HEAD' && statusCode !== 503)
        t.match(JSON.parse(body), { code: String, status: statusCode, requestId: /^request_/ });
      t.ok(
        statusCode < 500 || (statusCode === 503 && url.startsWith('/dashboard')),
        `${method} ${url} does not break: ${statusCode} ${body.slice(0, 200)}`,
      );
    }
  }
});

t.test('nothing of the API is kept by caches', async (t) => {
  const api = await startControlApi(t);
  t.equal((await api.app.inject('/api/v1/openapi.json')).headers['cache-control'], 'no-store');
  t.equal((await api.app.inject('/api/v1/accounts/me')).headers['cache-control'], 'no-store');
});
