"use strict";
// The state comes from cvbuild as JSON, by one stream for all tabs; pictures of pages are fetched when they are needed.
// Nothing that is in a CV becomes HTML: texts are set as text.

const base = location.pathname;
const root = document.body.classList;
const at = (id) => document.getElementById(id);
const pages = []; // what is shown of each page
let state = null;
let lost = false;
let zoom = Number(sessionStorage.getItem("zoom")) || 1;
let turn = 0;

function make(tag, name, text) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (text !== undefined) element.textContent = text;
  return element;
}

const counted = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

// --- news ---

const channel = new BroadcastChannel(base);
channel.onmessage = ({ data }) => take(data);

function spread(news) {
  take(news);
  channel.postMessage(news);
}

function stream() {
  const source = new EventSource("events");
  source.onmessage = ({ data }) => spread({ state: JSON.parse(data) });
  source.onerror = () => {
    spread({ lost: true });
    if (source.readyState === EventSource.CLOSED) setTimeout(stream, 1000);
  };
}

// Browsers open six connections to one server, for all tabs together: one tab listens, and tells the others.
if (navigator.locks) navigator.locks.request(base, () => new Promise(stream));
else stream();

fetch("state", { cache: "no-store" })
  .then((reply) => reply.json())
  .then((found) => take({ state: found }))
  .catch(() => {}); // the stream tells that nobody is there

function take(news) {
  if (news.state && state && news.state.run === state.run && news.state.version < state.version) return;
  lost = Boolean(news.lost);
  const before = state;
  state = news.state || state;
  if (state) {
    if (!before || before.key !== state.key) arrange();
    if (news.state) tell();
  }
  status();
}

// --- the line at the top, the title, the icon ---

function status() {
  const name = state ? state.name : "cvbuild";
  const failed = Boolean(state && state.errors);
  const first = state && state.building && !state.checked;
  let line = "Typesetting…";
  let title = name;
  let colour = "#8a93a0";
  if (lost) {
    line = "cvbuild watch has ended. This page goes on when it is started again.";
    title = `ended: ${name}`;
  } else if (failed) {
    line = state.key ? `Showing the last good PDF, of ${state.wrote}` : "There is no PDF yet";
    title = `${counted(state.errors, "error")}: ${name}`;
    colour = "#d3232d";
  } else if (state && !first) {
    line = `Typeset at ${state.wrote} in ${state.seconds.toFixed(2)} s, ${counted(state.sizes.length, "page")}`;
    if (state.warnings) title = `${counted(state.warnings, "warning")}: ${name}`;
    colour = state.warnings ? "#e0a100" : "#2a9d4a";
  }
  if (at("status").textContent !== line) at("status").textContent = line;
  document.title = title;
  at("name").textContent = name;
  const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colour}"/></svg>`;
  at("icon").href = `data:image/svg+xml,${encodeURIComponent(icon)}`;
  root.toggle("lost", lost);
  root.toggle("failed", failed);
  root.toggle("stale", lost || Boolean(state && state.stale && state.key));
  root.toggle("building", !lost && Boolean(!state || state.building));
  const download = at("download");
  download.hidden = !(state && state.key) || lost;
  if (!download.hidden) download.href = `pdf/${encodeURIComponent(name)}`;
}

// --- what is wrong ---

function tell() {
  const { errors, warnings, diagnostics } = state;
  const parts = [errors && counted(errors, "error"), warnings && counted(warnings, "warning")].filter(Boolean);
  at("panel").hidden = !parts.length;
  at("summary").textContent = parts.join(" and ") || "Nothing";
  const said = JSON.stringify(diagnostics);
  if (at("found").dataset.said !== said) {
    at("found").dataset.said = said;
    at("found").replaceChildren(...diagnostics.map(item));
    const more = errors + warnings - diagnostics.length;
    if (more > 0) at("found").append(make("li", "", `… and ${more} more, which cvbuild validate tells`));
  }
  measure();
}

function item(found) {
  const entry = make("li", found.severity);
  const head = make("p", "head");
  const code = make("button", "code", found.code);
  code.type = "button";
  code.title = `What ${found.code} means: ${found.title}`;
  code.onclick = () => explain(found);
  head.append(make("span", "severity", found.severity), code);
  if (found.place) head.append(make("span", "place", found.place.name));
  entry.append(head, make("p", "message", found.message), ...excerpt(found.place));
  for (const label of found.labels) {
    const other = make("div", "label");
    other.append(make("p", "place", label.place.name), make("p", "", label.message), ...excerpt(label.place));
    entry.append(other);
  }
  if (found.hint) entry.append(make("p", "hint", `hint: ${found.hint}`));
  return entry;
}

function excerpt(place) {
  if (!place || !place.excerpt.length) return [];
  const [before, meant, behind] = place.excerpt;
  const line = make("pre", "excerpt");
  line.append(`${String(place.line).padStart(5)} | ${before}`, make("mark", "", meant), behind);
  return [line];
}

async function explain(found) {
  let text = `${found.code}, ${found.severity}: ${found.title}`;
  try {
    const reply = await fetch(`explain/${found.code}`, { cache: "no-store" });
    if (reply.ok) text = await reply.text();
  } catch {
    // cvbuild has ended; the title has to do
  }
  at("explanation").textContent = text;
  at("explained").showModal();
}

function measure() {
  const { style } = document.documentElement;
  style.setProperty("--top", `${document.querySelector("header").offsetHeight}px`);
  style.setProperty("--panel", `${at("panel").offsetHeight}px`);
}

// --- pages ---

function arrange() {
  // One box for each page, of its size before its picture is there: nothing on the screen moves.
  const sizes = state.sizes;
  while (pages.length > sizes.length) {
    const page = pages.pop();
    if (page.picture) URL.revokeObjectURL(page.picture.src);
    page.box.remove();
  }
  while (pages.length < sizes.length) {
    const box = make("section", "page");
    box.id = `page-${pages.length + 1}`;
    box.setAttribute("aria-label", `Page ${pages.length + 1}`);
    const page = { box, text: make("div", "text"), links: make("div", "links"), picture: null, shown: 0 };
    box.append(page.text, page.links);
    at("pages").append(box);
    pages.push(page);
  }
  resize();
  if (pages.length && sessionStorage.getItem("scroll")) {
    scrollTo(...JSON.parse(sessionStorage.getItem("scroll")));
    sessionStorage.removeItem("scroll");
  }
}

function resize() {
  if (!state || !pages.length) return;
  const widest = Math.max(...state.sizes.map(([width]) => width));
  const space = document.documentElement.clientWidth - 2 * parseFloat(getComputedStyle(at("pages")).paddingLeft);
  const scale = (Math.min(space, 900) * zoom) / widest;
  pages.forEach(({ box }, number) => {
    const [width, height] = state.sizes[number];
    box.style.width = `${width * scale}px`;
    box.style.height = `${height * scale}px`;
    box.style.setProperty("--point", `${scale}px`);
  });
  pages.forEach(stretch);
  at("fit").textContent = `${Math.round(zoom * 100)} %`;
  refresh();
}

function distance({ box }) {
  const { top, bottom } = box.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

const isSeen = (page) => distance(page) === 0;

async function refresh() {
  // Those on the screen first. Newer turns take over from this one; what it has fetched is shown all the same.
  const mine = ++turn;
  const changed = [];
  for (const page of [...pages].sort((one, other) => distance(one) - distance(other))) {
    try {
      if (await load(page, mine)) changed.push(page);
    } catch {
      // cvbuild has ended, or has a newer PDF: news are on their way
    }
    if (mine !== turn) return;
  }
  if (changed.length && !changed.some(isSeen)) offer(changed[0]);
}

async function load(page, mine) {
  // Whether the page has changed, and not only its size.
  const number = pages.indexOf(page);
  const key = state.key;
  const width = Math.round(page.box.clientWidth * devicePixelRatio);
  if (number < 0 || !key || (page.key === key && page.width === width)) return false;
  const headers = page.digest ? { "If-None-Match": page.digest } : {};
  const [reply, layout] = await Promise.all([
    fetch(`page/${key}/${number}.png?width=${width}`, { headers, cache: "no-store" }),
    page.laid === key ? null : fetch(`page/${key}/${number}.json`, { cache: "no-store" }),
  ]);
  let isNew = false;
  if (reply.ok) {
    const picture = new Image();
    picture.alt = "";
    picture.src = URL.createObjectURL(await reply.blob());
    await picture.decode(); // so that the old one stays until the new one can be painted
    if (mine < page.shown || !pages.includes(page)) {
      URL.revokeObjectURL(picture.src);
      return false;
    }
    const old = page.picture;
    isNew = Boolean(old) && page.key !== key && page.width === width;
    if (old) old.replaceWith(picture);
    else page.box.prepend(picture);
    page.picture = picture;
    page.digest = reply.headers.get("ETag");
    if (isNew) mark(page, old, picture);
    else if (old) URL.revokeObjectURL(old.src);
  } else if (reply.status !== 304) return false;
  page.shown = mine;
  page.key = key;
  page.width = width;
  if (layout && layout.ok) lay(page, await layout.text(), key);
  return isNew;
}

function lay(page, said, key) {
  page.laid = key;
  if (page.said === said) return; // a selection stays
  page.said = said;
  const { text, links } = JSON.parse(said);
  const place = (element, [left, top, width, height]) => {
    element.style.left = `calc(${left} * var(--point))`;
    element.style.top = `calc(${top} * var(--point))`;
    return [width, height];
  };
  const runs = text.map(({ text: words, box }) => {
    const run = make("span", "", words.trimEnd());
    const [width, height] = place(run, box);
    run.style.fontSize = `calc(${height} * var(--point))`;
    return [run, width, box];
  });
  page.text.replaceChildren(...runs.map(([run]) => run));
  page.runs = runs;
  stretch(page);
  runs.forEach(([run, width, [left, top, , height]], index) => {
    const next = runs[index + 1];
    if (!next) return;
    const [onward, below] = next[2];
    const gap = onward - left - width;
    if (below > top + height || gap < -height) run.after(document.createElement("br")); // for what is copied
    else if (gap > 0.15 * height) run.append(" ");
  });
  page.links.replaceChildren(
    ...links.map((found) => {
      const link = make("a", "link");
      const [width, height] = place(link, found.box);
      link.style.width = `calc(${width} * var(--point))`;
      link.style.height = `calc(${height} * var(--point))`;
      if (found.address) {
        link.href = link.title = found.address;
        link.target = "_blank";
        link.rel = "noopener noreferrer";
        link.setAttribute("aria-label", found.address);
      } else {
        link.href = `#page-${found.page + 1}`;
        link.setAttribute("aria-label", `Page ${found.page + 1}`);
        link.onclick = (event) => {
          event.preventDefault();
          show(pages[found.page], found.down / state.sizes[found.page][1]);
        };
      }
      return link;
    }),
  );
}

function stretch({ box, runs = [] }) {
  // Each piece of text becomes as wide as it is in the picture, whatever the browser's font is.
  const point = parseFloat(box.style.getPropertyValue("--point"));
  runs.forEach(([run]) => (run.style.transform = ""));
  const widths = runs.map(([run]) => run.offsetWidth); // all of them, before the first is changed
  runs.forEach(([run, width], index) => {
    if (widths[index]) run.style.transform = `scaleX(${(width * point) / widths[index]})`;
  });
}

// --- what has changed ---

async function mark(page, old, picture) {
  // Bars beside the lines that differ, found in small copies of both pictures; after the new one is on the screen.
  const width = 240;
  const height = Math.round((width * picture.naturalHeight) / picture.naturalWidth);
  const size = { resizeWidth: width, resizeHeight: height, resizeQuality: "medium" };
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const small = await Promise.all([old, picture].map((image) => createImageBitmap(image, size)));
  URL.revokeObjectURL(old.src);
  const [one, other] = small.map((image) => {
    const pen = Object.assign(make("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    return new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
  });
  const parts = []; // first and last row of what differs, lines that are near to each other together
  for (let row = 0; row < height; row++) {
    const from = row * width;
    if (one.subarray(from, from + width).every((pixel, index) => pixel === other[from + index])) continue;
    const former = parts.at(-1);
    if (former && row - former[1] < 8) former[1] = row;
    else parts.push([row, row]);
  }
  page.box.querySelectorAll(".change").forEach((former) => former.remove());
  page.top = parts.length ? parts[0][0] / height : 0;
  for (const [first, last] of parts) {
    const bar = make("div", "change");
    bar.style.top = `${(first / height) * 100}%`;
    bar.style.height = `${((last + 1 - first) / height) * 100}%`;
    bar.onanimationend = () => bar.remove();
    page.box.append(bar);
  }
}

let offered = 0;
function offer(page) {
  const jump = at("jump");
  const down = page.box.getBoundingClientRect().top > 0;
  jump.textContent = `Page ${pages.indexOf(page) + 1} has changed ${down ? "↓" : "↑"}`;
  jump.hidden = false;
  jump.onclick = () => {
    jump.hidden = true;
    show(page, page.top);
  };
  clearTimeout(offered);
  offered = setTimeout(() => (jump.hidden = true), 10000);
}

function show(page, fraction = 0) {
  const { top, height } = page.box.getBoundingClientRect();
  const behaviour = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  scrollTo({ top: scrollY + top + fraction * height - 0.25 * innerHeight, behavior: behaviour });
}

// --- the reader's hands ---

function setZoom(wanted) {
  const area = at("pages").getBoundingClientRect();
  const [across, down] = [(innerWidth / 2 - area.left) / area.width, (innerHeight / 2 - area.top) / area.height];
  zoom = Math.min(4, Math.max(0.25, wanted));
  sessionStorage.setItem("zoom", zoom);
  resize();
  const now = at("pages").getBoundingClientRect(); // what was in the middle of the screen stays there
  scrollBy({ left: now.left + across * now.width - innerWidth / 2, top: now.top + down * now.height - innerHeight / 2, behavior: "instant" });
}

function turnPage(step) {
  const seen = pages.findIndex(({ box }) => box.getBoundingClientRect().bottom > innerHeight / 3);
  const page = pages[Math.min(pages.length - 1, Math.max(0, seen + step))];
  if (page) page.box.scrollIntoView();
}

const keys = {
  "+": () => setZoom(zoom * 1.25),
  "=": () => setZoom(zoom * 1.25),
  "-": () => setZoom(zoom / 1.25),
  0: () => setZoom(1),
  d: () => at("download").hidden || at("download").click(),
  e: () => (at("panel").querySelector("details").open = !at("panel").querySelector("details").open),
  ArrowLeft: () => turnPage(-1),
  ArrowRight: () => turnPage(1),
};

addEventListener("keydown", (event) => {
  const wide = document.documentElement.scrollWidth > innerWidth && event.key.startsWith("Arrow");
  if (event.ctrlKey || event.metaKey || event.altKey || wide || at("explained").open || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});
at("smaller").onclick = keys["-"];
at("fit").onclick = keys[0];
at("larger").onclick = keys["+"];
at("close").onclick = () => at("explained").close();
at("panel").querySelector("details").ontoggle = measure;

let resized = 0;
addEventListener("resize", () => {
  clearTimeout(resized);
  resized = setTimeout(() => (resize(), measure()), 100);
});
history.scrollRestoration = "manual";
addEventListener("pagehide", () => sessionStorage.setItem("scroll", JSON.stringify([scrollX, scrollY])));
