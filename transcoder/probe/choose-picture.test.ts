import t from 'tap';
import { byMerit, pictureTracks, picturesLeftOut, whyNotPlayable } from './choose-picture.ts';
import type { ProbedStream } from './ffprobe-output.ts';
import { TrackScan, type TrackTimes } from './packet-scan.ts';

/** A picture track as ffprobe lists it, and how many frames of it are there. */
interface Given extends Partial<ProbedStream> {
  readonly frames: number;
  readonly default?: boolean;
}

function times(frames: number): TrackTimes {
  const scan = new TrackScan();
  for (let at = 0; at < frames; at++)
    scan.add({ stream: 0, pts: at / 25, dts: at / 25, duration: 0.04, key: true, discarded: false });
  return scan.finish();
}

function ordered(...given: readonly Given[]) {
  const streams = given.map(({ frames, default: isDefault = false, ...stream }, index) => ({
    index,
    nb_frames: String(frames),
    codec_type: 'video',
    codec_name: 'h264',
    width: 320,
    height: 180,
    disposition: { default: isDefault ? 1 : 0, attached_pic: 0 },
    ...stream,
  }));
  const tracks = new Map(given.map(({ frames }, index) => [index, times(frames)]));
  const { films, stills } = byMerit(pictureTracks({ streams }), tracks);
  return { films: films.map(({ stream }) => stream.index), stills: stills.map(({ stream }) => stream.index) };
}

t.test('a cover is never the film, whatever its size and its marks', (t) => {
  const cover = { codec_name: 'mjpeg', width: 4000, height: 4000, frames: 1, default: true };
  t.same(ordered(cover, { frames: 300, default: true }), { films: [1], stills: [0] });
  t.same(ordered(cover, { frames: 300 }), { films: [1], stills: [0] }, 'even when it alone is the default');
  t.same(ordered(cover, { frames: 5 }), { films: [1], stills: [0] }, 'nor beside a very short film');
  t.same(ordered({ ...cover, frames: 12 }, { frames: 300 }), { films: [1], stills: [0] }, 'nor a few of them');
  t.same(ordered({ ...cover, frames: 300 }, { frames: 0, default: true }), { films: [0], stills: [1] }, 'motion JPEG');
  t.same(ordered(cover), { films: [0], stills: [] }, 'a title of one picture is a title');
  t.same(ordered({ ...cover, disposition: { attached_pic: 1 } }), { films: [], stills: [] });
  t.end();
});

t.test('of several films the best one, not the first', (t) => {
  const [small, large] = [{ frames: 300 }, { frames: 300, width: 1920, height: 1080 }];
  t.same(ordered(small, large).films, [1, 0]);
  t.same(ordered({ ...small, default: true }, { ...large, default: true }).films, [1, 0]);
  t.same(ordered({ ...small, default: true }, large).films, [0, 1], 'the mark counts before the size');
  t.same(ordered({ ...large, frames: 40 }, small).films, [0, 1]);
  t.same(ordered({ ...large, frames: 5 }, small).films, [1], 'frames that are not there do not count');
  t.same(ordered(small, small).films, [0, 1], 'equals stay in their order');
  t.end();
});

t.test('what is left out is said', (t) => {
  const tracks = pictureTracks({
    streams: [0, 1, 2].map((index) => ({ index, codec_type: 'video', codec_name: index === 0 ? 'vvc' : 'h264' })),
  });
  const [first, second, third] = tracks as [(typeof tracks)[0], (typeof tracks)[0], (typeof tracks)[0]];
  t.same(picturesLeftOut([second], second, []), []);
  t.match(picturesLeftOut(tracks, second, [first]), [
    { code: 'picture_track_not_playable', parameters: { track: 1, codec: 'vvc', shown: 2 } },
    { code: 'picture_tracks_left_out', parameters: { tracks: 1, shown: 2 } },
  ]);
  t.match(picturesLeftOut([third, second], third, []), [{ parameters: { tracks: 1, shown: 3 } }]);
  t.end();
});

t.test('what cannot be played is named, with what can be done', (t) => {
  t.match(whyNotPlayable({ index: 0, codec_name: 'vvc' }), {
    code: 'media_codec_not_allowed',
    message: /vvc is not accepted\. Export the video as H\.264 in MP4/,
  });
  t.match(whyNotPlayable({ index: 0 }), { message: /not known/ });
  t.match(
    whyNotPlayable({
      index: 0,
      codec_name: 'hevc',
      side_data_list: [{ dv_profile: 5, dv_bl_signal_compatibility_id: 0 }],
    }),
    { message: /Dolby Vision profile 5 .* Export/ },
  );
  t.equal(whyNotPlayable({ index: 0, codec_name: 'mjpeg' }), undefined);
  t.end();
});
