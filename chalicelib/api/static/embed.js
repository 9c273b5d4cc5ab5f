/* A gallery of customers' photos on a shop's page. One script tag, no cookies, no storage, no other hosts.
 *
 *   <script async src="https://…/3.0/public/embed.js" data-site="…" data-gallery="…"></script>
 *
 * docs/galleries.md lists what else the tag can say. Whatever fails here fails silently: the page goes on.
 */
(() => {
  "use strict";
  const VIEWED_MS = 1000;
  const FLUSH_MS = 4000;
  const EVENTS_MAX = 90;
  const SWIPE_PX = 40;

  const CSS = `
:host{display:block;color:inherit;font:inherit;text-align:start;--a:var(--laurel-accent,#1a1a1a);--on:var(--laurel-on-accent,#fff);
--gap:var(--laurel-gap,8px);--r:var(--laurel-radius,6px)}
:host([hidden]){display:none}
*{box-sizing:border-box}
.w{container-type:inline-size}
.l,.w{--c:var(--cols,4)}
.h{min-height:calc(var(--lines,0)*2.3em)}
.h:not(:empty){padding-bottom:.4em}
h2{margin:0;font-size:1.35em;line-height:1.3}
.h p{margin:0;line-height:1.5}
ul{list-style:none;margin:0;padding:0}
.l{display:grid;gap:var(--gap);grid-template-columns:repeat(var(--c),minmax(0,1fr))}
.row .l{grid-template-columns:none;grid-auto-flow:column;grid-auto-columns:calc((100% - (var(--c) - 1)*var(--gap))/var(--c));
overflow-x:auto;scroll-snap-type:x mandatory;scrollbar-width:none;overscroll-behavior-x:contain}
.row .l::-webkit-scrollbar{display:none}
@media (prefers-reduced-motion:no-preference){.row .l{scroll-behavior:smooth}}
@container (max-width:600px){.l{--c:var(--phone,2)}}
.one .l{--c:1}
.t{position:relative;scroll-snap-align:start;min-width:0}
.t[hidden]{display:none}
figure{margin:0;position:relative}
.b{position:relative;display:block;width:100%;aspect-ratio:var(--ratio,1);overflow:hidden;border-radius:var(--r);background:#8883}
.o{all:unset;box-sizing:border-box;position:absolute;inset:0;display:block;cursor:zoom-in}
img{display:block;width:100%;height:100%;object-fit:cover}
.v::after{content:"";position:absolute;inset:0;margin:auto;width:56px;height:56px;border-radius:50%;background:#000a
 linear-gradient(#fff,#fff) center/0 0 no-repeat}
.v::before{content:"";position:absolute;z-index:1;inset:0;margin:auto;width:0;height:0;border:12px solid transparent;border-inline-start:18px solid #fff;transform:translateX(9px);pointer-events:none}
figcaption{position:absolute;inset:auto 0 0;padding:1.6em .7em .5em;color:#fff;background:linear-gradient(transparent,#000c);
font-size:.85em;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;pointer-events:none;border-radius:0 0 var(--r) var(--r)}
.s{all:unset;box-sizing:border-box;position:absolute;z-index:2;width:28px;height:28px;margin:-14px 0 0 -14px;border-radius:50%;
background:#fff;border:8px solid #000c;box-shadow:0 0 0 2px #fff;cursor:pointer}
.s[aria-expanded=true]{border-width:11px}
.p{position:absolute;z-index:3;inset:auto 5% 5%;padding:.7em 2.4em .7em .8em;border-radius:var(--r);background:#fff;color:#111;
box-shadow:0 2px 12px #0006;font-size:.9em}
.p.up{inset:5% 5% auto}
.p strong{display:block;overflow-wrap:anywhere}
.k{all:unset;box-sizing:border-box;display:inline-block;min-height:32px;padding:.35em .9em;border-radius:var(--r);background:var(--a);
color:var(--on);cursor:pointer;text-align:center;font-weight:600}
.p .k{margin-top:.4em}
.x{all:unset;box-sizing:border-box;position:absolute;inset-block-start:2px;inset-inline-end:2px;width:32px;height:32px;
text-align:center;line-height:32px;font-size:20px;cursor:pointer}
.n{all:unset;box-sizing:border-box;position:absolute;z-index:4;top:calc(50% - 22px);width:44px;height:44px;border-radius:50%;
background:#fff;color:#111;text-align:center;line-height:42px;font-size:24px;cursor:pointer;box-shadow:0 1px 6px #0006}
.n[disabled]{opacity:.35;cursor:default}
.n.f{inset-inline-start:6px}.n.e{inset-inline-end:6px}
.m{position:relative}
.z{min-height:3.5em;padding-top:.8em;text-align:center}
.q{padding:2em 0;text-align:center}
:focus-visible{outline:3px solid var(--a)!important;outline-offset:2px;box-shadow:0 0 0 2px #fff}
.o:focus-visible{outline-offset:-5px}
dialog{width:min(1100px,96vw);max-height:94vh;max-height:94dvh;padding:0;border:0;border-radius:var(--r);background:#fff;color:#111;
overflow:auto;overscroll-behavior:contain}
dialog::backdrop{background:#000c}
.d{display:grid;grid-template-columns:minmax(0,3fr) minmax(220px,2fr)}
.d .g{position:relative;background:#111;display:grid;place-items:center;min-height:200px;touch-action:pan-y pinch-zoom}
.d .g .i{position:relative;aspect-ratio:var(--ratio);width:min(100%,calc(88vh*var(--ratio)))}
.d iframe{border:0;width:100%;aspect-ratio:16/9}
.c{padding:3em 1.2em 1.2em}
.c li{display:flex;flex-wrap:wrap;gap:.3em .8em;align-items:center;justify-content:space-between;padding:.6em 0;border-top:1px solid #0002}
.c li>span{flex:1 1 8em;overflow-wrap:anywhere}
.c p{margin:0 0 .6em;overflow-wrap:anywhere}
.c small{color:#555}
.c a.u{color:inherit;display:inline-block;padding:.35em .2em;margin-inline-end:.8em}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:700px){.d{grid-template-columns:minmax(0,1fr)}.c{padding-top:1em}.d .g .i{width:min(100%,calc(60vh*var(--ratio)))}
.d>.x{background:#fff;border-radius:50%;z-index:5;color:#111}}
@media (forced-colors:active){.s,.k,.n,.p,.x{border:2px solid ButtonText;background:ButtonFace;color:ButtonText;forced-color-adjust:none}
.s{background:Highlight}figcaption{background:Canvas;color:CanvasText;padding-top:.5em}}
`;

  const script = document.currentScript;
  if (!script) return;
  const said = script.dataset;

  /* Elements are made of text, never of markup: nothing that a feed says can become code. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((each) => each !== null && each !== undefined && each !== ""));
    return element;
  };
  const link = (url) => {
    try {
      const found = new URL(url, document.baseURI);
      return ["https:", "http:", "mailto:"].includes(found.protocol) ? found.href : "";
    } catch {
      return "";
    }
  };
  const css = (element, properties) => {
    for (const [name, value] of Object.entries(properties)) element.style.setProperty(name, value);
    return element;
  };
  const ratioOf = (text, picture) => {
    const found = /^(\d+):(\d+)$/.exec(text || "");
    return found ? found[1] / found[2] : picture ? picture.width / picture.height : 1;
  };
  const random = () => Array.from(crypto.getRandomValues(new Uint32Array(3)), (each) => each.toString(36)).join("");
  /* FNV-1a with a last mix: where a visitor stands between 0 and 99. The visitor's id never leaves the page. */
  const spread = (text) => {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
    return ((hash ^ (hash >>> 16)) >>> 0) % 100;
  };

  /* What happens in the gallery, told without a word about who did it. */
  class Teller {
    constructor(url, gallery) {
      this.url = url;
      this.about = { gallery };
      this.once = new Set();
      this.queue = [];
      this.timer = 0;
      this.leave = () => document.visibilityState === "hidden" && this.flush();
      document.addEventListener("visibilitychange", this.leave);
      addEventListener("pagehide", () => this.flush());
    }

    tell(type, photo) {
      const key = `${type} ${photo || ""}`;
      if (said.counting === "off" || this.once.has(key)) return;
      this.once.add(key);
      this.queue.push(photo ? { type, photo } : { type });
      if (this.queue.length >= EVENTS_MAX) this.flush();
      else if (!this.timer) this.timer = setTimeout(() => this.flush(), FLUSH_MS);
    }

    flush() {
      clearTimeout(this.timer);
      this.timer = 0;
      if (!this.queue.length) return;
      const body = JSON.stringify({ ...this.about, view: random(), events: this.queue.splice(0) });
      try {
        if (!navigator.sendBeacon?.(this.url, new Blob([body], { type: "text/plain" })))
          fetch(this.url, { method: "POST", body, keepalive: true, mode: "no-cors", credentials: "omit" }).catch(() => {});
      } catch {
        /* Counting is not worth an error. */
      }
    }
  }

  class Gallery {
    constructor() {
      const path = /^(.*\/public\/)(?:([^/?#]+)\/)?embed\.js/.exec(script.src) || [];
      this.base = `${path[1]}${encodeURIComponent(said.site || decodeURIComponent(path[2] || ""))}/`;
      this.host = make("div", { class: "laurel-gallery" });
      this.root = this.host.attachShadow({ mode: "open" });
      this.style();
      const target = said.target ? document.querySelector(said.target) : null;
      if (target) target.replaceChildren(this.host);
      else script.after(this.host);
      css(script, { display: "none" });
      this.photos = [];
      this.following = null;
      this.draw = null;
      this.reserve();
      /* Until now the tag itself kept the room (see the style that it comes with). */
    }

    style() {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(CSS);
        this.root.adoptedStyleSheets = [sheet];
      } catch {
        this.root.append(make("style", {}, CSS));
      }
    }

    /* Boxes of the right size before anything is loaded: "type columns columnsOnPhones rows ratio photos lines". */
    reserve() {
      const [type = "grid", columns = 4, phones = 2, rows = 1, ratio = "1:1", count = columns * rows, lines = 0] = (
        said.layout || ""
      ).split(/\s+/).filter(Boolean);
      const layout = { type, columns: +columns, columnsOnPhones: +phones, rows: +rows, ratio };
      this.frame(layout, { lines });
      const boxes = type === "grid" && +rows ? Math.min(+count, columns * rows) : type === "grid" ? +count : +columns;
      for (let box = 0; box < boxes; box += 1)
        this.list.append(make("li", { class: "t", "aria-hidden": "true" }, make("div", { class: "b" })));
      this.fold();
    }

    frame(layout, { lines = 0 } = {}) {
      this.layout = layout;
      const isRow = layout.type !== "grid";
      this.head = make("div", { class: "h", part: "head" });
      this.list = make("ul", { class: "l", part: "list" });
      this.middle = make("div", { class: "m" }, this.list);
      this.foot = make("div", { class: "z" });
      const kind = `w${isRow ? " row" : ""}${layout.type === "carousel" ? " one" : ""}`;
      this.box = make("div", { class: kind }, this.head, this.middle, isRow ? null : this.foot);
      css(this.box, {
        "--cols": layout.columns,
        "--phone": layout.columnsOnPhones,
        "--ratio": ratioOf(layout.ratio),
        "--lines": lines,
      });
      this.root.querySelector(".w")?.remove();
      this.root.append(this.box);
      this.watch?.disconnect();
      if (!isRow && layout.rows) {
        this.watch = new ResizeObserver(() => this.fold());
        this.watch.observe(this.list);
      }
    }

    async load() {
      const first = await this.fetch({});
      const tried = first.experiment;
      if (!tried) return this.show(first);
      const at = said.visitor ? spread(`${tried.experimentId}\n${said.visitor}`) : Math.floor(Math.random() * 100);
      this.draw = `~${at}`;
      const isControl = at < tried.variants[0].weight;
      return this.show(isControl ? first : await this.fetch({}));
    }

    async fetch(more) {
      const url = new URL(said.slot ? `slots/${encodeURIComponent(said.slot)}` : `galleries/${encodeURIComponent(said.gallery)}`, this.base);
      const asked = { locale: said.locale || document.documentElement.lang || navigator.language, ...more };
      for (const name of ["product", "category", "tag", "theme"]) if (said[name]) asked[name] = said[name];
      if (this.draw) asked.visitor = this.draw;
      for (const [name, value] of Object.entries(asked)) if (value) url.searchParams.set(name, value);
      const answer = await fetch(url, { credentials: "omit", mode: "cors" });
      if (!answer.ok) throw new Error(`laurel: ${answer.status}`);
      const feed = await answer.json();
      const absolute = (picture) => {
        picture.url = picture.url && new URL(picture.url, url).href;
        for (const source of picture.sources)
          source.srcset = source.srcset.split(", ").map((each) => {
            const [address, width] = each.split(" ");
            return `${new URL(address, url).href} ${width}`;
          }).join(", ");
      };
      for (const photo of feed.photos) for (const picture of [photo.picture, photo.full]) absolute(picture);
      return feed;
    }

    show(feed) {
      const height = this.box.offsetHeight;
      this.feed = feed;
      this.words = feed.texts;
      this.teller = new Teller(new URL("events", this.base).href, feed.galleryId);
      if (feed.experiment)
        Object.assign(this.teller.about, { experiment: feed.experiment.experimentId, variant: feed.experiment.variantId });
      this.frame(feed.layout, { lines: this.box.style.getPropertyValue("--lines") });
      this.host.lang = feed.locale;
      this.box.dir = feed.direction;
      this.box.setAttribute("role", "region");
      this.box.setAttribute("aria-label", this.words.title || this.words.gallery);
      this.title();
      this.eyes = new IntersectionObserver((seen) => this.saw(seen), { threshold: 0.5 });
      this.timers = new Map();
      this.add(feed);
      if (!this.photos.length) this.middle.append(make("p", { class: "q" }, this.words.empty));
      if (feed.layout.type !== "grid" && this.photos.length) this.arrows();
      /* What was reserved stays reserved, so that the page below does not move. */
      if (said.layout && this.box.offsetHeight < height) css(this.box, { "min-height": `${height}px` });
      this.host.dispatchEvent(new CustomEvent("laurel:ready", { bubbles: true, composed: true, detail: { photos: this.photos.length } }));
    }

    title() {
      const { title, subtitle } = this.words;
      const banner = this.feed.banner && link(this.feed.banner.link || "");
      const heading = title && make("h2", { part: "title" }, title);
      if (banner && heading) heading.replaceChildren(make("a", { href: banner }, title));
      this.head.append(...[heading, subtitle && make("p", {}, subtitle)].filter(Boolean));
    }

    say(name, values = {}) {
      return (this.words[name] || "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
    }

    add(feed) {
      this.following = feed.following;
      for (const photo of feed.photos) {
        const tile = this.tile(photo, this.photos.length);
        this.photos.push(photo);
        this.list.append(tile);
        this.eyes.observe(tile);
      }
      this.fold();
      this.footer();
    }

    tile(photo, place) {
      const name = photo.mediaType === "video" ? "play" : "open";
      const open = make(
        "button",
        { class: `o${photo.mediaType === "video" ? " v" : ""}`, type: "button", "aria-haspopup": "dialog", "aria-label": this.say(name, { alt: photo.alt }),
          onclick: () => this.open(place) },
        this.picture(photo.picture, photo.alt, this.sizes()),
      );
      const box = make("div", { class: "b" }, open);
      if (this.layout.ratio === "natural") css(box, { "--ratio": photo.width / photo.height });
      const spots = this.feed.show.hotSpots ? photo.hotSpots.map((spot) => [spot, this.layout.ratio === "natural" ? spot : spot.crops[this.layout.crop]]) : [];
      const figure = make("figure", {}, box);
      for (const [spot, at] of spots) if (at) this.spot(figure, photo, spot, at);
      const caption = [this.feed.show.captions && photo.caption, this.feed.show.authors && photo.author].filter(Boolean).join(" · ");
      if (caption) figure.append(make("figcaption", {}, caption));
      const tile = make("li", { class: "t" }, figure);
      tile.photo = photo;
      return tile;
    }

    sizes() {
      const { columns, columnsOnPhones, type } = this.layout;
      const many = type === "carousel" ? [1, 1] : [columnsOnPhones, columns];
      return `(max-width: 600px) ${Math.ceil(100 / many[0])}vw, ${Math.ceil(100 / many[1])}vw`;
    }

    picture(picture, alt, sizes) {
      const sources = picture.sources.map((each) => make("source", { type: each.type, srcset: each.srcset, sizes }));
      const image = make("img", { src: picture.url || null, alt, width: picture.width, height: picture.height, decoding: "async", loading: "lazy" });
      return make("picture", {}, ...sources, image);
    }

    spot(figure, photo, spot, at) {
      const product = photo.products.find((each) => each.productId === spot.productId);
      const name = spot.label || product?.name || spot.productId;
      const panel = make("div", { class: `p${at.y > 0.55 ? " up" : ""}`, role: "group", "aria-label": name, hidden: true });
      const button = make("button", { class: "s", type: "button", "aria-expanded": "false", "aria-label": this.say("product", { name }) });
      css(button, { left: `${at.x * 100}%`, top: `${at.y * 100}%` });
      const close = (focus) => {
        panel.hidden = true;
        button.setAttribute("aria-expanded", "false");
        if (focus) button.focus();
      };
      panel.append(
        make("button", { class: "x", type: "button", "aria-label": this.words.close, onclick: () => close(true) }, "×"),
        make("strong", {}, name),
        product?.price || "",
        product?.price ? make("br") : "",
        this.buy(photo, product) || "",
      );
      button.addEventListener("click", () => {
        const opens = panel.hidden;
        for (const other of figure.querySelectorAll(".s[aria-expanded=true]")) other.shut?.();
        if (!opens) return;
        panel.hidden = false;
        button.setAttribute("aria-expanded", "true");
        this.clicked(photo);
        panel.querySelector("a, button")?.focus({ preventScroll: true });
      });
      button.shut = close;
      for (const part of [button, panel])
        part.addEventListener("keydown", (event) => {
          if (event.key !== "Escape" || panel.hidden) return;
          event.preventDefault();
          event.stopPropagation();
          close(true);
        });
      figure.append(button, panel);
    }

    buy(photo, product) {
      const href = product && this.feed.show.buyLinks ? link(product.url) : "";
      if (!href) return null;
      const bought = () => {
        this.clicked(photo);
        this.teller.tell("bought");
        this.teller.tell("buy", photo.photoId);
        this.teller.flush();
      };
      return make("a", { class: "k", href, onclick: bought, "aria-label": `${this.words.buy}: ${product.name}` }, this.words.buy);
    }

    clicked(photo) {
      this.teller.tell("seen");
      this.teller.tell("clicked");
      this.teller.tell("click", photo.photoId);
    }

    saw(seen) {
      for (const { target, isIntersecting } of seen) {
        clearTimeout(this.timers.get(target));
        if (!isIntersecting) continue;
        this.timers.set(target, setTimeout(() => {
          this.teller.tell("seen");
          this.teller.tell("view", target.photo.photoId);
          this.eyes.unobserve(target);
        }, VIEWED_MS));
      }
    }

    /* A grid shows so many rows at first; the button shows the rest, and then asks for more. */
    fold() {
      const { rows, type } = this.layout;
      if (type !== "grid" || !rows || this.unfolded) return;
      const columns = +getComputedStyle(this.list).getPropertyValue("--c") || this.layout.columns;
      [...this.list.children].forEach((tile, place) => { tile.hidden = place >= columns * rows; });
      this.footer();
    }

    footer() {
      if (!this.words || this.layout.type !== "grid") return;
      const isFolded = [...this.list.children].some((tile) => tile.hidden);
      const wanted = isFolded || Boolean(this.following);
      const button = this.foot.querySelector("button");
      if (wanted && !button) this.foot.append(make("button", { class: "k", type: "button", onclick: () => this.more() }, this.words.more));
      if (!wanted) button?.remove();
    }

    async more() {
      const before = [...this.list.children].filter((tile) => !tile.hidden).length;
      this.unfolded = true;
      for (const tile of this.list.children) tile.hidden = false;
      if (before === this.photos.length) await this.next();
      this.footer();
      this.list.children[before]?.querySelector("button")?.focus({ preventScroll: true });
    }

    async next() {
      if (!this.following || this.loading) return;
      this.loading = true;
      try {
        this.add(await this.fetch({ cursor: this.following }));
      } catch {
        this.following = null;
      }
      this.loading = false;
    }

    arrows() {
      this.list.tabIndex = 0;
      this.list.setAttribute("role", "list");
      this.list.setAttribute("aria-label", this.words.gallery);
      const step = (sign) => {
        const way = this.feed.direction === "rtl" ? -sign : sign;
        this.list.scrollBy({ left: way * this.list.clientWidth });
      };
      const back = make("button", { class: "n f", type: "button", "aria-label": this.words.previous, onclick: () => step(-1) }, this.arrow(-1));
      const on = make("button", { class: "n e", type: "button", "aria-label": this.words.next, onclick: () => step(1) }, this.arrow(1));
      const place = () => {
        const at = Math.abs(this.list.scrollLeft);
        const end = this.list.scrollWidth - this.list.clientWidth;
        back.toggleAttribute("disabled", at < 2);
        on.toggleAttribute("disabled", at > end - 2 && !this.following);
        if (at > end - this.list.clientWidth) this.next();
      };
      this.list.addEventListener("scroll", place, { passive: true });
      new ResizeObserver(place).observe(this.list);
      this.middle.prepend(back);
      this.middle.append(on);
    }

    arrow(sign) {
      return (this.feed.direction === "rtl" ? -sign : sign) < 0 ? "‹" : "›";
    }

    open(place) {
      this.dialog ??= this.lightbox();
      this.turn(place);
      this.from = this.root.activeElement;
      this.dialog.showModal();
      this.dialog.querySelector(".x").focus();
    }

    lightbox() {
      const dialog = make("dialog", {});
      dialog.dir = this.feed.direction;
      dialog.addEventListener("close", () => {
        dialog.querySelector(".g")?.replaceChildren();
        this.from?.focus?.();
      });
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
      dialog.addEventListener("keydown", (event) => {
        const ways = { ArrowLeft: -1, ArrowRight: 1 };
        if (event.key in ways) {
          event.preventDefault();
          this.go(this.feed.direction === "rtl" ? -ways[event.key] : ways[event.key]);
        }
      });
      let begun = null;
      dialog.addEventListener("pointerdown", (event) => { begun = event.pointerType === "mouse" ? null : event; });
      dialog.addEventListener("pointerup", (event) => {
        const by = begun ? event.clientX - begun.clientX : 0;
        const down = begun ? Math.abs(event.clientY - begun.clientY) : 0;
        begun = null;
        if (Math.abs(by) > SWIPE_PX && Math.abs(by) > down) this.go((by < 0 ? 1 : -1) * (this.feed.direction === "rtl" ? -1 : 1));
      });
      dialog.addEventListener("pointercancel", () => { begun = null; });
      this.root.append(dialog);
      return dialog;
    }

    async go(by) {
      const place = this.at + by;
      if (place >= this.photos.length) await this.next();
      if (this.photos[place]) this.turn(place, by);
    }

    turn(place, by = 0) {
      this.at = place;
      const photo = this.photos[place];
      this.clicked(photo);
      this.teller.tell("view", photo.photoId);
      const isLast = place === this.photos.length - 1 && !this.following;
      const back = make("button", { class: "n f", type: "button", "aria-label": this.words.previous, disabled: place === 0, onclick: () => this.go(-1) }, this.arrow(-1));
      const on = make("button", { class: "n e", type: "button", "aria-label": this.words.next, disabled: isLast, onclick: () => this.go(1) }, this.arrow(1));
      const total = this.following ? "…" : this.photos.length;
      this.dialog.setAttribute("aria-label", photo.alt);
      this.dialog.replaceChildren(
        make("div", { class: "d" },
          make("button", { class: "x", type: "button", "aria-label": this.words.close, onclick: () => this.dialog.close() }, "×"),
          make("div", { class: "g" }, this.large(photo), back, on),
          make("div", { class: "c" },
            make("p", { class: "hide", role: "status" }, this.say("position", { n: place + 1, total })),
            ...this.about(photo))),
      );
      const wanted = by < 0 ? back : by > 0 ? on : null;
      (wanted && !wanted.disabled ? wanted : this.dialog.querySelector(".x")).focus();
    }

    large(photo) {
      if (photo.mediaType === "video" && link(photo.video || ""))
        return make("iframe", { src: link(photo.video), title: photo.alt, allow: "fullscreen; encrypted-media; picture-in-picture", referrerpolicy: "strict-origin-when-cross-origin", sandbox: "allow-scripts allow-same-origin allow-presentation allow-popups" });
      const figure = make("figure", { class: "i" }, this.picture(photo.full, photo.alt, "(max-width: 700px) 96vw, 660px"));
      css(figure, { "--ratio": photo.width / photo.height });
      if (this.feed.show.hotSpots) for (const spot of photo.hotSpots) this.spot(figure, photo, spot, spot);
      return figure;
    }

    about(photo) {
      const { captions, authors } = this.feed.show;
      const by = authors && photo.author ? this.say("by", { author: photo.author }) : "";
      const products = photo.products.map((product) =>
        make("li", {}, make("span", {}, product.name, product.price ? make("br") : "", product.price || ""), this.buy(photo, product) || ""));
      const shares = this.feed.networks.map((network) => this.share(photo, network)).filter(Boolean);
      return [
        captions && photo.caption ? make("p", {}, photo.caption) : "",
        make("p", {}, make("small", {}, [by, photo.date].filter(Boolean).join(" · "))),
        products.length ? make("ul", {}, ...products) : "",
        shares.length ? make("p", {}, ...shares) : "",
      ];
    }

    share(photo, network) {
      const page = document.querySelector("link[rel=canonical]")?.href || location.href.split("#")[0];
      const url = link(photo.products.find((each) => each.url)?.url || page);
      const values = { url, text: photo.caption || this.words.title || document.title, image: photo.full.url };
      const href = link(network.url.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(values[key] ?? "")));
      const name = network.network === "mail" ? this.words.by_mail : this.say("share", { network: network.name });
      return href && make("a", { class: "u", href, target: "_blank", rel: "noopener noreferrer", "aria-label": name, title: name }, network.name);
    }
  }

  const start = () => {
    let gallery = null;
    try {
      gallery = new Gallery();
    } catch {
      return;
    }
    gallery.load().catch((error) => {
      gallery.host.hidden = true;
      gallery.host.dispatchEvent(new CustomEvent("laurel:failed", { bubbles: true, composed: true, detail: { message: String(error?.message || error) } }));
    });
  };
  start();
})();
