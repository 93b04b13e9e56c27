import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Test } from 'tap';
import { ulid } from 'ulid';
import { openS3Client, type S3Options } from '../storage/s3-client.ts';
import { missingPrograms, S3Process, type S3Endpoint } from './s3-process.ts';
import { until } from './until.ts';

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

async function endpointOfRun(socketPath: string): Promise<S3Endpoint> {
  await until('the run serves S3', () => existsSync(socketPath), { everyMs: 20 });
  const socket = connect(socketPath);
  let reply = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    reply += text;
  });
  await once(socket, 'end');
  socket.destroy();
  const { endpoint, error } = JSON.parse(reply) as { endpoint?: S3Endpoint; error?: string };
  if (endpoint === undefined) throw new Error(`The run's S3 server did not start: ${error}`);
  return endpoint;
}

/**
 * A real S3 server to make buckets in: the run's, which all test files share, or one of the file's own when that is run
 * by hand, which is stopped when `t` ends. What breaks or hangs is the way to it (`breakable-proxy.ts`). Where Ceph is missing, `t` fails if the
 * environment variable CI is set; elsewhere undefined is returned, and it says loudly that nothing was tested:
 * `const server = await startS3(t); if (!server) return;`
 */
export async function startS3(t: Test): Promise<S3Server | undefined> {
  const missing = missingPrograms();
  if (missing.length > 0) {
    const message = `Ceph's object gateway is not installed (${missing.join(', ')}): NOTHING WAS TESTED AGAINST S3`;
    if (process.env.CI) t.fail(message);
    else t.comment(`SKIPPED: ${message}`);
    return undefined;
  }
  const service = process.env[serviceVariable];
  if (service) return server(await endpointOfRun(service));
  const folder = mkdtempSync(path.join(tmpdir(), 'dramabox-s3-'));
  const own = new S3Process(folder);
  t.teardown(async () => {
    await own.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await own.start();
  return server(own.endpoint);
}
