import { randomBytes } from 'node:crypto';
import t from 'tap';
import { rows, start, stored } from './testing/open-uploads.ts';
import { dataType, send } from './testing/tus-requests.ts';

t.test('an upload goes through where only POST does', async (t) => {
  const { api, auth, create } = await start(t);
  const file = randomBytes(1000);
  const made = await create(file.length);
  const as = (method: string, headers: Record<string, string> = {}, body?: Buffer) =>
    send(made.at, 'POST', { ...auth, 'x-http-method-override': method, ...headers }, body);

  t.match(await as('PATCH', { ...dataType, 'upload-offset': '0' }, file.subarray(0, 400)), { status: 204 });
  const found = await as('HEAD');
  t.equal(found.status, 200);
  t.equal(found.headers.get('upload-offset'), '400');
  const finished = await as('PATCH', { ...dataType, 'upload-offset': '400' }, file.subarray(400));
  t.match(finished.headers.get('dramabox-asset'), /^asset_/);
  t.ok((await stored(api, made.id)).equals(file));

  const other = await create(10);
  const end = { ...auth, 'x-http-method-override': 'DELETE' };
  t.match(await send(other.at, 'POST', end), { status: 204 });
  t.match(await send(other.at, 'HEAD', auth), { status: 410 });
  const recorded = await api.db.selectFrom('audit_log').select('event').where('subject', '=', other.id).execute();
  t.match(recorded, [{ event: 'upload.created' }, { event: 'upload.given-up' }], 'recorded like the real one');
});

t.test('it is no way round any check', async (t) => {
  const { api, url, auth, create } = await start(t);
  const made = await create(10);
  const patch = { ...dataType, 'upload-offset': '0', 'x-http-method-override': 'PATCH' };
  const viewer = { authorization: (await api.as('viewer')).authorization };
  const stranger = { authorization: (await api.as('content_manager')).authorization };
  const bytes = Buffer.alloc(10);
  t.match(await send(made.at, 'POST', patch, bytes), { status: 401 });
  t.match(await send(made.at, 'POST', { ...viewer, ...patch }, bytes), { status: 403 });
  t.match(await send(made.at, 'POST', { ...stranger, ...patch }, bytes), { status: 404 }, 'of somebody else');
  t.match(await send(made.at, 'POST', { ...auth, ...patch, 'tus-resumable': '0.9' }, bytes), { status: 412 });
  t.match(await send(made.at, 'POST', { ...auth, ...patch, 'content-type': 'text/plain' }, bytes), { status: 415 });
  for (const method of ['GET', 'PUT', 'OPTIONS'])
    t.match(await send(made.at, 'POST', { ...auth, 'x-http-method-override': method }), { status: 405 }, method);
  t.match(
    await send(made.at, 'PATCH', { ...auth, ...patch, 'x-http-method-override': 'DELETE' }, bytes),
    { status: 405 },
    'one that says two things',
  );
  const begin = { ...auth, 'upload-length': '5', 'x-http-method-override': 'PATCH' };
  t.match(await send(`${url}/api/v1/uploads`, 'POST', begin), { status: 405 }, 'none begins so');
  t.match(await send(`${url}/api/v1/%75ploads`, 'POST', begin), { status: 405 }, 'however its path is written');
  t.equal((await rows(api)).assets.length, 0);
  t.match(await send(made.at, 'HEAD', auth), { status: 200 }, 'it is still there');
});
