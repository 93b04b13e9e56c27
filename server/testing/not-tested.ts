import type { Test } from 'tap';

/**
 * Says that something could not be tried because this machine lacks what it needs: `t` fails where the environment
 * variable CI is set, elsewhere it is said loudly.
 */
export function notTested(t: Pick<Test, 'fail' | 'comment'>, reason: string): undefined {
  if (process.env['CI']) t.fail(reason);
  else t.comment(`SKIPPED: ${reason}`);
  return undefined;
}
