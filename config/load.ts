import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { Value } from 'typebox/value';
import { configSchema, environmentName, listOptions, type Config } from './schema.ts';
import { OperatorError } from '../server/kit/errors.ts';

/** A configuration that cannot be used; `message` names every wrong option and how it can be set. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
}

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

/** The sections that exist with no options given, so that defaults apply at every depth. */
function emptyTree(): Tree {
  const tree: Tree = {};
  for (const { path: keys } of listOptions()) if (keys.length > 1) tree[keys[0] as string] ??= {};
  return tree;
}

function readFile(file: string): Tree {
  let parsed: unknown;
  try {
    parsed = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError(`The configuration file ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (parsed === null || parsed === undefined) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed))
    throw new ConfigError(`${file} must be a YAML mapping of sections`);
  return parsed as Tree;
}

/**
 * The configuration from a YAML file (optional), over which the environment goes, over the defaults. Relative
 * paths are relative to the working directory. Settings that are empty and derive from others are filled in.
 * @throws ConfigError naming every option that is unknown or out of bounds
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
  const environment = source.environment ?? {};
  for (const { path: keys, schema } of listOptions()) {
    const value = environment[environmentName(keys)];
    if (value !== undefined) setAt(tree, keys, fromText(value, 'type' in schema ? schema.type : 'string'));
  }
  const filled = Value.Default(configSchema, tree);
  if (!Value.Check(configSchema, filled)) {
    const lines = [...Value.Errors(configSchema, filled)].map((error) => {
      const keys = error.instancePath.split('/').filter(Boolean);
      return `  ${keys.join('.') || '(top level)'}: ${error.message} (environment: ${environmentName(keys)})`;
    });
    throw new ConfigError(`The configuration is not valid:\n${[...new Set(lines)].join('\n')}`);
  }
  if (filled.playback.idleSeconds <= filled.origin.reportSeconds) {
    throw new ConfigError(
      'The configuration is not valid:\n  playback.idleSeconds: must be more than origin.reportSeconds, or streams that are being watched count as idle',
    );
  }
  return resolvePaths(filled);
}

function resolvePaths(config: Config): Config {
  const dataDir = path.resolve(config.dataDir);
  return {
    ...config,
    dataDir,
    database: { ...config.database, path: path.resolve(config.database.path || path.join(dataDir, 'dramabox.db')) },
    storage: { ...config.storage, path: path.resolve(config.storage.path || path.join(dataDir, 'storage')) },
    encode: {
      ...config.encode,
      ladder: path.resolve(config.encode.ladder || path.join(import.meta.dirname, 'ladders', 'apple.yaml')),
    },
  };
}
