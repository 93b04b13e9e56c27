import type { ReactElement } from 'react';
import type { components } from '../../../../../openapi.d.ts';
import { animals } from './animals.tsx';
import { things } from './things.tsx';

export type Avatar = components['schemas']['Profile']['avatar'];
type Picture = Avatar['picture'];
type Colour = Avatar['colour'];

const drawn: Readonly<Record<Picture, ReactElement>> = { ...animals, ...things };

/** The ground, lighter above: it goes with dark pages and with light ones. */
const grounds: Readonly<Record<Colour, readonly [above: string, below: string]>> = {
  amber: ['#ffc46b', '#e08b12'],
  blue: ['#7fb2ff', '#2f6fe0'],
  coral: ['#ffab94', '#ef6a4c'],
  green: ['#86d9a1', '#2f9a5c'],
  indigo: ['#a3a4ff', '#5552d8'],
  lime: ['#cfe976', '#86b51f'],
  pink: ['#ffb0d0', '#e4559a'],
  purple: ['#cda4ff', '#8646e0'],
  red: ['#ff9a9a', '#dd3f4c'],
  slate: ['#a5b1c6', '#566482'],
  teal: ['#7fdcd4', '#1d938f'],
  yellow: ['#ffe58a', '#e6b91e'],
};

export const pictures = Object.keys(drawn).sort() as readonly Picture[];
export const colours = Object.keys(grounds) as readonly Colour[];

/** A colour by itself, to be chosen. */
export const groundOf = (colour: Colour): string => `linear-gradient(${grounds[colour].join(', ')})`;

/** What stands for a profile. It says nothing: the name stands beside it. @param size in pixels; else that of its place */
export function ProfilePicture({
  avatar: { picture, colour },
  size,
}: {
  readonly avatar: Avatar;
  readonly size?: number;
}) {
  return (
    <svg
      viewBox="0 0 64 64"
      {...(size !== undefined && { width: size, height: size })}
      className="profile-picture"
      aria-hidden
      focusable="false"
      style={{ background: groundOf(colour) }}
    >
      {drawn[picture]}
    </svg>
  );
}
