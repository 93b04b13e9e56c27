import t from 'tap';
import { startS3 } from '../testing/s3.ts';
import { storageContract } from '../testing/storage-contract.ts';
import { S3Storage } from './s3.ts';

const server = await startS3(t);
if (server) {
  storageContract(t, async (t) => {
    const storage = new S3Storage(await server.createBucket());
    t.teardown(() => storage.close());
    return storage;
  });
}
