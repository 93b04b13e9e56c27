import { defineProblems } from '../../server/kit/problems.ts';

export const catalogProblems = defineProblems({
  title_changed: { status: 409, title: 'Somebody else has changed this title meanwhile', parameters: ['revision'] },
  term_changed: { status: 409, title: 'Somebody else has changed this meanwhile', parameters: ['revision'] },
  subtitles_changed: {
    status: 409,
    title: 'Somebody else has changed these subtitles meanwhile',
    parameters: ['revision'],
  },
  subtitles_refused: { status: 422, title: 'This file cannot be read as subtitles', parameters: ['line'] },
  number_taken: { status: 409, title: 'Another title has this number', parameters: ['number'] },
  slug_taken: { status: 409, title: 'This address belongs to another title, or once did', parameters: ['slug'] },
  asset_taken: { status: 409, title: 'Another title has this video', parameters: ['titleId'] },
  not_in_this_state: {
    status: 409,
    title: 'This is not possible in the present state',
    parameters: ['titleId', 'state'],
  },
  not_complete: {
    status: 409,
    title: 'Something is missing before this can be published',
    parameters: ['titleId', 'missing'],
  },
});
