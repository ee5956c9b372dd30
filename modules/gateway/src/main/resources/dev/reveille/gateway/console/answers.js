// What statements answered, within bounds.

const KEPT_ROWS = 50_000; // Rows of one result that are kept; more are counted.
const KEPT_CHARACTERS = 64 * 1024 * 1024; // The same for all of one run's values together.
const KEPT_ANSWERS = 500; // Results of one run, and notices of one run, that are kept; more are counted.

/** Collects what statements answer, within bounds. */
function collector() {
  const answers = { results: [], notices: [], error: null, more: { results: 0, notices: 0 } };
  const keep = (kind, answer) => {
    if (answers[kind].length < KEPT_ANSWERS) {
      answers[kind].push(answer);
    } else {
      answers.more[kind]++;
    }
  };
  let current = null;
  let room = KEPT_CHARACTERS;
  return {
    answers,
    asked() {},
    columns(columns) {
      current = { columns, rows: [], count: 0 };
    },
    wantsRows() {
      return current.rows.length < KEPT_ROWS && room > 0;
    },
    row(values) {
      current.count++;
      if (values) {
        current.rows.push(values);
        room -= values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
      }
    },
    complete(tag) {
      keep('results', { ...(current ?? {}), tag });
      current = null;
    },
    notice(fields) {
      keep('notices', fields);
    },
    error(fields) {
      answers.error = fields;
      current = null;
    },
  };
}

/** The same in a line. */
function summary({ results, error }) {
  if (error) {
    return `Failed${error.code ? ` with ${error.code}` : ''}: ${error.message}`;
  }
  const rows = results.filter(({ columns }) => columns).reduce((sum, { count }) => sum + count, 0);
  const sets = results.length > 1 ? `${results.length} results, ` : '';
  return results.some(({ columns }) => columns) ? `${sets}${counted(rows, 'row')}` : results.map(({ tag }) => tag).join(', ');
}
