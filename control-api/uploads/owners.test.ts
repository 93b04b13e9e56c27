import { randomBytes } from 'node:crypto';
import t from 'tap';
import { until } from '../../server/testing/until.ts';
import { offsetOf, rows, spooled, start, stored } from './testing/open-uploads.ts';
import { checksum, dataType, openPatch, send } from './testing/tus-requests.ts';

const file = randomBytes(100_000);

t.test('an account that is disabled or demoted in the middle of a request uploads no further', async (t) => {
  for (const change of [{ status: 'disabled' }, { role: 'viewer' }] as const) {
    for (const withChecksum of [false, true]) {
      const { api, auth, create, owner } = await start(t, {
        folder: t.testdir({ [`${JSON.stringify(change).length}-${withChecksum}`]: {} }),
      });
      const made = await create(file.length);
      const patch = openPatch(made.at, {
        ...auth,
        'upload-offset': '0',
        'content-length': String(file.length),
        ...(withChecksum ? { 'upload-checksum': checksum('sha1', file) } : {}),
      });
      await patch.write(file.subarray(0, 40_000));
      await until('it arrives', async () =>
        withChecksum ? spooled(api) === 40_000 : (await stored(api, made.id)).length === 40_000,
      );
      await api.db.updateTable('accounts').set(change).where('id', '=', owner.id).execute();
      api.clock.advance(61_000);
      await patch.write(file.subarray(40_000, 50_000));
      t.match(
        await patch.answer,
        { status: 403, code: 'forbidden' },
        `${JSON.stringify(change)}: broken off, though more bytes were to come`,
      );
      t.equal((await stored(api, made.id)).length, withChecksum ? 0 : 40_000);
      t.equal((await rows(api)).assets.length, 0);
      await api.db
        .updateTable('accounts')
        .set({ status: 'active', role: 'content_manager' })
        .where('id', '=', owner.id)
        .execute();
      t.equal(await offsetOf(made.at, auth), withChecksum ? 0 : 40_000, 'and nothing is lost when it may again');
      await api.stop();
    }
  }
});

t.test('nor is an asset made of its last byte', async (t) => {
  const { api, auth, create, owner } = await start(t);
  const setStatus = (status: 'active' | 'disabled') =>
    api.db.updateTable('accounts').set({ status }).where('id', '=', owner.id).execute();
  const completeWhileDisabled = async () => {
    await setStatus('active');
    const made = await create(file.length);
    const patch = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length) });
    await patch.write(file.subarray(0, 40_000));
    await until('it arrives', async () => (await stored(api, made.id)).length === 40_000);
    await setStatus('disabled');
    await patch.write(file.subarray(40_000));
    t.match(await patch.answer, { status: 403, code: 'forbidden' });
    return made;
  };
  const made = await completeWhileDisabled();
  t.same(await api.upkeep('uploads.repair'), [], 'the repair does not make one either');
  t.same(await rows(api), { assets: [], versions: [] });
  await setStatus('active');
  t.equal((await api.upkeep<string[]>('uploads.repair')).length, 1, 'it is made when the account may upload again');
  t.match((await rows(api)).assets, [{ upload_id: made.id }]);

  const other = await completeWhileDisabled();
  api.clock.advance(1000 * 3_600_000);
  t.equal(await api.upkeep('uploads.collect'), 1, 'or it expires, complete as it is');
  t.match(await api.db.selectFrom('uploads').select('state').where('id', '=', other.id).executeTakeFirst(), {
    state: 'expired',
  });
  t.equal((await rows(api)).assets.length, 1);
});

t.test('no room is kept for the uploads of an account that may not upload', async (t) => {
  const { api, url, auth, create, owner } = await start(t, {
    storage: (disk) => Object.assign(disk, { freeBytes: async () => 1000 }),
  });
  const made = await create(900);
  await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, Buffer.alloc(450));
  const other = { authorization: (await api.as('content_manager')).authorization };
  const begin = () => send(`${url}/api/v1/uploads`, 'POST', { ...other, 'upload-length': '900' });
  t.equal((await begin()).status, 507);
  await api.db.updateTable('accounts').set({ status: 'disabled' }).where('id', '=', owner.id).execute();
  t.equal((await begin()).status, 201);
});

t.test('a super admin sees and ends the uploads of everybody', async (t) => {
  const { api, url, auth, create, owner } = await start(t);
  const admin = { authorization: (await api.as('super_admin')).authorization };
  const [one, two] = [await create(10), await create(20)];
  await send(one.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, Buffer.from('12345'));
  const list = async (headers: Record<string, string>, query: string) => {
    const answer = await send(`${url}/api/v1/uploads${query}`, 'GET', headers);
    return { ...answer, page: JSON.parse(answer.body) as { items: { id: string }[]; nextCursor: string | null } };
  };
  t.same((await list(admin, '')).page.items, [], 'unasked, only its own');
  const { page } = await list(admin, '?everybody=true&limit=1');
  t.match(page, { items: [{ id: two.id, ownerId: owner.id, receivedBytes: 0 }], nextCursor: two.id });
  t.match((await list(admin, `?everybody=true&cursor=${page.nextCursor}`)).page.items, [
    { id: one.id, receivedBytes: 5 },
  ]);
  t.match(await list(auth, '?everybody=true'), { status: 403, code: 'forbidden' });
  t.match(await list(admin, '?everybody=perhaps'), { status: 400, code: 'invalid_request' });

  t.equal((await send(one.at, 'HEAD', admin)).status, 404, "to write to it is still its owner's alone");
  t.equal((await send(one.at, 'PATCH', { ...admin, ...dataType, 'upload-offset': '5' }, Buffer.from('6'))).status, 404);
  t.equal((await send(one.at, 'DELETE', admin)).status, 204);
  t.equal((await send(one.at, 'HEAD', auth)).status, 410);
  t.same(
    (await list(admin, '?everybody=true')).page.items.map(({ id }) => id),
    [two.id],
  );
});
