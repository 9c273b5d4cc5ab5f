// Who is signed in: a staff token in the storage of this tab, gone when the tab is closed.

const STORED = 'laurel.session';
const SOON_SECONDS = 300;
const TIMEOUT_MAX = 2 ** 31 - 1;

/** What a token says of itself; null when it is none. It proves nothing: the server judges it. */
export function claims(token) {
  try {
    const middle = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(middle), (each) => each.charCodeAt(0));
    const said = JSON.parse(new TextDecoder().decode(bytes));
    return said && typeof said === 'object' ? said : null;
  } catch {
    return null;
  }
}

/** A session out of what a person pasted. Throws an `Error` whose message tells them what is wrong. */
export function opened(pasted, site = '') {
  const token = pasted.trim().replace(/^bearer\s+/i, '');
  if (!token) throw new Error('Paste a staff token.');
  const said = claims(token);
  if (!said || token.split('.').length !== 3) throw new Error('This is no token. A token has three parts with dots between them.');
  if (said.typ !== 'laurel-staff') throw new Error('This is not a staff token. Make one with the option --staff.');
  const named = site.trim() || String(said.site_id ?? '');
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(named)) throw new Error('Name the site: letters, digits, - and _.');
  if (said.site_id && said.site_id !== named) throw new Error(`This token is for the site ${said.site_id}.`);
  if (!(said.exp > Date.now() / 1000)) throw new Error('This token has expired. Make a new one.');
  return {token, site: named, expires: said.exp * 1000, scopes: said.scopes ?? []};
}

/** The session that the address hands over in its fragment, which is then removed from the address. */
export function fromFragment() {
  const given = new URLSearchParams(location.hash.slice(1));
  const token = given.get('token');
  if (!token) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return opened(token, given.get('site') ?? '');
}

/** The session of this tab, if it has one that has not expired. */
export function remembered() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORED) ?? 'null');
    return kept ? opened(kept.token, kept.site) : null;
  } catch {
    forget();
    return null;
  }
}

export function remember({token, site}) {
  sessionStorage.setItem(STORED, JSON.stringify({token, site}));
}

export function forget() {
  sessionStorage.removeItem(STORED);
}

/** Tell before a session ends, and when it has; gives a function that stops telling. */
export function watch(session, {soon, over}) {
  const left = session.expires - Date.now();
  const timers = [setTimeout(over, Math.min(Math.max(left, 0), TIMEOUT_MAX))];
  if (left > SOON_SECONDS * 1000) timers.push(setTimeout(soon, Math.min(left - SOON_SECONDS * 1000, TIMEOUT_MAX)));
  return () => timers.forEach(clearTimeout);
}
