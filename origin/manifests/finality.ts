/**
 * Whether a manifest says that nothing will be added to it: a media playlist by EXT-X-ENDLIST (RFC 8216 §4.3.3.4), an
 * MPD by being static (ISO/IEC 23009-1, the default). A multivariant playlist has no such tag, but ours says where to
 * begin (EXT-X-START) as long as its title grows.
 */
export function isFinal(manifest: string): boolean {
  if (manifest.startsWith('#EXTM3U')) {
    if (/^#EXT-X-STREAM-INF:/m.test(manifest)) return !/^#EXT-X-START:/m.test(manifest);
    return /^#EXT-X-ENDLIST[ \t]*$/m.test(manifest.replaceAll('\r', ''));
  }
  const root = /<(?:[A-Za-z]\w*:)?MPD\b[^>]*>/.exec(manifest)?.[0];
  return root !== undefined && !/\stype\s*=\s*["']dynamic["']/.test(root);
}
