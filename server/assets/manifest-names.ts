/**
 * Names of a version's manifests. `master.m3u8` and `manifest.mpd` offer every rendition. `master-<rung>.m3u8` and
 * `manifest-<rung>.mpd` offer the video renditions whose short side, as their names say it, is at most `<rung>`
 * pixels, and all audio; there is one for each short side of the version below its highest. Behind a name are the
 * same bytes for everybody, so all who share a rung share its manifests.
 */
export interface ManifestName {
  readonly format: 'hls' | 'dash';
  /** Short side in pixels, at most 99,999, of the highest video renditions that are offered; undefined: all are. */
  readonly rung: number | undefined;
}

/** The HLS multivariant playlist inside a version. */
export function hlsManifest(rung?: number): string {
  return rung === undefined ? 'master.m3u8' : `master-${rung}.m3u8`;
}

/** The DASH manifest inside a version. */
export function dashManifest(rung?: number): string {
  return rung === undefined ? 'manifest.mpd' : `manifest-${rung}.mpd`;
}

const grammars = {
  hls: /^master(?:-(?<rung>[1-9][0-9]{0,4}))?\.m3u8$/,
  dash: /^manifest(?:-(?<rung>[1-9][0-9]{0,4}))?\.mpd$/,
} as const;

/** What a name stands for; undefined when it is not the name of a manifest. */
export function readManifestName(name: string): ManifestName | undefined {
  for (const format of ['hls', 'dash'] as const) {
    const match = grammars[format].exec(name);
    if (!match) continue;
    const rung = match.groups?.['rung'];
    return { format, rung: rung === undefined ? undefined : Number(rung) };
  }
  return undefined;
}
