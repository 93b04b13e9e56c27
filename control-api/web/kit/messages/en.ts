/**
 * Texts that both apps share. The names of values in `{{…}}` are type-checked at each use, and so are their formats
 * (`words/formats.ts`).
 */
export const en = {
  appName: 'Dramabox',
  pageTitle: '{{page}} · Dramabox',
  loading: 'Loading',
  tryAgain: 'Try again',
  tryNow: 'Try now',
  close: 'Close',
  percentOf: '{{share, share}}',
  unreachable: {
    title: 'No answer from the server',
    text: 'The server cannot be reached. Check the connection and try again.',
    again: 'This page tries again by itself.',
  },
  crash: {
    title: 'This page has stopped working',
    text: 'The error is not your doing. Load the page again to go on.',
    reload: 'Load again',
  },
  language: 'Language',
  frame: {
    skip: 'Skip to the content',
    offline: 'You are offline. What needs the server works again when you are back.',
  },
  noPage: { title: 'There is no page here', text: 'The address may have a slip in it, or the page has moved.' },
  account: {
    of: 'Account {{email}}',
    nameless: 'Without an address',
    signOut: 'Sign out',
    notSignedOut: 'Not signed out',
  },
  signIn: {
    title: 'Sign in',
    submit: 'Sign in',
    because: {
      ended: 'Your session has ended. Sign in again to go on.',
      'password-changed': 'The password is changed. You are signed out everywhere: sign in with the new one.',
    },
  },
  stepUp: {
    title: 'Is it you?',
    text: 'Give your password once more: what you are about to do needs it.',
    submit: 'Go on',
    giveUp: 'Leave it',
  },
  fields: {
    email: 'E-mail',
    password: 'Password',
    showPassword: 'Show “{{field}}”',
    passwordWrong: 'The password is wrong.',
    passwordRule: 'At least {{least, number}} characters.',
    passwordLacks_one: '{{count}} character more, please.',
    passwordLacks_other: '{{count}} characters more, please.',
    codeLacks: 'The code has {{digits, number}} digits.',
    missing: 'Fill this in.',
    noAddress: 'This is no e-mail address.',
  },
  player: {
    play: 'Play {{title}}',
    video: 'Video: {{title}}',
    opening: 'Opening the stream',
    stopped: 'Playback stopped',
    nowShowing: 'Now showing {{quality}}',
    buffering: 'Buffering…',
    audio: 'Audio track',
    track: 'Track {{number, number}}',
    quality: 'Quality',
    automatic: 'Automatic quality',
    sized: '{{width}} × {{height}} · {{rate, bitRate}}',
    unsized: '{{rate, bitRate}}',
    failed: {
      session_ended: 'This playback session has ended. Press play to start a new one.',
      not_found: 'A part of this stream was not found on the server. It may have been replaced or deleted.',
      codecs: 'This browser cannot decode the codecs of this stream.',
      network: 'The stream cannot be loaded. Check the connection and try again.',
      decoding: 'The browser could not decode the video.',
      unsupported: 'This browser cannot play this stream.',
      other: 'Playback failed.',
    },
  },
  /** For errors that carry no sentence of their own. */
  failure: {
    unknown: 'Something went wrong.',
    tooLarge: 'The file is larger than the server accepts.',
    server: 'The server had a problem ({{status}}). Try again in a moment.',
    refused: 'The server refused the request ({{status}}).',
    tooOften: 'Too many attempts. Try again later.',
  },
} as const;
