import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startChild } from '../runner/child-process.ts';
import type { Releasers } from '../runner/releasers.ts';
import { freePort } from './free-port.ts';

/** nginx that serves the files of a folder to who has a signed path. */
export interface Nginx {
  readonly origin: string;
  readonly pid: number;
  /** A signed beginning of paths for one viewer: what follows is the file. */
  prefixFor(viewer: string): string;
}

/** How nginx moves a file to a connection; which one is better depends on the size, so both are measured. */
export const nginxWays = {
  'nginx sendfile': ['sendfile on;', 'tcp_nopush on;'],
  'nginx output_buffers': ['sendfile off;', 'output_buffers 2 1m;'],
} as const;

/** Seconds that a signature is good for. */
const validSeconds = 86_400;
/** Headers that nginx makes by itself, or that belong to one file or answer. */
const ownHeaders =
  /^(content-(type|length|range|encoding)|etag|last-modified|date|connection|keep-alive|accept-ranges|server|transfer-encoding|vary|request-id)$/i;

/** The configuration of one nginx with one worker. It sends what headers we send, and checks a signature as we do. */
export function nginxConfig(options: {
  readonly port: number;
  /** For what it writes. */
  readonly folder: string;
  /** What it serves; as the configuration has it, so without quotes in it. */
  readonly root: string;
  readonly secret: string;
  readonly way: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly isRoot: boolean;
}): string {
  const { port, folder, root, secret, way, headers } = options;
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `daemon off;
worker_processes 1;
${options.isRoot ? 'user root;' : ''}
pid "${folder}/nginx.pid";
error_log stderr notice;
events { worker_connections 4096; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path "${folder}/${name}";`).join('\n')}
  types { video/mp4 m4s mp4; application/vnd.apple.mpegurl m3u8; application/dash+xml mpd; }
${way.map((line) => `  ${line}`).join('\n')}
  keepalive_requests 100000000;
  keepalive_timeout 60s;
  open_file_cache max=50000 inactive=600s;
  open_file_cache_valid 60s;
  server {
    listen 127.0.0.1:${port};
    location ~ "^/s/(?<hash>[A-Za-z0-9_-]+)/(?<expires>[0-9]+)/(?<viewer>[A-Za-z0-9_-]+)(?<file>/.+)$" {
      secure_link $hash,$expires;
      secure_link_md5 "$expires$viewer ${secret}";
      if ($secure_link = "") { return 403; }
      if ($secure_link = "0") { return 410; }
${Object.entries(headers)
  .filter(([name]) => !ownHeaders.test(name))
  .map(([name, value]) => `      add_header ${name} ${JSON.stringify(value)};`)
  .join('\n')}
      alias "${root}$file";
    }
  }
}
`;
}

/** Starts an nginx in a folder of its own. @throws BenchError with what it printed when it does not start */
export async function startNginx(options: {
  readonly name: keyof typeof nginxWays;
  readonly folder: string;
  readonly root: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly releasers: Releasers;
}): Promise<Nginx> {
  const { name, folder, root, headers, releasers } = options;
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const secret = randomBytes(16).toString('hex');
  const file = path.join(folder, 'nginx.conf');
  const isRoot = process.getuid?.() === 0;
  await writeFile(file, nginxConfig({ port, folder, root, secret, way: nginxWays[name], headers, isRoot }), {
    mode: 0o600,
  });
  const child = await startChild({
    name,
    command: 'nginx',
    args: ['-p', folder, '-c', file],
    ready: (line) => (line.includes('start worker process ') ? true : undefined),
    releasers,
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: child.pid,
    prefixFor(viewer) {
      const expires = Math.floor(Date.now() / 1000) + validSeconds;
      const hash = createHash('md5').update(`${expires}${viewer} ${secret}`).digest('base64url');
      return `/s/${hash}/${expires}/${viewer}/`;
    },
  };
}
