import t from 'tap';
import type { Segment } from '../publish/presentation.ts';
import { tinyPlan } from './testing/encoded-title.ts';
import { visiblePresentation, type PackagedMedia } from './visible-presentation.ts';

const plan = tinyPlan({
  frameRate: { num: 24, den: 1 },
  gopFrames: 24,
  segmentFrames: 48,
  chunks: [48, 96],
  languages: ['en', 'de'],
});

/** So many segments of 2 s; audio ones end a little late, as AAC frames do. */
function media(count: number, options: { readonly ended?: boolean; readonly late?: number } = {}): PackagedMedia {
  const { ended = false, late = 0 } = options;
  const segments = Array.from({ length: count }, (_, index): Segment => ({
    number: index + 1,
    startTicks: index * 180_000 + (index ? late : 0),
    durationTicks: 180_000 + (index ? 0 : late),
    bytes: 1000,
    frames: 48,
    keyframes: [],
  }));
  return { codec: 'x', segments, ended };
}

const counts = (packaged: Record<string, PackagedMedia>): Record<string, number> | undefined => {
  const presentation = visiblePresentation(plan, new Map(Object.entries(packaged)));
  return (
    presentation &&
    Object.fromEntries(
      [...presentation.video, ...presentation.audio].map(({ name, segments }) => [name, segments.length]),
    )
  );
};

t.test('playable as soon as all pictures and the default sound have a segment', async (t) => {
  t.equal(counts({}), undefined);
  t.equal(counts({ 'v180-300': media(1), 'v90-100': media(1) }), undefined, 'no sound');
  t.equal(counts({ 'v180-300': media(1), 'a0-64': media(1) }), undefined, 'a picture is missing');
  t.same(counts({ 'v180-300': media(1), 'v90-100': media(1), 'a0-64': media(1, { late: 960 }) }), {
    'v180-300': 1,
    'v90-100': 1,
    'a0-64': 1,
  });
});

t.test('everything is shown up to the same time', async (t) => {
  t.same(counts({ 'v180-300': media(3), 'v90-100': media(2), 'a0-64': media(3, { late: 960, ended: true }) }), {
    'v180-300': 2,
    'v90-100': 2,
    'a0-64': 2,
  });
  t.same(
    counts({
      'v180-300': media(3, { ended: true }),
      'v90-100': media(3, { ended: true }),
      'a0-64': media(1, { late: 960 }),
    }),
    { 'v180-300': 1, 'v90-100': 1, 'a0-64': 1 },
  );
});

t.test('another track joins when it is whole', async (t) => {
  const rest = { 'v180-300': media(2), 'v90-100': media(2), 'a0-64': media(2, { late: 960 }) };
  t.notOk(counts({ ...rest, 'a1-64': media(2) })?.['a1-64']);
  t.equal(counts({ ...rest, 'a1-64': media(3, { ended: true }) })?.['a1-64'], 2);
});

t.test('complete when every rendition has ended', async (t) => {
  const ended = media(3, { ended: true });
  const all = { 'v180-300': ended, 'v90-100': ended, 'a0-64': ended, 'a1-64': ended };
  t.equal(visiblePresentation(plan, new Map(Object.entries(all)))?.complete, true);
  for (const name of Object.keys(all)) {
    t.not(
      visiblePresentation(plan, new Map(Object.entries({ ...all, [name]: media(3) })))?.complete,
      true,
      `not without ${name}`,
    );
  }
});

t.test('without a default the first track is it', async (t) => {
  const undecided = { ...plan, audio: plan.audio.map((track) => ({ ...track, isDefault: false })) };
  const packaged = new Map(Object.entries({ 'v180-300': media(1), 'v90-100': media(1), 'a0-64': media(1) }));
  t.same(
    visiblePresentation(undecided, packaged)?.audio.map(({ name, isDefault }) => [name, isDefault]),
    [['a0-64', true]],
  );
});

t.test('the target duration is known from the plan and allows for AAC frames', async (t) => {
  const packaged = new Map(Object.entries({ 'v180-300': media(1), 'v90-100': media(1), 'a0-64': media(1) }));
  t.equal(visiblePresentation(plan, packaged)?.targetSeconds, 2);
  const odd = { ...plan, frameRate: { num: 24, den: 1 }, segmentFrames: 59.9 };
  t.equal(visiblePresentation(odd, packaged)?.targetSeconds, 3, '2.496 s of video may be 2.517 s of audio');
});
