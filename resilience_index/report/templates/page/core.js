// Texts, elements and the state of the page. Texts become text nodes, never markup.
const packed = Uint8Array.from(atob(document.getElementById("data").textContent), (sign) => sign.charCodeAt(0));
const unzipped = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
const D = JSON.parse(await new Response(unzipped).text());
const DASH = "—";
const state = { period: 0, sort: { column: "rank", down: false }, query: "", weights: null, language: 0 };

const text = (place) => {
  if (place < 0) { return ""; }
  const entry = D.texts[place];
  return typeof entry === "string" ? entry : entry[state.language];
};
const word = (key) => text(D.words[key]);
const led = (label) => label + word("colon");
const aside = (inner) => word("open") + inner + word("close");
const filled = (kept) => {
  if (typeof kept === "number") { return text(kept); }
  const figures = Array.isArray(kept[1]) ? kept[1 + state.language] : kept.slice(1);
  return text(kept[0]).split("\u0001").map((part, place) => part + (figures[place] || "")).join("");
};
const number = (shown) => (shown === DASH || shown === "" ? null : Number(shown));
const decimals = (scale) => (scale >= 100 ? 2 : scale >= 10 ? 3 : 4);
const unpacked = (value, digits) => {
  if (value === null) { return DASH; }
  if (typeof value === "string") { return value; }
  const signs = String(value).padStart(digits + 1, "0");
  return signs.slice(0, -digits) + "." + signs.slice(-digits);
};
const period = () => D.periods[state.period];
const item = (place) => {
  const found = D.items[place];
  return { id: found[0], title: text(found[1]), kind: found[2], level: found[3], parent: found[4], weight: found[5],
    unit: (amount) => text(found[6][amount === "1" ? 0 : 1]), goalposts: text(found[7]), direction: text(found[8]), scale: found[9] };
};
const node = (place) => item(D.nodes[place]);

// A unit as an object; position counts from 0 in its period.
const unit = (found, position) => ({
  id: found[0], name: found[1], groups: found[2], score: found[3], rank: found[4], grade: found[5], before: found[6],
  coverage: found[7], nodes: found[8], value: number(found[3]), change: found[9], moved: found[10], note: found[11],
  reasons: found[12], state: found[13], gates: found[14], touched: found[15], position,
});
const unitLists = D.periods.map((one) => one.units.map(unit));
const units = () => unitLists[state.period];
const byId = unitLists.map((list) => new Map(list.map((one) => [one.id, one])));
const offsets = D.periods.map((_, place) => unitLists.slice(0, place).reduce((sum, list) => sum + list.length, 0));

const put = (element, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value);
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child instanceof Node ? child : String(child));
    }
  }
  return element;
};
const h = (tag, attributes, ...children) => put(document.createElement(tag), attributes, children);
const s = (tag, attributes, ...children) =>
  put(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
const name = (one) => [h("bdi", {}, one.name), h("small", {}, h("bdi", {}, one.id))];
const route = (one) => "#c/" + encodeURIComponent(one.id);
const link = (one) => h("a", { href: route(one) }, h("bdi", {}, one.name));
const badge = (grade) => {
  if (grade < 0) { return h("span", { class: "g none" }, DASH); }
  return h("b", { class: "g g" + grade, title: text(D.grades[grade][1]) }, D.grades[grade][0]);
};
const gradeOf = (one) => (one.grade < 0 && one.state
  ? h("span", { class: "g none", title: text(one.state[1]) }, text(one.state[0])) : badge(one.grade));
const signClass = (shown) => (/^[+1-9]/.test(shown) ? "rise" : /^[−-]/.test(shown) ? "fall" : "");
const places = (moved) => {
  const value = Number(moved);
  return moved === null ? DASH : value > 0 ? "▲ " + moved : value < 0 ? "▼ " + String(moved).replace("-", "") : "=";
};

let serial = 0;
const figure = (title, about, ...children) => {
  serial += 1;
  const id = "f" + serial;
  return h("figure", { "aria-labelledby": id }, h("figcaption", { id }, title), children,
    about ? h("p", { class: "hint" }, about) : null);
};
const table = (title, heads, rows, kind) => {
  serial += 1;
  const id = "t" + serial;
  return h("div", { class: "scroll", role: "region", tabindex: "0", "aria-labelledby": id },
    h("table", { class: kind || "" },
      h("caption", { id }, h("div", {}, title)),
      h("thead", {}, h("tr", {}, heads.map(([label, sort]) => h("th", { scope: "col", class: sort }, label)))),
      h("tbody", {}, rows)));
};
