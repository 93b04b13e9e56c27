import { choice, group } from '../option.ts';

export const sessions = group('Where playback sessions are tracked.', {
  kind: choice('memory (one process).', ['memory']),
});
