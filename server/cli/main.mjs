// What `node server/main.ts` runs: that name is a link to this file, because an older Node can neither read TypeScript
// nor say so in words. Plain JavaScript, so that every Node gets this far.

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  const { run } = await import('./commands.ts');
  process.exitCode = await run(process.argv.slice(2));
} else {
  const { existsSync } = await import('node:fs');
  const { fileURLToPath } = await import('node:url');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const pinned = `${root}node_modules/node/bin/node`;
  if (existsSync(pinned)) {
    const { handOver } = await import('./setup/hand-over.mjs');
    await handOver(pinned, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], root);
  } else {
    console.error(
      `Dramabox runs on Node 22.18 or newer; this is ${process.version}. Its own Node comes with \`npm ci\`: then this command works here, too.`,
    );
    process.exitCode = 1;
  }
}
