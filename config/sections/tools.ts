import { group, text } from '../option.ts';

export const tools = group('External programs. Empty: found by themselves (see `doctor`).', {
  ffmpeg: text('Path of ffmpeg.'),
  ffprobe: text('Path of ffprobe.'),
  packager: text('Path of the Shaka Packager binary.'),
});
