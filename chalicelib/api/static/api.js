// The one way to the server: every request carries the token, the site and, where it changes something, a key.

const BASE = new URL('../', location.href);
const TRIES_MAX = 3;
const PAUSE_MILLIS = 600;
const RETRIED = new Set([429, 502, 503, 504]);

/** A request that was refused or did not arrive; `message` can be shown to a person. */
export class Failure extends Error {
  constructor(status, message, code = '') {
    super(message);
    this.status = status;
    this.code = code;
  }

  /** Whether the server was not reached, or could not answer just now. */
  get isPassing() {
    return this.status === 0 || RETRIED.has(this.status);
  }
}

/** A key under which the server does a thing once, however often it is sent. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Over plain http to another machine browsers leave that function out.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, '0')).join('');
}

export class Api {
  constructor(session, {refused}) {
    this.session = session;
    this.refused = refused;
  }

  get(path, signal) {
    return this.call('GET', path, {signal});
  }

  /** Call an operation; gives its parsed answer. Throws `Failure`; passing faults are tried again first. */
  async call(method, path, {body, key, signal, keepalive = false} = {}) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.once(method, path, {body, key, signal, keepalive});
      } catch (failure) {
        const again = failure instanceof Failure && failure.isPassing && failure.status !== 0;
        if (!again || attempt >= TRIES_MAX || keepalive || (method !== 'GET' && !key)) throw failure;
        await new Promise((resolve) => { setTimeout(resolve, PAUSE_MILLIS * attempt); });
      }
    }
  }

  async once(method, path, {body, key, signal, keepalive}) {
    const headers = {Authorization: `Bearer ${this.session.token}`, 'X-AnnexCloud-Site': this.session.site};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key) headers['Idempotency-Key'] = key;
    let response;
    try {
      response = await fetch(new URL(path.replace(/^\//, ''), BASE), {
        method, headers, signal, keepalive, body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
      });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Failure(0, navigator.onLine ? 'The server cannot be reached.' : 'There is no connection.');
    }
    const said = await response.json().catch(() => null);
    if (response.ok && said) return said;
    const message = said?.errorMessage || `The server answered ${response.status}.`;
    if (response.status === 401) this.refused(message);
    throw new Failure(response.status, message, said?.errorCode ?? '');
  }
}

/** A path with its parameters encoded: ``at`/photos/${id}/approve` ``. */
export function at(parts, ...values) {
  return parts.reduce((path, part, index) => path + encodeURIComponent(values[index - 1]) + part);
}
