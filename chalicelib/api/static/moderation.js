// The moderation page: signing in, and the workbench of queue and details.

import {Api, at, newKey} from './api.js';
import {actions as verbs, askReason} from './details.js';
import {button, field, glyph, h, icon, say, show} from './dom.js';
import {Definitions} from './definitions.js';
import {help, listen} from './keys.js';
import {Notices} from './notices.js';
import {Outbox} from './outbox.js';
import {PhotoView, isPaid, photoPath, stepsOf} from './photo.js';
import {Catalogue} from './products.js';
import {Queue} from './queue.js';
import {ReceiptView, receiptPath} from './receipt.js';
import * as sessions from './session.js';
import {VERB, several, verbsOf} from './words.js';

const REFRESH_MILLIS = 60_000;
const REST_MILLIS = 120;
const bar = document.getElementById('bar');
const main = document.getElementById('main');
const region = document.getElementById('notices');
let bench = null;

class Workbench {
  constructor(session) {
    this.session = session;
    this.api = new Api(session, {refused: (message) => leave(this, message)});
    this.outbox = new Outbox(this.api, {changed: () => this.redrawSoon(), sent: (entry, answer) => this.sent(entry, answer)});
    this.catalogue = new Catalogue(this.api);
    this.definitions = new Definitions(this.api);
    this.drafts = new Map();
    this.view = null;
    this.shown = null;
    this.queue = new Queue(this.api, this.outbox, {
      opened: (kind, id, isStep) => this.open(kind, id, {isStep}), acted: (verb, items) => this.actOn(verb, items),
      failed: (failure) => { if (failure.status !== 401) say(failure.message, true); },
    });
    this.notices = new Notices(region, this.outbox, {open: (kind, id) => this.open(kind, id), undone: (group) => this.undone(group)});
    this.pane = h('section.pane-of-detail', {'aria-label': 'Details'});
    this.stops = [listen(this.keys()), sessions.watch(session, {soon: () => this.soon(), over: () => leave(this, 'Your sign-in has ended.')})];
    this.begin();
  }

  begin() {
    show(bar, h('div.brand', {}, icon('leaf'), h('span', {}, 'Laurel'), h('small', {}, 'Moderation')),
      h('span.site', {title: 'The site'}, this.session.site),
      h('div.menu', {}, h('span.offline', {hidden: navigator.onLine, role: 'status'}, 'Offline'),
        glyph('Load the queue again', 'reload', {onclick: () => this.queue.load()}), glyph('Keys (?)', 'keys', {onclick: () => help()}),
        glyph('Sign out', 'out', {class: 'sign-out', onclick: () => this.signOut()})));
    bar.hidden = false;
    show(main, h('div.bench', {}, this.queue.element, this.pane));
    this.nothing();
    this.on(window, 'online', () => this.network(true));
    this.on(window, 'offline', () => this.network(false));
    this.on(window, 'pagehide', () => this.outbox.flush());
    this.on(document, 'freeze', () => this.outbox.flush());
    this.on(window, 'beforeunload', (event) => { if (this.drafts.size) event.preventDefault(); });
    this.on(window, 'popstate', () => this.followAddress());
    const timer = setInterval(() => { if (!document.hidden) this.queue.refresh().catch(() => {}); }, REFRESH_MILLIS);
    this.stops.push(() => clearInterval(timer));
    this.outbox.resume();
    this.queue.load().then(() => { this.followAddress(); say(this.queue.summary); });
  }

  on(target, event, act) {
    target.addEventListener(event, act);
    this.stops.push(() => target.removeEventListener(event, act));
  }

  close() {
    this.outbox.flush();
    this.stops.forEach((stop) => stop());
    this.view?.close();
    region.replaceChildren();
  }

  /** What is held is sent before; what cannot be sent is not given up without a word. */
  async signOut(isSure = false) {
    await Promise.all(this.outbox.groups.filter((each) => each.state === 'held').map((each) => this.outbox.send(each)));
    if (!isSure && this.outbox.groups.some((each) => each.state === 'failed')) {
      this.notices.note('leaving', 'Some decisions were not sent. They are given up when you sign out.', {
        isBad: true, action: {word: 'Sign out anyway', act: () => this.signOut(true)},
      });
      return;
    }
    this.close();
    sessionStorage.removeItem('laurel.outbox');
    sessions.forget();
    bench = null;
    signIn('You are signed out.');
  }

  soon() {
    this.notices.note('soon', 'Your sign-in ends in five minutes. Have a new token at hand.');
  }

  network(isOnline) {
    bar.querySelector('.offline').hidden = isOnline;
    say(isOnline ? 'Connected again.' : 'There is no connection. What you decide is sent when there is one.', !isOnline);
    if (!isOnline) return;
    for (const group of this.outbox.groups.filter((each) => each.state === 'failed')) {
      if (group.entries.some((each) => each.failure?.status === 0)) this.outbox.send(group);
    }
    this.queue.refresh().catch(() => this.queue.load());
  }

  // What is open

  followAddress() {
    if (location.hash.includes('token=')) return;
    const [, kind, id] = /^#(receipt|photo)\/(.+)$/.exec(location.hash) ?? [];
    if (kind) this.show(kind, decodeURIComponent(id));
    else this.nothing();
  }

  /** Open a thing; stepping through the list replaces the address, so that Back leaves the list at once. */
  open(kind, id, {isStep = false} = {}) {
    const address = `#${kind}/${encodeURIComponent(id)}`;
    if (location.hash !== address) {
      if (isStep || (this.shown && !isNarrow())) history.replaceState(null, '', address);
      else history.pushState(null, '', address);
    }
    clearTimeout(this.resting);
    // Whoever holds the key down passes by: only where they rest is loaded.
    if (isStep) this.resting = setTimeout(() => this.show(kind, id), REST_MILLIS);
    else this.show(kind, id);
  }

  async show(kind, id) {
    const name = `${kind}/${id}`;
    this.asking?.abort();
    this.asking = new AbortController();
    const {signal} = this.asking;
    this.shown = {kind, id};
    this.queue.mark(kind, id);
    document.body.classList.add('has-detail');
    if (this.view?.name !== name) show(this.pane, h('div.loading', {role: 'status'}, h('span.spinner'), h('span.unseen', {}, 'Loading')));
    try {
      const [item] = await Promise.all([
        this.api.get(kind === 'receipt' ? receiptPath(id) : photoPath(id), signal),
        this.definitions.known().then((known) => { this.known = known; }),
      ]);
      if (!signal.aborted) this.put(kind, id, item);
    } catch (failure) {
      if (failure.name === 'AbortError' || signal.aborted) return;
      this.view?.close();
      this.view = null;
      show(this.pane, h('div.empty', {role: 'alert'}, glyph('Back to the queue', 'back', {class: 'back', onclick: () => this.back()}),
        icon('warn'), h('p', {}, failure.message), button('Try again', {class: 'strong', onclick: () => this.show(kind, id)}, 'reload')));
    }
  }

  put(kind, id, item) {
    const name = `${kind}/${id}`;
    const Kind = kind === 'receipt' ? ReceiptView : PhotoView;
    const top = this.view?.name === name ? this.view.element.scrollTop : 0;
    this.view?.close();
    this.view = new Kind(item, {
      act: (verb) => this.act(verb), back: () => this.back(), open: (...it) => this.open(...it), entry: this.outbox.entryOf(kind, id),
      draft: this.drafts.get(name), drafted: (draft) => { if (draft) this.drafts.set(name, draft); else this.drafts.delete(name); },
      save: (view, edits) => this.save(view, edits), put: (changed) => this.put(kind, id, changed), api: this.api, catalogue: this.catalogue, known: this.known,
    });
    Object.assign(this.view, {name, kind, id});
    show(this.pane, this.view.element);
    this.view.element.scrollTop = top;
    if (isNarrow()) this.view.element.querySelector('h1').focus({preventScroll: true});
    say(`${this.view.title}, ${item.state}`);
  }

  nothing() {
    this.asking?.abort();
    this.view?.close();
    this.view = null;
    this.shown = null;
    document.body.classList.remove('has-detail');
    this.queue.mark(null);
    show(this.pane, h('div.empty', {}, icon('leaf'), h('p.large', {}, 'Choose an item'),
      h('p', {}, 'Press ', h('kbd', {}, 'J'), ' for the first one, ', h('kbd', {}, '?'), ' for all keys.')));
  }

  back() {
    const last = this.queue.current;
    history.replaceState(null, '', location.pathname + location.search);
    this.nothing();
    this.queue.list.querySelector(`.row[data-name="${CSS.escape(last ?? '')}"] .open`)?.focus();
  }

  async save(view, edits) {
    if (!edits) {
      this.drafts.delete(view.name);
      this.put(view.kind, view.id, view.item);
      return;
    }
    const problem = view.problem('save');
    if (problem) {
      this.notices.note('problem', problem, {isBad: true});
      return;
    }
    this.notices.unnote('problem');
    try {
      const item = await this.api.call('PATCH', photoPath(view.id), {body: edits, key: newKey()});
      this.drafts.delete(view.name);
      if (this.view === view) this.put(view.kind, view.id, item);
      say('Saved.');
    } catch (failure) {
      this.notices.note('problem', failure.message, {isBad: true});
    }
  }

  // What is decided

  /** A verb on what is selected, else on what is open. */
  async act(verb) {
    const chosen = this.queue.chosen;
    const view = this.view;
    if (chosen.length) {
      const able = chosen.filter((each) => verbsOf(each.kind, each.state).includes(verb));
      if (able.length) await this.actOn(verb, able);
      return;
    }
    if (!view || !verbsOf(view.kind, view.item.state, isPaid(view.item)).includes(verb) || this.busy(view)) return;
    const problem = view.problem(verb);
    if (problem) {
      this.notices.note('problem', problem, {isBad: true});
      return;
    }
    this.notices.unnote('problem');
    const reason = needsReason(verb) ? await askReason(verb, view.kind, 1) : null;
    if (needsReason(verb) && !reason) return;
    const next = this.queue.beside(view.kind, view.id);
    this.hold(verb, [{kind: view.kind, id: view.id, title: view.title, state: view.item.state, steps: view.steps(verb, reason)}]);
    if (next && !isNarrow()) this.queue.open(next, {isStep: true});
    else if (isNarrow()) this.back();
    else this.nothing();
  }

  busy(view) {
    const entry = this.outbox.entryOf(view.kind, view.id);
    return Boolean(entry && entry.state !== 'failed');
  }

  async actOn(verb, items) {
    const kinds = new Set(items.map((each) => each.kind));
    const reason = needsReason(verb) ? await askReason(verb, kinds.size === 1 ? [...kinds][0] : 'receipt', items.length) : null;
    if (needsReason(verb) && !reason) return;
    this.hold(verb, items.map(({kind, id, title, state}) => ({
      kind, id, state, title: title || id,
      steps: kind === 'photo' ? stepsOf(id, state, verb, reason) : [{method: 'POST', path: at`/receipts/${id}/${verb}`, body: reason ?? {}}],
    })));
    this.queue.clear();
    if (items.some(({kind, id}) => this.view?.name === `${kind}/${id}`)) this.nothing();
  }

  hold(verb, entries) {
    for (const {kind, id} of entries) {
      const failed = this.outbox.groups.find((group) => group.state === 'failed' && group.entries.some((each) => each.kind === kind && each.id === id));
      if (failed && failed.entries.length === 1) this.outbox.drop(failed);
    }
    const words = VERB[verb];
    const what = entries.length === 1 ? `“${short(entries[0].title)}”` : several(entries.length, 'item');
    this.outbox.add(`${words.doing} ${what}`, `${words.done} ${what}`, entries.map(({state: was, ...each}) => ({...each, verb, to: words.to[each.kind] ?? was})));
  }

  undone(group) {
    if (!group) return;
    say(`${group.title}: undone. Nothing was sent.`);
    this.redraw();
    if (group.entries.length === 1) this.open(group.entries[0].kind, group.entries[0].id);
  }

  sent(entry, answer) {
    const name = `${entry.kind}/${entry.id}`;
    this.drafts.delete(name);
    this.queue.moved(entry.kind, entry.id, answer?.state ?? entry.to);
    this.api.get('/moderation/counts').then(({counts}) => { this.queue.counts = counts; this.queue.drawFilters(); }).catch(() => {});
    if (this.shown && `${this.shown.kind}/${this.shown.id}` === name) this.put(entry.kind, entry.id, answer);
  }

  /** Many things change at once when many are sent: they are drawn once a frame. */
  redrawSoon() {
    this.drawing ??= requestAnimationFrame(() => { this.drawing = null; this.redraw(); });
  }

  redraw() {
    this.notices?.draw();
    this.queue?.draw();
    if (!this.view) return;
    const {kind, item, element} = this.view;
    const foot = actionsOf(this, kind, item);
    this.view.foot.replaceWith(foot);
    this.view.foot = foot;
    element.classList.toggle('is-busy', this.busy(this.view));
  }

  keys() {
    return {
      j: () => this.queue.step(1), k: () => this.queue.step(-1), a: () => this.act('approve'),
      p: () => this.act('publish'), r: () => this.act('reject'), u: () => this.undone(this.outbox.undo()),
      e: () => this.view?.editFirst(), '?': () => help(), x: () => this.pick(), Escape: () => this.escape(),
      Enter: () => { const item = this.queue.items.find((each) => `${each.kind}/${each.id}` === this.queue.current); if (item) this.open(item.kind, item.id); },
    };
  }

  pick() {
    const item = this.queue.shown.find((each) => `${each.kind}/${each.id}` === this.queue.current);
    if (item) this.queue.select(item);
  }

  escape() {
    if (document.activeElement?.matches('input, textarea, select')) document.activeElement.blur();
    else if (this.queue.selected.size) this.queue.clear();
    else if (this.shown) this.back();
  }
}

const needsReason = (verb) => verb === 'reject' || verb === 'reverse';
const isNarrow = () => window.matchMedia('(max-width: 860px)').matches;
const short = (text) => (text.length > 40 ? `${text.slice(0, 39)}…` : text);
const actionsOf = (workbench, kind, item) => verbs(kind, item.state, (verb) => workbench.act(verb), workbench.outbox.entryOf(kind, workbench.view.id), isPaid(item));

// Signing in

function signIn(message = '', isBad = false) {
  bar.hidden = true;
  document.body.classList.remove('has-detail');
  const token = h('textarea', {rows: 4, required: true, autocomplete: 'off', spellcheck: false, autocapitalize: 'none', class: 'token'});
  const site = h('input', {type: 'text', autocomplete: 'off', spellcheck: false, autocapitalize: 'none', maxLength: 64, placeholder: 'as the token says'});
  const problem = h('p.problem', {role: 'alert'}, message);
  if (!isBad) problem.classList.add('is-calm');
  const enter = (event) => {
    event.preventDefault();
    try {
      begin(sessions.opened(token.value, site.value));
    } catch (error) {
      problem.classList.remove('is-calm');
      problem.textContent = error.message;
      token.focus();
    }
  };
  token.addEventListener('input', () => { if (!site.value) site.placeholder = sessions.claims(token.value.trim())?.site_id ?? 'as the token says'; });
  token.addEventListener('keydown', (event) => { if (event.key === 'Enter') enter(event); });
  show(main, h('form.sign-in', {onsubmit: enter, noValidate: true}, h('div.brand', {}, icon('leaf'), h('span', {}, 'Laurel')),
    h('h1', {}, 'Moderation'), h('p', {}, 'Receipts and photos that wait for somebody to look at them.'),
    field('Staff token', token, 'Kept in this tab only, and forgotten when you close it.'), field('Site', site), problem,
    h('button.primary', {type: 'submit'}, 'Sign in')));
  token.focus();
}

function begin(session) {
  sessions.remember(session);
  bench = new Workbench(session);
}

/** The server refused the token, or its time is over: what was decided stays in the tab and is sent after signing in. */
function leave(whose, message) {
  // An answer to an earlier session may come after the next one began.
  if (bench !== whose) return;
  const {outbox} = bench;
  for (const group of outbox.groups) if (group.state === 'held') group.state = 'left';
  outbox.keep();
  bench.close();
  bench = null;
  sessions.forget();
  const open = outbox.groups.filter((each) => each.state !== 'done').length;
  signIn(`${message}${open ? ' Sign in again to send what you decided.' : ' Please sign in again.'}`, true);
}

try {
  const session = sessions.fromFragment() ?? sessions.remembered();
  if (session) begin(session);
  else signIn();
} catch (error) {
  signIn(error.message, true);
}
window.addEventListener('hashchange', () => {
  if (!location.hash.includes('token=')) return;
  try {
    const session = sessions.fromFragment();
    bench?.close();
    begin(session);
  } catch (error) {
    signIn(error.message, true);
  }
});
