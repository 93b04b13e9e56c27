/** Pictures that apps ship, by name. A name stays what it shows. */
export const pictures = [
  'astronaut',
  'balloon',
  'bear',
  'cactus',
  'cat',
  'cloud',
  'comet',
  'crown',
  'dog',
  'fox',
  'guitar',
  'koala',
  'lantern',
  'lion',
  'monkey',
  'mountain',
  'owl',
  'panda',
  'penguin',
  'rabbit',
  'robot',
  'rocket',
  'sailboat',
  'tiger',
] as const;
export type Picture = (typeof pictures)[number];

/** Colours behind them. Apps choose the very shade, so that it goes with their dark and their light side. */
export const colours = [
  'amber',
  'blue',
  'coral',
  'green',
  'indigo',
  'lime',
  'pink',
  'purple',
  'red',
  'slate',
  'teal',
  'yellow',
] as const;
export type Colour = (typeof colours)[number];

/** What the first profile of an account has until somebody chooses. */
export const firstAvatar = { picture: 'fox', colour: 'blue' } as const satisfies { picture: Picture; colour: Colour };
