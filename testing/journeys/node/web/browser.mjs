// A real browser without a window, that trusts the door's certificate and tells where it went.
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { certificate, tls, web } from './teller.mjs';

const QUIET = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** The certificate's name is localhost, so that is where a browser goes with TLS. */
export const host = tls ? web.replace(/^[^:]+/, 'localhost') : web;

function trusting() {
  const key = new X509Certificate(readFileSync(certificate)).publicKey.export({ type: 'spki', format: 'der' });
  return `--ignore-certificate-errors-spki-list=${createHash('sha256').update(key).digest('base64')}`;
}

let browser;

/** Runs a story with a page of its own; afterwards the page must have had no error and no policy broken. */
export async function browse(story, options = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: tls ? [...QUIET, trusting()] : QUIET,
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'light', ...options });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const went = [];
    const complaints = [];
    await page.route('**/*', (route) => {
      went.push(route.request().url());
      return route.continue();
    });
    page.on('websocket', (socket) => went.push(socket.url()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => /Content Security Policy|Trusted/.test(line.text()) && complaints.push(line.text()));
    await story(page, went);
    if (complaints.length > 0) {
      throw new Error(complaints.join('\n'));
    }
  } finally {
    await context.close();
  }
}

export async function closeBrowser() {
  await browser?.close();
}
