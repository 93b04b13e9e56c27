/** A child process for the storage's tests: fills a tiny disk and prints what it was told as JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { newId } from '../kit/ids.ts';
import { sourceKey } from '../assets/storage-keys.ts';
import { DiskStorage } from '../storage/disk.ts';

const disk = process.argv[2] as string;
const elsewhere = mkdtempSync(path.join(tmpdir(), 'dramabox-full-'));
try {
  const storage = new DiskStorage({ path: path.join(disk, 'storage') });
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'done',
      (error: unknown) => (error as { code?: string }).code ?? String(error),
    );
  const large = path.join(elsewhere, 'large');
  writeFileSync(large, Buffer.alloc(2 ** 21));
  const put = await codeOf(storage.put('large', Buffer.alloc(2 ** 21)));
  const putFile = await codeOf(storage.putFile('large', large));

  const store = storage.uploadStore();
  const id = newId('upload');
  await store.begin(id, 1);
  const write = await codeOf(
    store.append(id, 0, Readable.from(Array.from({ length: 32 }, () => Buffer.alloc(2 ** 16, 7)))),
  );
  // Whatever fitted is kept; with room again the client goes on behind it.
  const kept = (await store.received(id)) ?? 0;
  const intact = kept > 1000 && (await storage.read(sourceKey(id))).every((byte) => byte === 7);
  const refused = await codeOf(storage.put('small', 'does not fit'));
  await store.remove(id);
  const again = newId('upload');
  await store.begin(again, 1);
  const resumed =
    intact &&
    refused === 'insufficient_storage' &&
    (await store.append(again, 0, Readable.from([Buffer.alloc(1000)]))) === 1000 &&
    (await store.append(again, 1000, Readable.from([Buffer.alloc(1000)]))) === 2000;
  await storage.put('small', 'fits');
  const keys: string[] = [];
  for await (const object of storage.list('')) keys.push(object.key);
  process.stdout.write(
    JSON.stringify({
      put,
      putFile,
      write,
      small: (await storage.read('small')).toString(),
      leftovers: await storage.collectLeftovers(0),
      keys,
      resumed,
    }),
  );
} finally {
  rmSync(elsewhere, { recursive: true, force: true });
}
