// What the page understands of SQL: enough to colour it, and to find the place that an error speaks of.

const KEYWORDS = new Set(`
  all alter analyze and any array as asc begin between by call cascade case cast check close cluster coalesce column comment
  commit conflict constraint copy create cross current current_date current_timestamp cursor database deallocate declare
  default deferrable delete desc discard distinct do drop else end enum except execute exists explain extension false
  fetch filter first following for foreign from full function generated grant group having identity if ilike in index
  inner insert intersect interval into is isolation join key language last lateral left level like limit listen lock
  materialized merge natural not nothing notify null nulls offset on or order outer over partition preceding prepare
  primary procedure range read recursive references refresh reindex release rename replace reset restrict returning revoke
  right role rollback row rows savepoint schema select sequence set show some start table tablesample temp temporary then
  to transaction trigger true truncate type union unique unlisten update using vacuum values view when where window with
  within`.trim().split(/\s+/));

/** A longer text is shown without colours, so that typing stays quick. */
const PAINTED_MAX = 40_000;

const TOKEN = new RegExp([
  /(?<comment>--[^\n]*|\/\*[^]*?(?:\*\/|$))/,
  /(?<string>[eE]?'(?:[^']|'')*(?:'|$)|\$(?<tag>\w*)\$[^]*?(?:\$\k<tag>\$|$))/,
  /(?<quoted>"(?:[^"]|"")*(?:"|$))/,
  /(?<number>\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\$\d+)/,
  /(?<word>[\p{L}_][\p{L}\p{N}_$]*)/,
  /(?<other>\s+|[^])/,
].map((part) => part.source).join('|'), 'gu');

/** Cuts SQL into pieces of `{ kind, text, start, end }`; kinds are comment, string, quoted, number, keyword, word, other. */
function tokens(sql) {
  const found = [];
  for (const match of sql.matchAll(TOKEN)) {
    const kinds = match.groups;
    let kind = ['comment', 'string', 'quoted', 'number', 'word', 'other'].find((name) => kinds[name] !== undefined);
    if (kind === 'word' && KEYWORDS.has(match[0].toLowerCase())) {
      kind = 'keyword';
    }
    found.push({ kind, text: match[0], start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/**
 * The piece of SQL that a position of PostgreSQL's means: it counts characters from 1, JavaScript counts UTF-16 units from
 * 0. At the end of the text it means nothing more, so the last piece is taken.
 */
function placeOf(sql, position) {
  const at = [...sql].slice(0, position - 1).join('').length;
  const pieces = tokens(sql).filter(({ text: piece }) => piece.trim() !== '');
  const piece = pieces.find(({ end }) => end > at) ?? pieces.at(-1);
  if (!piece) {
    return null;
  }
  const start = Math.min(Math.max(at, piece.start), piece.end - 1);
  const before = sql.slice(0, start);
  return {
    start,
    end: Math.max(piece.end, start + 1),
    line: before.split('\n').length,
    column: [...before.slice(before.lastIndexOf('\n') + 1)].length + 1,
  };
}

/** Fills `backdrop` with the text in colours, and marks `place` where there is one. */
function paint(backdrop, sql, place) {
  if (sql.length > PAINTED_MAX) {
    backdrop.replaceChildren(sql, '\n ');
    return;
  }
  backdrop.replaceChildren(...tokens(sql).map(({ kind, text: piece, start, end }) => {
    const marked = place && start < place.end && end > place.start;
    if (!marked && (kind === 'other' || kind === 'word')) {
      return document.createTextNode(piece);
    }
    const span = document.createElement(marked ? 'mark' : 'span');
    span.className = kind;
    span.textContent = piece;
    return span;
  }), '\n ');
}
