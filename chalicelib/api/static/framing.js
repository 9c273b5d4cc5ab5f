// All named crops of a photo, live: what each shows with the focal point where it is now.

import {h, show} from './dom.js';
import {ratioOf, through, window as windowOf} from './crops.js';

/** Shapes that galleries commonly have, for a site that names no crops of its own. */
const USUAL = {square: '1:1', portrait: '4:5', landscape: '16:9', story: '9:16', banner: '3:1'};

export class Framing {
  constructor(photo) {
    this.photo = photo;
    this.element = h('ul.crops', {'aria-label': 'Crops'});
  }

  /** Name → {ratio, transform}: the site's crops, else the usual ones. */
  named() {
    const given = Object.entries(this.photo.crops ?? {})
      .map(([name, crop]) => [name, {crop: crop ?? {}, ratio: ratioOf(crop?.ratio) ?? ratioOf(name) ?? ratioOf(USUAL[name])}])
      .filter(([, each]) => each.ratio);
    if (given.length) return given;
    return Object.entries(USUAL).map(([name, ratio]) => [name, {crop: {}, ratio: ratioOf(ratio)}]);
  }

  draw(focus, spots) {
    const {url, width, height} = this.photo.picture ?? {};
    if (!url) return;
    show(this.element, this.named().map(([name, {crop, ratio}]) => {
      const seen = windowOf(width, height, ratio, crop.focus ?? focus, crop.scale === undefined ? null : crop);
      const image = h('img', {alt: '', src: url, draggable: false, style: place(seen)});
      const dots = spots.map((each) => through(seen, each.x, each.y)).filter(Boolean)
        .map(([x, y]) => h('i.dot', {style: {left: `${x * 100}%`, top: `${y * 100}%`}}));
      const hidden = spots.length - dots.length;
      return h('li', {data: {crop: name}}, h('div.crop', {style: {aspectRatio: String(ratio)}}, image, dots),
        h('p', {}, h('b', {}, name), hidden ? h('small', {}, ` ${hidden} outside`) : null, crop.scale === undefined ? null : h('small', {}, ' set by hand')));
    }));
  }
}

/** The picture behind a window of it: shares of the frame's size. */
function place(seen) {
  return {
    width: `${100 / seen.width}%`, height: `${100 / seen.height}%`,
    left: `${(-100 * seen.left) / seen.width}%`, top: `${(-100 * seen.top) / seen.height}%`,
  };
}
