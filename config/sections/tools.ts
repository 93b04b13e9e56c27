import { group, text, texts } from '../option.ts';

export const tools = group('External programs. Empty: found by themselves (see `doctor`).', {
  ffmpeg: text('Path of ffmpeg.'),
  ffprobe: text('Path of ffprobe.'),
  packager: text('Path of the Shaka Packager binary.'),
  folders: texts(
    'Folders that these programs need besides those of the system, for instance with their libraries (/opt/ffmpeg/lib). They see no others.',
    [],
  ),
});
