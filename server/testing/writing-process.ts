/** A child process for the storage's tests: begins to replace an object and never gets to the end of it. */
import { writeFile } from 'node:fs/promises';
import { replaceFile } from '../kit/atomic-file.ts';
import path from 'node:path';

const [root, key] = process.argv.slice(2) as [string, string];
const temporary = path.join(root, '.dramabox', 'incoming', `${process.pid}-first`);
await replaceFile(path.join(root, key), temporary, async () => {
  await writeFile(temporary, 'the first part');
  // An open channel to the parent keeps the process alive until it is killed.
  await new Promise(() => {
    process.on('message', () => undefined);
  });
});
