import t from 'tap';
import { startMessages } from '../messages/i18n.ts';
import { deviceOf, deviceWords } from './device-words.ts';

// The little of a browser that texts need.
Object.assign(globalThis, { document: { documentElement: {} } });
await startMessages({ app: 'test', english: {} });

const webKit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

t.test('devices in words', async (t) => {
  for (const [userAgent, words, kind] of [
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/141.0.0.0 Safari/537.36`,
      'Chrome on Windows',
      'computer',
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webKit} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0`,
      'Edge on Windows',
      'computer',
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${webKit} Chrome/141.0.0.0 Safari/537.36 OPR/120.0.0.0`,
      'Opera on Linux',
      'computer',
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux', 'computer'],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webKit} Chrome/141.0.0.0 Safari/537.36`,
      'Chrome on ChromeOS',
      'computer',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15',
      'Safari on macOS',
      'computer',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1',
      'Safari on iPhone',
      'phone',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/141.0.0.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
      'phone',
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/140.0 Mobile/15E148 Safari/605.1.15',
      'Firefox on iPad',
      'tablet',
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/141.0.0.0 Mobile Safari/537.36`,
      'Chrome on Android',
      'phone',
    ],
    [`Mozilla/5.0 (Linux; Android 10; K) ${webKit} Chrome/141.0.0.0 Safari/537.36`, 'Chrome on Android', 'tablet'],
    [
      `Mozilla/5.0 (Linux; Android 14; SM-S911B) ${webKit} SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36`,
      'Samsung Internet on Android',
      'phone',
    ],
    [`Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) ${webKit} 94.0.4606.31/7.0 TV Safari/537.36`, 'Tizen', 'television'],
    [
      `Mozilla/5.0 (Web0S; Linux/SmartTV) ${webKit} Chrome/94.0.4606.128 Safari/537.36 WebAppManager`,
      'Chrome on webOS',
      'television',
    ],
    ['okhttp/4.12.0', 'A device that does not say what it is', undefined],
    ['', 'A device that does not say what it is', undefined],
    [null, 'A device that does not say what it is', undefined],
  ] as const) {
    t.equal(deviceWords(userAgent), words, userAgent ?? 'nothing');
    t.equal(deviceOf(userAgent).kind, kind, `${words}: ${kind}`);
  }
});
