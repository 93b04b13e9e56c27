/** The current time, injectable so that tests decide what time it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch (UTC). */
  now(): number;
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };

/** Stops the whole thread, timers and requests included, for a few milliseconds: for waits inside synchronous calls. */
export function pauseThread(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Milliseconds since the epoch as the UTC ISO 8601 string that the JSON API uses. */
export function toIso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
