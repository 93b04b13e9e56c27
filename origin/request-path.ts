import { readManifestName } from '../server/assets/manifest-names.ts';
import { readRenditionName } from '../server/assets/rendition-names.ts';

/** What is asked for, as the path says it: nothing here is trusted until the token confirms it. */
export interface RequestPath {
  readonly token: string;
  readonly assetId: string;
  readonly versionId: string;
  /** Inside the version: `master.m3u8`, `v720-3000/00001.m4s`. */
  readonly file: string;
  /** Its folder: a rendition's name, or empty for the manifests above them. */
  readonly folder: string;
  readonly kind: 'segment' | 'manifest';
  readonly contentType: string;
  /**
   * Short side in pixels up to which a token must allow video to be given this file: the rendition's own, or the
   * highest that a manifest offers. 0 for audio and subtitles; Infinity for manifests that offer all, and for folders whose names
   * are no rendition's.
   */
  readonly rung: number;
}

/** Every path of ours starts with this, literally. */
export const originPrefix = '/s/';

const maxPathCharacters = 1024;

/**
 * The whole grammar. It has no `%`, no `\`, no empty part and no dot segment, so there is nothing to decode or
 * normalise, and what is authorised is, letter for letter, what is read from storage.
 */
const grammar = new RegExp(
  '^/s/(?<token>[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*)/(?<asset>[A-Za-z0-9_-]{1,64})/(?<version>[A-Za-z0-9_-]{1,64})/(?<file>' +
    'master(?:-[1-9][0-9]{0,4})?\\.m3u8|manifest(?:-[1-9][0-9]{0,4})?\\.mpd' +
    '|(?<folder>[a-z0-9-]{1,64})/(?:(?:index|iframes)\\.m3u8|init\\.mp4|[0-9]{1,10}\\.m4s|[0-9]{1,10}\\.vtt|all\\.vtt))$',
);

function describe(file: string, folder: string | undefined): Pick<RequestPath, 'kind' | 'contentType' | 'rung'> {
  const everything = Number.POSITIVE_INFINITY;
  if (folder === undefined) {
    const contentType = file.endsWith('.mpd') ? 'application/dash+xml' : 'application/vnd.apple.mpegurl';
    return { kind: 'manifest', contentType, rung: readManifestName(file)?.rung ?? everything };
  }
  const rendition = readRenditionName(folder);
  const rung = rendition?.kind === 'video' ? rendition.shortSide : rendition ? 0 : everything;
  if (file.endsWith('.vtt')) return { kind: 'segment', contentType: 'text/vtt', rung };
  const isAudio = rendition?.kind === 'audio';
  return file.endsWith('.m3u8')
    ? { kind: 'manifest', contentType: 'application/vnd.apple.mpegurl', rung }
    : { kind: 'segment', contentType: isAudio ? 'audio/mp4' : 'video/mp4', rung };
}

/**
 * Reads the path of a request target as the client sent it; undefined for everything that is not exactly
 * `/s/<token>/<asset>/<version>/<file>`. The query is cut off and plays no part (players put CMCD data there).
 */
export function parseRequestPath(target: string): RequestPath | undefined {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (path.length > maxPathCharacters) return undefined;
  const groups = grammar.exec(path)?.groups;
  if (!groups) return undefined;
  const { token, asset, version, file, folder } = groups as {
    token: string;
    asset: string;
    version: string;
    file: string;
    folder?: string;
  };
  return { token, assetId: asset, versionId: version, file, folder: folder ?? '', ...describe(file, folder) };
}
