/**
 * The rung that a stream is limited to, in pixels of the short side: the highest published one that does not exceed
 * `topRung`. When all are larger it is the lowest, because an entitled viewer must see something. Undefined means that
 * every rendition may be shown. That is also so when the limit takes nothing away: such viewers share the manifests of
 * those without a limit.
 *
 * @param published short sides of the version's video renditions, in any order; not empty
 * @param topRung undefined: no limit
 */
export function streamRung(published: readonly number[], topRung: number | undefined): number | undefined {
  if (topRung === undefined) return undefined;
  const within = published.filter((shortSide) => shortSide <= topRung);
  const rung = within.length > 0 ? Math.max(...within) : Math.min(...published);
  return rung === Math.max(...published) ? undefined : rung;
}
