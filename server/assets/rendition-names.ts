/**
 * Names of renditions: `v<short side in pixels>-<cap in kb/s>` for video, `a<track>-<quality>` for audio, `s-<digest of
 * what is in it>` for subtitles: with other texts they are another rendition, and who plays the one before goes on. A
 * name is unique in its version, is the rendition's folder in storage and stands in URLs, so it is made of `[a-z0-9-]`.
 * What a name stands for is read here.
 */
export type RenditionName =
  | { readonly kind: 'video'; readonly shortSide: number; readonly kilobits: number }
  | { readonly kind: 'audio'; readonly track: number; readonly quality: string }
  | { readonly kind: 'text'; readonly digest: string };

/**
 * @param rendition `maxBitrate` in bits per second, `shortSide` in pixels
 * @param taken names of the same version that are given already: a second one of the same size and cap gets a letter
 */
export function videoRenditionName(
  rendition: { readonly shortSide: number; readonly maxBitrate: number },
  taken: ReadonlySet<string> = new Set(),
): string {
  let name = `v${rendition.shortSide}-${Math.round(rendition.maxBitrate / 1000)}`;
  while (taken.has(name)) name += 'b';
  return name;
}

/** @param quality names the set of renditions across tracks, e.g. `128` */
export function audioRenditionName(track: number, quality: string): string {
  return `a${track}-${quality}`;
}

/** @param digest of everything that is in its folder, as 64 digits of base 16: the first half of them is plenty */
export function textRenditionName(digest: string): string {
  return `s-${digest.slice(0, 32)}`;
}

const grammar =
  /^(?:v(?<shortSide>[1-9][0-9]{0,4})-(?<kilobits>[0-9]{1,7})b*|a(?<track>[0-9]{1,4})-(?<quality>[a-z0-9-]{1,32})|s-(?<digest>[0-9a-f]{32}))$/;

/** What a name stands for; undefined when it is not the name of a rendition. */
export function readRenditionName(name: string): RenditionName | undefined {
  const groups = grammar.exec(name)?.groups;
  if (!groups) return undefined;
  const { shortSide, kilobits, track, quality, digest } = groups;
  if (digest !== undefined) return { kind: 'text', digest };
  return shortSide === undefined
    ? { kind: 'audio', track: Number(track), quality: quality as string }
    : { kind: 'video', shortSide: Number(shortSide), kilobits: Number(kilobits) };
}
