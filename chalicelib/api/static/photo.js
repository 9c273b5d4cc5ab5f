// A photo: hot spots and focal point on the picture, all crops live, captions, tags, products and rights beside it.

import {at} from './api.js';
import {button, field, fill, glyph, h, say, show} from './dom.js';
import {actions, heading, history, reasons, section} from './details.js';
import {Framing} from './framing.js';
import {rightsOf} from './rights.js';
import {picker} from './products.js';
import {Spots} from './spots.js';
import {ageSince, instantWord, percent, several, stateWord} from './words.js';
import {Viewer} from './viewer.js';

const CAPTION_CHARACTERS_MAX = 2000;
const LABEL_CHARACTERS_MAX = 100;

export const photoPath = (id) => at`/photos/${id}`;

export class PhotoView {
  constructor(item, {act, back, open, entry, draft, drafted, save, put, api, catalogue, known}) {
    Object.assign(this, {item, open, drafted, save, put, api, catalogue});
    this.was = editable(item);
    this.draft = structuredClone(draft ?? this.was);
    this.viewer = new Viewer({...item.picture, alt: item.caption ? `Photo: ${item.caption.slice(0, 80)}` : 'The photo'});
    this.viewer.element.style.aspectRatio = `${this.viewer.width} / ${this.viewer.height}`;
    this.framing = new Framing(item, item.ratios ? Object.entries(item.ratios).map(([name, ratio]) => ({name, ratio})) : known.crops);
    this.spotForm = h('div.spot-form', {'aria-live': 'off'});
    this.saving = h('div.saving', {hidden: true});
    this.chosenProducts = h('ul.tokens', {'aria-label': 'Products'});
    this.spots = new Spots(this.viewer, this.draft, {changed: () => this.changed(), chosen: (index) => this.drawSpot(index)});
    this.modes = h('div.segments', {role: 'group', 'aria-label': 'A click on the picture sets'});
    this.element = h('article.detail.is-photo', {'aria-label': 'Photo'},
      heading('photo', item, {
        title: item.caption || `Photo by ${item.author || item.memberId || 'somebody'}`, back,
        facts: [item.author, item.memberId, item.source, item.uploadDate && instantWord(item.uploadDate), item.storeId && `Store ${item.storeId}`,
          item.points?.awarded ? several(Number(item.points.awarded), 'point') : null],
      }),
      h('div.columns', {},
        h('div.look', {}, this.viewer.element, this.picking(), this.spotForm, section('Crops', this.framing.element)),
        h('div.facts-column', {}, reasons(item), this.similar(), this.fields(), this.products(), this.rights(), this.labels(), history(item))),
      this.saving, this.foot = actions('photo', item.state, act, entry, isPaid(item)));
    this.use('spots');
    this.drawProducts();
    this.changed();
  }

  get title() {
    return this.item.caption || this.item.author || this.item.photoId;
  }

  picking() {
    if (!this.item.picture) return this.watching();
    return h('div.picking', {}, this.modes,
      button('Add spot', {class: 'quiet add-spot', title: 'A hot spot in the middle of the picture', onclick: () => { this.use('spots'); if (this.spots.add()) this.changed(); }}, 'plus'),
      this.watching(),
      // Not on the picture, where they would cover hot spots.
      this.viewer.tools);
  }

  /** Where a video is played: at its own host, in a tab of its own, because nothing of it is loaded here. */
  watching() {
    const url = safe(this.item.video?.url);
    return url && h('a', {href: url, target: '_blank', rel: 'noreferrer noopener'}, 'Watch the video');
  }

  use(mode) {
    this.spots.use(mode);
    show(this.modes, [['spots', 'Hot spot', 'tag'], ['focus', 'Focal point', 'target']].map(([name, word, drawing]) =>
      button(word, {'aria-pressed': String(name === mode), data: {mode: name}, onclick: () => this.use(name)}, drawing)));
  }

  /** The chosen hot spot: its product, its label, and where it is. */
  drawSpot(index) {
    const spot = this.draft.hotSpots[index];
    if (!spot) {
      this.spotForm.replaceChildren();
      return;
    }
    const label = h('input', {
      type: 'text', value: spot.label ?? '', maxLength: LABEL_CHARACTERS_MAX, data: {name: 'label'},
      oninput: () => { spot.label = label.value; this.changed(); },
    });
    show(this.spotForm, h('header', {}, h('h3', {}, `Hot spot ${index + 1}`),
      glyph('Remove this hot spot', 'cross', {onclick: () => this.spots.remove(index)})),
    h('p.matched', {}, spot.productId ? this.nameOf(spot.productId) : 'No product yet.'),
    picker(this.catalogue, 'Product', (product) => {
      spot.productId = product.productId;
      spot.label ||= product.name;
      this.take(product);
      this.spots.choose(index);
      this.changed();
      // The form was made anew: whoever chose goes on with what is next.
      this.spotForm.querySelector('[data-name=label]').focus();
      say(`${product.name} is chosen.`);
    }),
    field('Label', label));
  }

  nameOf(id) {
    return [...this.draft.products, ...(this.item.products ?? [])].find((each) => each.productId === id)?.name ?? id;
  }

  fields() {
    const bind = (control, name, read = (text) => text) => {
      control.addEventListener('input', () => { this.draft[name] = read(control.value); this.changed(); });
      return control;
    };
    const caption = bind(h('textarea', {rows: 3, value: this.draft.caption, maxLength: CAPTION_CHARACTERS_MAX, data: {name: 'caption'}}), 'caption');
    const tags = bind(h('input', {type: 'text', value: this.draft.tags.join(', '), data: {name: 'tags'}}), 'tags', listed);
    const store = bind(h('input', {type: 'text', value: this.draft.storeId, maxLength: 100, data: {name: 'storeId'}}), 'storeId');
    const member = bind(h('input', {
      type: 'text', value: this.draft.memberId, maxLength: 255, readOnly: isPaid(this.item), autocomplete: 'off', data: {name: 'memberId'},
    }), 'memberId');
    return section('About it', field('Caption', caption), this.texts('texts', 'Caption'), this.texts('alt', 'Description'),
      field('Tags', tags, 'With commas between them'), field('Store', store),
      field('Member', member, isPaid(this.item) ? 'Points were paid to this member.' : 'Whom the points are paid to'));
  }

  /** Captions in other languages, or what is to be seen for whoever does not see it. */
  texts(name, label) {
    const texts = this.draft[name];
    const rows = h('div.texts', {data: {texts: name}});
    const draw = () => show(rows, Object.entries(texts).map(([language, words]) => {
      const text = h('textarea', {rows: 2, value: words, maxLength: CAPTION_CHARACTERS_MAX, lang: language,
        oninput: () => { texts[language] = text.value; this.changed(); }});
      return h('div.entry', {}, field(`${label} (${language})`, text), glyph(`Remove: ${label} (${language})`, 'cross', {
        onclick: () => { delete texts[language]; draw(); this.changed(); }}));
    }), adding);
    const language = h('input', {type: 'text', placeholder: 'de', maxLength: 35, 'aria-label': `${label}: language`, class: 'short', autocapitalize: 'none'});
    const add = () => {
      const tag = language.value.trim();
      if (!/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(tag)) {
        say('Give a language such as de or fr-CA.', true);
        language.focus();
        return;
      }
      texts[tag] ??= '';
      language.value = '';
      draw();
      rows.querySelector(`textarea[lang="${CSS.escape(tag)}"]`)?.focus();
    };
    language.addEventListener('keydown', (event) => { if (event.key !== 'Enter') return;
      event.preventDefault();
      add();
    });
    const adding = h('div.adding', {}, language, button(`Add ${label.toLowerCase()}`, {class: 'quiet', onclick: add}, 'plus'));
    draw();
    return rows;
  }

  products() {
    return section('Products', this.chosenProducts, picker(this.catalogue, 'Add a product', (product) => {
      this.take(product);
      this.changed();
    }));
  }

  take(product) {
    if (!this.draft.products.some((each) => each.productId === product.productId)) this.draft.products.push(product);
    this.drawProducts();
  }

  drawProducts() {
    show(this.chosenProducts, this.draft.products.map((each) => h('li', {}, h('span', {}, each.name || each.productId), h('small', {}, each.productId),
      glyph(`Remove ${each.name || each.productId}`, 'cross', {onclick: () => {
        this.draft.products = this.draft.products.filter((other) => other !== each);
        this.drawProducts();
        this.changed();
      }}))));
  }

  rights() {
    return this.item.rights?.state ? section('Rights', rightsOf(this.item, this.api, (item) => this.put(item))) : null;
  }

  labels() {
    if (!this.item.labels?.length) return null;
    return section('What the screening saw', h('ul.tokens', {}, this.item.labels.map((each) => h('li', {}, each.name,
      h('small', {}, each.confidence === null || each.confidence === undefined ? '' : `${percent(each.confidence)}%`)))));
  }

  similar() {
    if (!this.item.similar?.length) return null;
    return section('Looks like', h('ul.alike', {}, this.item.similar.map((each) => h('li', {}, h('button', {
      type: 'button', 'aria-label': `Open a similar photo, ${stateWord(each.state)}`, onclick: () => this.open('photo', each.photoId),
    }, each.thumbnail && h('img', {src: each.thumbnail, alt: '', loading: 'lazy'}), h(`span.state.is-${each.state}`, {}, stateWord(each.state)))))));
  }

  changed() {
    this.framing.draw(this.draft.focus ?? {x: 0.5, y: 0.5}, this.draft.hotSpots);
    const edits = this.edits();
    this.drafted(edits ? this.draft : null);
    if (this.saving.hidden === !edits) return;
    this.saving.hidden = !edits;
    show(this.saving, edits && h('p', {}, 'Not saved yet'), edits && h('div.actions', {},
      button('Discard', {class: 'quiet discard', onclick: () => this.save(this, null)}),
      button('Save', {class: 'strong save', onclick: () => this.save(this, this.edits())}, 'check')));
  }

  /** What was changed, as it is sent; null when nothing was. */
  edits() {
    const body = {};
    for (const [name, value] of Object.entries(sent(this.draft))) {
      if (JSON.stringify(value) !== JSON.stringify(sent(this.was)[name])) body[name] = value;
    }
    return Object.keys(body).length ? body : null;
  }

  /** The steps of a verb: edits first, and approval before publication. */
  steps(verb, reason) {
    const edits = this.edits();
    const before = edits ? [{method: 'PATCH', path: photoPath(this.item.photoId), body: edits}] : [];
    return [...before, ...stepsOf(this.item.photoId, this.item.state, verb, reason)];
  }

  problem(verb) {
    if (verb === 'reject' || !this.draft.hotSpots.some((each) => !each.productId)) return null;
    return 'A hot spot has no product yet. Choose one, or remove the hot spot.';
  }

  editFirst() {
    this.element.querySelector('[data-name=caption]').focus();
  }

  close() {
    this.viewer.close();
  }
}

/** Whether points were paid for it that can be taken back. */
export const isPaid = (item) => Number(item.points?.awarded) > 0 && !item.points.isReversed;

/** The requests that a verb takes: publishing a pending photo approves it first. */
export function stepsOf(id, state, verb, reason) {
  const verbs = verb === 'publish' && state === 'pending' ? ['approve', 'publish'] : [verb];
  return verbs.map((each) => ({method: 'POST', path: at`/photos/${id}/${each}`, body: reason ?? {}}));
}

function editable(item) {
  return {
    caption: item.caption ?? '', texts: {...item.texts}, alt: {...item.alt}, memberId: item.memberId ?? '', tags: [...(item.tags ?? [])], storeId: item.storeId ?? '',
    products: (item.products ?? []).map((each) => ({...each})), hotSpots: (item.hotSpots ?? []).map((each) => ({...each})),
    focus: item.focus ? {x: item.focus.x, y: item.focus.y} : null,
  };
}

function sent(draft) {
  return {
    caption: draft.caption, texts: draft.texts, alt: draft.alt, ...(draft.memberId.trim() ? {memberId: draft.memberId.trim()} : {}), tags: draft.tags, storeId: draft.storeId,
    products: draft.products.map((each) => each.productId),
    hotSpots: draft.hotSpots.map(({id, productId, x, y, label}) => ({...(id ? {id} : {}), productId, x, y, label: label ?? ''})),
    focus: draft.focus,
  };
}

const listed = (text) => [...new Set(text.split(',').map((each) => each.trim().replace(/^#/, '')).filter(Boolean))];
const safe = (url) => (/^https:\/\//.test(url) ? url : null);
