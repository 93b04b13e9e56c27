import { count, GiB, group, texts } from '../option.ts';

export const uploads = group('What may be uploaded.', {
  maxBytes: count('Largest file accepted, in bytes.', 64 * GiB, 1),
  allowedTypes: texts(
    'MIME types a client may declare; a trailing * is a wildcard. The probe decides what the file really is.',
    ['video/*', 'application/octet-stream', 'application/mxf'],
  ),
  expiresAfterHours: count('An unfinished upload that received nothing for this long is removed.', 72, 1, 8760),
  maxOpenPerAccount: count('Unfinished uploads one account may have.', 100, 1, 100_000),
});
