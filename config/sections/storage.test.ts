import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { loadConfig } from '../load.ts';

t.test('an object store needs its bucket, and options need somebody who uses them', async (t) => {
  const load = (environment: NodeJS.ProcessEnv) => loadConfig({ environment });
  const gcs = { DRAMABOX_STORAGE_KIND: 'gcs', DRAMABOX_STORAGE_BUCKET: 'b' };
  t.throws(() => load({ DRAMABOX_STORAGE_KIND: 'gcs' }), /storage\.bucket: storage\.kind is gcs, which needs a bucket/);
  t.throws(
    () => load({ DRAMABOX_STORAGE_SERVICE_ACCOUNT_KEY: '{}' }),
    /storage\.kind: storage\.serviceAccountKey is set/,
  );
  t.throws(
    () => load({ ...gcs, DRAMABOX_STORAGE_KIND: 's3', DRAMABOX_STORAGE_SERVICE_ACCOUNT_KEY: '{}' }),
    /storage\.serviceAccountKey: must be empty: storage\.kind is s3/,
  );
  t.throws(
    () => load({ ...gcs, DRAMABOX_STORAGE_ACCESS_KEY_ID: 'a', DRAMABOX_STORAGE_SECRET_ACCESS_KEY: 'b' }),
    /storage\.accessKeyId: must be empty: storage\.kind is gcs/,
  );
  t.throws(
    () => load({ ...gcs, DRAMABOX_UPLOADS_EXPIRES_AFTER_HOURS: '169' }),
    /uploads\.expiresAfterHours: must be 168 at most with storage\.kind gcs/,
  );
  const file = path.join(t.testdir(), 'key.json');
  writeFileSync(file, '{"type":"service_account"}');
  const { storage } = load({ ...gcs, DRAMABOX_STORAGE_SERVICE_ACCOUNT_KEY_FILE: file });
  t.equal(storage.serviceAccountKey, '{"type":"service_account"}');
});
