import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { OperatorError } from '../kit/errors.ts';
import { createLogger } from '../kit/logger.ts';
import { GcsCounterpart } from '../testing/gcs/counterpart.ts';
import { openStorageInUse } from './storage.ts';

t.test('Google Cloud Storage, as it is configured', async (t) => {
  const gcs = await GcsCounterpart.listen(t);
  const { url } = gcs;
  const open = (change: NodeJS.ProcessEnv = {}) => {
    const config = loadConfig({
      environment: {
        DRAMABOX_DATA_DIR: t.testdirName,
        DRAMABOX_STORAGE_KIND: 'gcs',
        DRAMABOX_STORAGE_BUCKET: gcs.bucket.name,
        DRAMABOX_STORAGE_PREFIX: 'dramabox/',
        DRAMABOX_STORAGE_ENDPOINT: url,
        DRAMABOX_STORAGE_SERVICE_ACCOUNT_KEY: JSON.stringify(gcs.key),
        ...change,
      },
    });
    const notices = { say: () => undefined, withdraw: () => undefined };
    return openStorageInUse(config, { logger: createLogger({ level: 'silent', pretty: false, secrets: [] }), notices });
  };
  const { storage, state } = await open();
  await storage.put('a/b', 'x');
  t.equal(gcs.bucket.list(new URLSearchParams()).items[0]?.name, 'dramabox/a/b');
  t.equal(state(), 'closed');
  await storage.close();
  await t.rejects(open({ DRAMABOX_STORAGE_BUCKET: 'another' }), OperatorError, 'a wrong bucket ends the start');
  await t.rejects(open({ DRAMABOX_STORAGE_SERVICE_ACCOUNT_KEY: '{}' }), /not the key of a service account/);
  const mend = await gcs.break();
  const later = await open();
  await mend();
  await later.storage.put('a/c', 'x');
  t.equal(gcs.bucket.size, 2, 'one that is away comes back');
});
