import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import t, { type Test } from 'tap';
import { sourceKey } from '../../server/assets/storage-keys.ts';
import type { Storage, UploadStore } from '../../server/storage/port.ts';
import { until } from '../../server/testing/until.ts';
import { offsetOf, rows, spooled, start, stored } from './testing/open-uploads.ts';
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
  await until('it arrives', async () =>
    options.checksum ? spooled(site.api) === 30_000 : (await stored(site.api, made.id)).length === 30_000,
  );
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

t.test('a stranger interrupts nobody', async (t) => {
  const { api, auth, made, slow } = await half(t, { checksum: false });
  const stranger = { authorization: (await api.as('content_manager')).authorization };
  t.equal((await send(made.at, 'HEAD', stranger)).status, 404);
  t.equal((await send(made.at, 'PATCH', { ...stranger, ...dataType, 'upload-offset': '0' }, file)).status, 404);
  // Longer than a request that was asked to let go may still take.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await slow.write(file.subarray(30_000));
  t.match((await slow.answer).headers.get('dramabox-asset'), /^asset_/);
  t.equal((await send(made.at, 'HEAD', auth)).headers.get('upload-offset'), String(file.length));
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
      t.equal(await api.storage.stat(sourceKey(made.id)), undefined);
      t.equal(spooled(api), 0);
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
      uploadStore: () => {
        const store = uploadStore.call(disk);
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
        const { begin } = store;
        return {
          begin: async (id, expectedBytes) => {
            await giveUp(id);
            await begin.call(store, id, expectedBytes);
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

t.test('bytes that do not match never reach the storage, and leave nothing in scratch', async (t) => {
  const appended: string[] = [];
  const { api, auth, create } = await start(t, {
    storage: inFront((store) => {
      const { append } = store;
      return {
        append: (id, offset, bytes) => {
          appended.push(id);
          return append.call(store, id, offset, bytes);
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
  t.match(await send(made.at, 'PATCH', wrong, file), { status: 460, code: 'upload_checksum_mismatch' });
  t.same(appended, []);
  t.equal(spooled(api), 0);
  t.same(await api.upkeep('uploads.repair'), [], 'no asset is made of bytes that were refused');
  t.equal(await offsetOf(made.at, auth), 0);
});

t.test('verified bytes whose way into the storage breaks off are continued behind what is there', async (t) => {
  let takes = Infinity;
  const { api, auth, create } = await start(t, {
    storage: inFront((store) => {
      const { append } = store;
      return {
        // Takes a part and fails, as a full disk does, or the end of the process.
        append: async (id, offset, bytes) => {
          const parts: Buffer[] = [];
          for await (const part of bytes) parts.push(part as Buffer);
          const all = Buffer.concat(parts);
          const end = await append.call(store, id, offset, Readable.from([all.subarray(0, takes)]));
          if (takes < all.length) throw new Error('the disk is away');
          return end;
        },
      };
    }),
  });
  const made = await create(file.length);
  const patch = (offset: number) =>
    send(
      made.at,
      'PATCH',
      {
        ...auth,
        ...dataType,
        'upload-offset': String(offset),
        'upload-checksum': checksum('sha256', file.subarray(offset)),
      },
      file.subarray(offset),
    );
  for (const [offset, part] of [
    [0, 30_000],
    [30_000, 0],
    [30_000, 20_000],
  ] as const) {
    takes = part;
    t.equal((await patch(offset)).status, 500);
    t.equal(await offsetOf(made.at, auth), offset + part, 'a verified beginning stays');
    t.same(await api.upkeep('uploads.repair'), []);
  }
  takes = Infinity;
  t.match(
    await patch(0),
    { status: 409, code: 'upload_offset_conflict' },
    'sent again from the beginning, it is refused',
  );
  t.match((await patch(50_000)).headers.get('dramabox-asset'), /^asset_/);
  t.ok((await stored(api, made.id)).equals(file), 'nothing is mixed');
  t.equal(spooled(api), 0);
});

t.test('a checksummed piece is refused when the scratch folder has no room for it', async (t) => {
  const { api, auth, create } = await start(t, { settings: { storage: { minFreeBytes: 100 } } });
  let free = 0;
  Object.assign(api.scratch, { freeBytes: async () => free });
  const made = await create(file.length);
  const sum = { 'upload-checksum': checksum('sha1', file) };
  const headers = { ...auth, 'upload-offset': '0', 'content-length': String(file.length), ...sum };
  free = file.length + 99;
  t.match(await send(made.at, 'PATCH', { ...headers, ...dataType }, file), {
    status: 507,
    code: 'insufficient_storage',
  });
  free = file.length + 100;
  const slow = openPatch(made.at, headers);
  await slow.write(file.subarray(0, 30_000));
  await until('it arrives', () => spooled(api) === 30_000);
  const other = await create(50_000);
  const piece = {
    ...auth,
    ...dataType,
    'upload-offset': '0',
    'upload-checksum': checksum('md5', file.subarray(0, 30_001)),
  };
  free = 30_000 + 100 + 30_000;
  t.equal(
    (await send(other.at, 'PATCH', piece, file.subarray(0, 30_001))).status,
    507,
    'as much again as came of another is kept for it',
  );
  free += 1;
  t.equal((await send(other.at, 'PATCH', piece, file.subarray(0, 30_001))).status, 204);
  free = 0;
  t.equal(
    (await send(other.at, 'PATCH', { ...auth, ...dataType, 'upload-offset': '30001' }, file.subarray(30_001, 40_000)))
      .status,
    204,
    'without a checksum nothing is spooled',
  );
  await slow.write(file.subarray(30_000));
  t.match((await slow.answer).headers.get('dramabox-asset'), /^asset_/);
});

t.test('a disk that filled while a piece was spooled takes nothing of it', async (t) => {
  let free = 1_000_000;
  const { api, auth, create } = await start(t, {
    storage: (disk) => Object.assign(disk, { freeBytes: async () => free }),
  });
  const made = await create(file.length);
  const sum = { 'upload-checksum': checksum('sha1', file) };
  const patch = openPatch(made.at, { ...auth, 'upload-offset': '0', 'content-length': String(file.length), ...sum });
  await patch.write(file.subarray(0, 30_000));
  await until('it arrives', () => spooled(api) === 30_000);
  free = file.length - 1;
  await patch.write(file.subarray(30_000));
  t.match(await patch.answer, { status: 507, code: 'insufficient_storage' });
  t.equal((await stored(api, made.id)).length, 0);
});

t.test('what a killed process had spooled goes with the next start, and its upload continues', async (t) => {
  const folder = t.testdir();
  const first = await start(t, { folder });
  const made = await first.create(file.length);
  await first.api.stop();
  // What it leaves (server/e2e/kill.serial.test.ts kills a real one).
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  const left = path.join(folder, 'scratch', `${dead}-1`, 'unverified-x');
  mkdirSync(left, { recursive: true });
  writeFileSync(path.join(left, 'piece'), file.subarray(0, 50_000));
  const { keyrings } = first.api;
  const { api, url } = await start(t, { folder, keyrings });
  t.equal(spooled(api), 0);
  const at = made.at.replace(first.url, url);
  t.equal(await offsetOf(at, first.auth), 0);
  const patch = { ...first.auth, ...dataType, 'upload-offset': '0', 'upload-checksum': checksum('sha1', file) };
  t.match((await send(at, 'PATCH', patch, file)).headers.get('dramabox-asset'), /^asset_/);
  t.ok((await stored(api, made.id)).equals(file));
});
