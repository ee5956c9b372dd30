// What outlives a reload. The address says where to connect, never with which password; the colours are stored.

function remember() {
  const { endpoint, role } = settings();
  const database = $('database').value;
  const known = Object.entries({ endpoint, role, database, way: chosenWay() }).filter(([, value]) => value);
  history.replaceState(null, '', `#${new URLSearchParams(known)}`);
}

function restore() {
  const known = new URLSearchParams(location.hash.slice(1));
  const [label, ...domain] = location.hostname.split('.');
  const named = domain.length > 0 && !/^[\d.]+$/.test(location.hostname) && label !== 'api' ? label : '';
  $('endpoint').value = known.get('endpoint') ?? named;
  $('role').value = known.get('role') ?? '';
  $('database').value = known.get('database') ?? '';
  const way = document.querySelector(`input[name="way"][value="${known.get('way') === 'http' ? 'http' : 'ws'}"]`);
  way.checked = true;
}

const THEMES = { auto: ['Auto', 'as the system has them'], light: ['Light', 'light'], dark: ['Dark', 'dark'] };

function showTheme(theme) {
  if (theme === 'auto') {
    delete document.documentElement.dataset.theme;
  } else {
    document.documentElement.dataset.theme = theme;
  }
  const [short, long] = THEMES[theme];
  $('theme').textContent = short;
  $('theme').setAttribute('aria-label', `Colours: ${long}`);
}

function nextTheme() {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % names.length];
  showTheme(next);
  try {
    localStorage.setItem('theme', next);
  } catch {
    // Where nothing may be stored, the choice ends with the page.
  }
}

function storedTheme() {
  try {
    const stored = localStorage.getItem('theme');
    return stored in THEMES ? stored : 'auto';
  } catch {
    return 'auto';
  }
}
