import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { ulid } from 'ulid';
import { openS3Client, type S3Options } from '../storage/s3-client.ts';
import { missingPrograms, S3Process, type S3Endpoint } from './s3-process.ts';
import { notTested } from './not-tested.ts';
import { sharedServer } from './shared-server.ts';

/** An S3 server for tests. */
export interface S3Server {
  readonly endpoint: S3Endpoint;
  /** Makes an empty bucket and returns how it is asked, with short waits. */
  createBucket(change?: Partial<S3Options>): Promise<S3Options>;
}

/** Where the run's server is to be had: the socket of `s3-service.ts`. The runner sets it. */
const serviceVariable = 'DRAMABOX_TEST_S3';

function server(endpoint: S3Endpoint): S3Server {
  return {
    endpoint,
    async createBucket(change = {}) {
      const options: S3Options = {
        ...endpoint,
        bucket: `test-${ulid().toLowerCase()}`,
        prefix: 'dramabox/',
        attempts: 3,
        connectMs: 2000,
        silenceMs: 20_000,
        connections: 32,
        ...change,
      };
      const client = openS3Client({ ...options, ...endpoint });
      await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
      client.destroy();
      return options;
    },
  };
}

/**
 * A real S3 server to make buckets in: the run's, which all test files share, or one of the file's own when that is run
 * by hand, which is stopped when `t` ends. What breaks or hangs is the way to it (`breakable-proxy.ts`). Where Ceph is missing, `t` fails if the
 * environment variable CI is set; elsewhere undefined is returned, and it says loudly that nothing was tested:
 * `const server = await startS3(t); if (!server) return;`
 */
export async function startS3(t: Test): Promise<S3Server | undefined> {
  const missing = missingPrograms();
  if (missing.length > 0)
    return notTested(
      t,
      `Ceph's object gateway is not installed (${missing.join(', ')}): NOTHING WAS TESTED AGAINST S3`,
    );
  const service = process.env[serviceVariable];
  if (service) return server(await sharedServer<S3Endpoint>('S3', service));
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-s3-'));
  const own = new S3Process(folder);
  t.teardown(async () => {
    await own.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await own.start();
  return server(own.endpoint);
}
