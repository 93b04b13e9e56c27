import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import openapiTS, { astToString } from 'openapi-typescript';
import { buildOpenApi } from '../../control-api/describe-api.ts';

/**
 * Keeps `control-api/openapi.json` and the web apps' types, `control-api/openapi.d.ts`, like the routes' schemas:
 *
 *     node server/cli/openapi.ts --check     fails and names what differs, and what a linter finds wrong
 *     node server/cli/openapi.ts --write     writes both
 */
const folder = path.join(import.meta.dirname, '../../control-api');

/** What is held against the document: the rules that the linter's makers recommend, as errors, and these. */
const rules = {
  extends: ['recommended-strict'],
  rules: {
    // There is none: the package is UNLICENSED.
    'info-license': 'off',
    'operation-operationId-url-safe': 'error',
    'operation-tag-defined': 'error',
    'tag-description': 'error',
    'no-invalid-parameter-examples': 'error',
    'no-invalid-schema-examples': 'error',
    'no-invalid-media-type-examples': 'error',
    'rule/answers-described': {
      subject: { type: 'Response', property: 'description' },
      assertions: { notPattern: '^Default Response$' },
      message: 'Say what the answer is: `answer` and `emptyAnswer` of control-api/schemas.ts',
    },
  },
} satisfies Parameters<typeof createConfig>[0];

async function lint(document: object): Promise<readonly string[]> {
  const problems = await lintFromString({
    source: JSON.stringify(document),
    absoluteRef: path.join(folder, 'openapi.json'),
    config: await createConfig(rules),
  });
  return problems.map(({ message, location, ruleId }) => `${location[0]?.pointer ?? ''}: ${message} (${ruleId})`);
}

async function generate(document: object): Promise<ReadonlyMap<string, string>> {
  const types = astToString(await openapiTS(JSON.stringify(document)));
  return new Map([
    ['openapi.json', `${JSON.stringify(document, null, 2)}\n`],
    ['openapi.d.ts', `// Made of openapi.json by \`npm run openapi\`. Do not change it by hand.\n\n${types}`],
  ]);
}

const mode = process.argv[2];
if (mode !== '--check' && mode !== '--write') {
  console.error('Usage: node server/cli/openapi.ts --check | --write');
  process.exitCode = 2;
} else {
  const document = await buildOpenApi();
  for (const problem of await lint(document)) {
    console.error(problem);
    process.exitCode = 1;
  }
  for (const [name, text] of await generate(document)) {
    const file = path.join(folder, name);
    if (mode === '--write') await writeFile(file, text);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      console.error(`control-api/${name} does not match the routes. Run: npm run openapi`);
      process.exitCode = 1;
    }
  }
}
