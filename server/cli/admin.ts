import { secretsIn, type Config } from '../../config/schema.ts';
import { recordKeyChange } from '../../control-api/audit-log.ts';
import { createFirstAdmin } from '../../control-api/sign-in/passwords/first-admin.ts';
import { removeSecondFactors } from '../../control-api/sign-in/factors/remove-second-factors.ts';
import { setPassword } from '../../control-api/sign-in/passwords/set-password.ts';
import { openRecorder } from '../boot/adapters.ts';
import { openDatabase } from '../boot/database.ts';
import { openKeyrings } from '../boot/keyrings.ts';
import type { SharedKeyring } from '../keys/port.ts';
import { systemClock } from '../kit/clock.ts';
import { createLogger } from '../kit/logger.ts';
import type { Database } from '../db/port.ts';
import type { Outbox } from '../outbox/port.ts';
import { verifyAuditLog } from './audit-verify.ts';
import { defineCommand } from './command.ts';

async function withDatabase(
  config: Config,
  work: (db: Database, outbox: Pick<Outbox, 'record'>) => Promise<number>,
): Promise<number> {
  const logger = createLogger({ level: 'warn', pretty: true, secrets: secretsIn(config) });
  const database = openDatabase(config, logger);
  try {
    await database.migrate();
    return await work(database.db, openRecorder(database, logger));
  } finally {
    await database.close();
  }
}

async function create(db: Database, email: string): Promise<number> {
  const made = await createFirstAdmin(db, { email });
  if (!made) {
    console.error(
      'There is an administrator already: they can make more accounts, or `admin password` sets a new password.',
    );
    return 1;
  }
  console.log(`Sign in as ${made.email} with password ${made.password}   (shown this once)`);
  return 0;
}

async function password(db: Database, outbox: Pick<Outbox, 'record'>, email: string): Promise<number> {
  const made = await setPassword(db, { email, outbox });
  console.log(
    `Sign in as ${made.email} with password ${made.password}   (shown this once; every earlier sign-in has ended, and its streams end)`,
  );
  return 0;
}

async function secondFactor(db: Database, outbox: Pick<Outbox, 'record'>, email: string): Promise<number> {
  await removeSecondFactors(db, { email, outbox });
  console.log(`${email} signs in without a second factor, and sets up a new one; every earlier sign-in has ended.`);
  return 0;
}

async function rotateKeys(config: Config, db: Database): Promise<number> {
  const { keyrings, recorded, close } = await openKeyrings({
    config,
    db,
    clock: systemClock,
    logger: createLogger({ level: 'warn', pretty: true, secrets: secretsIn(config) }),
    record: (name, kids) => recordKeyChange(db, systemClock, name, kids),
  });
  const from = config.keys.kind === 'file' ? 'from now on' : 'within seconds, as soon as every process knows it';
  try {
    for (const [name, keyring] of Object.entries(keyrings) as [string, SharedKeyring][]) {
      const { kid } = await keyring.rotate();
      console.log(`${name}: signing with key ${kid} ${from}; earlier keys verify until what they signed expires.`);
    }
    await recorded();
  } finally {
    await close();
  }
  return 0;
}

const email = { type: 'text', value: 'you@example.com', help: 'whose account', required: true } as const;

/**
 * What an operator may do at the machine itself, with the server running or not. Passwords are made here and printed
 * once, for one typed as an argument would stay in the shell's history.
 */
export const adminCommands = [
  defineCommand({
    name: 'admin create',
    summary: 'make an administrator (the password is printed once)',
    options: { email },
    run: (config, values) => withDatabase(config, (db) => create(db, values.email)),
  }),
  defineCommand({
    name: 'admin password',
    summary: 'set a new password (printed once)',
    options: { email },
    run: (config, values) => withDatabase(config, (db, outbox) => password(db, outbox, values.email)),
  }),
  defineCommand({
    name: 'admin remove-second-factor',
    summary: 'for somebody who has lost authenticator, passkeys and recovery codes',
    options: { email },
    run: (config, values) => withDatabase(config, (db, outbox) => secondFactor(db, outbox, values.email)),
  }),
  defineCommand({
    name: 'admin rotate-keys',
    summary: 'sign with new keys from now on',
    options: {},
    run: (config) => withDatabase(config, (db) => rotateKeys(config, db)),
  }),
  defineCommand({
    name: 'admin audit verify',
    summary: 'check that nothing in the audit log was changed or removed',
    options: {
      head: {
        type: 'list',
        value: '<sequence>:<hash>',
        help: 'heads of earlier checks, which must still be in the log',
      },
    },
    run: (config, { head }) => withDatabase(config, (db) => verifyAuditLog(db, head)),
  }),
];
