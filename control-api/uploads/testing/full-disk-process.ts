/** A test that runs as a process of its own, with the storage on a disk of 4 MiB: the folder that is its argument. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openSqlite } from '../../../server/db/sqlite.ts';
import { until } from '../../../server/testing/until.ts';
import { offsetOf, rows, spooled, start, stored } from './open-uploads.ts';
import { checksum, dataType, openPatch, send } from './tus-requests.ts';

const folder = process.argv[2] as string;
const megabyte = 2 ** 20;

t.test('a disk that becomes full in the middle of a request', async (t) => {
  const filler = path.join(folder, 'filler');
  for (const withChecksum of [false, true]) {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'dramabox-full-'));
    const { api, auth, create } = await start(t, {
      folder,
      database: openSqlite({ path: path.join(elsewhere, 'dramabox.db') }),
    });
    const file = randomBytes(2 * megabyte);
    const made = await create(file.length);
    const patch = openPatch(made.at, {
      ...auth,
      'upload-offset': '0',
      'content-length': String(file.length),
      ...(withChecksum ? { 'upload-checksum': checksum('sha1', file) } : {}),
    });
    await patch.write(file.subarray(0, megabyte / 2));
    await until('it arrives', async () =>
      withChecksum ? spooled(api) === megabyte / 2 : (await stored(api, made.id)).length === megabyte / 2,
    );
    t.throws(
      () => {
        writeFileSync(filler, Buffer.alloc(4 * megabyte));
      },
      { code: 'ENOSPC' },
    );
    await patch.write(file.subarray(megabyte / 2));
    t.match(await patch.answer, { status: 507, code: 'insufficient_storage' });
    const offset = await offsetOf(made.at, auth);
    t.ok(withChecksum ? offset === 0 : offset >= megabyte / 2 && offset < file.length, `${offset} bytes are kept`);
    const continued = { ...auth, ...dataType, 'upload-offset': String(offset) };
    t.match(
      await send(made.at, 'PATCH', continued, file.subarray(offset)),
      { status: 507, code: 'insufficient_storage' },
      'still full',
    );
    rmSync(filler);
    t.match(
      (await send(made.at, 'PATCH', continued, file.subarray(offset))).headers.get('dramabox-asset'),
      /^asset_/,
      'with room it goes on',
    );
    t.ok((await stored(api, made.id)).equals(file), 'nothing is lost');
    t.equal((await rows(api)).assets.length, 1);
    await api.storage.deletePrefix('sources/');
    await api.stop();
    rmSync(elsewhere, { recursive: true });
  }
});
