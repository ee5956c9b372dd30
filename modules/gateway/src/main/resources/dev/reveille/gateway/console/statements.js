// SQL over HTTP: one statement for each request.

/** What the header Server-Timing says, by name: milliseconds and a description. */
function serverTiming(header) {
  const timing = {};
  for (const entry of (header ?? '').split(',')) {
    const [name, ...parameters] = entry.split(';').map((part) => part.trim());
    const given = Object.fromEntries(parameters.map((parameter) => {
      const [key, value = ''] = parameter.split('=');
      return [key.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')];
    }));
    if (name) {
      timing[name] = { duration: Number(given.dur ?? 0), description: given.desc ?? '' };
    }
  }
  return timing;
}

function connectionString({ endpoint, role, password, database }) {
  const [user, secret, name] = [role, password, database].map(encodeURIComponent);
  return `postgresql://${user}:${secret}@${encodeURIComponent(endpoint)}/${name}`;
}

/** Runs one statement, tells the listener as a session does, and resolves to what the server says of the time it took. */
async function runOverHttp(settings, sql, listener, signal) {
  const response = await fetch('/sql', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'Neon-Connection-String': connectionString(settings),
      'Neon-Raw-Text-Output': 'true',
      'Neon-Array-Mode': 'true',
    },
    body: JSON.stringify({ query: sql }),
    credentials: 'omit',
    redirect: 'error',
    signal,
  });
  const body = await response.text();
  let answer;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new PostgresError({ message: `status ${response.status}, and no JSON: ${body.slice(0, 500)}` });
  }
  const timing = serverTiming(response.headers.get('Server-Timing'));
  if (!response.ok) {
    listener.error(httpError(answer, response.status));
    return timing;
  }
  if (answer.fields.length > 0) {
    listener.columns(answer.fields);
  }
  for (const row of answer.rows) {
    listener.row(listener.wantsRows() ? row : null);
  }
  listener.complete([answer.command, answer.rowCount].filter((part) => part !== null && part !== undefined).join(' '));
  return timing;
}

function httpError(answer, status) {
  const given = Object.entries(answer ?? {}).filter(([, value]) => value !== null && value !== '');
  const error = { severity: 'ERROR', message: `status ${status}`, ...Object.fromEntries(given) };
  if (error.code === '42601' && /multiple commands/.test(error.message) && !error.hint) {
    error.hint = 'Over HTTP one statement can be run at a time. Choose WebSocket, or select the one to run.';
  }
  return error;
}
