import { importsOf, resolveImport, type Import } from './imports.ts';
import { isTestCode, type Source, type Violation } from './sources.ts';

/**
 * Who may import whom, as the design has it. A file belongs to one area:
 *
 * - `config`: config/ without its tooling; `kit`: server/kit/; `http`: server/http/; `shared`: server/assets/
 * - `port`: server/<x>/port.ts and server/db/tables/
 * - `adapter`: everything else in server/db, storage, sessions, queue, events, limits, outbox, keys, mail, search
 * - `role`: origin/, transcoder/, control-api/; `web`: the browser's part of control-api/web/
 * - `boot`, `cli` (with server/main.ts), `testing`, `e2e` of server/; `tooling`, `fixtures`, `bench`
 */
type Area =
  | 'config'
  | 'kit'
  | 'http'
  | 'shared'
  | 'port'
  | 'adapter'
  | 'role'
  | 'web'
  | 'boot'
  | 'cli'
  | 'testing'
  | 'e2e'
  | 'tooling'
  | 'fixtures'
  | 'bench'
  | 'unknown';

interface Place {
  readonly area: Area;
  /** Files of one area and the same unit may import one another. */
  readonly unit: string;
}

const backends = ['db', 'storage', 'sessions', 'queue', 'events', 'limits', 'outbox', 'keys', 'mail', 'search'];
const own: Readonly<Record<string, Area>> = {
  kit: 'kit',
  http: 'http',
  assets: 'shared',
  boot: 'boot',
  cli: 'cli',
  testing: 'testing',
  e2e: 'e2e',
};

/** What is bundled for browsers, with its build and test set-up; the routes that serve it stand beside it. */
const webApp = /^control-api\/web\/(kit\/|[a-z]+\/(src\/|testing\/|public\/|[a-z.]+\.config\.ts$))/;

function placeOf(file: string): Place {
  const [top = '', second = '', third = ''] = file.split('/');
  if (top === 'config')
    return second === 'tooling' ? { area: 'tooling', unit: 'tooling' } : { area: 'config', unit: 'config' };
  if (top === 'origin' || top === 'transcoder') return { area: 'role', unit: top };
  if (top === 'control-api') return webApp.test(file) ? { area: 'web', unit: third } : { area: 'role', unit: top };
  if (top === 'fixtures' || top === 'bench') return { area: top, unit: top };
  if (top !== 'server') return { area: 'unknown', unit: top };
  if (second === 'main.ts') return { area: 'cli', unit: 'cli' };
  if (backends.includes(second)) {
    const isPort = third === 'port.ts' || (second === 'db' && third === 'tables');
    return { area: isPort ? 'port' : 'adapter', unit: second };
  }
  const area = own[second];
  return area === undefined ? { area: 'unknown', unit: `server/${second}` } : { area, unit: second };
}

const contracts: readonly Area[] = ['config', 'kit', 'port'];
/** What roles see of the process around them. */
const forRoles: readonly Area[] = [...contracts, 'http', 'shared'];

/** Areas that an area sees besides itself. */
const sees: Readonly<Record<Area, readonly Area[]>> = {
  config: ['kit'],
  kit: ['config'],
  http: contracts,
  shared: contracts,
  port: contracts,
  adapter: [...contracts, 'shared'],
  role: forRoles,
  web: [],
  boot: [...forRoles, 'adapter', 'role'],
  cli: [...forRoles, 'boot', 'role', 'fixtures'],
  testing: [...forRoles, 'adapter'],
  e2e: [...forRoles, 'boot', 'cli', 'role', 'testing', 'fixtures', 'adapter'],
  tooling: [...contracts, 'boot', 'cli'],
  fixtures: ['config', 'kit'],
  bench: ['config', 'fixtures'],
  unknown: [],
};

/** The feature of the control API that a file belongs to; undefined for what all features share. */
function featureOf(file: string): string | undefined {
  const [top, feature, ...rest] = file.split('/');
  return top === 'control-api' && rest.length > 0 && feature !== 'testing' && !webApp.test(file) ? feature : undefined;
}

/** Features are put together in one place; what one needs of another it asks through an interface of its own. */
function reasonBetweenFeatures(from: string, to: string): string | undefined {
  if (isTestCode(from)) return undefined;
  const [asking, asked] = [featureOf(from), featureOf(to)];
  if (asked === undefined || asking === asked || from === 'control-api/app.ts') return undefined;
  if (asking !== undefined) return 'features never import one another';
  return from.startsWith('control-api/') ? 'only app.ts imports features' : undefined;
}

/** The types of the API, generated; the only thing that web apps and the demo's client see of the control API. */
const generatedTypes = 'control-api/openapi.d.ts';

function reasonAgainst(from: string, to: string): string | undefined {
  const source = placeOf(from);
  const target = placeOf(to);
  if (target.area === 'unknown') return 'lies outside of the folders that the design knows';
  if (to === generatedTypes && ['web', 'cli', 'e2e', 'bench', 'testing'].includes(source.area)) return undefined;
  if (source.area === target.area) {
    if (source.area === 'role' && source.unit === target.unit) return reasonBetweenFeatures(from, to);
    if (source.unit === target.unit || source.area === 'port') return undefined;
    if (source.area === 'role') return 'roles never import one another';
    if (source.area === 'web') return target.unit === 'kit' ? undefined : 'web apps never import one another';
  }
  if (sees[source.area].includes(target.area)) return undefined;
  if (
    isTestCode(from) &&
    ['adapter', 'testing', 'fixtures'].includes(target.area) &&
    source.area !== 'web' &&
    source.area !== 'bench'
  )
    return undefined;
  if (
    isTestCode(from) &&
    source.area === 'web' &&
    ['boot', 'cli', 'role', 'shared', 'testing', 'fixtures', 'config', 'kit'].includes(target.area)
  )
    return undefined;
  if (isTestCode(from) && isTestCode(to) && target.area === 'web') return undefined;
  if (target.area === 'adapter') return 'only server/boot and tests import adapters; use the port';
  if (target.area === 'role') return 'only server/boot, server/cli and server/e2e import roles';
  if (isTestCode(to) && !isTestCode(from)) return 'production code does not import test code';
  return `${source.area} does not see ${target.area}`;
}

/** Imports against the direction of the design. `import type` counts: a type ties two places together as well. */
export function importDirections(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) =>
    importsOf(source).flatMap((each): Violation[] => {
      const target = resolveImport(source.file, each.specifier);
      if (target === undefined) return [];
      const reason = reasonAgainst(source.file, target);
      return reason === undefined
        ? []
        : [{ file: source.file, line: each.line, message: `imports ${target}: ${reason}` }];
    }),
  );
}

/** Imports whose target is computed: nobody can tell where they go. */
export function computedImports(sources: readonly Source[]): Violation[] {
  return sources.flatMap((source) =>
    (isTestCode(source.file) ? [] : importsOf(source))
      .filter((each) => each.specifier === '*')
      .map((each) => ({ file: source.file, line: each.line, message: 'imports a module whose name is computed' })),
  );
}

/** Circles of imports, each reported once, at the file that comes first in the alphabet. */
export function importCycles(sources: readonly Source[]): Violation[] {
  const known = new Set(sources.map((source) => source.file));
  const edges = new Map(
    sources.map((source): [string, (Import & { target: string })[]] => [
      source.file,
      importsOf(source).flatMap((each) => {
        const target = resolveImport(source.file, each.specifier);
        return target !== undefined && known.has(target) ? [{ ...each, target }] : [];
      }),
    ]),
  );
  const found = new Map<string, Violation>();
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    const start = trail.indexOf(file);
    if (start >= 0) {
      const circle = trail.slice(start);
      const first = circle.reduce((least, each) => (each < least ? each : least));
      const turned = [...circle.slice(circle.indexOf(first)), ...circle.slice(0, circle.indexOf(first))];
      const line = edges.get(first)?.find((each) => each.target === (turned[1] ?? first))?.line ?? 0;
      found.set(turned.join(' '), {
        file: first,
        line,
        message: `is part of an import cycle: ${[...turned, first].join(' -> ')}`,
      });
      return;
    }
    if (done.has(file)) return;
    trail.push(file);
    for (const { target } of edges.get(file) ?? []) visit(target);
    trail.pop();
    done.add(file);
  };
  for (const source of sources) visit(source.file);
  return [...found.values()];
}
