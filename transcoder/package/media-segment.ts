import { boxes, fullBoxHeader, requireBox, type Box } from './boxes.ts';
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

export interface Sample {
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
    const rebased = decodeTime - originTicks;
    if (fullBoxHeader(data, tfdt).version === 1) data.writeBigUInt64BE(BigInt(rebased), tfdt.body + 4);
    else data.writeUInt32BE(rebased, tfdt.body + 4);
  });
}

/**
 * The segment with all composition times moved by some ticks: for one whose init segment delays B-frames by so much
 * less than the one it is published with.
 */
export function withShiftedComposition(data: Buffer, init: InitSegment, ticks: number): Buffer {
  if (ticks === 0) return data;
  let shifted = data;
  for (const index of readMediaSegment(data, init).keys()) {
    shifted = withSampleField(shifted, init, index, trunFlag.compositionOffset);
    const { moof, samples } = readMediaSegment(shifted, init)[index] as Fragment;
    const trun = requireBox(shifted, ['traf', 'trun'], moof);
    const entry = sampleBytes(fullBoxHeader(shifted, trun).flags);
    // The last field of each entry. Never negative: the first sample shown has at least the delay itself.
    for (const [sample, { compositionOffset }] of samples.entries())
      shifted.writeInt32BE(compositionOffset + ticks, trun.end - (samples.length - sample - 1) * entry - 4);
  }
  return shifted;
}

/**
 * The segment with another duration for its very last sample. MPEG-TS does not tell how long the last frame of a
 * file lasts and the packager guesses, one tick off for rates such as 24000/1001.
 */
export function withLastSampleDuration(data: Buffer, init: InitSegment, durationTicks: number): Buffer {
  const last = readMediaSegment(data, init).length - 1;
  const changed = withSampleField(data, init, last, trunFlag.duration);
  const { moof } = readMediaSegment(changed, init)[last] as Fragment;
  const trun = requireBox(changed, ['traf', 'trun'], moof);
  // The first field of the last entry.
  changed.writeUInt32BE(durationTicks, trun.end - sampleBytes(fullBoxHeader(changed, trun).flags));
  return changed;
}

/** The segment itself if the samples of a fragment have this field, else one where they have every field. */
function withSampleField(data: Buffer, init: InitSegment, index: number, field: number): Buffer {
  const { moof, samples } = readMediaSegment(data, init)[index] as Fragment;
  const traf = requireBox(data, ['traf'], moof);
  const trun = requireBox(data, ['trun'], traf);
  if (fullBoxHeader(data, trun).flags & field) return data;
  const head = Buffer.alloc(20);
  head.writeUInt32BE(head.length + samples.length * 16, 0);
  head.write('trun', 4, 'latin1');
  head.writeUInt8(1, 8);
  head.writeUIntBE(
    trunFlag.dataOffset | trunFlag.duration | trunFlag.size | trunFlag.flags | trunFlag.compositionOffset,
    9,
    3,
  );
  head.writeUInt32BE(samples.length, 12);
  const added = head.readUInt32BE(0) - (trun.end - trun.start);
  head.writeInt32BE(data.readInt32BE(trun.body + 8) + added, 16);
  const entries = samples.map((sample) => {
    const entry = Buffer.alloc(16);
    entry.writeUInt32BE(sample.durationTicks, 0);
    entry.writeUInt32BE(sample.bytes, 4);
    entry.writeUInt32BE(sample.flags, 8);
    entry.writeInt32BE(sample.compositionOffset, 12);
    return entry;
  });
  const rewritten = Buffer.concat([data.subarray(0, trun.start), head, ...entries, data.subarray(trun.end)]);
  for (const box of [moof, traf]) rewritten.writeUInt32BE(box.end - box.start + added, box.start);
  return rewritten;
}
