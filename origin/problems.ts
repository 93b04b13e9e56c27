import { defineProblems } from '../server/kit/problems.ts';

export const originProblems = defineProblems({
  too_many_clients: { status: 403, title: 'Too many players use this playback address at the same time' },
  playback_denied: { status: 403, title: 'This playback address is not valid, or not any more' },
  store_busy: { status: 503, title: 'Too much is being read at the moment' },
  store_timeout: { status: 504, title: 'The store of this file did not answer in time' },
});
