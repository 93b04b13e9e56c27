import { defineProblems } from '../../server/kit/problems.ts';

export const uploadProblems = defineProblems({
  upload_too_large: {
    status: 413,
    title: 'The file is larger than this server accepts',
    parameters: ['bytes', 'maxBytes'],
  },
  upload_type_not_allowed: {
    status: 415,
    title: 'This is not a video',
    // Not `type`: that is a member of every problem (RFC 9457).
    parameters: ['filename', 'mediaType', 'extension'],
  },
  upload_checksum_mismatch: { status: 460, title: 'The data was damaged on its way' },
  upload_offset_conflict: { status: 409, title: 'The upload continues at another place' },
  upload_locked: { status: 423, title: 'Another request holds this upload' },
  upload_gone: { status: 410, title: 'This upload has ended' },
  upload_interrupted: { status: 400, title: 'The upload was interrupted' },
  tus_version_unsupported: { status: 412, title: 'Only version 1.0.0 of the tus protocol is spoken here' },
  too_many_uploads_of_day: {
    status: 429,
    title: 'This account has begun too many uploads within 24 hours',
    parameters: ['maxPerDay', 'freesAt', 'retryAfterSeconds'],
  },
  upload_bytes_of_day_used_up: {
    status: 429,
    title: 'This account has uploaded too much within 24 hours',
    parameters: ['bytes', 'leftBytes', 'maxBytesPerDay', 'freesAt', 'retryAfterSeconds'],
  },
  upload_storage_used_up: {
    status: 413,
    title: 'This account may not store that much more',
    parameters: ['bytes', 'leftBytes', 'maxStoredBytes'],
  },
  too_many_uploads: { status: 409, title: 'Too many uploads of this account are unfinished', parameters: ['maxOpen'] },
});
