import type { Scenario } from '../scenario.ts';
import { api } from './api.ts';
import { origin } from './origin.ts';
import { sessions } from './sessions.ts';
import { transcode } from './transcode.ts';
import { upload } from './upload.ts';

/** Everything that can be measured, in the order in which it is listed. */
export const scenarios: readonly Scenario[] = [origin, sessions, upload, transcode, api];
