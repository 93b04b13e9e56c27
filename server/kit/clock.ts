/** The current time, injectable so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch (UTC). */
  now(): number;
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };

/** Milliseconds since the epoch as the UTC ISO 8601 string that the JSON API uses. */
export function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
