// The geometry of crops, the same as the server's (chalicelib/photos/crops.py): a test compares them. Pure.

const EDGE = 1e-9;

/** A ratio such as "4:5", "4/5", 0.8 or [4, 5] as width divided by height; null when it is none. */
export function ratioOf(given) {
  if (typeof given === 'number') return given > 0 ? given : null;
  if (Array.isArray(given)) return given[0] > 0 && given[1] > 0 ? given[0] / given[1] : null;
  const found = /^\s*(\d+(?:\.\d+)?)\s*[:/x]\s*(\d+(?:\.\d+)?)\s*$/.exec(String(given ?? ''));
  if (found) return ratioOf([Number(found[1]), Number(found[2])]);
  return given !== null && given !== '' && Number(given) > 0 ? Number(given) : null;
}

/**
 * The part of a picture that a crop of a ratio shows, in shares of it. By a focus it is the largest one with the focus as
 * near to its middle as the edges allow; by a `transform` {x, y, scale, wrapperWidth} what is seen in the vendor's box.
 */
export function window(width, height, ratio, focus, transform = null) {
  const widest = Math.min(1, (ratio * height) / width);
  const highest = Math.min(1, width / (ratio * height));
  if (!transform) return within(focus.x - widest / 2, focus.y - highest / 2, widest, highest);
  const shown = transform.wrapperWidth * transform.scale;
  const part = Math.min(1 / transform.scale, widest);
  return within(-transform.x / shown, -transform.y / ((shown * height) / width), part, (highest * part) / widest);
}

/** Where a point of the picture is within a window; null outside it. */
export function through(seen, x, y) {
  const inside = [(x - seen.left) / seen.width, (y - seen.top) / seen.height];
  return inside.every((each) => each >= -EDGE && each <= 1 + EDGE) ? inside.map((each) => between(each, 0, 1)) : null;
}

const within = (left, top, width, height) => ({left: between(left, 0, 1 - width), top: between(top, 0, 1 - height), width, height});
const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
