// What came back, as elements. Whatever a database said becomes text of an element, never markup.

const SHOWN_AT_ONCE = 500; // Rows that the table grows by.
const SHORT_VALUE = 64; // Characters of a value that fit in its cell.
const PREVIEW = 120; // Characters of a longer one that are cut off where the cell ends.

const TYPE_NAMES = {
  16: 'bool', 17: 'bytea', 18: '"char"', 19: 'name', 20: 'int8', 21: 'int2', 23: 'int4', 24: 'regproc', 25: 'text', 26: 'oid',
  28: 'xid', 114: 'json', 142: 'xml', 600: 'point', 700: 'float4', 701: 'float8', 790: 'money', 869: 'inet', 650: 'cidr',
  1000: 'bool[]', 1005: 'int2[]', 1007: 'int4[]', 1009: 'text[]', 1015: 'varchar[]', 1016: 'int8[]', 1021: 'float4[]',
  1022: 'float8[]', 1042: 'char', 1043: 'varchar', 1082: 'date', 1083: 'time', 1114: 'timestamp', 1184: 'timestamptz',
  1186: 'interval', 1266: 'timetz', 1560: 'bit', 1562: 'varbit', 1700: 'numeric', 2205: 'regclass', 2206: 'regtype',
  2249: 'record', 2278: 'void', 2950: 'uuid', 3614: 'tsvector', 3802: 'jsonb', 4072: 'jsonpath',
};
const NUMBERS = new Set([20, 21, 23, 26, 28, 700, 701, 790, 1700]);
const JSON_TYPES = new Set([114, 3802]);

function element(name, properties = {}, children = []) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function counted(number, noun) {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}

/** One statement's answer: its tag, how many rows, a table where it has columns, and ways to take it home. */
function resultSection(result, index) {
  const heading = element('h3', { textContent: result.tag || 'empty statement' });
  heading.id = `result-${index}`;
  const head = element('header', {}, [heading]);
  const section = element('section', { className: 'result' }, [head]);
  section.setAttribute('aria-labelledby', heading.id);
  if (result.columns) {
    const kept = result.rows.length;
    const count = result.count > kept
      ? `${counted(result.count, 'row')}, of which the first ${kept.toLocaleString('en')} are here`
      : counted(result.count, 'row');
    head.append(element('span', { className: 'count', textContent: count }), exportButtons(result));
    section.append(kept > 0 ? table(result, heading.id) : noRows(result));
  }
  return section;
}

function columnHead({ name, dataTypeID }) {
  const head = element('th', { scope: 'col' }, [
    element('span', { className: 'name', textContent: name }),
    element('span', { className: 'type', textContent: TYPE_NAMES[dataTypeID] ?? `type ${dataTypeID}` }),
  ]);
  head.classList.toggle('number', NUMBERS.has(dataTypeID));
  return head;
}

function noRows({ columns }) {
  const head = element('tr', {}, columns.map(columnHead));
  const nothing = element('td', { colSpan: Math.max(1, columns.length), className: 'nothing', textContent: 'no rows' });
  return element('div', { className: 'table', tabIndex: 0 }, [
    element('table', {}, [element('thead', {}, [head]), element('tbody', {}, [element('tr', {}, [nothing])])]),
  ]);
}

function table({ columns, rows }, label) {
  const head = element('tr', {}, [
    element('th', { scope: 'col', className: 'row', ariaLabel: 'row', textContent: '#' }),
    ...columns.map(columnHead),
  ]);
  const body = element('tbody');
  const frame = element('div', { className: 'table', tabIndex: 0 }, [
    element('table', {}, [element('thead', {}, [head]), body]),
  ]);
  frame.setAttribute('role', 'region');
  frame.setAttribute('aria-labelledby', label);
  const more = element('button', { type: 'button', className: 'more quiet' });
  let shown = 0;
  const grow = () => {
    const end = Math.min(shown + SHOWN_AT_ONCE, rows.length);
    const fresh = [];
    for (; shown < end; shown++) {
      fresh.push(element('tr', {}, [
        element('th', { scope: 'row', className: 'row', textContent: String(shown + 1) }),
        ...rows[shown].map((value, column) => cell(value, columns[column])),
      ]));
    }
    body.append(...fresh);
    more.hidden = shown === rows.length;
    more.textContent = `Show more: ${counted(rows.length - shown, 'row')} left`;
  };
  more.addEventListener('click', grow);
  grow();
  return element('div', {}, [frame, more]);
}

function cell(value, column) {
  const made = element('td');
  made.classList.toggle('number', NUMBERS.has(column.dataTypeID));
  if (value === null) {
    made.classList.add('null');
    made.textContent = 'NULL';
    return made;
  }
  if (value.length <= SHORT_VALUE && !value.includes('\n')) {
    made.textContent = value;
    made.classList.toggle('empty', value === '');
    return made;
  }
  const whole = element('button', {
    type: 'button',
    className: 'whole',
    title: `Show all ${counted(value.length, 'character')}`,
  }, [
    element('span', { className: 'start', textContent: value.slice(0, PREVIEW).replaceAll('\n', ' ⏎ ') }),
    element('span', { className: 'rest', textContent: '…' }),
  ]);
  whole.addEventListener('click', () => showWhole(value, column));
  made.append(whole);
  return made;
}

/** A long value in a window of its own. */
function showWhole(value, { name, dataTypeID }) {
  const shown = JSON_TYPES.has(dataTypeID) ? indented(value) : value;
  const dialog = document.querySelector('#whole');
  dialog.querySelector('h2').textContent = name;
  dialog.querySelector('.about').textContent = counted(value.length, 'character');
  dialog.querySelector('pre').textContent = shown;
  dialog.querySelector('.copy').onclick = () => navigator.clipboard?.writeText(value);
  dialog.showModal();
}

function indented(json) {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}

/** An error in full: what, where in the SQL, and everything else that was said. */
function errorSection(error, sql, showPlace) {
  const title = element('h3', { textContent: error.message });
  const label = element('p', { className: 'label' }, [
    element('span', { className: 'severity', textContent: error.severity || 'ERROR' }),
  ]);
  if (error.code) {
    label.append(element('code', { className: 'sqlstate', title: 'SQLSTATE', textContent: error.code }));
  }
  const section = element('section', { className: 'error' }, [label, title]);
  const place = error.position ? placeOf(sql, Number(error.position)) : null;
  if (place) {
    section.append(excerpt(sql, place));
    const go = element('button', {
      type: 'button', className: 'quiet', textContent: `Go to line ${place.line}, column ${place.column}`,
    });
    go.addEventListener('click', () => showPlace(place));
    section.append(go);
  }
  const more = element('dl', { className: 'more' });
  for (const name of ['detail', 'hint', 'where', 'internalQuery', 'schema', 'table', 'column', 'dataType', 'constraint']) {
    if (error[name]) {
      more.append(element('dt', { textContent: name }), element('dd', { textContent: error[name] }));
    }
  }
  section.append(more);
  return section;
}

function excerpt(sql, { start, end, line }) {
  const from = sql.lastIndexOf('\n', start - 1) + 1;
  const to = sql.indexOf('\n', start) < 0 ? sql.length : sql.indexOf('\n', start);
  const until = Math.min(end, to);
  return element('pre', { className: 'excerpt' }, [
    element('span', { className: 'line', textContent: `${line}  ` }),
    sql.slice(Math.max(from, start - 300), start),
    element('mark', { textContent: sql.slice(start, until) || ' ' }),
    sql.slice(until, Math.min(to, until + 300)),
  ]);
}

function noticeLine({ severity, code, message, detail, hint }) {
  const line = element('li', {}, [
    element('span', { className: 'severity', textContent: severity ?? 'NOTICE' }),
    element('span', { textContent: message }),
  ]);
  if (code && code !== '00000') {
    line.append(element('code', { className: 'sqlstate', textContent: code }));
  }
  for (const more of [detail, hint]) {
    if (more) {
      line.append(element('span', { className: 'muted', textContent: more }));
    }
  }
  return line;
}
