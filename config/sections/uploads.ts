import { count, GiB, group } from '../option.ts';

export const uploads = group('What may be uploaded.', {
  maxBytes: count('Largest file accepted, in bytes.', 64 * GiB, 1),
  expiresAfterHours: count('An unfinished upload that received nothing for this long is removed.', 72, 1, 8760),
  maxOpenPerAccount: count('Unfinished uploads one account may have.', 100, 1, 100_000),
});
