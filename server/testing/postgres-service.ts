import path from 'node:path';
import { findBinaries, PostgresProcess } from './postgres-process.ts';
import { shareServer } from './shared-server.ts';

/** The PostgreSQL server that the test files of one run share: they are told its folder (see `urlOf`). */
const folder = path.join(path.dirname(process.argv[2] as string), 'pg');
let server: PostgresProcess | undefined;

shareServer(
  async () => {
    const binaries = findBinaries();
    if (!binaries) throw new Error('it is not installed');
    server = new PostgresProcess(binaries, folder);
    await server.init();
    await server.start();
    return folder;
  },
  async () => server?.stop(),
);
