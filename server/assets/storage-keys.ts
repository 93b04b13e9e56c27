/**
 * Where everything lies in storage. A key is `/`-separated, relative, and made by the server only:
 *
 *     sources/<uploadId>                                  an upload, at the latest from its last byte on
 *     work/<versionId>/<renditionName>/<00000>.ts         encoded chunks, collected once the version is published
 *     assets/<assetId>/<versionId>/<file>                 what the origin serves
 *     assets/<assetId>/<versionId>/stills/<00000>.jpg     pictures of it, which the origin does not serve
 *     pictures/<hash>/<try>-<width>.<format>              posters and the like, by the hash of what they show
 *     data-copies/<accountId>/<copyId>/<try>.json         what is known of a person, made for them; not under `assets/`,
 *                                                         so no playback token leads there
 */
export function sourceKey(uploadId: string): string {
  return `sources/${uploadId}`;
}

/** Everything that is encoded for a version and not yet published. */
export function workPrefix(versionId: string): string {
  return `work/${versionId}/`;
}

/** One encoded chunk of one rendition (MPEG-TS), numbered from 0. */
export function chunkKey(versionId: string, renditionName: string, index: number): string {
  return `work/${versionId}/${renditionName}/${String(index).padStart(5, '0')}.ts`;
}

/** Everything that was published of an asset. */
export function assetPrefix(assetId: string): string {
  return `assets/${assetId}/`;
}

/** Everything that was published of one version. */
export function versionPrefix(assetId: string, versionId: string): string {
  return `assets/${assetId}/${versionId}/`;
}

/** The picture that was taken from a video chunk of a version (JPEG). */
export function stillKey(assetId: string, versionId: string, chunk: number): string {
  return `${versionPrefix(assetId, versionId)}stills/${String(chunk).padStart(5, '0')}.jpg`;
}

/** A published file, e.g. `master.m3u8`, `manifest.mpd`, `v720-3000/00001.m4s`. */
export function publishedKey(assetId: string, versionId: string, file: string): string {
  return `${versionPrefix(assetId, versionId)}${file}`;
}

/** Every picture of the catalogue. */
export const picturesPrefix = 'pictures/';

/**
 * One size and format of a picture. Each try to make it has keys of its own (`attempt`): so nothing is ever written
 * over, and what a kill left behind can be removed while another one makes the same picture.
 */
export function pictureKey(hash: string, attempt: string, file: string): string {
  return `${picturesPrefix}${hash}/${attempt}-${file}`;
}

/** Every copy of somebody's data. */
export const dataCopiesPrefix = 'data-copies/';

/** Every copy of the data of one account. */
export function dataCopiesOf(accountId: string): string {
  return `${dataCopiesPrefix}${accountId}/`;
}

/** A copy of somebody's data. Each try to make it has a key of its own, so that no other one is written over. */
export function dataCopyKey(accountId: string, copyId: string, attempt: string): string {
  return `${dataCopiesOf(accountId)}${copyId}/${attempt}.json`;
}
