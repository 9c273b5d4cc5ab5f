// Hot spots and the focal point, drawn on the picture: placed and moved by mouse, finger and keys.

import {h, say, show} from './dom.js';

const STEP = 0.005;
const STEP_LARGE = 0.05;
export const SPOTS_MAX = 20;
const MOVES = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** The layer over a `viewer`. `draft` holds `hotSpots` and `focus`; `changed` and `chosen(index)` hear what happens. */
export class Spots {
  constructor(viewer, draft, {changed, chosen}) {
    Object.assign(this, {viewer, draft, changed, chosen});
    this.mode = 'spots';
    this.current = -1;
    viewer.point = (x, y) => this.put(x, y);
    this.draw();
  }

  /** What a click on the picture does: set a hot spot, or the focal point. */
  use(mode) {
    this.mode = mode;
    this.viewer.element.dataset.mode = mode;
    this.draw();
  }

  put(x, y) {
    if (this.mode === 'focus') {
      this.draft.focus = {x: rounded(x), y: rounded(y)};
      say(`Focal point at ${place(this.draft.focus)}.`);
    } else if (!this.add(x, y)) return;
    this.draw();
    this.changed();
  }

  /** A new hot spot, which is then the chosen one; false when there are too many. */
  add(x = 0.5, y = 0.5) {
    if (this.draft.hotSpots.length >= SPOTS_MAX) {
      say(`A photo has at most ${SPOTS_MAX} hot spots.`, true);
      return false;
    }
    this.draft.hotSpots.push({productId: '', label: '', x: rounded(x), y: rounded(y)});
    this.choose(this.draft.hotSpots.length - 1);
    say(`Hot spot ${this.draft.hotSpots.length} at ${place({x, y})}. Choose its product.`);
    return true;
  }

  choose(index) {
    this.current = index;
    this.draw();
    this.chosen(index);
  }

  remove(index) {
    this.draft.hotSpots.splice(index, 1);
    this.choose(-1);
    this.changed();
    say('Hot spot removed.');
    (this.viewer.layer.querySelector('.spot') ?? this.viewer.pane).focus();
  }

  draw() {
    const focused = document.activeElement?.dataset?.grab;
    const {hotSpots, focus} = this.draft;
    show(this.viewer.layer,
      focus && this.handle('focus', focus, `Focal point at ${place(focus)}. Arrows move it.`, '', this.mode === 'focus' ? 'focus is-active' : 'focus'),
      hotSpots.map((each, index) => this.handle(String(index), each,
        `Hot spot ${index + 1}${each.label || each.productId ? `, ${each.label || each.productId}` : ''}, at ${place(each)}. Arrows move it.`,
        index + 1, `spot${index === this.current ? ' is-chosen' : ''}${each.productId ? '' : ' is-open'}`)));
    if (focused !== undefined) this.viewer.layer.querySelector(`[data-grab="${focused}"]`)?.focus({preventScroll: true});
  }

  handle(name, point, label, words, looks) {
    const element = h('button', {
      type: 'button', class: looks, 'aria-label': label, data: {grab: name}, style: {left: `${point.x * 100}%`, top: `${point.y * 100}%`},
      onkeydown: (event) => this.key(event, name), onpointerdown: (event) => this.grab(event, name, element),
      onclick: () => { if (name !== 'focus') this.choose(Number(name)); },
    }, String(words));
    return element;
  }

  pointOf(name) {
    return name === 'focus' ? this.draft.focus : this.draft.hotSpots[Number(name)];
  }

  key(event, name) {
    if (name !== 'focus' && (event.key === 'Delete' || event.key === 'Backspace')) this.remove(Number(name));
    else if (MOVES[event.key]) {
      const by = event.shiftKey ? STEP_LARGE : STEP;
      const point = this.pointOf(name);
      this.moveTo(name, point.x + MOVES[event.key][0] * by, point.y + MOVES[event.key][1] * by);
      this.draw();
      say(place(this.pointOf(name)));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  moveTo(name, x, y) {
    const point = this.pointOf(name);
    Object.assign(point, {x: rounded(x), y: rounded(y)});
    delete point.byHand;
    this.changed();
  }

  /** Follow a finger or the mouse until it lets go. */
  grab(event, name, element) {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    let isMoved = false;
    const move = (moved) => {
      isMoved = true;
      const [x, y] = this.viewer.at(moved);
      this.moveTo(name, x, y);
      const point = this.pointOf(name);
      Object.assign(element.style, {left: `${point.x * 100}%`, top: `${point.y * 100}%`});
    };
    const end = () => {
      element.removeEventListener('pointermove', move);
      if (isMoved) this.draw();
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', end, {once: true});
    element.addEventListener('pointercancel', end, {once: true});
  }
}

const rounded = (share) => Math.round(Math.min(Math.max(share, 0), 1) * 10000) / 10000;
const place = ({x, y}) => `${Math.round(x * 100)}% from the left, ${Math.round(y * 100)}% from the top`;
