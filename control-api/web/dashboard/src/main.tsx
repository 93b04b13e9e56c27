import { startApp } from '../../kit/start.tsx';
import '@mantine/dropzone/styles.css';
import './layout/app.css';
import './layout/touch.css';
import { connection } from './api/server.ts';
import { App } from './App.tsx';
import { en } from './messages/en.ts';

await startApp({ connection, messages: { app: 'dashboard', english: en }, content: <App /> });
