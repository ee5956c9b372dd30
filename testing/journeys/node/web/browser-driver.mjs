// The driver inside a browser, on a page of another origin: CORS, wss and fetch as browsers have them.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { browse, closeBrowser, host } from './browser.mjs';
import { tell, tls, url } from './teller.mjs';

async function page() {
  const { outputFiles: [{ text: script }] } = await build({
    entryPoints: [fileURLToPath(new URL('bundled.mjs', import.meta.url))],
    bundle: true, format: 'iife', write: false, logLevel: 'error',
  });
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><script>${script.replaceAll('</script', '<\\/script')}</script>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

await tell({
  async theDriverWorksInABrowserFromAnotherOrigin() {
    const server = await page();
    await browse(async (tab) => {
      await tab.goto(`http://127.0.0.1:${server.address().port}/`);
      const told = await tab.evaluate((where) => globalThis.drive(where), { host, secure: tls, url: url() });
      assert.deepEqual(told, {
        row: { n: 1, s: 'hi', e: [] },
        batch: [[{ x: 1 }], [{ level: 'serializable' }]],
        code: '42P01',
        rows: [{ n: 42 }],
      });
    });
    server.close();
  },
}, { end: closeBrowser });
