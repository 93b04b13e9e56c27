import { rmSync } from 'node:fs';
import path from 'node:path';
import { missingPrograms, S3Process } from './s3-process.ts';
import { shareServer } from './shared-server.ts';

/** The S3 server that the test files of one run share: they are told its `S3Endpoint`. */
const folder = path.join(path.dirname(process.argv[2] as string), 's3-server');
const server = new S3Process(folder);

shareServer(
  async () => {
    const missing = missingPrograms();
    if (missing.length > 0) throw new Error(`${missing.join(', ')} is missing`);
    await server.start();
    return server.endpoint;
  },
  async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  },
);
