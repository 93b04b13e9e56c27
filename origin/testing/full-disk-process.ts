/** A child process for the disk cache's test: more is kept than the tiny disk below it has room for. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createLogger } from '../../server/kit/logger.ts';
import { DiskCache } from '../disk-cache/disk-cache.ts';

const disk = process.argv[2] as string;
const notices: string[] = [];
const cache = await DiskCache.open({
  path: path.join(disk, 'cache'),
  maxBytes: 1024 ** 3,
  maxWaitingBytes: 1024 ** 3,
  logger: createLogger({ level: 'silent' }),
  notices: { say: ({ code, detail }) => notices.push(`${code} ${detail}`) },
});
if (!cache) throw new Error('it was not opened');
// Somebody else takes what was free when it was opened.
writeFileSync(path.join(disk, 'other'), Buffer.alloc(2 * 1024 ** 2));
const body = randomBytes(500_000);
const key = (index: number): string => `assets/a/v/v720-3000/0000${index}.m4s`;
for (let index = 0; index < 8; index += 1) cache.keep(key(index), { body, etag: String(index) });
await cache.settled();
const served = await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((index) => cache.get(key(index))));
process.stdout.write(
  JSON.stringify({
    writes: cache.counts.writes,
    intact: served.every(
      (object, index) => object === undefined || (object.etag === String(index) && object.body.equals(body)),
    ),
    hits: served.filter(Boolean).length,
    notices,
  }),
);
await cache.close();
