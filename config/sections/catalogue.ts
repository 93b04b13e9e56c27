import { count, group, texts, type Rule } from '../option.ts';
import { optionName } from './encode.ts';

export const catalogue = group('The catalogue: series, episodes, movies.', {
  deletedDays: count('How many days deleted titles can be brought back.', 30, 1, 3650),
  priceClasses: texts(
    'Names of the price classes that titles can be of; the first one is that of titles which name none. Nothing is charged by them yet.',
    ['free'],
  ),
});

export const catalogueRules: readonly Rule<{ readonly catalogue: { readonly priceClasses: readonly string[] } }>[] = [
  ({ catalogue: { priceClasses } }) =>
    priceClasses.length > 0 &&
    priceClasses.every((name) => optionName.test(name)) &&
    new Set(priceClasses).size === priceClasses.length
      ? undefined
      : {
          option: 'catalogue.priceClasses',
          message: 'must be at least one name of small letters, digits and hyphens, 32 at most, and none twice',
        },
];
