import { parseArgs } from 'node:util';
import type { Config } from '../../config/schema.ts';
import { OperatorError } from '../kit/errors.ts';

/** An option of a command; `--role` with a value, or several of them separated by commas. */
interface CommandOption {
  readonly type: 'text' | 'list';
  /** What stands for the value in the help, e.g. `you@example.com`. */
  readonly value: string;
  readonly help: string;
  readonly required?: true;
}

type CommandOptions = Readonly<Record<string, CommandOption>>;

type ValueOf<O extends CommandOption> = O['type'] extends 'list' ? readonly string[] : string;
type Values<O extends CommandOptions> = {
  readonly [Name in keyof O]: O[Name] extends { readonly required: true }
    ? ValueOf<O[Name]>
    : ValueOf<O[Name]> | undefined;
};

/** One thing that can be asked of `server/main.ts`. */
export interface Command<O extends CommandOptions = CommandOptions> {
  /** One word, or up to three: `admin create`. */
  readonly name: string;
  readonly summary: string;
  readonly options: O;
  /** Returns the exit code. @throws OperatorError */
  run(config: Config, values: Values<O>): Promise<number>;
}

/** A command whose values are typed by its options. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}

/** A mistake in how a command was called. */
export class UsageError extends OperatorError {
  override readonly name = 'UsageError';
  /** What to show besides: the help of the command, or of all. */
  readonly help: string;

  constructor(message: string, help: string, options?: ErrorOptions) {
    super(message, options);
    this.help = help;
  }
}

/** What a command line asks for. */
export type Call =
  | { readonly help: string }
  | { readonly command: Command; readonly config: string | undefined; readonly values: Values<CommandOptions> };

const program = 'node server/main.ts';
const aboutConfig =
  'Settings stand in config/dramabox.example.yaml; the file is --config, else DRAMABOX_CONFIG, else ./dramabox.yaml.';
/** What every command takes. */
const shared = {
  config: { value: 'file.yaml', help: 'where the settings stand' },
  help: { value: '', help: 'show this' },
} as const;

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function asTyped(name: string, { value, required }: Pick<CommandOption, 'value' | 'required'>): string {
  const words = `--${name}${value === '' ? '' : ` ${value}`}`;
  return required ? words : `[${words}]`;
}

const wordsOf = ({ name, options }: Command): string =>
  [name, ...Object.entries(options).map(([option, about]) => asTyped(option, about))].join(' ');

/** The help of the whole table. */
export function usage(commands: readonly Command[]): string {
  const rows = commands.map((command) => [wordsOf(command), command.summary] as const);
  return `Usage: ${program} <command> [--config file.yaml] [--help]\n\n${columns(rows)}\n\n${aboutConfig}`;
}

function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.options, ...shared }).map(
    ([name, { value, help }]) => [`--${name}${value === '' ? '' : ` ${value}`}`, help] as const,
  );
  return `Usage: ${program} ${wordsOf(command)} [--config file.yaml]\n\n${command.summary}\n\n${columns(rows)}\n\n${aboutConfig}`;
}

/** The command that the first words name, and what follows them. */
function findCommand(
  commands: readonly Command[],
  argv: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | undefined {
  for (const count of [3, 2, 1]) {
    const command = commands.find(({ name }) => name === argv.slice(0, count).join(' '));
    if (command) return { command, rest: argv.slice(count) };
  }
  return undefined;
}

function whyUnknown(commands: readonly Command[], [first, second]: readonly string[]): string {
  if (first === undefined || first.startsWith('-')) return 'Which command?';
  const family = commands.flatMap(({ name }) => (name.startsWith(`${first} `) ? [name.slice(first.length + 1)] : []));
  if (family.length === 0) return `There is no command ${JSON.stringify(first)}`;
  return second === undefined || second.startsWith('-')
    ? `${first} what? ${family.join(', ')}`
    : `There is no command ${JSON.stringify(`${first} ${second}`)}; ${first} knows ${family.join(', ')}`;
}

/**
 * Reads a command line, without the program's own words.
 * @throws UsageError for an unknown command, an option of another one, a word too many, a value that is missing
 */
export function parseCommandLine(commands: readonly Command[], argv: readonly string[]): Call {
  const found = findCommand(commands, argv);
  if (!found) {
    if (argv.some((word) => word === '--help' || word === '-h')) return { help: usage(commands) };
    throw new UsageError(whyUnknown(commands, argv), usage(commands));
  }
  const { command, rest } = found;
  const help = helpOf(command);
  const given = parseOptions(command, rest, help);
  if (given['help'] === true) return { help };
  const text = (name: string): string | undefined => {
    const value = given[name];
    return typeof value === 'string' ? value : undefined;
  };
  const values = Object.entries(command.options).map(([name, option]) => {
    const value = text(name);
    if (value === undefined && option.required) throw new UsageError(`--${name} is missing: ${option.help}`, help);
    if (value === '') throw new UsageError(`--${name} has no value: ${option.help}`, help);
    return [name, option.type === 'list' ? value?.split(',').map((each) => each.trim()) : value] as const;
  });
  return { command, config: text('config'), values: Object.fromEntries(values) as Values<CommandOptions> };
}

function parseOptions(
  command: Command,
  rest: readonly string[],
  help: string,
): Readonly<Record<string, string | boolean | undefined>> {
  const own = Object.keys(command.options).map((name) => [name, { type: 'string' }] as const);
  try {
    const { values } = parseArgs({
      args: [...rest],
      options: { ...Object.fromEntries(own), config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    return values;
  } catch (error) {
    // Node's own words, which name the option or the word that does not belong here.
    if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
      throw new UsageError(`${command.name}: ${error.message}`, help, { cause: error });
    throw error;
  }
}
