import { readRenditionName } from '../server/assets/rendition-names.ts';

/** What is asked for, as the path says it: nothing here is trusted until the token confirms it. */
export interface RequestPath {
  readonly token: string;
  readonly assetId: string;
  readonly versionId: string;
  /** Inside the version: `master.m3u8`, `v720-3000/00001.m4s`. */
  readonly file: string;
  readonly kind: 'segment' | 'manifest';
  readonly contentType: string;
}

/** Every path of ours starts with this, literally. */
export const originPrefix = '/s/';

const maxPathCharacters = 1024;

/**
 * The whole grammar. It has no `%`, no `\`, no empty part and no dot segment, so there is nothing to decode or
 * normalise, and what is authorised is, letter for letter, what is read from storage.
 * Red without it: origin/traversal.test.ts, every path of the list and the fuzz test.
 */
const grammar = new RegExp(
  '^/s/(?<token>[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*)/(?<asset>[A-Za-z0-9_-]{1,64})/(?<version>[A-Za-z0-9_-]{1,64})/(?<file>' +
    '(?<manifest>master\\.m3u8|manifest\\.mpd|[a-z0-9-]{1,64}/(?:index|iframes)\\.m3u8)' +
    '|[a-z0-9-]{1,64}/(?:init\\.mp4|[0-9]{1,10}\\.m4s))$',
);

function contentType(file: string): string {
  if (file.endsWith('.m3u8')) return 'application/vnd.apple.mpegurl';
  if (file.endsWith('.mpd')) return 'application/dash+xml';
  const [rendition = ''] = file.split('/', 1);
  return readRenditionName(rendition)?.kind === 'audio' ? 'audio/mp4' : 'video/mp4';
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
  const { token, asset, version, file, manifest } = groups as {
    token: string;
    asset: string;
    version: string;
    file: string;
    manifest?: string;
  };
  return {
    token,
    assetId: asset,
    versionId: version,
    file,
    kind: manifest ? 'manifest' : 'segment',
    contentType: contentType(file),
  };
}
