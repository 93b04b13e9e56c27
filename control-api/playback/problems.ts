import { defineProblems } from '../../server/kit/problems.ts';

export const playbackProblems = defineProblems({
  not_entitled: { status: 403, title: 'This account may not watch this title', parameters: ['reason'] },
  asset_not_playable: {
    status: 409,
    title: 'This title is not ready to play yet',
    parameters: ['reason', 'assetState'],
  },
  too_many_streams: {
    status: 409,
    title: 'Too many streams are playing on this account',
    parameters: ['active', 'limit'],
  },
});
