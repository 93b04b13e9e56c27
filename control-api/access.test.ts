import t from 'tap';
import { newId } from '../server/kit/ids.ts';
import { until } from '../server/testing/until.ts';
import { startControlApi, type Harness } from './testing/harness.ts';

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
  'GET /api/v1/upload-quota': 'M',
  'GET /api/v1/upload-usage': 'A',
  'GET /api/v1/assets': 'M',
  'GET /api/v1/assets/events': 'M',
  'POST /api/v1/assets/bulk/delete': 'M',
  'POST /api/v1/assets/bulk/reencode': 'M',
  'POST /api/v1/assets/bulk/cancel': 'M',
  'GET /api/v1/assets/:id': 'M',
  'GET /api/v1/assets/:id/stills/:versionId/:chunk': 'M',
  'PATCH /api/v1/assets/:id': 'M',
  'DELETE /api/v1/assets/:id': 'M',
  'POST /api/v1/assets/:id/retry': 'M',
  'POST /api/v1/assets/:id/reencode': 'M',
  'POST /api/v1/assets/:id/cancel': 'M',
  'POST /api/v1/playback/sessions': 'S',
  'GET /api/v1/playback/sessions': 'S',
  'DELETE /api/v1/playback/sessions/:id': 'S',
  'GET /api/v1/operations/status': 'M',
  'POST /api/v1/operations/set-aside/:consumer/:eventId/try-again': 'A',
  'GET /api/v1/mails': 'A',
  'GET /api/v1/openapi.json': 'P',
  'GET /': 'P',
  'GET /dashboard': 'P',
  'GET /dashboard/*': 'P',
};
/** A GET route answers HEAD as well, by the same rule. */
const asWritten = ({ method, url }: { readonly method: string; readonly url: string }) =>
  method === 'HEAD' && rules[`HEAD ${url}`] === undefined ? `GET ${url}` : `${method} ${url}`;
const callers = ['nobody', 'viewer', 'content_manager', 'super_admin'] as const;
const allowed = {
  P: callers,
  S: ['viewer', 'content_manager', 'super_admin'],
  M: ['content_manager', 'super_admin'],
  A: ['super_admin'],
} as const;
/** Of those who may call it at all, who reaches a thing of somebody else. For all others it is not there (404). */
const reachOthers: Readonly<Record<string, readonly (typeof callers)[number][]>> = {
  'PATCH /api/v1/accounts/:id': ['super_admin'],
  'HEAD /api/v1/uploads/:id': [],
  'PATCH /api/v1/uploads/:id': [],
  'DELETE /api/v1/uploads/:id': ['super_admin'],
  'OPTIONS /api/v1/uploads/:id': callers,
  'GET /api/v1/assets/:id': ['content_manager', 'super_admin'],
  'GET /api/v1/assets/:id/stills/:versionId/:chunk': ['content_manager', 'super_admin'],
  'PATCH /api/v1/assets/:id': ['super_admin'],
  'DELETE /api/v1/assets/:id': ['super_admin'],
  'POST /api/v1/assets/:id/retry': ['super_admin'],
  'POST /api/v1/assets/:id/reencode': ['super_admin'],
  'POST /api/v1/assets/:id/cancel': ['super_admin'],
  'DELETE /api/v1/playback/sessions/:id': ['super_admin'],
};

/** Makes a thing that belongs to somebody who never calls, and returns its id. */
function thingsOfOthers(api: Harness): Readonly<Record<string, () => Promise<string>>> {
  const bytes = 'some bytes';
  const begin = async (): Promise<string> => {
    const { authorization } = await api.as('content_manager');
    const { headers } = await api.app.inject({
      method: 'POST',
      url: '/api/v1/uploads',
      headers: { authorization, 'tus-resumable': '1.0.0', 'upload-length': String(bytes.length) },
    });
    return String(headers.location).split('/').at(-1) as string;
  };
  const stream = async (): Promise<string> => {
    const id = newId('session');
    const { assetId, versionId, ownerId: accountId } = await api.rows.title({ asset: 'ready', version: 'complete' });
    const startedAt = api.clock.now();
    await api.sessions.start(
      { id, accountId, assetId, versionId, startedAt, expiresAt: startedAt + 60_000 },
      { perAccount: 0, policy: 'refuse', idleAfterMs: 60_000 },
    );
    return id;
  };
  return {
    accounts: async () => (await api.addAccount('viewer')).id,
    uploads: begin,
    assets: async () => (await api.rows.title({ asset: 'ready', version: 'complete' })).assetId,
    playback: stream,
  };
}

/** What passes the checks of headers and body, where a thing would not be looked for before. */
const requests: Readonly<
  Record<string, { readonly headers?: Record<string, string>; readonly body: object | string }>
> = {
  'PATCH /api/v1/accounts/:id': { body: { role: 'viewer' } },
  'PATCH /api/v1/assets/:id': { body: { title: 'Another' } },
  'PATCH /api/v1/uploads/:id': {
    headers: { 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
    body: 'some bytes',
  },
};

t.test('every route for every role', async (t) => {
  const api = await startControlApi(t);
  t.same(
    [...new Set(api.routes.map(asWritten))].sort(),
    Object.keys(rules).sort(),
    'every route has a rule, every rule a route',
  );
  const headers: Record<string, Record<string, string>> = { nobody: {} };
  for (const role of callers.slice(1))
    headers[role] = { authorization: (await api.as(role as 'viewer')).authorization };

  const others = thingsOfOthers(api);
  t.same(
    [...new Set(api.routes.flatMap((route) => (route.url.includes(':id') ? [asWritten(route)] : [])))].sort(),
    Object.keys(reachOthers).sort(),
    'every route to one thing says who reaches that of somebody else',
  );
  for (const route of api.routes) {
    const { method, url } = route;
    const rule = rules[asWritten(route)];
    const make = url.includes(':id') ? others[url.split('/')[3] ?? ''] : undefined;
    for (const caller of callers) {
      const path = make === undefined ? url : url.replace(':id', await make());
      const given = requests[asWritten(route)];
      const listening = api.events.listening;
      const request = api.app.inject({
        method: method as 'GET',
        url: path,
        headers: { ...headers[caller], 'tus-resumable': '1.0.0', ...given?.headers },
        ...(method === 'POST' || method === 'PATCH' ? { body: given?.body ?? {} } : {}),
      });
      const mayCall = rule !== undefined && (allowed[rule] as readonly string[]).includes(caller);
      if (mayCall && url.endsWith('/events')) {
        await until('the stream listens', () => api.events.listening > listening);
        await api.controlApi.background.stop({ force: false });
      }
      const { statusCode, body } = await request;
      if (mayCall && make !== undefined)
        t.equal(
          statusCode !== 404,
          reachOthers[asWritten(route)]?.includes(caller) === true,
          `${caller} ${method} ${url} of somebody else: ${statusCode} ${body.slice(0, 100)}`,
        );
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
  t.equal(
    (await api.app.inject('/%61pi/v1/openapi.json')).headers['cache-control'],
    'no-store',
    'however it is written',
  );
  t.equal((await api.app.inject('/api/v1/accounts/me')).headers['cache-control'], 'no-store');
});
