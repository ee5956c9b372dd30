// The examples of the documentation, run as a reader would.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { http, tell, tls, url, web } from './teller.mjs';

const examples = new URL('../../../../docs/examples/', import.meta.url);
/** Beside the packages, where Node.js finds them. */
const bench = new URL('../node_modules/.examples/', import.meta.url);

async function run(name) {
  mkdirSync(bench, { recursive: true });
  copyFileSync(new URL(name, examples), new URL(name, bench));
  const program = spawn(process.execPath, [fileURLToPath(new URL(name, bench))], {
    env: { ...process.env, DATABASE_URL: url(), GATEWAY: web, GATEWAY_URL: http, GATEWAY_TLS: tls ? '1' : '0' },
  });
  let said = '';
  for (const stream of [program.stdout, program.stderr]) {
    stream.on('data', (piece) => {
      said += piece;
    });
  }
  const [status] = await once(program, 'close');
  assert.deepEqual([status, said.trim()], [0, 'ok']);
}

await tell({
  async theExampleOfTheDriverRuns() {
    await run('driver.mjs');
  },

  async theExampleOfATransactionRuns() {
    await run('transaction.mjs');
  },
});
