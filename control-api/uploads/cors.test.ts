import t from 'tap';
import { start } from './testing/open-uploads.ts';
import { dataType, send } from './testing/tus-requests.ts';

t.test('pages of other web origins read every answer', async (t) => {
  const { url, auth, create } = await start(t);
  const finished = await create(3, dataType, Buffer.from('abc'));
  const open = await create(10);
  const gone = await create(10);
  await send(gone.at, 'DELETE', auth);
  const list = `${url}/api/v1/uploads`;
  const patch = { ...auth, ...dataType };
  const asked = [
    [list, 'OPTIONS', {}, 204],
    [open.at, 'OPTIONS', {}, 204],
    [list, 'GET', auth, 200],
    [list, 'GET', {}, 401],
    [`${list}?limit=0`, 'GET', auth, 400],
    [list, 'POST', { ...auth, 'upload-length': '1' }, 201],
    [list, 'POST', { ...auth, 'upload-length': '-1' }, 400],
    [list, 'POST', {}, 401],
    [list, 'POST', { ...auth, 'tus-resumable': '0.2.2' }, 412],
    [list, 'POST', { ...auth, 'upload-length': '1', 'upload-metadata': 'filename eC5odG1s' }, 415],
    [open.at, 'HEAD', auth, 200],
    [finished.at, 'HEAD', auth, 200],
    [gone.at, 'HEAD', auth, 410],
    [`${list}/upload_x`, 'HEAD', auth, 404],
    [finished.at, 'PATCH', { ...patch, 'upload-offset': '3' }, 204],
    [finished.at, 'PATCH', { ...patch, 'upload-offset': '1' }, 409],
    [open.at, 'PATCH', { ...patch, 'upload-offset': '5' }, 409],
    [open.at, 'PATCH', { ...auth, 'content-type': 'text/plain' }, 415],
    [finished.at, 'DELETE', auth, 409],
    [open.at, 'DELETE', auth, 204],
  ] as const;
  for (const [address, method, headers, status] of asked) {
    const answer = await send(address, method, { origin: 'https://studio.example', ...headers });
    const what = `${method} ${status}`;
    t.equal(answer.status, status, what);
    t.equal(answer.headers.get('access-control-allow-origin'), '*', what);
    t.equal(answer.headers.get('access-control-allow-credentials'), null, 'other sites never with credentials');
    const exposed = (answer.headers.get('access-control-expose-headers') ?? '').toLowerCase().split(', ');
    t.ok(exposed.includes('retry-after'), `${what}: headers that an answer has now and then`);
    const needed = [...answer.headers.keys()].filter((name) =>
      /^(tus-|upload-|dramabox-|location$|request-id$)/.test(name),
    );
    t.same(
      needed.filter((name) => !exposed.includes(name)),
      [],
      `${what}: and those that it has`,
    );
  }
  const preflight = await send(open.at, 'OPTIONS', {
    origin: 'https://studio.example',
    'access-control-request-method': 'PATCH',
    'access-control-request-headers': 'authorization,tus-resumable,upload-checksum,upload-offset',
  });
  t.match(preflight.headers.get('access-control-allow-methods'), /PATCH/);
  for (const name of [
    'Authorization',
    'Content-Type',
    'Tus-Resumable',
    'Upload-Checksum',
    'Upload-Length',
    'Upload-Metadata',
    'Upload-Offset',
  ]) {
    t.ok(preflight.headers.get('access-control-allow-headers')?.split(', ').includes(name), name);
  }
});
