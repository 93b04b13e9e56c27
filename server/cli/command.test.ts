import t from 'tap';
import { loadConfig } from '../../config/load.ts';
import { defineCommand, parseCommandLine, usage, UsageError, type Command } from './command.ts';

const calls: unknown[] = [];
const table: readonly Command[] = [
  defineCommand({
    name: 'serve',
    summary: 'run it',
    options: { role: { type: 'list', value: 'a,b', help: 'what it does' } },
    run: async (_, { role }) => calls.push(role),
  }),
  defineCommand({
    name: 'admin create',
    summary: 'make one',
    options: { email: { type: 'text', value: 'you@example.com', help: 'whose account', required: true } },
    run: async (_, { email }) => calls.push(email.toUpperCase()),
  }),
  defineCommand({ name: 'admin forget', summary: 'forget all', options: {}, run: async () => 0 }),
  defineCommand({ name: 'admin log check', summary: 'check it', options: {}, run: async () => 0 }),
];

const parse = (...argv: string[]) => parseCommandLine(table, argv);

function mistake(...argv: string[]): UsageError {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

t.test('a command with its options', async (t) => {
  t.match(parse('serve'), { command: { name: 'serve' }, config: undefined, values: { role: undefined } });
  t.match(parse('serve', '--config', 'x.yaml', '--role=a, b'), { config: 'x.yaml', values: { role: ['a', 'b'] } });
  t.match(parse('admin', 'create', '--email', 'me@example.com'), {
    command: { name: 'admin create' },
    values: { email: 'me@example.com' },
  });
  t.match(parse('admin', 'log', 'check', '--config', 'x.yaml'), { command: { name: 'admin log check' } });
  for (const argv of [
    ['serve', '--role', 'a'],
    ['admin', 'create', '--email', 'me'],
  ]) {
    const call = parse(...argv);
    if ('command' in call) await call.command.run(loadConfig(), call.values);
  }
  t.same(calls, [['a'], 'ME'], 'each gets its own values');
});

t.test('what belongs to another command, or to none, is refused with the help of this one', async (t) => {
  for (const [argv, message] of [
    [['serve', '--email', 'me@example.com'], /^serve: .*--email/],
    [['admin', 'forget', '--role', 'a'], /^admin forget: .*--role/],
    [['serve', 'now'], /^serve: .*now/],
    [['serve', '--role'], /--role/],
    [['serve', '--role='], /--role has no value: what it does/],
    [['admin', 'create'], /--email is missing: whose account/],
  ] as const) {
    const error = mistake(...argv);
    t.match(error.message, message);
    t.match(error.help, new RegExp(`^Usage: node server/main\\.ts ${argv[0]}`));
    t.notMatch(error.help, '<command>');
  }
});

t.test('what is no command is refused with the help of all', async (t) => {
  for (const [argv, message] of [
    [[], /^Which command\?$/],
    [['--role', 'a'], /^Which command\?$/],
    [['fly'], /^There is no command "fly"$/],
    [['admin'], /^admin what\? create, forget, log check$/],
    [['admin', '--email', 'x'], /^admin what\? create, forget, log check$/],
    [['admin', 'log'], /^There is no command "admin log"; admin knows create, forget, log check$/],
    [['admin', 'fly'], /^There is no command "admin fly"; admin knows create, forget, log check$/],
  ] as const) {
    const error = mistake(...argv);
    t.match(error.message, message);
    t.equal(error.help, usage(table));
  }
});

t.test('help of all, and of each', async (t) => {
  const all = [
    'Usage: node server/main.ts <command> [--config file.yaml] [--help]',
    '',
    '  serve [--role a,b]                    run it',
    '  admin create --email you@example.com  make one',
    '  admin forget                          forget all',
    '  admin log check                       check it',
    '',
    'Settings stand in config/dramabox.example.yaml; the file is --config, else DRAMABOX_CONFIG, else ./dramabox.yaml.',
  ].join('\n');
  t.same(parse('--help'), { help: all });
  t.same(parse('-h'), { help: all });
  t.same(parse('admin', '--help'), { help: all });
  const call = parse('admin', 'create', '--help');
  t.match(
    call,
    { help: /^Usage: node server\/main\.ts admin create --email you@example\.com/ },
    'nothing is missing then',
  );
  t.match(call, { help: /make one\n\n {2}--email you@example\.com +whose account\n {2}--config/ });
});
