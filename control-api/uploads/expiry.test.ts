import { randomBytes } from 'node:crypto';
import t from 'tap';
import type { UploadStore } from '../../server/storage/port.ts';
import { until } from '../../server/testing/until.ts';
import { start, stored } from './testing/open-uploads.ts';
import { checksum, dataType, openPatch, send } from './testing/tus-requests.ts';

const hour = 3_600_000;

t.test('only bytes that stay put the expiry off', async (t) => {
  const { api, auth, create } = await start(t, {
    settings: { uploads: { expiresAfterHours: 2 }, accounts: { accessTokenSeconds: 86_400 } },
  });
  const file = randomBytes(100_000);
  const made = await create(file.length);
  const expiresAt = async () =>
    (await api.db.selectFrom('uploads').select('expires_at').where('id', '=', made.id).executeTakeFirstOrThrow())
      .expires_at;
  const begun = await expiresAt();
  api.clock.advance(0.5 * hour);
  const empty = await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' });
  t.equal(empty.status, 204);
  t.equal(
    Date.parse(empty.headers.get('upload-expires') ?? ''),
    Math.floor(begun / 1000) * 1000,
    'a request without bytes is told when it ends',
  );
  t.equal(await expiresAt(), begun, 'and changes nothing of it');
  const wrong = { 'upload-checksum': checksum('sha1', Buffer.from('else')) };
  t.equal((await send(made.at, 'PATCH', { ...auth, ...dataType, ...wrong, 'upload-offset': '0' }, file)).status, 460);
  t.equal(await expiresAt(), begun, 'nor do bytes that are taken back');

  const interrupted = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length) });
  await interrupted.write(file.subarray(0, 40_000));
  await until('it arrives', async () => (await stored(api, made.id)).length === 40_000);
  interrupted.cut();
  await until('a request that broke counts', async () => (await expiresAt()) === api.clock.now() + 2 * hour);

  api.clock.advance(0.5 * hour);
  const slow = openPatch(made.at, { ...auth, 'upload-offset': '40000', 'content-length': '60000' });
  await slow.write(file.subarray(40_000, 50_000));
  await until('it arrives', async () => (await stored(api, made.id)).length === 50_000);
  api.clock.advance(0.5 * hour);
  await slow.write(file.subarray(50_000, 60_000));
  await until('and a long one counts while it lasts', async () => (await expiresAt()) === api.clock.now() + 2 * hour);
  slow.cut();
});

t.test('an upload that received bytes since it was found expired is left alone', async (t) => {
  let whenRemoving = async (): Promise<void> => undefined;
  const { api, auth, create } = await start(t, {
    settings: { uploads: { expiresAfterHours: 2 } },
    storage: (disk) => {
      const { uploadStore } = disk;
      return Object.assign(disk, {
        uploadStore: (): UploadStore => {
          const store = uploadStore.call(disk);
          const { remove } = store;
          return Object.assign(store, {
            remove: async (id: string) => {
              await whenRemoving();
              await remove.call(store, id);
            },
          });
        },
      });
    },
  });
  const [abandoned, slow] = [await create(10), await create(100)];
  await api.db
    .updateTable('uploads')
    .set({ expires_at: api.clock.now() + 1000 })
    .execute();
  const patch = openPatch(slow.at, { ...auth, 'upload-offset': '0', 'content-length': '50' });
  await patch.write(randomBytes(20));
  await until('it arrives', async () => (await stored(api, slow.id)).length === 20);
  api.clock.advance(2000);
  // Both are found; while the first is removed, the request at the second one ends well.
  whenRemoving = async () => {
    await patch.write(randomBytes(30));
    t.match(await patch.answer, { status: 204 });
  };
  t.equal(await api.upkeep('uploads.collect'), 1);
  t.match(await api.db.selectFrom('uploads').select(['id', 'state']).orderBy('id').execute(), [
    { id: abandoned.id, state: 'expired' },
    { id: slow.id, state: 'receiving' },
  ]);
  const rest = await send(slow.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '50' }, randomBytes(50));
  t.match(rest.headers.get('dramabox-asset'), /^asset_/);
});
