import { choice, flag, group } from '../option.ts';

export const log = group('Logging (pino, JSON lines on standard output).', {
  level: choice(
    'Least severe level that is written: trace, debug, info, warn, error, fatal or silent.',
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
    'info',
  ),
  pretty: flag('Write lines for people instead of JSON.', false),
});
