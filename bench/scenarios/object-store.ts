import { randomBytes } from 'node:crypto';
import { knowsSettings, type Settings } from '../installation/own.ts';
import { inParallel } from '../installation/viewers.ts';
import { deleteObject, makeBucket, putObject, type Bucket } from '../peers/s3-objects.ts';
import { BenchError } from '../runner/bench-error.ts';
import type { Bench } from '../scenario.ts';
import { segmentBody, type SegmentSet } from './origin-files.ts';

/** A place in a bucket, for one run. */
export interface ObjectStore {
  readonly settings: Settings;
  /** Writes segments beside those that were published. They are deleted again at the end. */
  write(versionPath: string, sets: readonly SegmentSet[]): Promise<void>;
}

const variable = (name: string): string => `DRAMABOX_BENCH_S3_${name}`;

function settingsFor(bucket: Bucket, prefix: string): Settings {
  return {
    DRAMABOX_STORAGE_KIND: 's3',
    DRAMABOX_STORAGE_ENDPOINT: bucket.endpoint,
    DRAMABOX_STORAGE_BUCKET: bucket.bucket,
    DRAMABOX_STORAGE_PREFIX: prefix,
    DRAMABOX_STORAGE_REGION: bucket.region,
    DRAMABOX_STORAGE_PATH_STYLE: 'true',
    DRAMABOX_STORAGE_ACCESS_KEY_ID: bucket.accessKeyId,
    DRAMABOX_STORAGE_SECRET_ACCESS_KEY: bucket.secretAccessKey,
  };
}

/** The bucket that the environment names; undefined where it names none. @throws BenchError when it names half of one */
function bucketOf(environment: NodeJS.ProcessEnv): Bucket | undefined {
  const of = (name: string): string => environment[variable(name)] ?? '';
  const given = {
    endpoint: of('ENDPOINT'),
    bucket: of('BUCKET'),
    accessKeyId: of('ACCESS_KEY_ID'),
    secretAccessKey: of('SECRET_ACCESS_KEY'),
  };
  const empty = Object.values(given).filter((value) => value === '').length;
  if (empty === Object.keys(given).length) return undefined;
  if (empty > 0)
    throw new BenchError(
      `Set all of ${['ENDPOINT', 'BUCKET', 'ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'].map(variable).join(', ')}, or none.`,
    );
  return { ...given, region: of('REGION') || 'us-east-1' };
}

/** The object store to measure with; undefined, and said so, where there is none. */
export async function objectStoreFor(bench: Bench): Promise<ObjectStore | undefined> {
  const what = 'segments on S3';
  const example = { endpoint: 'http://127.0.0.1:1', bucket: 'b', region: 'r', accessKeyId: 'a', secretAccessKey: 's' };
  if (!knowsSettings(settingsFor(example, 'x/'))) {
    bench.leaveOut(what, 'this build has no such engine (storage.kind)');
    return undefined;
  }
  const bucket = bucketOf(process.env);
  if (bucket === undefined) {
    bench.leaveOut(what, `no bucket was named (${variable('ENDPOINT')} and so on; bench/README.md has them)`);
    return undefined;
  }
  await makeBucket(bucket);
  const prefix = `bench-${randomBytes(4).toString('hex')}/`;
  return {
    settings: settingsFor(bucket, prefix),
    async write(versionPath, sets) {
      for (const set of sets) {
        const keys = set.files.map((file) => `${prefix}assets/${versionPath}/${file}`);
        const written: string[] = [];
        bench.releasers.add('objects', async () => {
          await inParallel(written, 8, (key) => deleteObject(bucket, key));
        });
        await inParallel(keys, 8, async (key) => {
          await putObject(bucket, key, segmentBody(set.bytes));
          written.push(key);
        });
      }
    },
  };
}
