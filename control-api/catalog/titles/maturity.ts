/** Ages in years from which on titles may be watched, as profiles have them for limits. */
export const maturities = [0, 6, 12, 16, 18] as const;
/** An age in years from which on a title may be watched. */
export type Maturity = (typeof maturities)[number];

/** What nobody has looked at may be anything. */
const unrated: Maturity = 18;

/**
 * From which age on a title may be watched: nothing of a series is for younger people than the series is.
 * @param chain what was said of the title, of what it is a part of, and so on up to the root
 */
export function effectiveMaturity(chain: readonly (number | null)[]): number {
  const said = chain.filter((age) => age !== null);
  return chain.at(-1) === null ? unrated : Math.max(...said);
}
