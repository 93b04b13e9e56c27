import { Readable } from 'node:stream';
import { S3Storage, type S3Options } from '../storage/s3.ts';
import { patternAt } from './pattern.ts';

/** Appends to an upload (arguments: options of the bucket in JSON, its id) without end, until it is killed. */
const [options = '', id = ''] = process.argv.slice(2);

async function* endless(): AsyncGenerator<Buffer> {
  for (let at = 0; ; at += 1024 * 1024) yield patternAt(at, 1024 * 1024);
}

await new S3Storage(JSON.parse(options) as S3Options).uploadStore().append(id, 0, Readable.from(endless()));
