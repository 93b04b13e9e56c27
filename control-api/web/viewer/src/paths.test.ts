import t from 'tap';
import { webApps } from '../../apps.ts';
import { paths } from './paths.ts';

/** Whether a path is one of a pattern of the server's router. */
const fits = (path: string, pattern: string) =>
  pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;

t.test('the server answers with the app where it has pages, and nowhere else', async (t) => {
  const patterns = webApps.find(({ name }) => name === 'viewer')?.pages ?? [];
  const all = Object.values(paths);
  t.same(
    all.filter((path) => !patterns.some((pattern) => fits(path, pattern))),
    [],
    'every page is answered',
  );
  t.same(
    patterns.filter((pattern) => !all.some((path) => fits(path, pattern))),
    [],
    'nothing is answered that has no page',
  );
});
