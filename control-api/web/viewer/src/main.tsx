import { startApp } from '../../kit/start.tsx';
import './mailed-links/mailed-link.ts';
import './layout/viewer.css';
import { connection } from './api/server.ts';
import { App } from './App.tsx';
import { en } from './messages/en.ts';

await startApp({ connection, messages: { app: 'viewer', english: en }, content: <App /> });
