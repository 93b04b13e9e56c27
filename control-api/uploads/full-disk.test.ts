import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import t from 'tap';

t.test('a full disk', async (t) => {
  // A file system of 4 MiB in a mount namespace of its own: it is gone with the child, whatever happens.
  const rootless = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const folder = t.testdir();
  const mount = 'mount -t tmpfs -o size=4m tmpfs "$1"';
  const possible = spawnSync('unshare', [...rootless, '--mount', 'sh', '-c', mount, 'sh', folder]);
  if (possible.status !== 0) {
    const reason = `no file system can be mounted here (${possible.error?.message ?? possible.stderr.toString().trim()}): THE FULL DISK WAS NOT TESTED`;
    if (process.env['CI']) t.fail(reason);
    else t.comment(`SKIPPED: ${reason}`);
    return;
  }
  const script = path.join(import.meta.dirname, 'testing', 'full-disk-process.ts');
  const child = spawn('unshare', [...rootless, '--mount', 'sh', '-c', `${mount} && exec "$2" "$3" "$1"`, 'sh', folder, process.execPath, script]);
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { printed += text; });
  const [code] = await once(child, 'close') as [number];
  t.equal(code, 0, printed);
});
