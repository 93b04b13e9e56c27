import t from 'tap';
import { nameOfFile } from './given-video.ts';

t.test('a file becomes a movie by a name that people would give it', (t) => {
  const names: Readonly<Record<string, string>> = {
    'my_holiday.mp4': 'My holiday',
    '/films/big-buck-bunny.mp4': 'Big buck bunny',
    'Spider-Man.mp4': 'Spider-Man',
    'The.Last.Tide.2019.mkv': 'The Last Tide 2019',
    'Kim-s trip - day 1.mov': 'Kim-s trip - day 1',
    '第三集.mp4': '第三集',
    '___.mp4': 'Video',
    [`${'a'.repeat(240)}.mp4`]: `A${'a'.repeat(199)}`,
  };
  for (const [file, name] of Object.entries(names)) t.equal(nameOfFile(file), name, file);
  t.end();
});
