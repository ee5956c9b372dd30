// What was run: kept in memory, and nowhere else.

const KEPT_HISTORY = 100;

const past = [];
let recalled = -1; // Which entry the arrows went to.

function addToHistory(sql, answers, duration) {
  past.unshift(sql);
  past.length = Math.min(past.length, KEPT_HISTORY);
  recalled = -1;
  const entry = element('button', { type: 'button', title: sql.slice(0, 1_000) }, [
    element('code', { textContent: sql.trim().replace(/\s+/g, ' ').slice(0, 200) }),
    element('small', { textContent: `${summary(answers).slice(0, 120)} · ${inWords(duration)}` }),
  ]);
  entry.addEventListener('click', () => {
    write(sql);
    editor.focus();
  });
  const item = element('li', { className: answers.error ? 'failed' : '' }, [entry]);
  $('history').prepend(item);
  while ($('history').childElementCount > KEPT_HISTORY) {
    $('history').lastElementChild.remove();
  }
  showHistory();
}

function showHistory() {
  $('no-history').hidden = past.length > 0;
  $('forget').hidden = past.length === 0;
}

function forget() {
  past.length = 0;
  recalled = -1;
  $('history').replaceChildren();
  showHistory();
  editor.focus();
}

function recall(by) {
  const wanted = recalled + by;
  if (wanted >= 0 && wanted < past.length) {
    recalled = wanted;
    write(past[recalled]);
  }
}
