import { readFileSync } from 'node:fs';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';

/** The reference: a Hono route that answers the bytes of a file, with nothing behind it. Arguments: port, file. */
const [port, file] = process.argv.slice(2);
const body = file === undefined ? '{}' : readFileSync(file, 'utf8');
const app = new Hono();
app.get('/', (c) => c.body(body, 200, { 'content-type': 'application/json' }));
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(port) });
