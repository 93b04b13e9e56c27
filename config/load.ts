import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { Value } from 'typebox/value';
import { readEnvironment } from './environment.ts';
import { ConfigError } from './config-error.ts';
import { namedLadders } from './sections/encode.ts';
import { configRules, configSchema, environmentName, listOptions, type Config } from './schema.ts';

type Tree = Record<string, unknown>;

/** The sections that exist with no options given, so that defaults apply at every depth. */
function emptyTree(): Tree {
  const tree: Tree = {};
  for (const { path: keys } of listOptions()) if (keys.length > 1) tree[keys[0] as string] ??= {};
  return tree;
}

function readFile(file: string): Tree {
  let parsed: unknown;
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
    // Not with the lines around a mistake in the message: they may hold a secret.
    parsed = parse(text, { prettyErrors: false });
  } catch (error) {
    const line = error instanceof YAMLParseError ? ` (line ${text.slice(0, error.pos[0]).split('\n').length})` : '';
    throw new ConfigError(`The configuration file ${file} cannot be read: ${(error as Error).message}${line}`);
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed))
    throw new ConfigError(`${file} must be a YAML mapping of sections`);
  return parsed as Tree;
}

/**
 * The configuration from a YAML file (optional), over which the environment goes, over the defaults. Relative
 * paths are relative to the working directory. Settings that are empty and derive from others are filled in.
 * @throws ConfigError naming every option that is unknown or out of bounds, or else all that contradict one another
 */
export function loadConfig(
  source: {
    readonly file?: string | undefined;
    readonly environment?: NodeJS.ProcessEnv;
    readonly overrides?: Tree;
  } = {},
): Config {
  const tree = emptyTree();
  const layers: Tree[] = [source.file ? readFile(source.file) : {}, source.overrides ?? {}];
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer)) {
      const existing = tree[name];
      tree[name] =
        existing !== null &&
        typeof existing === 'object' &&
        !Array.isArray(existing) &&
        value !== null &&
        typeof value === 'object'
          ? { ...existing, ...value }
          : value;
    }
  }
  readEnvironment(tree, source.environment ?? {});
  const filled = Value.Default(configSchema, tree);
  if (!Value.Check(configSchema, filled)) {
    const lines = [...Value.Errors(configSchema, filled)].map((error) => {
      const keys = error.instancePath.split('/').filter(Boolean);
      return `  ${keys.join('.') || '(top level)'}: ${error.message} (environment: ${environmentName(keys)})`;
    });
    throw notValid(lines);
  }
  const complaints = configRules.flatMap((rule) => rule(filled) ?? []);
  if (complaints.length > 0) throw notValid(complaints.map(({ option, message }) => `  ${option}: ${message}`));
  return resolvePaths(filled);
}

function notValid(lines: readonly string[]): ConfigError {
  return new ConfigError(`The configuration is not valid:\n${[...new Set(lines)].join('\n')}`);
}

function resolvePaths(config: Config): Config {
  const dataDir = path.resolve(config.dataDir);
  return {
    ...config,
    dataDir,
    database: { ...config.database, path: path.resolve(config.database.path || path.join(dataDir, 'dramabox.db')) },
    storage: { ...config.storage, path: path.resolve(config.storage.path || path.join(dataDir, 'storage')) },
    origin: {
      ...config.origin,
      diskCachePath: path.resolve(config.origin.diskCachePath || path.join(dataDir, 'origin-cache')),
    },
    encode: {
      ...config.encode,
      ladder: path.resolve(config.encode.ladder || path.join(import.meta.dirname, 'ladders', 'apple.yaml')),
      ladders: [...namedLadders(config.encode.ladders)].map(([name, file]) => `${name}=${path.resolve(file)}`),
    },
  };
}
