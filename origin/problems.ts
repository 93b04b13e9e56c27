import { defineProblems } from '../server/kit/problems.ts';

export const originProblems = defineProblems({
  playback_denied: { status: 403, title: 'This playback address is not valid, or not any more' },
});
