/** Answers of a Redis server that cannot do its work now: it starts, lost its primary, or is full. */
const notNow = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|OOM|MISCONF|BUSY|UNKILLABLE)\b/;

/**
 * Whether a command failed because Redis is away or cannot work now, as against one that was wrong. What such a command
 * was to do may have been done.
 */
export function isRedisAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'ReplyError' ? notNow.test(error.message) : !(error instanceof TypeError);
}
