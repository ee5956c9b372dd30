// Results as files.

function exportButtons(result) {
  const button = (label, name, type, write) => {
    const made = element('button', { type: 'button', className: 'quiet', textContent: label, title: `Save as ${name}` });
    made.addEventListener('click', () => save(name, type, write(result)));
    return made;
  };
  return element('span', { className: 'exports' }, [
    button('CSV', 'result.csv', 'text/csv', asCsv),
    button('JSON', 'result.json', 'application/json', asJson),
  ]);
}

function save(name, type, content) {
  const address = URL.createObjectURL(new Blob([content], { type }));
  element('a', { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** As RFC 4180 has it. NULL is nothing at all, an empty text is a pair of quotes, as PostgreSQL reads them back. */
function asCsv({ columns, rows }) {
  const field = (value) => value === null ? '' : /^$|[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const line = (values) => values.map(field).join(',') + '\r\n';
  return [columns.map(({ name }) => name), ...rows].map(line).join('');
}

/** Numbers that JavaScript holds exactly, booleans and JSON as themselves, everything else as text. */
function asJson({ columns, rows }) {
  const names = [];
  for (const { name } of columns) {
    let unique = name;
    for (let n = 2; names.includes(unique); n++) {
      unique = `${name}_${n}`;
    }
    names.push(unique);
  }
  const written = (value, type) => {
    if (value === null) {
      return 'null';
    }
    const asItIs = JSON_TYPES.has(type) || ([21, 23, 700, 701].includes(type) && /^-?\d/.test(value));
    return asItIs ? value : type === 16 ? String(value === 't') : JSON.stringify(value);
  };
  const objects = rows.map((row) => {
    const pairs = row.map((value, n) => `${JSON.stringify(names[n])}: ${written(value, columns[n].dataTypeID)}`);
    return `  {${pairs.join(', ')}}`;
  });
  return `[\n${objects.join(',\n')}\n]\n`;
}
