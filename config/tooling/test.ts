import path from 'node:path';
import { runTests } from './run-tests.ts';
import { listFiles } from './sources.ts';
import { chooseTests, isTest } from './test-files.ts';

const root = path.join(import.meta.dirname, '..', '..');
process.exitCode = await runTests(root, chooseTests(listFiles(root, isTest), process.argv.slice(2), root));
