import path from 'node:path';
import t from 'tap';
import { Type } from 'typebox';
import { parse } from 'yaml';
import { loadConfig } from '../load.ts';
import { secret } from '../option.ts';
import { environmentName, listOptions } from '../schema.ts';
import { exampleDrift, renderExample } from './example-config.ts';

const root = path.join(import.meta.dirname, '..', '..');

t.test('the checked-in example is what the schema says, and is itself a valid configuration of defaults', async (t) => {
  t.equal(exampleDrift(root), undefined);
  t.same(loadConfig({ file: path.join(root, 'config', 'dramabox.example.yaml') }), loadConfig());
});

t.test('every option stands in it with its description, variable and default', async (t) => {
  const text = renderExample();
  const flat = text.replaceAll(/\n *# /g, ' ');
  const values = parse(text) as Record<string, unknown>;
  for (const { path: keys, schema } of listOptions()) {
    const { description, default: fallback } = schema as { description?: string; default?: unknown };
    t.match(text, new RegExp(`# ${environmentName(keys)}(, or| \\(|\\n)`), keys.join('.'));
    t.ok(description && flat.includes(description), `${keys.join('.')} is described`);
    t.same(
      keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], values),
      fallback,
    );
  }
});

t.test('a drift is noticed', async (t) => {
  const folder = t.testdir({
    config: { 'dramabox.example.yaml': renderExample().replace('port: 8080', 'port: 8081') },
  });
  t.match(exampleDrift(folder), /npm run example-config/);
  t.match(exampleDrift(t.testdir({})), /npm run example-config/, 'as is its absence');
});

t.test('how an option is written', async (t) => {
  const schema = Type.Object({
    web: Type.Object(
      {
        ports: Type.Array(Type.String(), { description: 'Long text '.repeat(20).trim(), default: ['a', '*'] }),
        on: Type.Boolean({ description: 'Whether.', default: true }),
        key: secret('The key.'),
        many: Type.Integer({ description: 'How many.', default: 2, minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
      },
      { description: 'The web.' },
    ),
  });
  const lines = renderExample(schema).split('\n').slice(5);
  t.ok(lines.every((line) => line.length <= 116));
  t.match(
    lines.join('\n'),
    /# The web\.\nweb:\n {2}# Long.*\n {2}# .*\n {2}# DRAMABOX_WEB_PORTS \(a list\)\n {2}ports:\n {4}- a\n {4}- "\*"\n\n {2}# Whether\.\n {2}# DRAMABOX_WEB_ON \(true or false\)\n {2}on: true\n\n {2}# The key\. A secret\.\n {2}# DRAMABOX_WEB_KEY, or DRAMABOX_WEB_KEY_FILE: the path of a file that holds it\n {2}key: ""\n\n {2}# How many\.\n {2}# DRAMABOX_WEB_MANY \(1 or more\)\n {2}many: 2\n/,
  );
});
