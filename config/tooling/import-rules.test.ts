import t from 'tap';
import { computedImports, importCycles, importDirections } from './import-rules.ts';
import { parse } from './sources.ts';

/** The complaints about one file with one line. */
const complaints = (file: string, text: string): string[] =>
  importDirections([parse(file, text)]).map(({ message }) => message);

t.test('what the design allows', async (t) => {
  for (const [file, target] of [
    ['origin/origin.ts', '../server/kit/clock.ts'],
    ['origin/origin.ts', '../server/storage/port.ts'],
    ['transcoder/worker/start.ts', '../../config/schema.ts'],
    ['control-api/assets/routes.ts', './service.ts'],
    ['control-api/assets/routes.ts', '../schemas.ts'],
    ['control-api/app.ts', './assets/feature.ts'],
    ['control-api/assets/assets.test.ts', '../sign-in/passwords/passwords.ts'],
    ['origin/origin.ts', '../server/assets/storage-keys.ts'],
    ['transcoder/worker/start.ts', '../../server/db/tables/assets.ts'],
    ['control-api/assets/routes.ts', '../../server/http/access.ts'],
    ['server/assets/lifecycle.ts', '../db/port.ts'],
    ['control-api/app.ts', './web/routes.ts'],
    ['control-api/web/dashboard/src/main.tsx', '../../../openapi.d.ts'],
    ['control-api/web/dashboard/src/main.tsx', '../../kit/client.ts'],
    ['control-api/web/kit/client.ts', '../../openapi.d.ts'],
    ['control-api/web/dashboard/src/main.tsx', './theme.ts'],
    ['server/boot/server.ts', '../../origin/origin.ts'],
    ['server/boot/adapters.ts', '../db/sqlite.ts'],
    ['server/cli/doctor.ts', '../../transcoder/tools.ts'],
    ['server/main.ts', './cli/commands.ts'],
    ['server/e2e/a.test.ts', '../../control-api/app.ts'],
    ['server/queue/database.ts', '../db/port.ts'],
    ['server/queue/sqlite.test.ts', '../db/sqlite.ts'],
    ['origin/origin.test.ts', '../server/storage/disk.ts'],
    ['origin/testing/start-origin.ts', '../../server/testing/memory-storage.ts'],
    ['origin/origin.ts', 'node:fs'],
    ['origin/origin.ts', 'lru-cache'],
  ] as const)
    t.same(complaints(file, `import { x } from '${target}';`), [], `${file} -> ${target}`);
});

t.test('what it does not', async (t) => {
  for (const [file, target, why] of [
    ['origin/origin.ts', '../transcoder/plan.ts', /roles never import one another/],
    ['origin/origin.test.ts', '../transcoder/plan.ts', /roles never import one another/],
    ['transcoder/worker/start.ts', '../../control-api/app.ts', /roles never import one another/],
    ['control-api/app.ts', '../server/db/sqlite.ts', /only server\/boot and tests import adapters/],
    ['server/cli/migrate.ts', '../db/sqlite.ts', /only server\/boot and tests import adapters/],
    ['server/queue/database.ts', '../db/sqlite.ts', /only server\/boot and tests import adapters/],
    ['server/http/application.ts', '../../origin/origin.ts', /import roles/],
    ['server/kit/errors.ts', '../http/problems.ts', /kit does not see http/],
    ['control-api/assets/routes.ts', '../accounts/service.ts', /features never import one another/],
    ['control-api/web/routes.ts', '../assets/service.ts', /features never import one another/],
    ['control-api/schemas.ts', './assets/schemas.ts', /only app\.ts imports features/],
    ['server/db/port.ts', './sqlite.ts', /import adapters/],
    ['server/http/application.ts', '../boot/server.ts', /http does not see boot/],
    ['control-api/app.ts', '../server/boot/server.ts', /role does not see boot/],
    ['control-api/app.ts', '../server/testing/fake-clock.ts', /production code does not import test code/],
    ['control-api/app.ts', './web/dashboard/src/main.tsx', /role does not see web/],
    ['control-api/web/dashboard/src/main.tsx', '../../../assets/service.ts', /import roles/],
    ['control-api/web/kit/client.ts', '../dashboard/src/theme.ts', /web apps never import one another/],
    ['control-api/web/dashboard/src/main.tsx', '../../../../server/kit/clock.ts', /web does not see kit/],
    ['control-api/web/dashboard/src/main.tsx', '../../viewer/src/main.tsx', /web apps never import one another/],
    ['config/load.ts', '../origin/origin.ts', /import roles/],
    ['config/tooling/check.ts', '../../transcoder/tools.ts', /import roles/],
    ['bench/segments.ts', '../origin/origin.ts', /import roles/],
    ['fixtures/generate-clip.ts', '../transcoder/tools.ts', /import roles/],
    ['origin/origin.ts', '../server/main.ts', /does not see cli/],
    ['origin/origin.ts', '../elsewhere/x.ts', /outside of the folders/],
  ] as const)
    t.match(complaints(file, `import { x } from '${target}';`), [why], `${file} -> ${target}`);
});

t.test('every form of an import counts', async (t) => {
  for (const text of [
    "import '../transcoder/plan.ts';",
    "import type { A } from '../transcoder/plan.ts';",
    "export * from '../transcoder/plan.ts';",
    "export type { A } from '../transcoder/plan.ts';",
    "const a = await import('../transcoder/plan.ts');",
    'const a = await import(`../transcoder/plan.ts`);',
    "type A = import('../transcoder/plan.ts').A;",
    "type A = typeof import('../transcoder/plan.ts');",
    "const a = require('../transcoder/plan.ts');",
    "import { a } from './x/../../transcoder/plan.ts';",
  ])
    t.equal(complaints('origin/origin.ts', text).length, 1, text);
  t.same(
    complaints(
      'origin/origin.ts',
      "// import '../transcoder/plan.ts';\nconst text = \"import '../transcoder/plan.ts'\";",
    ),
    [],
    'but not what only looks like one',
  );
});

t.test('a computed import is refused, except in tests', async (t) => {
  t.match(computedImports([parse('origin/a.ts', '\nawait import(name);')]), [{ file: 'origin/a.ts', line: 2 }]);
  t.same(computedImports([parse('origin/a.test.ts', 'await import(name);')]), []);
});

t.test('cycles are found once, also through types and dynamic imports', async (t) => {
  const circle = [
    parse('origin/c.ts', "import './a.ts';"),
    parse('origin/a.ts', "import type { B } from './b.ts';"),
    parse('origin/b.ts', "const c = () => import('./c.ts');"),
    parse('origin/outside.ts', "import './a.ts';"),
  ];
  t.match(importCycles(circle), [
    { file: 'origin/a.ts', line: 1, message: /origin\/a\.ts -> origin\/b\.ts -> origin\/c\.ts -> origin\/a\.ts$/ },
  ]);
  t.equal(importCycles(circle).length, 1);
  t.equal(importCycles([parse('origin/self.ts', "import './self.ts';")]).length, 1);
  const diamond = [
    parse('origin/a.ts', "import './b.ts'; import './c.ts';"),
    parse('origin/b.ts', "import './d.ts';"),
    parse('origin/c.ts', "import './d.ts';"),
    parse('origin/d.ts', ''),
  ];
  t.same(importCycles(diamond), []);
});
