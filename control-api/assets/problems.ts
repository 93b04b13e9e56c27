import { defineProblems } from '../../server/kit/problems.ts';

export const assetProblems = defineProblems({
  asset_in_use: { status: 409, title: 'A title has this video', parameters: ['titleId', 'name'] },
});
