import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureWebApps } from './web-apps.mjs';
import { ensurePackages } from './packages.mjs';
import { handOver } from './hand-over.mjs';
import { ensurePrograms } from './programs.mjs';
import { ensureTestRunner } from './test-runner.mjs';

/** The checkout this file stands in. */
const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** @typedef {(args: readonly string[]) => Promise<void>} Command */

/**
 * @param {string} file relative to the checkout
 * @param {readonly string[]} first
 * @param {(node: string) => Promise<void>} [prepare] what must be there before
 * @returns {Command}
 */
function script(file, first = [], prepare = async () => {}) {
  return async (args) => {
    const node = await ensurePackages(root);
    await prepare(node);
    await handOver(node, [path.join(root, file), ...first, ...args], root);
  };
}

const demo = script('server/cli/demo.ts', [], async (node) => {
  await ensurePrograms(['ffmpeg'], root, { required: true });
  await ensureWebApps(root, node);
});

const bench = script('bench/main.ts', [], () => ensurePrograms(['ffmpeg'], root, { required: true }));

/** npm starts scripts in the checkout's folder; a file is meant relative to where the person is. @param {string} file */
const asTyped = (file) => path.resolve(process.env['INIT_CWD'] ?? process.cwd(), file);

/** What the scripts of package.json can ask for. @type {ReadonlyMap<string, Command>} */
export const commands = new Map(
  Object.entries({
    demo: (args) => demo(args.map(asTyped)),
    start: script('server/main.ts', ['serve'], (node) => ensureWebApps(root, node)),
    migrate: script('server/main.ts', ['migrate']),
    admin: script('server/main.ts', ['admin']),
    doctor: script('server/main.ts', ['doctor']),
    test: script('config/tooling/test.ts', [], async (node) => {
      const always = /** @type {const} */ (['ffmpeg', 'chromium', 'redis', 'postgresql', 'ceph', 'xmllint']);
      // What the bench measures against. Not on people's machines: systems start nginx as they install it.
      const peers = /** @type {const} */ (['nginx', 'wrk']);
      await ensurePrograms([...always, ...(process.env['CI'] ? peers : [])], root, { required: false });
      await ensureTestRunner(root, node);
      await ensureWebApps(root, node);
    }),
    'test-quick': script('config/tooling/test.ts', ['--quick'], (node) => ensureTestRunner(root, node)),
    // The list of scenarios needs nothing.
    bench: (args) => (args.length > 0 ? bench : script('bench/main.ts'))(args),
    check: script('config/tooling/check.ts'),
    format: script('node_modules/prettier/bin/prettier.cjs', ['--write', '--log-level=warn', '.']),
    openapi: (args) => script('server/cli/openapi.ts')(args.length > 0 ? args : ['--write']),
    'example-config': script('config/tooling/example-config.ts', ['--write']),
    'build-web': async () => ensureWebApps(root, await ensurePackages(root), { force: true }),
  }),
);
