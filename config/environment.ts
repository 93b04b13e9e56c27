import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error.ts';
import { isSecret } from './option.ts';
import { environmentName, listOptions } from './schema.ts';

type Tree = Record<string, unknown>;

function setAt(tree: Tree, keys: readonly string[], value: unknown): void {
  const last = keys.at(-1) as string;
  let node = tree;
  for (const key of keys.slice(0, -1)) node = (node[key] ??= {}) as Tree;
  node[last] = value;
}

/** An environment variable's text as the type its option has: arrays are comma-separated. */
function fromText(value: string, type: unknown): unknown {
  if (type === 'number' || type === 'integer') return value.trim() === '' ? value : Number(value);
  if (type === 'boolean')
    return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value;
  if (type === 'array')
    return value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  return value;
}

/** The content of the file that `<name>_FILE` names, without its last line break; undefined when it names none. */
function secretFromFile(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const variable = `${name}_FILE`;
  const file = environment[variable];
  if (file === undefined) return undefined;
  if (environment[name] !== undefined) throw new ConfigError(`${name} and ${variable} are both set. Keep one of them.`);
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${variable}: the file ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const value = content.replace(/\r?\n$/, '');
  if (value === '') throw new ConfigError(`${variable}: the file ${file} is empty`);
  return value;
}

/**
 * Sets in `tree` what the environment says of any option: `DRAMABOX_SECTION_NAME`, and `DRAMABOX_SECTION_NAME_FILE`
 * for secrets.
 * @throws ConfigError for a secret that is given twice, or whose file cannot be read
 */
export function readEnvironment(tree: Tree, environment: NodeJS.ProcessEnv): void {
  for (const { path: keys, schema } of listOptions()) {
    const name = environmentName(keys);
    const value = (isSecret(schema) ? secretFromFile(name, environment) : undefined) ?? environment[name];
    if (value !== undefined) setAt(tree, keys, fromText(value, 'type' in schema ? schema.type : 'string'));
  }
}
