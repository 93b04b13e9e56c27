import t from 'tap';
import { addressesOf } from './addresses.ts';

t.test('where an app is', async (t) => {
  const of = (file: string, at: string, pathname: string) => addressesOf(`https://x.example${file}`, at, pathname);
  t.same(of('/static/index-a1.js', '', '/account'), { server: '', pages: '', outside: '' });
  t.same(of('/src/addresses.ts', '', '/'), { server: '', pages: '', outside: '' }, 'while developing');
  t.same(of('/video/static/index-a1.js', '', '/video/account'), {
    server: '/video',
    pages: '/video',
    outside: '/video',
  });
  t.same(of('/video/static/index-a1.js', '', '/video'), { server: '/video', pages: '/video', outside: '/video' });
  t.same(
    of('/video/static/index-a1.js', '', '/account'),
    { server: '/video', pages: '', outside: '' },
    'past the proxy',
  );
  t.same(of('/video/static/index-a1.js', '', '/videos'), { server: '/video', pages: '', outside: '' });
  const dashboard = '/dashboard';
  t.same(of('/dashboard/static/index-a1.js', dashboard, '/dashboard'), {
    server: '',
    pages: '/dashboard',
    outside: '',
  });
  t.same(of('/video/dashboard/static/index-a1.js', dashboard, '/video/dashboard/audit'), {
    server: '/video',
    pages: '/video/dashboard',
    outside: '/video',
  });
  t.same(of('/video/dashboard/static/index-a1.js', dashboard, '/dashboard/audit'), {
    server: '/video',
    pages: '/dashboard',
    outside: '',
  });
});
