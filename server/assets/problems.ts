import { defineProblems } from '../kit/problems.ts';

/** What may be wrong with a video, or happen while it is processed: transcoders find it, assets show it. */
export const videoProblems = defineProblems({
  // Media that cannot be used
  media_empty: { status: 422, title: 'The file is empty' },
  media_unrecognized: { status: 422, title: 'This is not a video file that can be read' },
  media_format_not_allowed: { status: 422, title: 'This container format is not accepted' },
  media_codec_not_allowed: { status: 422, title: 'This codec is not accepted', parameters: ['codec', 'profile'] },
  media_encrypted: { status: 422, title: 'The file is encrypted', parameters: ['encryption'] },
  media_no_video: { status: 422, title: 'This file has no video track' },
  media_damaged: { status: 422, title: 'The file is damaged or incomplete', parameters: ['missingPercent'] },
  media_too_large_picture: {
    status: 422,
    title: 'The picture is too large',
    parameters: ['width', 'height', 'maxPixels'],
  },
  media_too_long: { status: 422, title: 'The video is too long', parameters: ['seconds', 'maxSeconds'] },
  media_out_of_proportion: { status: 422, title: 'The file claims more than it has bytes for', parameters: ['bytes'] },
  media_too_many_streams: { status: 422, title: 'The file has too many tracks', parameters: ['tracks', 'maxTracks'] },
  media_not_convertible: { status: 422, title: 'The file cannot be converted' },
  media_conversion_limit: {
    status: 422,
    title: 'The file took too much memory, time or disk space to convert',
    parameters: ['limit'],
  },
  media_probe_limit: { status: 422, title: 'The file took too much time or memory to examine' },

  // Processing
  encode_failed: { status: 500, title: 'Encoding failed' },
  encode_unsupported: { status: 500, title: 'This server cannot encode this video' },
  encode_interrupted: { status: 500, title: 'Encoding was interrupted' },
  encode_frame_count: { status: 500, title: 'Encoding lost frames', parameters: ['expected', 'actual'] },
  encode_stalled: { status: 500, title: 'Encoding stalled', parameters: ['stallSeconds'] },
  package_failed: { status: 500, title: 'Packaging failed' },
  process_failed: { status: 500, title: 'Processing failed' },
});
