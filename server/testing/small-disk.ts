import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';
import { notTested } from './not-tested.ts';

/**
 * Runs a script whose first argument is a folder on a file system of its own that is soon full, and passes when it
 * ends with 0; otherwise what it wrote to standard error says why. The mount lives in a namespace and is gone with the
 * child, whatever happens; outside, the folder stays empty.
 * @param script absolute path of a TypeScript file
 * @returns what the script printed; undefined where nothing can be mounted, which fails in CI
 */
export async function runOnSmallDisk(
  t: Test,
  script: string,
  { folder, mebibytes }: { readonly folder: string; readonly mebibytes: number },
): Promise<string | undefined> {
  const rootless = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const mount = `mount -t tmpfs -o size=${mebibytes}m tmpfs "$1"`;
  const possible = spawnSync('unshare', [...rootless, '--mount', 'sh', '-c', mount, 'sh', folder]);
  if (possible.status !== 0) {
    const why = possible.error?.message ?? possible.stderr.toString().trim();
    return notTested(t, `no file system can be mounted here (${why}): THE FULL DISK WAS NOT TESTED`);
  }
  const child = spawn('unshare', [
    ...rootless,
    '--mount',
    'sh',
    '-c',
    `${mount} && exec "$2" "$3" "$1"`,
    'sh',
    folder,
    process.execPath,
    script,
  ]);
  let output = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  const [code] = (await once(child, 'close')) as [number];
  t.equal(code, 0, `${output}${complaint}`);
  return output;
}
