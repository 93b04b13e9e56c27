import { Type } from 'typebox';
import { choice, count, group, seconds, type Rule } from '../option.ts';

export const playback = group('Playback sessions and their tokens.', {
  tokenSeconds: count('How long a playback URL works, in whole seconds.', 12 * 3600, 10, 604_800),
  startsPerMinute: count(
    'Streams one account may start in a minute; bounds what has to be remembered of those it ended.',
    60,
    1,
    10_000,
  ),
  streamsPerAccount: count('Streams of one account at the same time; 0: unlimited.', 5, 0, 10_000),
  clientsPerStream: count(
    'Places at which one stream, which is one playback URL, may be played at the same time; 0: any number. A place is a network (a /24 of IPv4, a /64 of IPv6) from which something was asked for within 30 seconds: a phone that goes from Wi-Fi to mobile is at two for that long. At all of them together there may be twice as many programs (User-Agent), and four times as many connections in use for one rendition within 10 seconds (eight at least). The newest are refused (403 too_many_clients), those before them go on. Each origin counts for itself; behind a CDN let the CDN count, and set 0 where it asks from many networks.',
    4,
    0,
    10_000,
  ),
  topRung: count(
    'Short side in pixels of the best picture that a stream may have, e.g. 720; what is larger is neither listed nor served. Where everything is larger, the smallest is served. 0: no limit.',
    0,
    0,
    99_999,
  ),
  regionHeader: Type.String({
    description:
      "Request header in which a trusted proxy (server.trustProxy) writes the viewer's country as two letters, e.g. cf-ipcountry. It is handed to the decision who may watch, which does not depend on it yet. Empty: unknown.",
    default: '',
    pattern: '^[A-Za-z0-9-]{0,64}$',
  }),
  streamLimitPolicy: choice('What happens to one stream too many: refuse it, or evict-oldest.', [
    'refuse',
    'evict-oldest',
  ]),
  idleSeconds: seconds(
    'A stream that asked for nothing for this long (more than origin.reportSeconds) gives way to another one of its account.',
    60,
    5,
    86_400,
  ),
  keyRotationDays: count(
    'A new signing key is made after this many days; old ones verify until their tokens expire.',
    30,
    1,
    3650,
  ),
});

export const playbackRules: readonly Rule<{
  readonly playback: { readonly idleSeconds: number };
  readonly origin: { readonly reportSeconds: number };
}>[] = [
  (config) =>
    config.playback.idleSeconds <= config.origin.reportSeconds
      ? {
          option: 'playback.idleSeconds',
          message: 'must be more than origin.reportSeconds, or streams that are being watched count as idle',
        }
      : undefined,
];
