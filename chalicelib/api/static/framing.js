// All named crops of a photo, live: what each shows with the focal point where it is now.

import {h, show} from './dom.js';
import {ratioOf, through, window as windowOf} from './crops.js';

export class Framing {
  /** `named` are the site's crops, as {name, ratio}; a photo may have a transformation or a focus of its own for each. */
  constructor(photo, named) {
    this.photo = photo;
    this.named = named.map(({name, ratio}) => [name, {crop: photo.crops?.[name] ?? {}, ratio: ratioOf(ratio)}])
      .filter(([, each]) => each.ratio);
    this.element = h('ul.crops', {'aria-label': 'Crops'});
  }

  draw(focus, spots) {
    const {url, width, height} = this.photo.picture ?? {};
    if (!url) return;
    show(this.element, this.named.map(([name, {crop, ratio}]) => {
      const seen = windowOf(width, height, ratio, crop.focus ?? focus, isTransform(crop) ? crop : null);
      const image = h('img', {alt: '', src: url, draggable: false, style: place(seen)});
      const dots = spots.map((each) => through(seen, each.x, each.y)).filter(Boolean)
        .map(([x, y]) => h('i.dot', {style: {left: `${x * 100}%`, top: `${y * 100}%`}}));
      const hidden = spots.length - dots.length;
      return h('li', {data: {crop: name}}, h('div.crop', {style: {aspectRatio: String(ratio)}}, image, dots),
        h('p', {}, h('b', {}, name), hidden ? h('small', {}, ` ${hidden} outside`) : null, (isTransform(crop) || crop.focus) && h('small', {}, ' set by hand')));
    }));
  }
}

const isTransform = (crop) => Number(crop.scale) > 0 && Number(crop.wrapperWidth) > 0;

/** The picture behind a window of it: shares of the frame's size. */
function place(seen) {
  return {
    width: `${100 / seen.width}%`, height: `${100 / seen.height}%`,
    left: `${(-100 * seen.left) / seen.width}%`, top: `${(-100 * seen.top) / seen.height}%`,
  };
}
