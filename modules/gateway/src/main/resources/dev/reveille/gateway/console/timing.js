// Where the time went: a bar with one piece for each step, and the same in words.

/** What each step is, for those who ask by pointing at it. */
const STEPS = {
  connect: 'The way to the gateway, until it asks for the password. Over HTTP: its way to a compute that is awake',
  wake: 'Until the compute is ready: the password is checked, the compute is woken if it sleeps, and logged in to',
  query: 'From sending the statements to their last answer',
  auth: 'The gateway checks the password',
  network: 'Between this page and the gateway, and reading what came',
};

/** The steps of a request over HTTP, by what the server says and what the page measured. */
function stepsOverHttp(timing, total) {
  const steps = [];
  let known = 0;
  const add = (name, duration, note = '') => {
    steps.push({ name, duration, note });
    known += duration;
  };
  if (timing.auth) {
    add('auth', timing.auth.duration);
  }
  if (timing.connect) {
    const how = timing.connect.description;
    add(how === 'woken' ? 'wake' : 'connect', timing.connect.duration, how === 'woken' ? '' : how);
  }
  if (timing.query) {
    add('query', timing.query.duration);
  }
  steps.push({ name: known > 0 ? 'network' : 'query', duration: Math.max(0, total - known) });
  return steps;
}

function inWords(milliseconds) {
  if (milliseconds < 9.95) {
    return `${milliseconds.toFixed(1)} ms`;
  }
  return milliseconds < 9_995 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function timingBar(steps) {
  const total = steps.reduce((sum, { duration }) => sum + duration, 0);
  const bar = element('div', { className: 'bar', ariaHidden: 'true' });
  const legend = element('dl', { className: 'steps' });
  for (const { name, duration, note } of steps) {
    const piece = element('span', { className: name, title: `${name} ${inWords(duration)}` });
    piece.style.flexGrow = String(total > 0 ? Math.max(duration / total, 0.004) : 1);
    bar.append(piece);
    legend.append(element('div', { className: name, title: STEPS[name] }, [
      element('dt', { textContent: name }),
      element('dd', { textContent: inWords(duration) }),
      ...(note ? [element('small', { textContent: note })] : []),
    ]));
  }
  legend.append(element('div', { className: 'total' }, [
    element('dt', { textContent: 'total' }),
    element('dd', { textContent: inWords(total) }),
  ]));
  return element('div', { className: 'timing' }, [bar, legend]);
}
