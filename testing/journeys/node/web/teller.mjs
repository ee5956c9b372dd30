// Tells stories, one after the other: those whose names are arguments, or all. Where to connect stands on standard input as
// JSON. A story that ends is true; one that throws is not. What is printed is read by Stories.java: which stories there
// are, and how each of them ended.
import { readFileSync } from 'node:fs';

const PATIENCE = 60_000;

export const { web, tls, endpoint, role, password, database, pictures, certificate } = JSON.parse(readFileSync(0, 'utf8'));

/** A connection string; over HTTP its host names the endpoint, over WebSocket its option does. */
export function url({ to = endpoint, as = role, by = password, at = database } = {}) {
  const [user, secret, name] = [as, by, at].map(encodeURIComponent);
  return `postgresql://${user}:${secret}@${to}.localhost/${name}?options=endpoint%3D${to}`;
}

export const http = `${tls ? 'https' : 'http'}://${web}`;
export const ws = `${tls ? 'wss' : 'ws'}://${web}`;

/** Tells the stories; `before` is called before each, `end` after the last. */
export async function tell(stories, { before = () => {}, end = () => {} } = {}) {
  const names = Object.keys(stories);
  console.log(`stories ${names.join(' ')}`);
  const asked = process.argv.slice(2);
  for (const name of asked.length > 0 ? asked : names) {
    const failure = await failureIn(async () => {
      await before();
      await stories[name]();
    });
    console.log(failure === undefined ? `true ${name}` : `false ${name} ${encodeURIComponent(failure)}`);
  }
  await end();
  process.exit(0);
}

/** What goes wrong in a story, events that nobody listens to included; undefined where all is well. */
async function failureIn(story) {
  let late;
  let stray;
  try {
    await Promise.race([story(), new Promise((_, reject) => {
      late = setTimeout(() => reject(new Error(`no end after ${PATIENCE} ms`)), PATIENCE);
      stray = reject;
      process.on('uncaughtException', stray);
    })]);
    return undefined;
  } catch (failure) {
    return failure?.stack ?? String(failure);
  } finally {
    clearTimeout(late);
    process.off('uncaughtException', stray);
  }
}

/** Asks again until it is so. */
export async function eventually(what, isSo, patience = 10_000) {
  const end = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > end) {
      throw new Error(`not so within ${patience} ms: ${what}`);
    }
    await new Promise((later) => setTimeout(later, 50));
  }
}

/** What a promise fails with. */
export async function failureOf(promise) {
  return promise.then((value) => {
    throw new Error(`it did not fail, but gave ${JSON.stringify(value)}`);
  }, (failure) => failure);
}
