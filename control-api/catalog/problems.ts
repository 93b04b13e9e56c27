import { defineProblems } from '../../server/kit/problems.ts';

export const catalogProblems = defineProblems({
  title_changed: { status: 409, title: 'Somebody else has changed this title meanwhile', parameters: ['revision'] },
  titles_changed: {
    status: 409,
    title: 'Somebody else has changed some of these titles meanwhile',
    parameters: ['titles'],
  },
  edit_refused: { status: 409, title: 'Some of these titles cannot be changed like this', parameters: ['titles'] },
  import_changed: { status: 409, title: 'This is not what was previewed' },
  import_refused: { status: 400, title: 'Something is wrong in this file', parameters: ['problems'] },
  term_changed: { status: 409, title: 'Somebody else has changed this meanwhile', parameters: ['revision'] },
  subtitles_changed: {
    status: 409,
    title: 'Somebody else has changed these subtitles meanwhile',
    parameters: ['revision'],
  },
  subtitles_refused: { status: 422, title: 'This file cannot be read as subtitles', parameters: ['line'] },
  ladder_unknown: { status: 422, title: 'The configuration has no ladder of this name', parameters: ['ladder'] },
  price_class_unknown: {
    status: 422,
    title: 'The configuration has no price class of this name',
    parameters: ['priceClass'],
  },
  markers_overlap: { status: 422, title: 'Two markers would overlap', parameters: ['kind', 'other'] },
  marker_outside_video: {
    status: 422,
    title: 'A marker would lie behind the end of the video',
    parameters: ['kind', 'durationMs'],
  },
  number_taken: { status: 409, title: 'Another title has this number', parameters: ['number'] },
  slug_taken: { status: 409, title: 'This address belongs to another title, or once did', parameters: ['slug'] },
  asset_taken: { status: 409, title: 'Another title has this video', parameters: ['titleId'] },
  has_video: { status: 409, title: 'This title has a video already', parameters: ['titleId', 'assetId'] },
  not_in_this_state: {
    status: 409,
    title: 'This is not possible in the present state',
    parameters: ['titleId', 'state'],
  },
  picture_not_accepted: { status: 422, title: 'This is not a picture of a kind that is taken' },
  picture_damaged: { status: 422, title: 'The picture is damaged or incomplete' },
  picture_too_large: {
    status: 422,
    title: 'The picture has too many pixels',
    parameters: ['width', 'height', 'maxPixels'],
  },
  picture_too_small: { status: 422, title: 'The picture has too few pixels', parameters: ['width', 'leastWidth'] },
  picture_shape: { status: 422, title: 'The picture has another shape', parameters: ['width', 'height'] },
  not_complete: {
    status: 409,
    title: 'Something is missing before this can be published',
    parameters: ['titleId', 'missing'],
  },
});
