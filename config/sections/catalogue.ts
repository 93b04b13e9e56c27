import { count, group } from '../option.ts';

export const catalogue = group('The catalogue: series, episodes, movies.', {
  deletedDays: count('How many days deleted titles can be brought back.', 30, 1, 3650),
});
