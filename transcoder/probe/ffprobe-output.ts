import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import type { Rational } from '../plan.ts';

/** What ffprobe is asked about the file as a whole and its tracks. */
export const headerEntries = [
  'format=start_time,duration',
  'stream=index,codec_type,codec_name,codec_tag,width,height,sample_aspect_ratio,pix_fmt,bits_per_raw_sample,field_order,color_range,' +
    'color_space,color_transfer,color_primaries,r_frame_rate,avg_frame_rate,nb_frames,duration,channels,channel_layout,sample_rate',
  'stream_disposition=attached_pic,default,forced,hearing_impaired',
  'stream_tags=language,LANGUAGE,title,TITLE,DURATION',
  'stream_side_data=side_data_type,displaymatrix,dv_profile,dv_bl_signal_compatibility_id',
].join(':');

/** What it is asked about the first decoded pictures. */
export const frameEntries =
  'frame=best_effort_timestamp_time,width,height,pix_fmt,interlaced_frame,sample_aspect_ratio,color_range,color_space,color_transfer,color_primaries';

const text = Type.Optional(Type.String({ maxLength: 65_536 }));
const number = Type.Optional(Type.Number());

const streamSchema = Type.Object({
  index: Type.Integer({ minimum: 0 }),
  codec_type: text,
  codec_name: text,
  codec_tag: text,
  width: number,
  height: number,
  sample_aspect_ratio: text,
  pix_fmt: text,
  bits_per_raw_sample: text,
  field_order: text,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  r_frame_rate: text,
  avg_frame_rate: text,
  nb_frames: text,
  duration: text,
  channels: number,
  channel_layout: text,
  sample_rate: text,
  disposition: Type.Optional(Type.Record(Type.String(), Type.Number())),
  tags: Type.Optional(Type.Record(Type.String(), Type.String())),
  side_data_list: Type.Optional(
    Type.Array(
      Type.Object({
        side_data_type: text,
        displaymatrix: text,
        dv_profile: number,
        dv_bl_signal_compatibility_id: number,
      }),
    ),
  ),
});

const headerSchema = Type.Object({
  format: Type.Optional(Type.Object({ start_time: text, duration: text })),
  streams: Type.Optional(Type.Array(streamSchema, { maxItems: 10_000 })),
});

const framesSchema = Type.Object({
  frames: Type.Optional(
    Type.Array(
      Type.Object({
        best_effort_timestamp_time: text,
        width: number,
        height: number,
        pix_fmt: text,
        interlaced_frame: number,
        sample_aspect_ratio: text,
        color_range: text,
        color_space: text,
        color_transfer: text,
        color_primaries: text,
      }),
    ),
  ),
});

export type ProbedStream = Static<typeof streamSchema>;
export type ProbedHeader = Static<typeof headerSchema>;
export type ProbedFrame = NonNullable<Static<typeof framesSchema>['frames']>[number];

function parse<T extends typeof headerSchema | typeof framesSchema>(schema: T, json: string): Static<T> {
  const value: unknown = JSON.parse(json);
  if (!Value.Check(schema, value)) throw new Error('ffprobe answered in a form that is not known');
  return value as Static<T>;
}

export const parseHeader = (json: string): ProbedHeader => parse(headerSchema, json);
export const parseFrames = (json: string): readonly ProbedFrame[] => parse(framesSchema, json).frames ?? [];

/** `30000/1001` or `4:3` as a fraction; undefined for `0/0`, `N/A`, and what is not positive. */
export function parseRational(value: string | undefined): Rational | undefined {
  const match = /^(\d+)[/:](\d+)$/.exec(value ?? '');
  const [num, den] = [Number(match?.[1]), Number(match?.[2])];
  return match && num > 0 && den > 0 ? { num, den } : undefined;
}

/** A number written as text, or undefined. */
export function parseNumber(value: string | undefined): number | undefined {
  const parsed = Number(value);
  return value === undefined || value.trim() === '' || !Number.isFinite(parsed) ? undefined : parsed;
}

/** Seconds of Matroska's `DURATION` tag, `00:01:02.500000000`. */
export function parseClockTime(value: string | undefined): number | undefined {
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(value ?? '');
  return match ? Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]) : undefined;
}
