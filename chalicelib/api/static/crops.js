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

/** The largest window of a ratio that has the focus as near to its middle as the edges allow; shares of the picture. */
export function window(width, height, ratio, focus) {
  const whole = width / height;
  const size = whole > ratio ? {width: ratio / whole, height: 1} : {width: 1, height: whole / ratio};
  return {
    left: between(focus.x - size.width / 2, 0, 1 - size.width), top: between(focus.y - size.height / 2, 0, 1 - size.height), ...size,
  };
}

/** Where a point of the picture is within a window; null outside it. */
export function through(seen, x, y) {
  const inside = [(x - seen.left) / seen.width, (y - seen.top) / seen.height];
  return inside.every((each) => each >= -EDGE && each <= 1 + EDGE) ? inside.map((each) => between(each, 0, 1)) : null;
}

const between = (value, least, most) => Math.min(Math.max(value, least), Math.max(least, most));
