import { defineProblems } from '../server/kit/problems.ts';

export const originProblems = defineProblems({
  too_many_clients: { status: 403, title: 'Too many players use this playback address at the same time' },
  playback_denied: { status: 403, title: 'This playback address is not valid, or not any more' },
});
