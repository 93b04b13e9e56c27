import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';

const audioTrack = Type.Object({
  track: Type.Integer(),
  language: Type.String(),
  label: Type.String(),
  isDefault: Type.Boolean(),
});

/** An audio track of a version, as its plan says it: of the plan only this is read outside of the transcoder. */
export type AudioTrack = Readonly<Static<typeof audioTrack>>;

const plan = Compile(Type.Object({ audio: Type.Array(audioTrack) }));

/**
 * The audio tracks of a version, from its plan.
 * @throws Error when it is no plan
 */
export function readAudioTracks(json: string): readonly AudioTrack[] {
  const value: unknown = JSON.parse(json);
  if (!plan.Check(value)) throw new Error('The stored plan has an unknown shape');
  return value.audio.map(({ track, language, label, isDefault }) => ({ track, language, label, isDefault }));
}
