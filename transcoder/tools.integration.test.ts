import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { OperatorError } from '../server/kit/errors.ts';
import { findTools, inspectTools, releaseNumbers } from './tools.ts';

const nothing = { ffmpeg: '', ffprobe: '', packager: '', folders: [] };

function script(folder: string, name: string, body: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

t.test('finds what is installed', async (t) => {
  const tools = await findTools(nothing);
  t.match(tools, {
    ffmpeg: { path: /^\//, version: /\d/ },
    ffprobe: { version: /\d/ },
    packager: { origin: 'node_modules', version: /\d/ },
  });
});

t.test('says what is missing and what to install', async (t) => {
  const folder = t.testdir();
  const error: unknown = await findTools({
    ...nothing,
    ffmpeg: path.join(folder, 'gone'),
    ffprobe: '/bin/true',
    packager: path.join(folder, 'gone'),
  }).catch((thrown: unknown) => thrown);
  t.ok(error instanceof OperatorError);
  t.match(error, { message: /gone[^]*apt-get install ffmpeg[^]*ffprobe[^]*npm install/ });
  const old = await inspectTools({
    ...nothing,
    ffmpeg: script(folder, 'old', 'echo "ffmpeg version 3.4.8-0ubuntu0.2 Copyright"'),
  });
  t.match(old[0], { name: 'ffmpeg', problem: /3\.4\.8.*too old/ });
  const bare = script(
    folder,
    'bare',
    'case "$*" in *-encoders*) echo " V..... mpeg4 x";; *-filters*) echo " ... fps V->V x";; *) echo "ffmpeg version 7.1 Copyright";; esac',
  );
  await t.rejects(findTools({ ...nothing, ffmpeg: bare }), {
    name: 'OperatorError',
    message: /built without libx264, aac, bwdif, tpad/,
  });
});

t.test('what an older ffmpeg calls its options', async (t) => {
  const body = (version: string) =>
    `case "$*" in *-encoders*) echo " V..... libx264 x"; echo " A..... aac x";; *-filters*) for f in fps bwdif tpad; do echo " ... $f V->V x"; done;; *) echo "ffmpeg version ${version} Copyright";; esac`;
  const folder = t.testdir();
  t.match(await findTools({ ...nothing, ffmpeg: script(folder, 'v4', body('4.4.2')) }), {
    passFrames: ['-vsync', 'passthrough'],
    canToneMap: false,
  });
  t.match(await findTools({ ...nothing, ffmpeg: script(folder, 'v7', body('n7.1-3-g1')) }), {
    passFrames: ['-fps_mode', 'passthrough'],
  });
  t.match(await findTools({ ...nothing, ffmpeg: script(folder, 'git', body('N-109000-gabc')) }), {
    passFrames: ['-fps_mode', 'passthrough'],
  });
});

t.test('a program that needs folders of its own says which setting shows them to it', async (t) => {
  const { confinement } = await findTools(nothing);
  if (!confinement.hidesFiles) {
    t.pass('every folder is seen here');
    return;
  }
  const folder = t.testdir({ lib: { words: 'ffmpeg version 7.1 Copyright\n' } });
  const body = `case "$*" in *-encoders*) echo " V..... libx264 x"; echo " A..... aac x";; *-filters*) for f in fps bwdif tpad; do echo " ... $f V->V x"; done;; *) read words < ${folder}/lib/words && echo "$words";; esac`;
  const ffmpeg = script(folder, 'wrapper', body);
  await t.rejects(findTools({ ...nothing, ffmpeg }), { name: 'OperatorError', message: /wrapper .*tools\.folders/ });
  t.match(await findTools({ ...nothing, ffmpeg, folders: [path.join(folder, 'lib')] }), { ffmpeg: { version: '7.1' } });
});

t.test('version numbers', async (t) => {
  t.strictSame(releaseNumbers('5.1.9-0+deb12u1'), { major: 5, minor: 1 });
  t.strictSame(releaseNumbers('n6.0'), { major: 6, minor: 0 });
  t.equal(releaseNumbers('N-109000-gabc'), undefined);
});
