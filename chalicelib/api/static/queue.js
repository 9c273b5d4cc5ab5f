// The list of what waits: filters with counts, rows with thumbnails and ages, a selection for many at once.

import {button, fill, h, icon, show} from './dom.js';
import {KINDS, STATES, VERB, WAITING, age, ageSince, several, stateWord, verbsOf} from './words.js';

const PAGE = 50;
export const SELECTED_MAX = 500;

export class Queue {
  constructor(api, outbox, {opened, acted, failed}) {
    Object.assign(this, {api, outbox, opened, acted, failed});
    this.kind = '';
    this.state = '';
    this.items = [];
    this.following = null;
    this.counts = [];
    this.current = null;
    this.selected = new Set();
    this.status = 'loading';
    this.asked = 0;
    this.rows = new Map();
    this.chips = h('div.chips', {role: 'group', 'aria-label': 'What waits'});
    this.kinds = h('div.segments', {role: 'group', 'aria-label': 'Kind'});
    this.states = h('select', {'aria-label': 'State', onchange: () => this.filter(this.kind, this.states.value)});
    this.bulk = h('div.bulk', {hidden: true, role: 'toolbar', 'aria-label': 'Selected items'});
    this.list = h('ul.rows', {'aria-label': 'Items'});
    this.foot = h('div.foot');
    this.element = h('section.queue', {id: 'queue', tabIndex: -1, 'aria-label': 'Queue'},
      h('div.filters', {}, this.kinds, this.states), this.chips, this.bulk, this.list, this.foot);
  }

  /** Show another part of the queue. */
  filter(kind, state) {
    this.kind = kind;
    this.state = (kind ? STATES[kind] : [...STATES.receipt, ...STATES.photo]).includes(state) ? state : '';
    this.selected.clear();
    return this.load();
  }

  /** Ask for the first page and the counts; what was asked before and comes later is not shown. */
  async load() {
    this.asked += 1;
    const asked = this.asked;
    this.status = 'loading';
    this.draw();
    try {
      const [page, counted] = await Promise.all([this.page(null), this.api.get('/moderation/counts')]);
      if (asked !== this.asked) return;
      Object.assign(this, {items: page.items, following: page.following ?? null, counts: counted.counts, status: 'ready'});
    } catch (failure) {
      if (asked !== this.asked) return;
      this.status = 'failed';
      this.failed(failure);
    }
    this.draw();
  }

  /** Look again without taking anything away that is seen: new things at the end, counts. */
  async refresh() {
    const asked = this.asked;
    const [page, counted] = await Promise.all([this.page(null), this.api.get('/moderation/counts')]);
    if (asked !== this.asked || this.status !== 'ready') return;
    const fresh = new Map(page.items.map((each) => [name(each), each]));
    const kept = this.items.slice(page.items.length);
    this.items = [...page.items, ...kept.filter((each) => !fresh.has(name(each)))];
    this.counts = counted.counts;
    this.following ??= page.following ?? null;
    this.draw();
  }

  async more() {
    const asked = this.asked;
    const page = await this.page(this.following).catch((failure) => { this.failed(failure); return null; });
    if (!page || asked !== this.asked) return;
    const known = new Set(this.items.map(name));
    this.items.push(...page.items.filter((each) => !known.has(name(each))));
    this.following = page.following ?? null;
    this.draw();
  }

  page(after) {
    const query = new URLSearchParams({limit: PAGE});
    if (this.kind) query.set('kind', this.kind);
    if (this.state) query.set('state', this.state);
    if (after) query.set('after', after);
    return this.api.get(`/moderation?${query}`);
  }

  /** What is in the list and not about to leave it. */
  get shown() {
    return this.items.filter((each) => {
      const entry = this.outbox.entryOf(each.kind, each.id);
      return !entry || entry.state === 'failed' || this.holds(each.kind, entry.to);
    });
  }

  /** Whether the list shows things of this state. */
  holds(kind, state) {
    if (this.kind && this.kind !== kind) return false;
    return this.state ? this.state === state : WAITING[kind].includes(state);
  }

  /** A thing is in another state now. */
  moved(kind, id, state) {
    const item = this.items.find((each) => each.kind === kind && each.id === id);
    if (item && this.holds(kind, state)) Object.assign(item, {state, since: new Date().toISOString(), reasons: []});
    else if (item) this.items.splice(this.items.indexOf(item), 1);
    this.selected.delete(`${kind}/${id}`);
    this.draw();
  }

  /** Step through the list. */
  step(by) {
    const shown = this.shown;
    if (!shown.length) return;
    const index = shown.findIndex((each) => name(each) === this.current);
    const next = shown[Math.min(Math.max(index + by, 0), shown.length - 1)];
    if (index + by >= shown.length - 5 && this.following) this.more();
    this.open(next, {isStep: true});
  }

  /** The thing after this one, or before it at the end of the list. */
  beside(kind, id) {
    const shown = this.shown;
    const index = shown.findIndex((each) => name(each) === `${kind}/${id}`);
    return shown[index + 1] ?? shown[index - 1] ?? null;
  }

  open(item, {isStep = false} = {}) {
    this.current = name(item);
    this.draw();
    const row = this.list.querySelector('[aria-current]');
    row?.scrollIntoView({block: 'nearest'});
    this.opened(item.kind, item.id, isStep);
  }

  mark(kind, id) {
    this.current = kind ? `${kind}/${id}` : null;
    this.draw();
  }

  /** Select or deselect; with shift everything between the last one and this. */
  select(item, isRange = false) {
    const key = name(item);
    const shown = this.shown;
    const isOn = !this.selected.has(key);
    const from = isRange ? shown.findIndex((each) => name(each) === this.lastSelected) : -1;
    const to = shown.findIndex((each) => name(each) === key);
    const range = from < 0 ? [item] : shown.slice(Math.min(from, to), Math.max(from, to) + 1);
    for (const each of range) {
      if (!isOn) this.selected.delete(name(each));
      else if (this.selected.size < SELECTED_MAX) this.selected.add(name(each));
    }
    this.lastSelected = key;
    this.draw();
  }

  get chosen() {
    return this.shown.filter((each) => this.selected.has(name(each)));
  }

  draw() {
    const focused = document.activeElement?.closest?.('.row')?.dataset.name;
    const part = document.activeElement?.type === 'checkbox' ? 'input' : '.open';
    this.drawFilters();
    this.drawBulk();
    const shown = this.shown;
    this.lay(this.status === 'loading' && !this.items.length ? skeleton() : shown.map((item) => this.known(item)));
    this.list.setAttribute('aria-busy', String(this.status === 'loading'));
    if (focused) this.list.querySelector(`.row[data-name="${CSS.escape(focused)}"] ${part}`)?.focus({preventScroll: true});
    show(this.foot, this.footing(shown));
  }

  /** Put rows into the list; those that stay are not touched. */
  lay(rows) {
    rows.forEach((row, index) => {
      if (this.list.children[index] !== row) this.list.insertBefore(row, this.list.children[index] ?? null);
    });
    while (this.list.children.length > rows.length) this.list.lastChild.remove();
  }

  /** The row of a thing: the one of before, if nothing that it shows has changed. */
  known(item) {
    const entry = this.outbox.entryOf(item.kind, item.id);
    const waited = item.since ? ageSince(item.since) : age(item.ageSeconds ?? 0);
    // A link to a picture is another one each time it is asked for; a picture that is shown needs no new one.
    const shown = {...item, thumbnail: Boolean(item.thumbnail), ageSeconds: null};
    const mark = JSON.stringify([shown, waited, entry?.state, entry?.failure?.message, this.current === name(item), this.selected.has(name(item))]);
    const before = this.rows.get(name(item));
    if (before?.mark === mark) return before.element;
    const element = this.row(item, entry, waited);
    this.rows.set(name(item), {mark, element});
    return element;
  }

  footing(shown) {
    if (this.status === 'failed') {
      return h('div.empty', {role: 'alert'}, icon('warn'), h('p', {}, 'The queue could not be loaded.'),
        button('Try again', {class: 'strong', onclick: () => this.load()}, 'reload'));
    }
    if (this.status === 'loading') return null;
    if (this.following) return button('Show more', {class: 'quiet wide', onclick: () => this.more()});
    if (shown.length) return null;
    return h('div.empty', {}, icon('check'), h('p.large', {}, this.state ? 'Nothing here' : 'All done'),
      h('p', {}, this.state ? 'No item is in this state.' : 'Nothing waits for you. New uploads appear here by themselves.'));
  }

  drawFilters() {
    const kinds = [['', 'All'], ...Object.entries(KINDS)];
    show(this.kinds, kinds.map(([kind, word]) => h('button', {
      type: 'button', 'aria-pressed': String(this.kind === kind), onclick: () => this.filter(kind, this.state),
    }, word)));
    const states = this.kind ? STATES[this.kind] : [...new Set([...STATES.receipt, ...STATES.photo])];
    show(this.states, h('option', {value: ''}, 'To do'), states.map((each) => h('option', {value: each}, stateWord(each))));
    this.states.value = this.state;
    show(this.chips, this.counts.filter((each) => each.count > 0).map((each) => h('button.chip', {
      type: 'button', 'aria-pressed': String(this.kind === each.kind && this.state === each.state),
      title: each.oldest ? `The oldest has waited ${ageSince(each.oldest)}` : null,
      onclick: () => this.filter(each.kind, this.kind === each.kind && this.state === each.state ? '' : each.state),
    }, icon(each.kind), h('span.unseen', {}, KINDS[each.kind]), `${stateWord(each.state)} `, h('b', {}, `${each.count.toLocaleString()}${each.isMore ? '+' : ''}`),
    each.oldest && h('small', {}, ` ${ageSince(each.oldest)}`))));
  }

  drawBulk() {
    const chosen = this.chosen;
    this.bulk.hidden = !chosen.length;
    const verbs = [...new Set(chosen.flatMap((each) => verbsOf(each.kind, each.state)))];
    const can = (verb) => chosen.filter((each) => verbsOf(each.kind, each.state).includes(verb));
    show(this.bulk, h('span', {}, `${chosen.length} selected`),
      h('button.link', {type: 'button', onclick: () => { this.all(); }}, 'All shown'),
      h('button.link', {type: 'button', onclick: () => { this.clear(); }}, 'None'),
      h('div.actions', {}, verbs.map((verb) => button(
        can(verb).length < chosen.length ? `${VERB[verb].word} (${can(verb).length})` : VERB[verb].word,
        {class: verb === 'approve' ? 'primary' : 'strong', data: {bulk: verb}, onclick: () => this.acted(verb, can(verb))}))));
  }

  all() {
    for (const each of this.shown.slice(0, SELECTED_MAX)) this.selected.add(name(each));
    this.draw();
  }

  clear() {
    this.selected.clear();
    this.draw();
  }

  row(item, entry, waited) {
    const isCurrent = this.current === name(item);
    const reasons = item.reasons ?? [];
    const state = entry && entry.state !== 'failed' ? `${VERB[entry.verb]?.doing ?? 'Working'}…` : stateWord(item.state);
    return h(`li.row${isCurrent ? '.is-current' : ''}`, {data: {name: name(item)}},
      h('label.pick', {}, h('input', {
        type: 'checkbox', checked: this.selected.has(name(item)), 'aria-label': `Select ${item.title}`,
        onclick: (event) => this.select(item, event.shiftKey),
      })),
      h('button.open', {type: 'button', 'aria-current': isCurrent ? 'true' : null, onclick: () => this.open(item)},
        thumbnail(item, () => this.items.find((each) => name(each) === name(item))?.thumbnail),
        h('span.what', {},
          h('span.title', {}, item.title || item.id),
          entry?.failure ? h('span.reason.is-bad', {}, entry.failure.message)
            : h('span.reason', {}, reasons.map((each) => each.text).join(' · ') || item.memberId || '')),
        h('span.side', {}, h('span.age', {title: item.since}, waited), h(`span.state.is-${item.state}`, {}, state))));
  }

  /** One sentence about the list, for whoever listens. */
  get summary() {
    return `${several(this.shown.length, 'item')}${this.following ? ' and more' : ''}`;
  }
}

const name = (item) => `${item.kind}/${item.id}`;

/** The small picture; `fresh` gives the link of the last time that the list was asked for. */
function thumbnail(item, fresh) {
  const drawing = item.mediaType === 'video' ? 'video' : item.kind;
  const frame = h('span.thumb', {}, icon(drawing));
  if (item.thumbnail) {
    const image = h('img', {alt: '', loading: 'lazy', decoding: 'async', width: 52, height: 52});
    let tried = item.thumbnail;
    image.addEventListener('error', () => {
      const link = fresh();
      if (!link || link === tried) image.remove();
      else {
        tried = link;
        image.src = link;
      }
    });
    image.src = item.thumbnail;
    fill(frame, [image]);
  }
  return frame;
}

function skeleton() {
  return Array.from({length: 8}, () => h('li.row.is-ghost', {'aria-hidden': 'true'}, h('span.thumb'), h('span.what', {}, h('i'), h('i'))));
}
