import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { missingDocstrings } from './docstrings.ts';
import { hollowNames } from './file-names.ts';
import { confinedPackages, incompleteLock, undeclaredPackages } from './package-rules.ts';
import { repeatedProblemCodes } from './problem-codes.ts';
import { checkRules } from './rules.ts';
import { listFiles, parse } from './sources.ts';
import { switchedOffTests } from './test-marks.ts';
import { textsInCode } from './ui-text.ts';

t.test('libraries stay behind their doors', async (t) => {
  const one = (file: string, text: string): number => confinedPackages([parse(file, text)]).length;
  t.equal(one('control-api/app.ts', "import Database from 'better-sqlite3';"), 1);
  t.equal(one('server/db/sqlite.ts', "import Database from 'better-sqlite3';"), 0);
  t.equal(one('server/db/sqlite.test.ts', "import Database from 'better-sqlite3';"), 0);
  t.equal(one('server/queue/database.ts', "import type { Pool } from 'pg';"), 1, 'types as well');
  t.equal(one('server/db/postgres.ts', "import pg from 'pg';"), 0);
  t.equal(one('server/storage/port.ts', "import { DataStore } from '@tus/server';"), 1);
  t.equal(one('server/storage/gcs.ts', "const { S3 } = await import('@aws-sdk/client-s3');"), 1);
  t.equal(one('server/sessions/redis.ts', "import { Redis } from 'ioredis';"), 0);
  t.equal(one('origin/origin.ts', "import { Redis } from 'ioredis';"), 1);
  t.equal(one('control-api/assets/service.ts', "import Stripe from 'stripe';"), 1);
  t.equal(one('control-api/rate-limit.ts', "import { RateLimiterMemory } from 'rate-limiter-flexible';"), 1);
  t.equal(one('server/limits/memory.ts', "import { RateLimiterMemory } from 'rate-limiter-flexible';"), 0);
  t.equal(one('control-api/sign-in/authentication.ts', "import jwt from 'jsonwebtoken';"), 1);
  t.equal(one('control-api/sign-in/access-tokens.ts', "import jwt from 'jsonwebtoken';"), 0);
  t.equal(one('control-api/sign-in/service.ts', "import { getAuth } from 'firebase-admin/auth';"), 1);
  t.equal(one('control-api/sign-in/service.ts', "import { jwtVerify } from 'jose';"), 1);
  t.equal(one('control-api/sign-in/providers/firebase.ts', "import { getAuth } from 'firebase-admin/auth';"), 0);
  t.equal(one('transcoder/probe/probe.ts', "import ffmpeg from 'fluent-ffmpeg';"), 1);
  t.equal(one('transcoder/probe/probe.ts', "import { execFile } from 'node:child_process';"), 1, 'round the cage');
  t.equal(one('control-api/uploads/poster.ts', "const { spawn } = await import('child_process');"), 1);
  t.equal(one('transcoder/child/limited-process.ts', "import { spawn } from 'node:child_process';"), 0);
  const runner = parse('transcoder/encode/ffmpeg-runner.ts', "import ffmpeg from 'fluent-ffmpeg';");
  t.same(confinedPackages([runner]), []);
  t.equal(
    confinedPackages([runner, parse('transcoder/encode/other.ts', "import ffmpeg from 'fluent-ffmpeg';")]).length,
    1,
    'one runner, not two',
  );
});

t.test('packages are declared where they are needed', async (t) => {
  const manifest = { dependencies: { pino: '1' }, devDependencies: { tap: '1', react: '1', '@types/pg': '1' } };
  const messages = (file: string, text: string): string[] =>
    undeclaredPackages([parse(file, text)], manifest).map(({ message }) => message);
  t.same(messages('server/kit/logger.ts', "import { pino } from 'pino'; import fs from 'node:fs';"), []);
  t.match(messages('server/kit/logger.ts', "import x from 'left-pad/deep.js';"), [
    /left-pad, which package\.json does not declare/,
  ]);
  t.match(messages('server/kit/logger.ts', "import t from 'tap';"), [/move it from devDependencies/]);
  t.same(messages('server/kit/logger.ts', "import type { T } from 'tap';"), []);
  t.same(messages('server/kit/logger.test.ts', "import t from 'tap';"), []);
  t.same(messages('control-api/web/dashboard/src/main.tsx', "import { useState } from 'react';"), []);
  t.equal(messages('control-api/web/routes.ts', "import { useState } from 'react';").length, 1);
});

t.test('a lock file that npm ci would refuse', async (t) => {
  const packages = {
    '': { dependencies: { a: '1' } },
    'node_modules/a': { dependencies: { b: '1' }, optionalDependencies: { 'a-linux': '1' } },
    'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
    'node_modules/c': {},
    'node_modules/a-linux': {},
  };
  t.same(incompleteLock({ packages }), []);
  const { 'node_modules/a-linux': _left, ...without } = packages;
  t.match(incompleteLock({ packages: without }), [{ message: /lacks a-linux, which node_modules\/a asks for/ }]);
  t.match(incompleteLock({ packages: { '': { dependencies: { b: '1' } }, 'node_modules/a/node_modules/b': {} } }), [
    { message: /lacks b/ },
  ]);
});

t.test('ports and kit explain what they export', async (t) => {
  const names = (file: string, text: string): string[] =>
    missingDocstrings([parse(file, text)]).map(({ message }) => message);
  const bare =
    'export const a = 1;\nexport function b() {}\nexport interface C {}\nexport type D = string;\nexport class E {}\nconst hidden = 1;';
  t.equal(names('server/kit/x.ts', bare).length, 5);
  t.equal(names('server/db/port.ts', bare).length, 5);
  t.same(names('server/db/sqlite.ts', bare), [], 'adapters need not');
  t.same(names('server/kit/x.test.ts', bare), []);
  t.same(
    names(
      'server/kit/x.ts',
      '/** Why. */\nexport const a = 1;\n/** Both. */\nexport function f(a: string): void;\nexport function f(a: unknown): void {}',
    ),
    [],
  );
  t.equal(names('server/kit/x.ts', '// Not a docstring.\nexport const a = 1;').length, 1);
});

t.test('codes of problems are unique over all parts', async (t) => {
  const declare = (file: string, ...codes: readonly string[]) =>
    parse(file, `export const x = defineProblems({ ${codes.map((code) => `${code}: { status: 400, title: '' }`)} });`);
  const one = declare('control-api/uploads/problems.ts', 'a', 'b');
  t.same(repeatedProblemCodes([one, declare('origin/problems.ts', 'c')]), []);
  t.match(repeatedProblemCodes([one, declare('origin/problems.ts', 'c', 'b')]), [
    { file: 'origin/problems.ts', line: 1, message: /problem b, which control-api\/uploads\/problems\.ts/ },
  ]);
});

t.test('names that hide what is inside', async (t) => {
  t.same(hollowNames(['server/kit/clock.ts', 'server/kit/commonplace.ts']), []);
  t.equal(hollowNames(['server/utils.ts', 'origin/helpers/x.ts', 'origin/misc.test.ts', 'a/common/b.ts']).length, 4);
});

t.test('tests that are switched off', async (t) => {
  const count = (text: string): number => switchedOffTests([parse('origin/a.test.ts', text)]).length;
  t.equal(count("t.only('x', async () => {});"), 1);
  t.equal(count("t.skip('x');"), 1);
  t.equal(count("t.todo('x');"), 1);
  t.equal(count("t.test('x', { skip: true }, async () => {});"), 1);
  t.equal(count("t.test('x', { todo: 'later' }, async () => {});"), 1);
  t.equal(count("t.test('x', { skip: isThere ? false : 'no clip' }, async () => {}); const text = 't.skip(';"), 0);
  t.same(switchedOffTests([parse('origin/a.ts', 'list.skip(1);')]), [], 'only tests have such marks');
});

t.test('the whole check over a small checkout, by real paths', async (t) => {
  const root = t.testdir({
    'package.json': '{"dependencies": {}}',
    'package-lock.json': '{"packages": {"": {}}}',
    origin: { 'origin.ts': "import '../transcoder/plan.ts';\nimport 'undeclared';\n", 'utils.ts': '' },
    transcoder: { 'plan.ts': '' },
    config: {},
    elsewhere: { 'ignored.ts': "import 'undeclared';" },
  });
  mkdirSync(path.join(root, 'origin', 'dist'));
  writeFileSync(path.join(root, 'origin', 'dist', 'built.ts'), "import 'undeclared';");
  // A link must not make a second place out of one file.
  symlinkSync(path.join(root, 'transcoder', 'plan.ts'), path.join(root, 'origin', 'plan.ts'));
  t.same(
    listFiles(root, () => true),
    ['origin/origin.ts', 'origin/utils.ts', 'transcoder/plan.ts'],
  );
  t.match(
    checkRules(root)
      .map(({ file, line }) => `${file}:${line}`)
      .sort(),
    ['config/dramabox.example.yaml:0', 'origin/origin.ts:1', 'origin/origin.ts:2', 'origin/utils.ts:0'],
  );
  cpSync(
    path.join(import.meta.dirname, '..', 'dramabox.example.yaml'),
    path.join(root, 'config', 'dramabox.example.yaml'),
  );
  t.equal(checkRules(root).length, 3, 'the example is in order now');
});

t.test('texts for people stand in the messages', async (t) => {
  const lines = (text: string, file = 'control-api/web/dashboard/src/Page.tsx'): number[] =>
    textsInCode([parse(file, text)]).map(({ line }) => line);
  t.same(lines('const a = <p>Hello</p>;'), [1]);
  t.same(lines("const a = <p>{isOld ? 'old' : t('new')}</p>;"), [1]);
  t.same(lines('const a = <p>{`${count} files`}</p>;'), [1]);
  t.same(lines('const a = <Button title="Close" />;'), [1]);
  t.same(lines("const a = <Button aria-label={isOpen ? 'Close' : t('open')} />;"), [1]);
  t.same(lines("notify({ color: 'red', message: 'Broken' });"), [1]);
  t.same(lines("const a = 'The file is empty.';"), [1], 'a sentence anywhere');
  t.same(lines("const a = <Text size=\"sm\" title={t('close')}>{' · '}{t('name')}</Text>;"), []);
  t.same(lines("throw new TypeError('The stream has no body');"), [], 'errors are for developers');
  t.same(lines("const a = 'The file is empty.';", 'control-api/web/kit/messages/en.ts'), []);
  t.same(lines("const a = 'The file is empty.';", 'control-api/uploads/service.ts'), []);
});
