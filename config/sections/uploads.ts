import { count, GiB, group } from '../option.ts';

export const uploads = group('What may be uploaded, and how much of it.', {
  maxBytes: count('Largest file accepted, in bytes.', 64 * GiB, 1),
  expiresAfterHours: count('An unfinished upload that received nothing for this long is removed.', 72, 1, 8760),
  reservedMinutes: count(
    'An unfinished upload that received nothing for this long keeps no disk space from others.',
    15,
    1,
    525_600,
  ),
  maxOpenPerAccount: count('Unfinished uploads one account may have.', 100, 1, 100_000),
  maxPerDay: count('Uploads one account may begin within 24 hours; 0: any number.', 10_000),
  maxBytesPerDay: count(
    'Bytes one account may upload within 24 hours; 0: any number. Of an upload that is given up, what had come counts.',
    0,
  ),
  maxStoredBytes: count(
    'Bytes of unfinished uploads and of the files that titles are made from, for one account; 0: any number. Deleting a title gives its bytes back.',
    0,
  ),
});
