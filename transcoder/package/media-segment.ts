import { boxes, fullBoxHeader, makeBox, requireBox, withBytes, type Box } from './boxes.ts';
import { packageFailed } from './failure.ts';
import type { InitSegment } from './init-segment.ts';

/** One CMAF chunk: a `moof` and its `mdat`. Times in ticks of the track, offsets in bytes from the segment's start. */
export interface Fragment {
  readonly moof: Box;
  /** Behind the `mdat`. */
  readonly end: number;
  readonly decodeTime: number;
  readonly durationTicks: number;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly durationTicks: number;
  readonly bytes: number;
  readonly sync: boolean;
  /** As the file has them (ISO/IEC 14496-12 §8.8.3.1). */
  readonly flags: number;
  readonly compositionOffset: number;
  /** Offset of its first byte. */
  readonly offset: number;
}

const trunFlag = {
  dataOffset: 0x1,
  firstSampleFlags: 0x4,
  duration: 0x100,
  size: 0x200,
  flags: 0x400,
  compositionOffset: 0x800,
};
const tfhdFlag = {
  baseDataOffset: 0x1,
  descriptionIndex: 0x2,
  duration: 0x8,
  size: 0x10,
  flags: 0x20,
  defaultBaseIsMoof: 0x20000,
};
const nonSync = 0x10000;

/** The fragments of a media segment. @throws ProblemError package_failed when it is not CMAF with one track */
export function readMediaSegment(data: Buffer, init: InitSegment): readonly Fragment[] {
  const fragments: Fragment[] = [];
  let moof: Box | undefined;
  for (const box of boxes(data)) {
    if (box.type === 'moof') moof = box;
    if (box.type !== 'mdat') continue;
    if (!moof) throw packageFailed('Media data comes before its description');
    fragments.push(readFragment(data, moof, box, init));
    moof = undefined;
  }
  if (moof) throw packageFailed('A fragment has no media data');
  if (fragments.length === 0) throw packageFailed('A segment has no fragments');
  return fragments;
}

function readFragment(data: Buffer, moof: Box, mdat: Box, init: InitSegment): Fragment {
  const tracks = [...boxes(data, moof.body, moof.end)].filter(({ type }) => type === 'traf');
  const traf = tracks[0];
  if (!traf || tracks.length > 1) throw packageFailed('A fragment must have exactly one track');
  const runs = [...boxes(data, traf.body, traf.end)].filter(({ type }) => type === 'trun');
  const trun = runs[0];
  if (!trun || runs.length > 1) throw packageFailed('A fragment must have exactly one run of samples');
  const defaults = readTrackDefaults(data, requireBox(data, ['tfhd'], traf), init);
  const samples = readSamples(data, trun, moof, defaults);
  const last = samples.at(-1);
  if (!last || last.offset + last.bytes > mdat.end)
    throw packageFailed('The samples of a fragment exceed its media data');
  return {
    moof,
    end: mdat.end,
    decodeTime: readDecodeTime(data, requireBox(data, ['tfdt'], traf)),
    durationTicks: samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
    samples,
  };
}

interface TrackDefaults {
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
  /** Where the default duration stands, if the fragment has its own. */
  readonly durationAt: number | undefined;
}

function readTrackDefaults(data: Buffer, tfhd: Box, init: InitSegment): TrackDefaults {
  const { flags } = fullBoxHeader(data, tfhd);
  if (flags & tfhdFlag.baseDataOffset || !(flags & tfhdFlag.defaultBaseIsMoof))
    throw packageFailed('A fragment is not addressed from its own start');
  let at = tfhd.body + 8;
  if (flags & tfhdFlag.descriptionIndex) at += 4;
  const durationAt = flags & tfhdFlag.duration ? at : undefined;
  if (durationAt !== undefined) at += 4;
  const sizeAt = flags & tfhdFlag.size ? at : undefined;
  if (sizeAt !== undefined) at += 4;
  return {
    duration: durationAt === undefined ? init.defaultSampleDuration : data.readUInt32BE(durationAt),
    size: sizeAt === undefined ? init.defaultSampleSize : data.readUInt32BE(sizeAt),
    flags: flags & tfhdFlag.flags ? data.readUInt32BE(at) : init.defaultSampleFlags,
    durationAt,
  };
}

function readDecodeTime(data: Buffer, tfdt: Box): number {
  return fullBoxHeader(data, tfdt).version === 1
    ? Number(data.readBigUInt64BE(tfdt.body + 4))
    : data.readUInt32BE(tfdt.body + 4);
}

function readSamples(data: Buffer, trun: Box, moof: Box, defaults: TrackDefaults): readonly Sample[] {
  const { version, flags } = fullBoxHeader(data, trun);
  const count = data.readUInt32BE(trun.body + 4);
  let at = trun.body + 8;
  if (!(flags & trunFlag.dataOffset)) throw packageFailed('A run of samples has no data offset');
  let offset = moof.start + data.readInt32BE(at);
  at += 4;
  let firstFlags: number | undefined;
  if (flags & trunFlag.firstSampleFlags) {
    firstFlags = data.readUInt32BE(at);
    at += 4;
  }
  if (at + count * sampleBytes(flags) > trun.end) throw packageFailed('A run of samples is cut off');
  const next = (present: number, fallback: number): number => {
    if (!(flags & present)) return fallback;
    at += 4;
    return data.readUInt32BE(at - 4);
  };
  if (!(flags & trunFlag.duration) && defaults.durationAt === undefined)
    throw packageFailed('A fragment does not say how long its samples last');
  return Array.from({ length: count }, (_, index) => {
    const durationTicks = next(trunFlag.duration, defaults.duration);
    const bytes = next(trunFlag.size, defaults.size);
    const sampleFlags = next(trunFlag.flags, index === 0 && firstFlags !== undefined ? firstFlags : defaults.flags);
    const composition = next(trunFlag.compositionOffset, 0);
    const sample = {
      durationTicks,
      bytes,
      sync: !(sampleFlags & nonSync),
      flags: sampleFlags,
      compositionOffset: version === 0 ? composition : composition | 0,
      offset,
    };
    offset += bytes;
    return sample;
  });
}

function sampleBytes(flags: number): number {
  return (
    [trunFlag.duration, trunFlag.size, trunFlag.flags, trunFlag.compositionOffset].filter((flag) => flags & flag)
      .length * 4
  );
}

/**
 * Puts a segment on the time line that starts at 0 and numbers its fragments on from `sequenceNumber`, in place.
 * @throws ProblemError package_failed when a fragment begins before `originTicks`
 */
export function rebaseSegment(
  data: Buffer,
  fragments: readonly Fragment[],
  originTicks: number,
  sequenceNumber: number,
): void {
  fragments.forEach(({ moof, decodeTime }, index) => {
    if (decodeTime < originTicks)
      throw packageFailed(`A fragment begins at ${decodeTime}, before the time line does (${originTicks})`);
    data.writeUInt32BE(sequenceNumber + index, requireBox(data, ['mfhd'], moof).body + 4);
    const tfdt = requireBox(data, ['traf', 'tfdt'], moof);
    writeDecodeTime(data, tfdt, decodeTime - originTicks);
  });
}

function writeDecodeTime(data: Buffer, tfdt: Box, ticks: number): void {
  if (fullBoxHeader(data, tfdt).version === 1) data.writeBigUInt64BE(BigInt(ticks), tfdt.body + 4);
  else data.writeUInt32BE(ticks, tfdt.body + 4);
}

/** When the pictures of a segment are to be shown, in ticks of the time line that its decode times are on. */
export interface ShownTimes {
  /** How much later the packager shows each, edit list apart, to have decoded it by then. */
  readonly delayTicks: number;
  /** When the first picture of each fragment is to be shown, and at the end when the last fragment is over. */
  readonly bounds: readonly number[];
}

/**
 * The segment with decode times that need no edit list; what is shown, and when, stays as it is.
 *
 * B-frames are decoded in another order than they are shown in, so that decoding has to be some frames ahead. The
 * packager therefore shows everything some frames late, and takes that back by an edit list. Not all players read that
 * (GStreamer shows the pictures 83 ms after their sound). Signed composition offsets (ISO/IEC 14496-12 §8.8.8, version
 * 1) could do without one, but FFmpeg and GStreamer then move all pictures by the largest of them: as late as before,
 * and FFmpeg's players with it. So here every fragment begins to be decoded when its first picture is shown, with the
 * first few samples in quick succession, until decoding is as far ahead as it has to be; the last one lasts longer for
 * it. No offset is below 0, and a decode time says what it seems to say.
 * @throws ProblemError package_failed when a fragment does not begin to be shown at its time, or a picture would have
 * to be shown before it is decoded
 */
export function withoutDelay(data: Buffer, init: InitSegment, { delayTicks, bounds }: ShownTimes): Buffer {
  let changed = data;
  for (const index of readMediaSegment(data, init).keys()) {
    const fragment = readMediaSegment(changed, init)[index] as Fragment;
    const [begin, end] = [bounds[index], bounds[index + 1]];
    if (begin === undefined || end === undefined)
      throw packageFailed(`A segment has ${index + 1} fragments instead of ${bounds.length - 1}`);
    writeDecodeTime(changed, requireBox(changed, ['traf', 'tfdt'], fragment.moof), begin);
    changed = withSamples(changed, fragment, retimed(fragment, delayTicks, begin, end));
  }
  return changed;
}

function retimed(fragment: Fragment, delayTicks: number, begin: number, end: number): readonly Sample[] {
  let packaged = fragment.decodeTime;
  const times = fragment.samples.map(({ durationTicks, compositionOffset }) => {
    const decoded = packaged - delayTicks;
    packaged += durationTicks;
    return { decoded, shown: decoded + compositionOffset };
  });
  if (times[0]?.shown !== begin)
    throw packageFailed(`A fragment shows its first picture at tick ${times[0]?.shown} instead of ${begin}`);
  // All those that would be decoded before the second picture is shown share the time until then.
  const second = Math.min(end, ...times.slice(1).map(({ shown }) => shown));
  const early = times.filter(({ decoded }) => decoded < second).length;
  const decodeTimes = times.map(({ decoded }, index) =>
    Math.max(decoded, begin + Math.floor((index * (second - begin)) / early)),
  );
  return fragment.samples.map((sample, index) => {
    const decoded = decodeTimes[index] as number;
    const durationTicks = (decodeTimes[index + 1] ?? end) - decoded;
    const compositionOffset = (times[index] as { readonly shown: number }).shown - decoded;
    if (durationTicks < 1 || compositionOffset < 0)
      throw packageFailed(`A picture is decoded at tick ${decoded}, which is too late to be shown in its place`);
    return { ...sample, durationTicks, compositionOffset };
  });
}

/** The segment with other durations and composition offsets for the samples of one fragment. */
function withSamples(data: Buffer, { moof }: Fragment, samples: readonly Sample[]): Buffer {
  const traf = requireBox(data, ['traf'], moof);
  const trun = requireBox(data, ['trun'], traf);
  const { dataOffset, duration, size, flags, compositionOffset } = trunFlag;
  const packagedOffset = data.readInt32BE(trun.body + 8);
  const run = (offset: number): Buffer =>
    makeBox(
      'trun',
      words(
        dataOffset | duration | size | flags | compositionOffset,
        samples.length,
        offset,
        ...samples.flatMap((sample) => [sample.durationTicks, sample.bytes, sample.flags, sample.compositionOffset]),
      ),
    );
  // The media data stands as much further as the run is longer.
  const added = run(0).length - (trun.end - trun.start);
  return withBytes(data, [moof, traf], trun.start, trun.end, run(packagedOffset + added));
}

/** 32 bits each; the first is version 0 and flags. */
function words(...values: readonly number[]): Buffer {
  const data = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) data.writeUInt32BE(value, index * 4);
  return data;
}
