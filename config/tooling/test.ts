import path from 'node:path';
import { runTests } from './run-tests.ts';
import { listFiles } from './sources.ts';
import { chooseTests, isTest, needOf } from './test-files.ts';

const root = path.join(import.meta.dirname, '..', '..');
const [filters, quick] = [process.argv.slice(2).filter((each) => each !== '--quick'), process.argv.includes('--quick')];
const files = listFiles(root, isTest).filter((file) => !quick || needOf(file) === 'quick');

process.exitCode = await runTests(root, chooseTests(files, filters, root), {
  services: [
    { program: 'server/testing/postgres-service.ts', variable: 'DRAMABOX_TEST_POSTGRES', name: 'postgres' },
    { program: 'server/testing/s3-service.ts', variable: 'DRAMABOX_TEST_S3', name: 's3' },
    {
      program: 'server/testing/sign-in/firebase-auth-service.ts',
      variable: 'DRAMABOX_TEST_FIREBASE_AUTH',
      name: 'firebase',
    },
  ],
});
