import { randomBytes } from 'node:crypto';
import t, { type Test } from 'tap';
import { sourceKey, unverifiedKey } from '../../server/assets/storage-keys.ts';
import type { Storage, UploadStore } from '../../server/storage/port.ts';
import { until } from '../../server/testing/until.ts';
import { offsetOf, rows, start, stored } from './testing/open-uploads.ts';
import { checksum, dataType, openPatch, send } from './testing/tus-requests.ts';

const file = randomBytes(80_000);

/** An upload of the file, with a request at it of which 30 000 bytes have arrived. */
async function half(t: Test, options: { readonly checksum: boolean }) {
  const site = await start(t);
  const made = await site.create(file.length);
  const headers = options.checksum ? { 'upload-checksum': checksum('sha256', file) } : {};
  const slow = openPatch(made.at, {
    ...site.auth,
    'upload-offset': '0',
    'content-length': String(file.length),
    ...headers,
  });
  await slow.write(file.subarray(0, 30_000));
  await until('it arrives', async () => (await stored(site.api, made.id)).length === 30_000);
  return { ...site, made, slow };
}

t.test('two tabs: who comes later goes on, who was there is told so', async (t) => {
  const { api, auth, made, slow } = await half(t, { checksum: false });
  t.equal(await offsetOf(made.at, auth), 30_000);
  const answer = await slow.answer;
  t.match([answer.status, answer.headers.get('upload-offset')], [204, '30000'], 'what came so far is kept');
  await slow.closed;
  const patch = { ...auth, ...dataType, 'upload-offset': '30000' };
  const last = await Promise.all([1, 2].map(() => send(made.at, 'PATCH', patch, file.subarray(30_000))));
  t.same(
    last.map(({ status }) => status).sort((a, b) => a - b),
    [204, 409],
  );
  t.ok((await stored(api, made.id)).equals(file));
  t.equal((await rows(api)).assets.length, 1);
});

t.test('two tabs with checksums: what was cut off is taken back, and is not called damaged', async (t) => {
  const { api, auth, made, slow } = await half(t, { checksum: true });
  t.equal(await offsetOf(made.at, auth), 0);
  t.match(await slow.answer, { status: 423, code: 'upload_locked' });
  const whole = await send(
    made.at,
    'PATCH',
    { ...auth, ...dataType, 'upload-offset': '0', 'upload-checksum': checksum('sha1', file) },
    file,
  );
  t.match(whole.headers.get('dramabox-asset'), /^asset_/);
  t.ok((await stored(api, made.id)).equals(file));
});

t.test('given up in the middle of a request', async (t) => {
  for (const withChecksum of [false, true]) {
    t.test(withChecksum ? 'with a checksum' : 'without', async (t) => {
      const { api, auth, made, slow } = await half(t, { checksum: withChecksum });
      t.equal((await send(made.at, 'DELETE', auth)).status, 204);
      t.match(
        await slow.answer,
        withChecksum ? { status: 423, code: 'upload_locked' } : { status: 410, code: 'upload_gone' },
      );
      for (const key of [sourceKey(made.id), unverifiedKey(made.id)])
        t.equal(await api.storage.stat(key), undefined, key);
      t.match(await api.db.selectFrom('uploads').select(['state', 'finished_at']).execute(), [
        { state: 'terminated', finished_at: Number },
      ]);
      t.match(await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, file), {
        status: 410,
        code: 'upload_gone',
      });
    });
  }
});

/** Puts something in front of parts of the disk's upload store. */
function inFront(change: (store: UploadStore) => Partial<UploadStore>) {
  return (disk: Storage): Storage => {
    const { uploadStore } = disk;
    return Object.assign(disk, {
      uploadStore: (options: { readonly expiresAfterMs: number }) => {
        const store = uploadStore.call(disk, options);
        return Object.assign(store, change(store));
      },
    });
  };
}

t.test('given up between the row and the file of its creation', async (t) => {
  for (const body of [undefined, Buffer.from('abc')]) {
    let giveUp = async (_id: string): Promise<void> => undefined;
    const { api, url, auth, create } = await start(t, {
      folder: t.testdir({ [body ? 'with' : 'without']: {} }),
      storage: inFront((store) => {
        const { create: make } = store;
        return {
          create: async (upload) => {
            await giveUp(upload.id);
            return make.call(store, upload);
          },
        };
      }),
    });
    // The creation holds the lock, so this ends when the creation has.
    let deleted: Promise<{ readonly status: number }> | undefined;
    giveUp = async (id) => {
      deleted = send(`${url}/api/v1/uploads/${id}`, 'DELETE', auth);
      await until(
        'the row says so',
        async () => (await api.db.selectFrom('uploads').select('state').executeTakeFirst())?.state === 'terminated',
      );
    };
    t.match(await create(10, body ? dataType : {}, body), { status: 410, code: 'upload_gone' });
    t.equal((await deleted)?.status, 204);
    const keys: string[] = [];
    for await (const { key } of api.storage.list('')) keys.push(key);
    t.same(keys, [], 'no file is left behind');
    await api.stop();
  }
});

t.test('what cannot be taken back at once hides nothing, and is taken back later', async (t) => {
  let isBroken = true;
  const { api, auth, create } = await start(t, {
    storage: inFront((store) => {
      const { truncate } = store;
      return {
        truncate: async (id, bytes) => {
          if (isBroken) throw new Error('the disk is away');
          await truncate.call(store, id, bytes);
        },
      };
    }),
  });
  const made = await create(file.length);
  const wrong = {
    ...auth,
    ...dataType,
    'upload-offset': '0',
    'upload-checksum': checksum('sha1', Buffer.from('else')),
  };
  t.match(
    await send(made.at, 'PATCH', wrong, file),
    { status: 460, code: 'upload_checksum_mismatch' },
    'the reason, not what followed from it',
  );
  t.equal((await stored(api, made.id)).length, file.length);
  isBroken = false;
  t.same(await api.upkeep('uploads.repair'), [], 'no asset is made of bytes that were refused');
  t.equal(await offsetOf(made.at, auth), 0);
});

t.test('a process that was killed in the middle of a checksummed request', async (t) => {
  const { api, auth, create } = await start(t);
  // What it leaves: the note, and bytes behind it (server/e2e/kill.serial.test.ts kills a real one).
  for (const arrived of [50_000, 80_000]) {
    const made = await create(file.length);
    await send(made.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '0' }, file.subarray(0, 20_000));
    await api.storage.put(unverifiedKey(made.id), '20000');
    await api.storage
      .uploadStore({ expiresAfterMs: 1e9 })
      .write((await import('node:stream')).Readable.from([Buffer.alloc(arrived - 20_000)]), made.id, 20_000);
    const assets = (await rows(api)).assets.length;
    if (arrived === file.length) await api.upkeep('uploads.repair');
    t.equal((await rows(api)).assets.length, assets, 'complete but not verified makes no asset');
    t.equal(await offsetOf(made.at, auth), 20_000);
    t.equal(await api.storage.stat(unverifiedKey(made.id)), undefined);
    const rest = await send(
      made.at,
      'PATCH',
      { ...auth, ...dataType, 'upload-offset': '20000' },
      file.subarray(20_000),
    );
    t.match(rest.headers.get('dramabox-asset'), /^asset_/);
    t.ok((await stored(api, made.id)).equals(file));
  }
});
