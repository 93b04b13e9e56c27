/**
 * The whole grammar of what is kept: published files, `assets/<asset>/<version>/[<rendition>/]<file>`, and pictures,
 * `pictures/<hash>/<file>`.
 */
const keyGrammar =
  /^assets\/([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})\/(?:([a-z0-9-]{1,64})\/)?([a-z0-9-]{1,64}\.[a-z0-9]{1,8})$/;
const pictureGrammar = /^pictures\/([0-9a-f]{40})\/([a-z0-9-]{1,64}\.[a-z0-9]{1,8})$/;
const pathGrammar =
  /^([A-Za-z0-9_-]{1,64})\/([A-Za-z0-9_-]{1,64})\/([a-z0-9-]{0,64})~([a-z0-9-]{1,64}\.[a-z0-9]{1,8})$/;

/**
 * Where an object lies in the folder of the disk cache: `<asset>/<version>/<rendition>~<file>`, so that an asset or a
 * version is dropped by removing one folder. Pictures lie as if they were an asset called `pictures`, which none is. Undefined for keys that are not kept: nothing that is no published file
 * becomes a path.
 */
export function pathOfKey(key: string): string | undefined {
  const picture = pictureGrammar.exec(key);
  if (picture) return `pictures/${picture[1]}/~${picture[2]}`;
  const parts = keyGrammar.exec(key);
  if (!parts) return undefined;
  const [, asset, version, rendition = '', file] = parts;
  return `${asset}/${version}/${rendition}~${file}`;
}

/** The key of a file in that folder; undefined for what is not ours. */
export function keyOfPath(path: string): string | undefined {
  const parts = pathGrammar.exec(path);
  if (!parts) return undefined;
  const [, asset, version, rendition, file] = parts;
  if (asset === 'pictures') return rendition ? undefined : `pictures/${version}/${file}`;
  return `assets/${asset}/${version}/${rendition ? `${rendition}/` : ''}${file}`;
}

/** The folder of everything below `assets/<asset>/` or `assets/<asset>/<version>/`; undefined for other prefixes. */
export function folderOfPrefix(prefix: string): string | undefined {
  return /^assets\/([A-Za-z0-9_-]{1,64}(?:\/[A-Za-z0-9_-]{1,64})?)\/$/.exec(prefix)?.[1];
}
