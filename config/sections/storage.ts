import { choice, count, GiB, group, text } from '../option.ts';

export const storage = group('Where sources and published media are kept.', {
  kind: choice('disk (a local folder).', ['disk']),
  path: text('Folder of the disk storage. Empty: <dataDir>/storage.'),
  minFreeBytes: count('Uploads and jobs are refused when they would leave less free space than this, in bytes.', GiB),
});
