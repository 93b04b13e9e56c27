import { existsSync } from 'node:fs';
import type { Test } from 'tap';
import { chromium, type Browser } from 'playwright-core';

const candidates = [
  process.env['CHROMIUM'],
  // The same engine without windows, a quarter cheaper.
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/**
 * The system's own Chromium, closed when `t` ends: it decodes H.264 and AAC, which the builds that come with browser
 * drivers do not. @throws Error when there is none
 */
export async function openBrowser(t: Test): Promise<Browser> {
  const executablePath = candidates.find((candidate) => candidate && existsSync(candidate));
  if (!executablePath)
    throw new Error(
      'Browser tests need Chromium: apt-get install chromium-headless-shell, or set CHROMIUM to its path',
    );
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--autoplay-policy=no-user-gesture-required',
      '--mute-audio',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    // Chromium asks for a PulseAudio server, muted or not. The client library then makes a folder `pulse-…` for its
    // socket in TMPDIR, with a link to it in the home folder, and neither is ever removed. Where no folder can be, it
    // makes none, and Chromium goes on without sound.
    env: { ...process.env, PULSE_RUNTIME_PATH: '/dev/null/pulse' },
  });
  t.teardown(() => browser.close());
  return browser;
}
