import type { EncodingSettings } from '../../server/assets/encoding-settings.ts';
import { videoWarnings, type Warning } from '../../server/assets/warnings.ts';
import type { Ladder } from './ladder-file.ts';

/** The ladder of a version, and why it is another one than was asked for. */
export interface ChosenLadder {
  readonly ladder: Ladder;
  /** What of the settings could be followed. */
  readonly settings: EncodingSettings;
  readonly warnings: readonly Warning[];
}

/**
 * What a video is encoded by: as its title wants it, else as configured. A ladder may have been taken out of the
 * configuration since the title named it; then the video gets the usual one, for a video is better than none.
 */
export function chooseLadder(
  { ladder, ladders }: { readonly ladder: Ladder; readonly ladders: ReadonlyMap<string, Ladder> },
  wanted: EncodingSettings,
): ChosenLadder {
  const { qualityPreset, ladder: name } = wanted;
  const named = name === null ? undefined : ladders.get(name);
  const isGone = name !== null && named === undefined;
  const chosen = named ?? ladder;
  return {
    ladder: qualityPreset === null ? chosen : { ...chosen, preset: qualityPreset },
    settings: { qualityPreset, ladder: isGone ? null : name },
    warnings: isGone ? [videoWarnings.ladder_not_configured({ ladder: name })] : [],
  };
}
