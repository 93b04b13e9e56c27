// What package.json's scripts call. Plain JavaScript: it runs on the machine's own Node (20 or newer) with nothing
// installed, sets up what the wanted command needs, and hands over to the Node that package-lock.json pins.
// It says nothing when there is nothing to do.

const oldest = 20;
if (Number(process.versions.node.split('.')[0]) < oldest) {
  console.error(`Dramabox needs Node ${oldest} or newer to start; this is ${process.version}. See https://nodejs.org.`);
  process.exit(1);
}

// Only now, so that an older Node never meets syntax it cannot read.
const { SetupError } = await import('./setup/setup-error.mjs');
const { commands } = await import('./setup/commands.mjs');

const [name = '', ...args] = process.argv.slice(2);
const command = commands.get(name);
if (command === undefined) {
  console.error(`There is no command "${name}". Commands: ${[...commands.keys()].join(', ')}.`);
  process.exit(2);
}
try {
  await command(args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
