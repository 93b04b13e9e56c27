import t from 'tap';
import { createMetrics, offerDatabase } from './metrics.ts';

t.test('how the connections to the database are used, each time that somebody looks', async (t) => {
  const registry = createMetrics();
  const figures = { most: 10, busy: 3, idle: 2, waiting: 0, retries: 5 };
  offerDatabase(registry, () => figures);
  await registry.metrics();
  Object.assign(figures, { busy: 10, idle: 0, waiting: 4, retries: 7 });
  const said = await registry.metrics();
  for (const line of [
    'dramabox_database_connections{state="most"} 10',
    'dramabox_database_connections{state="busy"} 10',
    'dramabox_database_connections{state="idle"} 0',
    'dramabox_database_waiting 4',
    'dramabox_database_retries_total 7',
  ])
    t.ok(said.split('\n').includes(line), line);
});
