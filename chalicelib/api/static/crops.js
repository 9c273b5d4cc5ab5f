// The geometry of crops, the same as the server's (chalicelib/photos/crops.py): a test compares them. Pure.

const EDGE = 1e-9;
const SCALE_MAX = 20;

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
 * near to its middle as the edges allow. A `transform` {x, y, scale, wrapperWidth} lets the picture cover a wrapper, scales
 * it about the wrapper's middle and moves it by pixels; what would show an empty edge is moved back.
 */
export function window(width, height, ratio, focus, transform = null) {
  const cover = {width: Math.min(1, (ratio * height) / width), height: Math.min(1, width / (ratio * height))};
  if (!transform) return about(focus.x, focus.y, cover);
  const zoom = between(transform.scale, 1, SCALE_MAX);
  const size = {width: cover.width / zoom, height: cover.height / zoom};
  const high = transform.wrapperWidth / ratio;
  return about(0.5 - (transform.x / transform.wrapperWidth) * size.width, 0.5 - (transform.y / high) * size.height, size);
}

/** A window about a place, moved into the picture. */
function about(x, y, size) {
  return {left: between(x - size.width / 2, 0, 1 - size.width), top: between(y - size.height / 2, 0, 1 - size.height), ...size};
}

/** Where a point of the picture is within a window; null outside it. */
export function through(seen, x, y) {
  const inside = [(x - seen.left) / seen.width, (y - seen.top) / seen.height];
  return inside.every((each) => each >= -EDGE && each <= 1 + EDGE) ? inside.map((each) => between(each, 0, 1)) : null;
}

const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
