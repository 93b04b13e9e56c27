import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { buildOpenApi } from '../../control-api/describe-api.ts';

/**
 * Keeps `control-api/openapi.json` and the web apps' types, `control-api/openapi.d.ts`, like the routes' schemas:
 *
 *     node server/cli/openapi.ts --check     fails and names what differs
 *     node server/cli/openapi.ts --write     writes both
 */
const folder = path.join(import.meta.dirname, '../../control-api');

async function generate(): Promise<ReadonlyMap<string, string>> {
  const document = await buildOpenApi();
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
  for (const [name, text] of await generate()) {
    const file = path.join(folder, name);
    if (mode === '--write') await writeFile(file, text);
    else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
      console.error(`control-api/${name} does not match the routes. Run: npm run openapi`);
      process.exitCode = 1;
    }
  }
}
