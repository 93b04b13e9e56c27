/**
 * Browsers and systems by what they write of themselves, with the names that their makers give them. The first that
 * fits counts: most call themselves by the names of others as well.
 */
export const browserNames: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\b(OPR|Opera)\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|Chromium|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];

export type DeviceKind = 'phone' | 'tablet' | 'television' | 'computer';

export const systemNames: readonly (readonly [pattern: RegExp, name: string, kind: DeviceKind])[] = [
  [/\b(Tizen|SMART-TV)\b/i, 'Tizen', 'television'],
  [/\bWeb0S\b/i, 'webOS', 'television'],
  [/\b(AppleTV|tvOS)\b/, 'Apple TV', 'television'],
  [/\bAndroid\b.*\b(TV|BRAVIA|AFT\w)/, 'Android TV', 'television'],
  [/\biPhone\b/, 'iPhone', 'phone'],
  [/\biPad\b/, 'iPad', 'tablet'],
  [/\bAndroid\b.*\bMobile\b/, 'Android', 'phone'],
  [/\bAndroid\b/, 'Android', 'tablet'],
  [/\bCrOS\b/, 'ChromeOS', 'computer'],
  [/\bWindows\b/, 'Windows', 'computer'],
  [/\b(Macintosh|Mac OS X)\b/, 'macOS', 'computer'],
  [/\bLinux\b/, 'Linux', 'computer'],
];
