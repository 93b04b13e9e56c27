import t from 'tap';
import { securityHeaders } from '../../server/http/security-headers.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { startOrigin } from '../testing/start-origin.ts';

const file = 'v1/00001.m4s';

t.test('every answer tells browsers what not to do with it, and every refusal is a problem', async (t) => {
  const origin = await startOrigin(t);
  await origin.put(file, 'a segment');
  await origin.put('master.m3u8', '#EXTM3U\n#EXT-X-ENDLIST\n');
  const { etag } = (await origin.get(file)).headers;
  const denied = origin.path(file, { versionId: 'version_2' });
  const answers = [
    ['a segment', 200, await origin.get(file)],
    ['a manifest', 200, await origin.get('master.m3u8')],
    ['a part', 206, await origin.get(file, { Range: 'bytes=0-3' })],
    ['no news', 304, await origin.get(file, { 'If-None-Match': String(etag) })],
    ['a preflight', 204, await origin.get(file, { Origin: 'https://a.example' }, { method: 'OPTIONS' })],
    ['a token for something else', 403, await rawRequest(origin.port, denied)],
    ['nothing there', 404, await origin.get('v1/00404.m4s')],
    ['no address', 404, await origin.get('../x')],
    ['another method', 405, await origin.get(file, {}, { method: 'DELETE' })],
    ['no such range', 416, await origin.get(file, { Range: 'bytes=99-' })],
  ] as const;
  for (const [what, status, answer] of answers) {
    t.equal(answer.status, status, what);
    t.match(
      answer.headers,
      {
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-security-policy':
          "default-src 'none';img-src 'self';media-src 'self';style-src 'unsafe-inline';frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': securityHeaders({ secure: true })['strict-transport-security'],
        'cross-origin-resource-policy': 'cross-origin',
      },
      what,
    );
    if (status < 400) continue;
    t.match(answer.headers['content-type'], /^application\/problem\+json/, what);
    const problem = JSON.parse(answer.body.toString()) as { status: number; requestId: string };
    t.equal(problem.status, status, what);
    t.equal(answer.headers['request-id'], problem.requestId, what);
  }
});
