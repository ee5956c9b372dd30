// The page: what is typed, what runs, what came of it.

const SLOW_CANCEL = 3_000;

const $ = (id) => document.getElementById(id);
const inputs = ['endpoint', 'role', 'password', 'database'].map($);
const editor = $('sql');

let session = null; // The open session over WebSocket, and for what it was opened.
let running = null; // `{ cancel }` while something runs.
let failedPlace = null; // Where the SQL is wrong, until it is changed.

function settings() {
  const [endpoint, role, password, database] = inputs.map(({ value }) => value);
  return { endpoint: endpoint.trim(), role, password, database: database || role };
}

function chosenWay() {
  return document.querySelector('input[name="way"]:checked').value;
}

// --- The session's state, in the corner of the page.

const TRANSACTION = { I: 'connected', T: 'in a transaction', E: 'in a failed transaction' };

/** Without what the distribution adds. */
function serverVersion() {
  return (session.conversation.parameters.server_version ?? '').split(' ')[0];
}

function showSession() {
  const open = Boolean(session?.conversation.isOpen);
  const state = running ? 'busy' : session?.lost ? 'lost' : open ? 'open' : 'none';
  const words = running ? 'running' : session?.lost ? `ended: ${session.lost.message}`
    : open ? `${TRANSACTION[session.conversation.status]}, PostgreSQL ${serverVersion()}`
      : 'not connected';
  $('session').dataset.state = state;
  $('session').querySelector('.words').textContent = words;
  $('disconnect').hidden = !open || Boolean(running);
}

function disconnect() {
  session?.conversation.end();
  session = null;
  showSession();
}

/** The open session, if it is to where the page now says; another is ended. */
function reusable(wanted) {
  if (session?.conversation.isOpen && session.wanted === JSON.stringify(wanted)) {
    return session.conversation;
  }
  disconnect();
  return null;
}

// --- Running.

async function runOverWebSocket(wanted, sql, listener, steps) {
  let mark = performance.now();
  const step = (name) => {
    const now = performance.now();
    steps.push({ name, duration: now - mark });
    mark = now;
  };
  let conversation = reusable(wanted);
  if (!conversation) {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:';
    listener.asked = () => step('connect');
    const opening = new PostgresSession(`${scheme}//${location.host}/v2`, wanted, listener);
    running.cancel = () => opening.giveUp();
    await opening.whenReady;
    step('wake');
    conversation = opening;
    const mine = { conversation, wanted: JSON.stringify(wanted), lost: null };
    session = mine;
    conversation.whenClosed.then((error) => {
      if (session === mine) {
        session = error ? { ...mine, lost: error } : null;
        showSession();
      }
    });
  }
  running.cancel = () => conversation.cancel();
  await conversation.query(sql, listener);
  step('query');
}

async function runByHttp(wanted, sql, listener, steps) {
  const abort = new AbortController();
  running.cancel = () => abort.abort();
  const begun = performance.now();
  const timing = await runOverHttp(wanted, sql, listener, abort.signal);
  steps.push(...stepsOverHttp(timing, performance.now() - begun));
}

async function run() {
  if (running) {
    return;
  }
  const { selectionStart, selectionEnd, value } = editor;
  const offset = selectionEnd > selectionStart ? selectionStart : 0;
  const sql = selectionEnd > selectionStart ? value.slice(selectionStart, selectionEnd) : value;
  if (sql.trim() === '') {
    say('There is no SQL to run.');
    editor.focus();
    return;
  }
  remember();
  markPlace(null);
  const listener = collector();
  const steps = [];
  const begun = performance.now();
  running = { cancel() {} };
  const clock = startClock(begun);
  showSession();
  let failure = null;
  try {
    const way = chosenWay() === 'ws' ? runOverWebSocket : runByHttp;
    await way(settings(), sql, listener, steps);
  } catch (thrown) {
    failure = thrown.name === 'AbortError' ? { severity: 'CANCELLED', message: 'The request was given up.' }
      : thrown instanceof PostgresError ? thrown.fields
        : { severity: 'ERROR', message: `no answer from ${location.host}`, detail: thrown.message };
  }
  running = null;
  clock.stop();
  showSession();
  const { answers } = listener;
  answers.error = failure ?? answers.error;
  show(answers, steps, sql, offset);
  addToHistory(sql, answers, performance.now() - begun);
}

function cancel() {
  if (!running || running.cancelling) {
    return;
  }
  running.cancelling = true;
  say('Cancelling…');
  const mine = running;
  setTimeout(() => {
    if (running === mine) {
      say('Still waiting for the statement to end.');
      mine.cancelling = false;
    }
  }, SLOW_CANCEL);
  mine.cancel();
}

/** Enables one button and disables another, which must not lose the keyboard's focus to nobody. */
function swap(to, from) {
  const focused = document.activeElement === $(from);
  $(to).disabled = false;
  $(from).disabled = true;
  if (focused) {
    $(to).focus();
  }
}

function startClock(begun) {
  swap('cancel', 'run');
  $('outcome').classList.add('stale');
  $('outcome').setAttribute('aria-busy', 'true');
  say('Running…');
  const tick = setInterval(() => {
    $('clock').textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  }, 100);
  return {
    stop() {
      clearInterval(tick);
      $('clock').textContent = '';
      swap('run', 'cancel');
      $('outcome').classList.remove('stale');
      $('outcome').removeAttribute('aria-busy');
    },
  };
}

function say(words) {
  $('status').textContent = words;
}

// --- What came of it.

function show(answers, steps, sql, offset) {
  const { results, notices, error } = answers;
  const showPlace = ({ start, end }) => {
    editor.focus();
    editor.setSelectionRange(start + offset, end + offset);
  };
  const parts = steps.length > 0 ? [timingBar(steps)] : [];
  if (notices.length > 0) {
    const list = element('ul', { className: 'notices' }, notices.map(noticeLine));
    list.setAttribute('aria-label', 'Notices');
    parts.push(list);
  }
  parts.push(...results.map(resultSection));
  for (const [kind, number] of Object.entries(answers.more)) {
    if (number > 0) {
      parts.push(element('p', { className: 'muted', textContent: `${number.toLocaleString('en')} more ${kind} are not shown.` }));
    }
  }
  if (error) {
    parts.push(errorSection(error, sql, showPlace));
    const place = error.position ? placeOf(sql, Number(error.position)) : null;
    markPlace(place && { start: place.start + offset, end: place.end + offset });
  }
  $('outcome').replaceChildren(...parts);
  say(summary(answers));
}

function markPlace(place) {
  failedPlace = place;
  paint($('backdrop'), editor.value, place);
}

function write(sql) {
  editor.value = sql;
  markPlace(null);
}

// --- Beginning.

function begin() {
  showTheme(storedTheme());
  restore();
  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  $('outcome').append($('welcome').content.cloneNode(true));
  if (mac) {
    document.querySelectorAll('kbd').forEach((key) => {
      key.textContent = key.textContent.replace('Ctrl', '⌘');
    });
  }
  document.querySelectorAll('.example').forEach((example) => example.addEventListener('click', () => {
    write(example.textContent);
    (inputs.find((input) => input.required && input.value === '') ?? editor).focus();
  }));
  $('form').addEventListener('submit', (event) => {
    event.preventDefault();
    run();
  });
  $('cancel').addEventListener('click', cancel);
  $('disconnect').addEventListener('click', disconnect);
  $('forget').addEventListener('click', forget);
  $('whole').querySelector('.close').addEventListener('click', () => $('whole').close());
  $('theme').addEventListener('click', nextTheme);
  editor.addEventListener('input', () => markPlace(null));
  document.addEventListener('keydown', (event) => {
    const control = event.ctrlKey || event.metaKey;
    if (control && event.key === 'Enter') {
      event.preventDefault();
      $('form').requestSubmit();
    } else if (event.key === 'Escape' && !$('whole').open && running) {
      event.preventDefault();
      cancel();
    } else if (control && event.target === editor && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
      event.preventDefault();
      recall(event.key === 'ArrowUp' ? 1 : -1);
    }
  });
  write('');
  (inputs.find((input) => input.required && input.value === '') ?? editor).focus();
  showSession();
}

begin();
