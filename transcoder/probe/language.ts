/** Codes that say "no particular language"; players expect `und`. */
const none = new Set(['und', 'unk', 'mis', 'zxx', 'mul']);

/**
 * A container's language tag (ISO 639-2 in MP4 and Matroska, either alphabet, or BCP 47) as canonical BCP 47:
 * `eng` -> `en`, `ger` and `deu` -> `de`. `und` for whatever is not a language.
 */
export function normalizeLanguage(tag: string | undefined): string {
  const trimmed = (tag ?? '').trim().replaceAll('_', '-');
  if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(trimmed)) return 'und';
  try {
    const canonical = Intl.getCanonicalLocales(trimmed)[0] ?? 'und';
    return none.has(canonical) ? 'und' : canonical;
  } catch {
    return 'und';
  }
}
