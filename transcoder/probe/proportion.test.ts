import t from 'tap';
import { checkProportion, checkProportionSoFar, mostFor } from './proportion.ts';

const hour = 3600;
const title = (hours: number, rate: number, soundTracks = 0) => ({
  seconds: hours * hour,
  frames: hours * hour * rate,
  soundTracks,
});

t.test('files that have little to show are right, however long they are', async (t) => {
  for (const [what, claim, bytes] of [
    ['one picture with AAC of 32 kb/s', title(1, 25, 1), 14_400_000],
    ['one picture and eight hours of AAC that is silent', title(8, 30, 1), 8 * hour * 280],
    ['ten slides over an hour, without sound', title(1, 5), 250_000],
    ['a screen of an hour at 60 pictures a second that stands still for the most part', title(1, 60), 80_000],
    ['two hours of the same', title(2, 30), 80_000],
    ['eight hours of one picture a second, each like the one before', title(8, 5), 8 * hour * 25],
    ['one picture, repeated 60 times a second for eight hours', title(8, 60), 8 * hour * 60 * 21],
    ['the same from fields', title(8, 60), 8 * hour * 30 * 30],
    ['a film in 16 languages', title(2, 24, 16), 2 * hour * 16 * 4000],
    ['one picture', { seconds: 0.2, frames: 1, soundTracks: 0 }, 1],
  ] as const)
    t.doesNotThrow(() => {
      checkProportion(claim, bytes);
    }, what);
});

t.test('what no bytes speak for is refused, in words', async (t) => {
  const code = 'media_out_of_proportion';
  for (const [what, claim, bytes, message] of [
    ['eight hours in 118 KB', title(8, 58), 118_000, /only 118000 bytes and claims 28800 seconds;.* 13100 at most/],
    ['60 pictures a second', title(3, 60), 118_000, /claims 648000 pictures;.* 230750 at most/],
    ['many sounds of nothing', title(2, 30, 60), 118_000, /432000 seconds of sound in all its tracks/],
  ] as const)
    t.throws(
      () => {
        checkProportion(claim, bytes);
      },
      { code, status: 422, message, extras: { bytes } },
      what,
    );
  const so = (packets: number, pictureSeconds: number) => () => {
    checkProportionSoFar({ packets, pictureSeconds }, mostFor(118_000), 118_000);
  };
  t.throws(so(1_680_000, 0), { code }, 'the same bytes named again and again');
  t.throws(so(10, 28_800), { code });
  t.doesNotThrow(so(200_000, 7200));
});
