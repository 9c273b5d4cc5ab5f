// A receipt: its picture with a box around everything that was read, and the fields beside it to be corrected.

import {at} from './api.js';
import {ask, button, field, fill, glyph, h, s, show} from './dom.js';
import {actions, confidence, heading, history, reasons, section} from './details.js';
import {instantWord, percent, several, stateWord, sureness} from './words.js';
import {Viewer} from './viewer.js';

/** What can be corrected: its name when it is sent, its names in the reading, its label, the kind of its input. */
const FIELDS = [
  ['shop', ['shop'], 'Shop', 'text'],
  ['date', ['date', 'day'], 'Date', 'date'],
  ['time', ['time', 'timeOfDay', 'time_of_day'], 'Time', 'time'],
  ['number', ['number'], 'Number', 'text'],
  ['currency', ['currency'], 'Currency', 'text'],
  ['total', ['total'], 'Total', 'money'],
];
const LABELS = {
  address: 'Address', subtotal: 'Subtotal', tax: 'Tax', service: 'Service', discount: 'Discount', rounding: 'Rounding',
  cash: 'Paid', change: 'Change',
};
const LINES_MAX = 200;

export const receiptPath = (id) => at`/receipts/${id}/details`;

export class ReceiptView {
  constructor(item, {act, back, open, entry, draft, drafted, known}) {
    Object.assign(this, {item, act, open, drafted, known});
    this.read = item.fields ?? {};
    this.inputs = new Map();
    this.lines = structuredClone(draft?.lines ?? item.lines ?? []);
    this.boxes = [];
    this.isOpen = ['waiting', 'stuck'].includes(item.state);
    const picture = item.picture ?? {};
    this.viewer = new Viewer({...picture, alt: 'The photograph of the receipt'});
    this.drawBoxes();
    this.total = h('p.sum', {'aria-live': 'polite'});
    this.table = h('div.lines');
    this.note = h('textarea', {rows: 2, maxLength: 500, value: draft?.note ?? '', oninput: () => this.changed()});
    this.element = h('article.detail.is-receipt', {'aria-label': 'Receipt'},
      heading('receipt', item, {
        title: this.read.shop?.value || item.retailer?.name || 'Receipt', back,
        facts: [item.receiptId && `No. ${item.receiptId}`, item.memberId, item.uploadDate && instantWord(item.uploadDate), item.source,
          item.pointsAwarded ? `${several(Number(item.pointsAwarded), 'point')}` : null, item.orderId && `Order ${item.orderId}`],
      }),
      h('div.columns', {},
        h('div.look', {}, this.viewer.element, this.legend()),
        h('div.facts-column', {},
          reasons(item), this.duplicates(),
          section('What was read', this.retailer(draft), h('div.fields', {}, FIELDS.map((each) => this.field(each, draft)), this.others())),
          section('Lines', this.table, this.total),
          this.evidence(), this.isOpen && section('Note', field('For your colleagues', this.note)),
          history(item))),
      this.foot = actions('receipt', item.state, act, entry));
    this.drawLines();
  }

  get title() {
    return this.item.retailer?.name || this.read.shop?.value || this.item.submissionId;
  }

  legend() {
    const kinds = [['high', 'sure'], ['mid', 'fairly sure'], ['low', 'unsure']];
    return h('p.legend', {}, kinds.map(([sure, word]) => h(`span.is-${sure}`, {}, word)));
  }

  /** Rectangles over the picture; each knows what it belongs to. */
  drawBoxes() {
    const add = (about, found) => {
      for (const [left, top, right, bottom] of found?.boxes ?? []) {
        this.viewer.drawing.append(s(`rect.box.is-${sureness(found.confidence)}`, {
          x: left, y: top, width: Math.max(right - left, 1), height: Math.max(bottom - top, 1), rx: 3, 'data-about': about,
          onpointerenter: () => this.light(about), onpointerleave: () => this.light(null),
          onclick: () => this.focusOn(about),
        }));
      }
    };
    for (const [name, found] of Object.entries(this.read)) add(`field:${name}`, found);
    this.lines.forEach((line, index) => add(`line:${index}`, line));
  }

  /** Show which box belongs to which field, from either side. */
  light(about, isRevealed = false) {
    for (const each of this.viewer.drawing.children) each.classList.toggle('is-lit', each.dataset.about === about);
    for (const each of this.element?.querySelectorAll('[data-row]') ?? []) each.classList.toggle('is-lit', each.dataset.row === about);
    const boxes = about?.startsWith('field:') ? this.read[about.slice(6)]?.boxes : this.lines[Number(about?.slice(5))]?.boxes;
    if (isRevealed && boxes?.length) this.viewer.reveal(boxes[0]);
  }

  focusOn(about) {
    this.element.querySelector(`[data-row="${CSS.escape(about)}"] input`)?.focus();
  }

  rowed(element, about) {
    element.dataset.row = about;
    element.addEventListener('pointerenter', () => this.light(about));
    element.addEventListener('pointerleave', () => this.light(null));
    element.addEventListener('focusin', () => this.light(about, true));
    element.addEventListener('focusout', () => this.light(null));
    return element;
  }

  field([name, names, label, kind], draft) {
    const from = names.find((each) => this.read[each]) ?? names[0];
    const found = this.read[from];
    const value = String(found?.value ?? (name === 'currency' ? this.item.currency ?? '' : ''));
    const plain = kind === 'time' ? value.slice(0, 8) : value;
    const input = h('input', {
      type: kind === 'money' ? 'text' : kind, value: draft?.fields?.[name] ?? plain, readOnly: !this.isOpen, step: kind === 'time' ? 1 : null,
      inputMode: kind === 'money' ? 'decimal' : null, autocomplete: 'off', spellcheck: false, data: {name}, maxLength: kind === 'text' ? 200 : null,
      oninput: () => this.changed(),
    });
    // An empty field would leave what was read in force: it shows it again.
    input.addEventListener('blur', () => {
      const {was} = this.inputs.get(name);
      if (input.value.trim() || !was || input.validity.badInput) return;
      input.value = was;
      this.changed();
    });
    this.inputs.set(name, {input, was: input.type === 'text' ? plain : h('input', {type: kind, value: plain}).value});
    const row = h('div.entry', {}, field(label, input), confidence(percent(found?.confidence), sureness(found?.confidence)));
    return this.rowed(row, `field:${from}`);
  }

  /** What was read beside that and helps to judge, as it stands. */
  others() {
    return Object.entries(LABELS).filter(([name]) => this.read[name]?.value).map(([name, label]) => this.rowed(
      h('div.entry.is-fixed', {tabIndex: -1}, h('div.field', {}, h('span.label', {}, label), h('span.value', {}, String(this.read[name].value))),
        confidence(percent(this.read[name].confidence), sureness(this.read[name].confidence))), `field:${name}`));
  }

  /** Whose receipt it is: by the match, or chosen among the accepted shops. */
  retailer(draft) {
    const {retailer} = this.item;
    if (this.isOpen && this.known.retailers.length) {
      this.chosen = h('select', {data: {name: 'retailerId'}, onchange: () => this.changed()},
        !retailer && h('option', {value: ''}, 'None matches the shop'),
        this.known.retailers.map((each) => h('option', {value: each.retailerId}, each.name)));
      this.chosen.value = draft?.retailer ?? retailer?.id ?? '';
      return h('div.entry', {}, field('Retailer', this.chosen), confidence(percent(retailer?.score), sureness(retailer?.score)));
    }
    if (!retailer) return h('p.matched', {}, 'No accepted retailer matches the shop.');
    return h('p.matched', {}, 'Retailer ', h('b', {}, retailer.name), retailer.score !== null && retailer.score !== undefined
      ? ` · match ${percent(retailer.score)}%` : null);
  }

  drawLines() {
    const head = h('div.line.head', {'aria-hidden': 'true'}, ['Article', 'Qty', 'Price', 'Amount', ''].map((each) => h('span', {}, each)));
    show(this.table, this.lines.length ? head : h('p.plain', {}, 'No lines were read.'),
      this.lines.map((line, index) => this.line(line, index)),
      this.isOpen && this.lines.length < LINES_MAX && button('Add a line', {class: 'quiet add-line', onclick: () => this.addLine()}, 'plus'));
    this.sum();
  }

  line(line, index) {
    const cell = (key, label, mode) => h('input', {
      type: 'text', value: line[key] ?? '', 'aria-label': `${label} of line ${index + 1}`, inputMode: mode, readOnly: !this.isOpen,
      autocomplete: 'off', maxLength: 200, class: key, oninput: (event) => { line[key] = event.target.value; line.isChanged = true; this.changed(); this.sum(); },
    });
    const matched = this.isOpen && this.known.products.length ? this.product(line, index) : line.productId ? h('small.product', {}, `${line.productId}${line.score ? ` · ${percent(line.score)}%` : ''}`) : null;
    return this.rowed(h('div.line', {},
      cell('name', 'Article', 'text'), cell('quantity', 'Quantity', 'decimal'),
      cell('unitPrice', 'Unit price', 'decimal'), cell('amount', 'Amount', 'decimal'),
      this.isOpen ? glyph(`Remove line ${index + 1}`, 'cross', {onclick: () => this.removeLine(index)}) : h('span'), matched), `line:${index}`);
  }

  /** Which product of the receipt list a line is; without one it earns nothing. */
  product(line, index) {
    const select = h('select.product', {'aria-label': `Product of line ${index + 1}`, onchange: () => {
      Object.assign(line, {productId: select.value || null, score: null, isChanged: true});
      this.changed();
    }}, h('option', {value: ''}, 'does not count'),
    this.known.products.map((each) => h('option', {value: each.productId}, `${each.names?.[0] ?? each.productId} (${each.productId})`)));
    select.value = line.productId ?? '';
    return select;
  }

  addLine() {
    this.lines.push({name: '', quantity: '1', unitPrice: '', amount: '', isChanged: true});
    this.drawLines();
    this.table.querySelector('.line:last-of-type input')?.focus();
    this.changed();
  }

  removeLine(index) {
    this.lines.splice(index, 1);
    this.areLinesChanged = true;
    this.drawLines();
    (this.table.querySelectorAll('.line .name')[Math.min(index, this.lines.length - 1)] ?? this.table.querySelector('button'))?.focus();
    this.changed();
  }

  /** Whether the lines agree with the total, told while somebody corrects them. */
  sum() {
    const cents = (text) => Math.round(Number(String(text ?? '').replace(',', '.')) * 100) || 0;
    const lines = this.lines.reduce((sum, line) => sum + cents(line.amount), 0);
    const total = cents(this.inputs.get('total')?.input.value);
    const read = (name) => cents(this.read[name]?.value);
    const before = lines - Math.abs(read('discount')) + read('service');
    // Tax is in the prices or on top of them, and tills print a rounding with and without its sign.
    const isEven = total === lines || [0, read('tax')].some((tax) => Math.abs(total - before - tax) === Math.abs(read('rounding')));
    this.total.className = `sum ${!this.lines.length || isEven ? 'is-even' : 'is-odd'}`;
    const word = isEven ? 'agrees with the total' : `${((total - lines) / 100).toFixed(2)} to the total`;
    this.total.textContent = this.lines.length ? `Lines ${(lines / 100).toFixed(2)} · ${word}` : '';
  }

  evidence() {
    if (!this.item.evidence?.length) return null;
    return section('What speaks for it', h('ul.evidence', {}, this.item.evidence.map((each) => h('li', {}, each.text))));
  }

  duplicates() {
    const list = this.item.duplicates ?? [];
    if (!list.length) return null;
    return section('Handed in before', h('ul.twins', {}, list.map((each) => h('li', {},
      each.pictureUrl && h('img', {src: each.pictureUrl, alt: 'The other photograph', loading: 'lazy'}),
      h('div', {}, h('p', {}, each.text), h('p.facts', {}, h(`span.state.is-${each.state}`, {}, stateWord(each.state)), h('span', {}, each.memberId)),
        h('div.actions', {},
          button('Compare', {class: 'strong compare', onclick: () => this.compare(each)}),
          button('Open', {class: 'quiet', onclick: () => this.open('receipt', each.submissionId)})))))));
  }

  /** Both photographs side by side, each to be zoomed. */
  compare(other) {
    const mine = new Viewer({...this.item.picture, alt: 'This photograph'});
    const size = this.item.picture ?? {};
    const theirs = new Viewer({url: other.pictureUrl, width: size.width, height: size.height, alt: 'The other photograph'});
    theirs.image.addEventListener('load', () => {
      Object.assign(theirs, {width: theirs.image.naturalWidth, height: theirs.image.naturalHeight});
      theirs.place();
    });
    return ask('Side by side', () => h('div.pair', {},
      h('figure', {}, mine.element, h('figcaption', {}, `This one · ${this.item.memberId ?? ''}`)),
      h('figure', {}, theirs.element, h('figcaption', {}, `${stateWord(other.state)} · ${other.memberId ?? ''}`))))
      .finally(() => { mine.close(); theirs.close(); });
  }

  changed() {
    this.sum();
    this.drafted(this.corrections() ? {
      fields: Object.fromEntries([...this.inputs].map(([name, {input}]) => [name, input.value])),
      lines: this.lines, note: this.note.value, retailer: this.chosen?.value,
    } : null);
  }

  /** What was corrected, as it is sent with the approval; null when nothing was. */
  corrections() {
    const body = {};
    for (const [name, {input, was}] of this.inputs) {
      const value = input.value.trim();
      if (value !== was && value) body[name] = name === 'total' ? value.replace(',', '.') : value;
    }
    if (this.chosen?.value && this.chosen.value !== (this.item.retailer?.id ?? '')) body.retailerId = this.chosen.value;
    if (this.areLinesChanged || this.lines.some((each) => each.isChanged)) body.lines = this.lines.filter((each) => each.name.trim()).map(plainLine);
    if (this.note.value.trim()) body.note = this.note.value.trim();
    return Object.keys(body).length ? body : null;
  }

  /** The steps of a verb: corrections go with the approval. */
  steps(verb, reason) {
    const path = at`/receipts/${this.item.submissionId}/${verb}`;
    return [{method: 'POST', path, body: verb === 'approve' ? this.corrections() ?? {} : reason ?? {}}];
  }

  /** Why a verb cannot be done yet, or null. */
  problem(verb) {
    if (verb !== 'approve') return null;
    const bad = this.element.querySelector('input:invalid');
    if (bad) {
      bad.focus();
      return 'One field holds something that cannot be read.';
    }
    const total = this.inputs.get('total').input;
    if (/^\d{1,9}([.,]\d{1,2})?$/.test(total.value.trim())) return null;
    total.focus();
    return 'Give the total as a number, such as 12.50.';
  }

  editFirst() {
    this.inputs.get('shop').input.focus();
  }

  close() {
    this.viewer.close();
  }
}

function plainLine(line) {
  const number = (text) => String(text ?? '').trim().replace(',', '.');
  const body = {name: line.name.trim(), quantity: number(line.quantity) || '1'};
  if (number(line.amount)) body.amount = number(line.amount);
  else if (number(line.unitPrice)) body.unitPrice = number(line.unitPrice);
  if (line.productId) body.productId = line.productId;
  return body;
}
