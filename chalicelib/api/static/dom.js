// Elements without markup in strings: text is always text, so nothing that a person wrote can run.

const SVG = 'http://www.w3.org/2000/svg';

/** An element: `h('button.primary', {onclick, disabled: true, 'aria-label': …}, 'Text', child, …)`. */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  set(element, properties);
  fill(element, children);
  return element;
}

/** The same for drawings. */
export function s(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const element = document.createElementNS(SVG, tag);
  if (classes.length) element.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

function set(element, properties) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'style') Object.assign(element.style, value);
    else if (key === 'data') Object.assign(element.dataset, value);
    else if (key === 'class') element.classList.add(...value.split(' ').filter(Boolean));
    else if (key in element && !key.includes('-') && key !== 'list') element[key] = value;
    else element.setAttribute(key, value);
  }
}

/** Put children at the end of an element; empty ones are left out. */
export function fill(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child);
  }
  return element;
}

/** Replace what is in an element. */
export function show(element, ...children) {
  element.replaceChildren();
  return fill(element, children);
}

const PATHS = {
  receipt: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9a.5.5 0 1 0 .01 0',
  video: 'M4 5h16v14H4zM10 9l5 3-5 3z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  undo: 'M9 7L4 12l5 5M4 12h10a5 5 0 0 1 0 10h-2',
  back: 'M15 5l-7 7 7 7',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  target: 'M12 3v4M12 17v4M3 12h4M17 12h4M12 8a4 4 0 1 0 .01 0',
  tag: 'M4 4h8l8 8-8 8-8-8zM8.5 8a.5.5 0 1 0 .01 0',
  warn: 'M12 4l9 16H3zM12 10v4M12 17v.5',
  keys: 'M3 6h18v12H3zM7 10h.5M11 10h.5M15 10h.5M8 14h8',
  out: 'M14 4h6v16h-6M10 8l-4 4 4 4M6 12h9',
  reload: 'M20 11a8 8 0 1 0-2 6M20 5v6h-6',
  leaf: 'M6 20C6 11 11 5 20 5c0 9-5 14-13 14M6 20c3-6 6-9 9-10.5',
};

/** A drawing that says nothing to a screen reader. */
export function icon(name) {
  return s('svg.icon', {viewBox: '0 0 24 24', 'aria-hidden': 'true', focusable: 'false'}, s('path', {d: PATHS[name]}));
}

/** A button with a drawing, and words where there is room for them. */
export function button(words, properties = {}, drawing = null) {
  return h('button', {type: 'button', ...properties}, drawing && icon(drawing), h('span', {}, words));
}

/** A button with a drawing only; the words are its name. */
export function glyph(words, drawing, properties = {}) {
  return h('button.glyph', {type: 'button', title: words, 'aria-label': words, ...properties}, icon(drawing));
}

let labelled = 0;

/** A field under its label. */
export function field(label, control, note = null) {
  labelled += 1;
  control.id ||= `field-${labelled}`;
  const said = note && h('small', {id: `${control.id}-note`}, note);
  if (said) control.setAttribute('aria-describedby', said.id);
  return h('div.field', {}, h('label', {htmlFor: control.id}, label), control, said);
}

/** Say something to whoever listens rather than looks. */
export function say(text, isUrgent = false) {
  const region = document.getElementById(isUrgent ? 'alarm' : 'said');
  region.textContent = '';
  // A region that says the same again is silent, unless it was empty in between.
  requestAnimationFrame(() => { region.textContent = text; });
}

/** Ask in a dialog; gives what `done` was called with, or null when it was closed. */
export function ask(title, build) {
  return new Promise((resolve) => {
    let answer = null;
    const dialog = h('dialog.dialog', {'aria-labelledby': 'dialog-title'});
    const done = (value) => { answer = value; dialog.close(); };
    fill(dialog, [
      h('header', {}, h('h2', {id: 'dialog-title'}, title), glyph('Close', 'cross', {onclick: () => dialog.close()})),
      build(done),
    ]);
    dialog.addEventListener('close', () => { dialog.remove(); resolve(answer); });
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
