import type { VideoInfo } from '../../server/assets/media-info.ts';
import { parseRational, type ProbedFrame, type ProbedStream } from './ffprobe-output.ts';
import type { MatroskaVideo } from './matroska-video.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Aspects that differ by no more are one: samples that are nearly square, and rounding. */
const sameAspect = 0.02;

/**
 * Square samples: the larger of the two sides keeps its detail. An anamorphic picture is widened, or heightened, never
 * shrunk.
 * @param ratio of a sample's width to its height
 */
const squared = ({ width, height }: Size, ratio: number): Size =>
  ratio >= 1
    ? { width: Math.round(width * ratio), height }
    : { width, height: Math.max(1, Math.round(height / ratio)) };

function codedSize(frame: ProbedFrame, stream: ProbedStream): Size {
  return { width: frame.width ?? stream.width ?? 0, height: frame.height ?? stream.height ?? 0 };
}

function sampleAspect(frame: ProbedFrame, stream: ProbedStream): number {
  const aspect = parseRational(frame.sample_aspect_ratio) ?? parseRational(stream.sample_aspect_ratio);
  return aspect ? aspect.num / aspect.den : 1;
}

/**
 * The part of the coded picture that a Matroska file wants shown, undefined when it is all of it, or when what it says
 * does not fit the picture.
 */
function cropOf(coded: Size, said: MatroskaVideo | undefined): VideoInfo['crop'] {
  if (!said || said.width !== coded.width || said.height !== coded.height) return undefined;
  const { left, right, top, bottom } = said;
  const [width, height] = [coded.width - left - right, coded.height - top - bottom];
  if (left + right + top + bottom === 0 || width < 1 || height < 1) return undefined;
  const display = said.display ?? { width, height };
  return { left, right, top, bottom, aspect: { num: display.width, den: display.height } };
}

/** How a picture is shown, before it is turned. */
function displaySize(frame: ProbedFrame, stream: ProbedStream, crop: VideoInfo['crop']): Size {
  const coded = codedSize(frame, stream);
  if (!crop) return squared(coded, sampleAspect(frame, stream));
  const left = { width: coded.width - crop.left - crop.right, height: coded.height - crop.top - crop.bottom };
  return squared(left, (crop.aspect.num * left.height) / (crop.aspect.den * left.width));
}

export interface Geometry {
  /** The frame that all pictures of the title are shown in, before it is turned. */
  readonly frame: Size;
  readonly crop: VideoInfo['crop'];
  /** Pictures of other sizes, or of other aspects, were found. */
  readonly changes: 'no' | 'size' | 'aspect';
}

/**
 * The frame that a source's pictures fit into: of the aspect that most of them have (of the first, where it is even),
 * as large as the largest of these.
 * @param samples pictures from all over the source, the first ones first
 */
export function geometryOf(
  stream: ProbedStream,
  samples: readonly ProbedFrame[],
  said: MatroskaVideo | undefined,
): Geometry {
  const first = samples[0] ?? {};
  const crop = cropOf(codedSize(first, stream), said);
  const sizes = samples.map((frame) => displaySize(frame, stream, crop)).filter((size) => size.width * size.height > 0);
  if (sizes.length === 0) return { frame: displaySize(first, stream, crop), crop, changes: 'no' };
  const isLike = (a: Size, b: Size) => Math.abs((a.width * b.height) / (a.height * b.width) - 1) <= sameAspect;
  const alike = sizes.map((size) => sizes.filter((other) => isLike(size, other)));
  const most = alike.reduce((best, group) => (group.length > best.length ? group : best));
  const frame = most.reduce((largest, size) =>
    size.width * size.height > largest.width * largest.height ? size : largest,
  );
  const isSame = sizes.every(({ width, height }) => width === frame.width && height === frame.height);
  return { frame, crop, changes: most.length < sizes.length ? 'aspect' : isSame ? 'no' : 'size' };
}
