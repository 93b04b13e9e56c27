import { Readable } from 'node:stream';
import type { GcsOptions } from '../../storage/gcs-client.ts';
import { GcsStorage } from '../../storage/gcs.ts';
import { patternAt } from './pattern.ts';

/**
 * Sends an upload without end, until it is killed. What to do comes as a message: where the storage is, and which
 * upload it is.
 */
process.once('message', ({ options, id }: { options: GcsOptions; id: string }) => {
  const store = new GcsStorage(options).uploadStore();
  let at = 0;
  const bytes = new Readable({
    read() {
      const chunk = patternAt(at, 100_000);
      at += chunk.length;
      this.push(chunk);
    },
  });
  void store.begin(id, 1e9).then(() => store.append(id, 0, bytes));
});
