// Loaded into quick tests: they start no ffmpeg, browser or server, or they would not stay quick. A file that needs one
// says so by its name, *.integration.test.ts or *.serial.test.ts.
import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const programs =
  /^(ffmpeg|ffprobe|packager[\w-]*|chrom(e|ium)[\w-]*|google-chrome[\w-]*|postgres|initdb|pg_ctl|redis-server)$/;
const servers = /(^|\/)server\/(main|cli\/(demo|serve))\.ts$/;

/** @param {readonly unknown[]} argv the program and its arguments */
function refuse(argv) {
  const words = argv.map(String);
  // An argument counts when it is a path: a program that is started by way of another one (prlimit, setpriv).
  const named = words.filter((word, index) => index === 0 || path.isAbsolute(word));
  const found =
    named.find((word) => programs.test(path.basename(word))) ??
    words.find((word) => servers.test(word) && words.includes('serve'));
  if (found !== undefined)
    throw new Error(
      `A quick test starts no ${path.basename(found)}: call the file *.integration.test.ts (config/README.md)`,
    );
}

// Every asynchronous start goes through this method, which Node's types do not tell of.
const prototype = /** @type {{ spawn(options: { file?: string, args?: readonly string[] }): unknown }} */ (
  /** @type {unknown} */ (ChildProcess.prototype)
);
const { spawn } = prototype;
/** @param {{ file?: string, args?: readonly string[] }} options */
prototype.spawn = function guarded(options) {
  refuse([options.file, ...(options.args ?? [])]);
  return spawn.call(this, options);
};
for (const name of /** @type {const} */ (['spawnSync', 'execFileSync'])) {
  const original = childProcess[name];
  /** @param {any[]} args */
  const guarded = (...args) => {
    refuse([args[0], ...(Array.isArray(args[1]) ? args[1] : [])]);
    return Reflect.apply(original, childProcess, args);
  };
  Object.assign(childProcess, { [name]: guarded });
}
syncBuiltinESMExports();
