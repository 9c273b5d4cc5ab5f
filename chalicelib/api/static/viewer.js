// A picture to look at closely: zoom and pan by mouse, fingers and keys, with layers that stay on their places.

import {glyph, h, s} from './dom.js';

const ZOOM_MAX = 8;
const ZOOM_STEP = 1.3;
const PAN_STEP = 40;
const CLICK_PIXELS_MAX = 5;
const CLOSE = 3;

/**
 * `width` and `height` are those of the frame that layers are drawn in: the picture upright, then turned by `turned`
 * degrees counter-clockwise. `point(x, y)` hears where the picture was clicked, as shares of the frame.
 */
export class Viewer {
  constructor({url, width, height, turned = 0, alt, point = null}) {
    this.width = width || 1;
    this.height = height || 1;
    this.turned = turned || 0;
    this.point = point;
    this.zoom = 1;
    this.left = 0;
    this.top = 0;
    this.pointers = new Map();
    this.image = h('img', {alt, draggable: false, decoding: 'async'});
    this.drawing = s('svg.layer', {viewBox: `0 0 ${this.width} ${this.height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true'});
    this.layer = h('div.layer');
    this.stage = h('div.stage', {}, this.image, this.drawing, this.layer);
    this.pane = h('div.pane', {
      tabIndex: 0, role: 'group', 'aria-label': `${alt}. Plus and minus zoom, arrows move, 0 fits.`,
      onkeydown: (event) => this.key(event), onpointerdown: (event) => this.down(event),
      onpointermove: (event) => this.move(event), onpointerup: (event) => this.up(event),
      onpointercancel: (event) => this.up(event), onpointerleave: (event) => this.leave(event),
      ondblclick: (event) => this.double(event),
    }, this.stage);
    this.pane.addEventListener('wheel', (event) => this.wheel(event), {passive: false});
    this.tools = h('div.tools', {role: 'toolbar', 'aria-label': 'Zoom'},
      glyph('Zoom out (-)', 'minus', {onclick: () => this.scale(1 / ZOOM_STEP)}),
      glyph('Fit the picture (0)', 'fit', {onclick: () => this.fit()}),
      glyph('Zoom in (+)', 'plus', {onclick: () => this.scale(ZOOM_STEP)}));
    this.element = h('div.viewer', {}, this.pane, this.tools);
    this.load(url);
    this.observer = new ResizeObserver(() => this.place());
    this.observer.observe(this.pane);
  }

  load(url) {
    if (!url) {
      this.element.classList.add('is-empty');
      this.pane.append(h('p.plain', {}, 'There is no picture.'));
      return;
    }
    this.element.classList.add('is-loading');
    this.image.addEventListener('load', () => this.element.classList.remove('is-loading'));
    this.image.addEventListener('error', () => {
      this.element.classList.remove('is-loading');
      this.element.classList.add('is-empty');
      this.pane.append(h('p.plain', {role: 'alert'}, 'The picture could not be loaded. Open the item again.'));
    });
    this.image.src = url;
  }

  /** Lay the stage out for the size of the pane, the zoom and the place. */
  place() {
    const pane = {width: this.pane.clientWidth, height: this.pane.clientHeight};
    if (!pane.width || !pane.height) return;
    const fit = Math.min(pane.width / this.width, pane.height / this.height);
    const size = {width: this.width * fit * this.zoom, height: this.height * fit * this.zoom};
    this.left = clamp(this.left, pane.width, size.width);
    this.top = clamp(this.top, pane.height, size.height);
    Object.assign(this.stage.style, {
      width: `${size.width}px`, height: `${size.height}px`, transform: `translate(${this.left}px, ${this.top}px)`,
    });
    const isAcross = Math.abs(this.turned % 180) === 90;
    Object.assign(this.image.style, {
      width: `${isAcross ? size.height : size.width}px`, height: `${isAcross ? size.width : size.height}px`,
      // Ours turns counter-clockwise, the style sheet's the other way.
      transform: `translate(-50%, -50%) rotate(${-this.turned}deg)`,
    });
    this.pane.classList.toggle('is-zoomed', this.zoom > 1);
  }

  fit() {
    this.zoom = 1;
    this.place();
  }

  /** Zoom by a factor, keeping a point of the pane (by default its middle) where it is. */
  scale(factor, x = this.pane.clientWidth / 2, y = this.pane.clientHeight / 2) {
    const zoom = Math.min(Math.max(this.zoom * factor, 1), ZOOM_MAX);
    const by = zoom / this.zoom;
    this.left = x - (x - this.left) * by;
    this.top = y - (y - this.top) * by;
    this.zoom = zoom;
    this.place();
  }

  /** Bring a box of the frame, in its pixels, into the middle, if the picture is zoomed in. */
  reveal([left, top, right, bottom]) {
    if (this.zoom === 1) return;
    const by = this.stage.offsetWidth / this.width;
    this.left = this.pane.clientWidth / 2 - ((left + right) / 2) * by;
    this.top = this.pane.clientHeight / 2 - ((top + bottom) / 2) * by;
    this.place();
  }

  leave(event) {
    if (!this.pane.hasPointerCapture(event.pointerId)) this.pointers.delete(event.pointerId);
  }

  /** Where an event is, as shares of the frame. */
  at(event) {
    const box = this.stage.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  key(event) {
    if (event.target !== this.pane || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = PAN_STEP * (event.shiftKey ? 4 : 1);
    const moves = {ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step]};
    if (event.key === '+' || event.key === '=') this.scale(ZOOM_STEP);
    else if (event.key === '-') this.scale(1 / ZOOM_STEP);
    else if (event.key === '0') this.fit();
    else if (moves[event.key] && this.zoom > 1) this.pan(...moves[event.key]);
    else return;
    event.preventDefault();
  }

  pan(x, y) {
    this.left += x;
    this.top += y;
    this.place();
  }

  wheel(event) {
    event.preventDefault();
    const box = this.pane.getBoundingClientRect();
    this.scale(Math.exp(-event.deltaY / 400), event.clientX - box.left, event.clientY - box.top);
  }

  double(event) {
    if (this.point) return;
    const box = this.pane.getBoundingClientRect();
    if (this.zoom > 1) this.fit();
    else this.scale(CLOSE, event.clientX - box.left, event.clientY - box.top);
  }

  down(event) {
    if (event.button !== 0 || event.target.closest('[data-grab]')) return;
    this.pointers.set(event.pointerId, {x: event.clientX, y: event.clientY, far: 0});
  }

  move(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    const by = {x: event.clientX - last.x, y: event.clientY - last.y};
    if (this.pointers.size === 2) this.pinch(event);
    else if (this.zoom > 1) this.pan(by.x, by.y);
    Object.assign(last, {x: event.clientX, y: event.clientY, far: last.far + Math.hypot(by.x, by.y)});
    // Only a movement is followed out of the pane: a click is for what is under it.
    if (last.far > CLICK_PIXELS_MAX) this.pane.setPointerCapture(event.pointerId);
  }

  pinch(event) {
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
    const last = this.pointers.get(event.pointerId);
    const was = Math.hypot(last.x - other.x, last.y - other.y) || 1;
    const is = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    const box = this.pane.getBoundingClientRect();
    this.scale(is / was, (event.clientX + other.x) / 2 - box.left, (event.clientY + other.y) / 2 - box.top);
  }

  up(event) {
    const last = this.pointers.get(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (!last || event.type === 'pointercancel' || !this.point || last.far > CLICK_PIXELS_MAX) return;
    const [x, y] = this.at(event);
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) this.point(x, y);
  }

  close() {
    this.observer.disconnect();
  }
}

/** A smaller picture is in the middle; a larger one covers the pane. */
function clamp(offset, pane, size) {
  if (size <= pane) return (pane - size) / 2;
  return Math.min(0, Math.max(pane - size, offset));
}
