import path from 'node:path';
import { parseArgs } from 'node:util';
import { BenchError } from './runner/bench-error.ts';
import type { Extent, RunningInstallation, Scenario } from './scenario.ts';

/** What a command line asks for. */
export type Call =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'run';
      readonly scenario: Scenario;
      readonly extent: Extent;
      readonly files: readonly string[];
      readonly running: RunningInstallation | undefined;
      readonly reportFolder: string;
    };

/** What `npm run bench` prints: every scenario, and how to ask for one. */
export function helpOf(scenarios: readonly Scenario[]): string {
  const names = scenarios.map(({ name, operands = '' }) => `${name} ${operands}`.trim());
  const width = Math.max(...names.map((name) => name.length));
  return [
    'Usage: npm run bench -- <scenario> [--url https://…] [--quick] [--report folder]',
    '',
    ...scenarios.map(({ summary }, index) => `  ${(names[index] ?? '').padEnd(width)}  ${summary}`),
    '',
    '  --url      measure this installation instead of starting one. The account to use there (one that may upload)',
    '             comes from the environment: DRAMABOX_BENCH_EMAIL and DRAMABOX_BENCH_PASSWORD. A title of its own is',
    '             made and deleted again, nothing else is changed.',
    '  --quick    small and short: shows that everything works, its figures mean nothing',
    '  --report   where <scenario>.json is written, instead of bench/report',
  ].join('\n');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        quick: { type: 'boolean' },
        report: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    // Node's own words, which name the option.
    throw new BenchError((error as Error).message, { cause: error });
  }
}

function runningAt(url: string, environment: NodeJS.ProcessEnv): RunningInstallation {
  const [email, password] = [environment['DRAMABOX_BENCH_EMAIL'], environment['DRAMABOX_BENCH_PASSWORD']];
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) throw new BenchError(`--url ${url} is no http(s) address`);
  if (!email || !password)
    throw new BenchError(
      '--url needs an account: set DRAMABOX_BENCH_EMAIL and DRAMABOX_BENCH_PASSWORD in the environment.',
    );
  return { url: url.replace(/\/+$/, ''), email, password };
}

/** Reads a command line, without the program's own words. @throws BenchError saying what is wrong with it */
export function parseCall(
  scenarios: readonly Scenario[],
  argv: readonly string[],
  environment: NodeJS.ProcessEnv,
): Call {
  const { values, positionals } = parse(argv);
  const [name, ...operands] = positionals;
  if (values.help === true || (name === undefined && Object.keys(values).length === 0)) return { kind: 'help' };
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined)
    throw new BenchError(
      `${name === undefined ? 'Which scenario?' : `There is no scenario ${name}.`} ${helpOf(scenarios)}`,
    );
  if (operands.length > 0 && scenario.operands === undefined)
    throw new BenchError(`${scenario.name} takes nothing behind its name`);
  // npm starts scripts in the checkout's folder; files are meant relative to where the person is.
  const asTyped = (file: string): string => path.resolve(environment['INIT_CWD'] ?? '', file);
  return {
    kind: 'run',
    scenario,
    extent: values.quick === true ? 'quick' : 'full',
    files: operands.map(asTyped),
    running: values.url === undefined ? undefined : runningAt(values.url, environment),
    reportFolder: values.report === undefined ? path.join(import.meta.dirname, 'report') : asTyped(values.report),
  };
}
