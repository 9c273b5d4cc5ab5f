// Choosing a product of the catalogue by its name or number.

import {at} from './api.js';
import {h, say, show} from './dom.js';
import {several} from './words.js';

const PAGES_MAX = 10;
const SHOWN_MAX = 8;
let opened = 0;

/** The catalogue, as far as it is read: the first thousand products by name, any other by its number. */
export class Catalogue {
  constructor(api) {
    this.api = api;
    this.products = null;
  }

  async all() {
    this.products ??= this.read().catch((failure) => { this.products = null; throw failure; });
    return this.products;
  }

  async read() {
    const found = [];
    let after = null;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = after ? `?after=${encodeURIComponent(after)}` : '';
      const said = await this.api.get(`/products${query}`);
      found.push(...said.products.map(plain));
      after = said.next;
      if (!after) break;
    }
    return found.sort((one, other) => one.name.localeCompare(other.name));
  }

  async search(text) {
    const wanted = text.trim().toLowerCase();
    const all = await this.all();
    if (!wanted) return all.slice(0, SHOWN_MAX);
    const starts = all.filter((each) => each.productId.toLowerCase() === wanted || each.name.toLowerCase().startsWith(wanted));
    const holds = all.filter((each) => !starts.includes(each)
      && (each.name.toLowerCase().includes(wanted) || each.productId.toLowerCase().includes(wanted)));
    return [...starts, ...holds].slice(0, SHOWN_MAX);
  }

  /** A product by its number, wherever it is in the catalogue; null when there is none. */
  async named(id) {
    try {
      return plain(await this.api.get(at`/products/${id.trim()}`));
    } catch (failure) {
      if (failure.status === 404 || failure.status === 400) return null;
      throw failure;
    }
  }
}

const plain = (said) => ({
  productId: String(said.productId), name: said.productDetail?.productName ?? said.productName ?? String(said.productId),
  url: said.productDetail?.url ?? said.url ?? '',
});

/** A field with suggestions (the ARIA combobox pattern); `chosen` hears the product. */
export function picker(catalogue, label, chosen) {
  opened += 1;
  const id = `products-${opened}`;
  let found = [];
  let active = -1;
  let asked = 0;
  const input = h('input', {
    type: 'text', id, role: 'combobox', autocomplete: 'off', spellcheck: false, placeholder: 'Name or number', maxLength: 200,
    'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': `${id}-list`,
  });
  const list = h('ul.options', {id: `${id}-list`, role: 'listbox', 'aria-label': label, hidden: true});
  const draw = () => {
    list.hidden = !found.length;
    input.setAttribute('aria-expanded', String(!list.hidden));
    show(list, found.map((each, index) => h('li', {
      id: `${id}-${index}`, role: 'option', 'aria-selected': String(index === active), data: {product: each.productId},
      onpointerdown: (event) => { event.preventDefault(); take(each); },
    }, h('span', {}, each.name), h('small', {}, each.productId))));
    if (active >= 0) input.setAttribute('aria-activedescendant', `${id}-${active}`);
    else input.removeAttribute('aria-activedescendant');
    list.children[active]?.scrollIntoView({block: 'nearest'});
  };
  const close = () => { found = []; active = -1; asked += 1; draw(); };
  const take = (product) => { input.value = ''; close(); chosen(product); };
  const look = async () => {
    asked += 1;
    const mine = asked;
    try {
      const said = await catalogue.search(input.value);
      if (mine !== asked) return;
      found = said;
      active = -1;
      draw();
      say(found.length ? several(found.length, 'product') : 'No product by that name. Press Enter to look for the number.');
    } catch (failure) {
      if (mine === asked) say(failure.message, true);
    }
  };
  input.addEventListener('input', look);
  input.addEventListener('focus', look);
  input.addEventListener('blur', close);
  input.addEventListener('keydown', async (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const by = event.key === 'ArrowDown' ? 1 : -1;
      if (found.length) active = (active + by + found.length + (active < 0 && by < 0 ? 1 : 0)) % found.length;
    } else if (event.key === 'Escape' && found.length) {
      event.stopPropagation();
      close();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      const product = found[Math.max(active, 0)] ?? (input.value.trim() ? await catalogue.named(input.value).catch(() => null) : null);
      if (product) take(product);
      else say('There is no such product.', true);
      return;
    } else return;
    event.preventDefault();
    draw();
  });
  return h('div.field.picker', {}, h('label', {htmlFor: id}, label), input, list);
}
