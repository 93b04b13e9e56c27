/**
 * The rung that a stream is limited to, in pixels of the short side: the highest one published that does not exceed
 * `topRung`. Below the lowest one it is the lowest: who may watch is shown something. Undefined means that all there
 * is may be shown, which is also so when the highest one published is within the limit: then its viewers share the
 * manifests of those who have no limit.
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
