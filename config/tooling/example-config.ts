import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TObject, TSchema } from 'typebox';
import { stringify } from 'yaml';
import { isSecret } from '../option.ts';
import { configSchema, environmentName } from '../schema.ts';

/** The documented example, relative to the checkout. */
export const exampleFile = 'config/dramabox.example.yaml';

const width = 116;

const head = `Every option with its default, written from config/sections by \`npm run example-config\`.
Copy what you change to dramabox.yaml (or name another file by --config or DRAMABOX_CONFIG). An environment variable, named beside each option, goes over the file; lists are comma-separated there. Keep secrets in the environment, or in files of their own that it names.`;

/** Text as comment lines, broken between words. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && `${indent}# ${line} ${word}`.length > width) {
        lines.push(line);
        line = word;
      } else {
        line = line === '' ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines.map((line) => `${indent}# ${line}`.trimEnd());
}

type Described = TSchema & {
  readonly description?: string;
  readonly default?: unknown;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
};

/** What an option may be: `one of a, b`, `0 to 65535`, `1 or more`, `true or false`. */
function bounds(schema: Described): string {
  if (schema.enum) return schema.enum.length < 2 ? '' : `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'boolean') return 'true or false';
  if (schema.type === 'array') return 'a list';
  if (schema.minimum === undefined && schema.maximum === undefined) return '';
  return schema.maximum === undefined || schema.maximum === Number.MAX_SAFE_INTEGER
    ? `${schema.minimum} or more`
    : `${schema.minimum} to ${schema.maximum}`;
}

function option(name: string, keys: readonly string[], schema: Described, indent: string): string[] {
  const allowed = bounds(schema);
  const fromFile = isSecret(schema) ? `, or ${environmentName(keys)}_FILE: the path of a file that holds it` : '';
  return [
    ...comment(schema.description ?? '', indent),
    `${indent}# ${environmentName(keys)}${allowed ? ` (${allowed})` : ''}${fromFile}`,
    ...stringify({ [name]: schema.default }, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
      .map((line) => `${indent}${line}`),
  ];
}

function section(schema: TObject, keys: readonly string[]): string[] {
  const indent = '  '.repeat(keys.length);
  return Object.entries(schema.properties).flatMap(([name, child]) => {
    const at = [...keys, name];
    if (!('properties' in child)) return [...option(name, at, child as Described, indent), ''];
    const lines = section(child as TObject, at);
    return [...comment((child as Described).description ?? '', indent), `${indent}${name}:`, ...lines.slice(0, -1), ''];
  });
}

/** The example configuration as YAML: every option with its description, environment variable, bounds and default. */
export function renderExample(schema: TObject = configSchema): string {
  return [...comment(head, ''), '', ...section(schema, [])].join('\n');
}

/** What is wrong with the checked-in example, or undefined when it says what the schema says. */
export function exampleDrift(root: string): string | undefined {
  let found = '';
  try {
    found = readFileSync(path.join(root, exampleFile), 'utf8');
  } catch {
    // counted as drift: it is not there
  }
  return found === renderExample()
    ? undefined
    : `${exampleFile} is not what config/schema.ts and its sections say: run "npm run example-config"`;
}

if (import.meta.main && process.argv.includes('--write')) {
  writeFileSync(path.join(import.meta.dirname, '..', '..', exampleFile), renderExample());
}
