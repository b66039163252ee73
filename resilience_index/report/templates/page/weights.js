// Weights of the tree, consistency of the judgments, and what else the experts said.
const W = D.weights;
const bdi = (place) => h("bdi", {}, text(place));
const shares = (list) => list.map(([title, shown]) => [h("span", { class: "share" }, text(title) + " " + shown), " "]);
const lines = (list) => list.map((place) => h("span", { class: "line" }, text(place)));

const treeTable = () => table(word("tree"),
  [[word("item"), "who"], [word("local"), "n"], [word("global"), "n"],
    ...W.components.map((label) => [[word("component") + " ", bdi(label)], "n"]),
    [word("aggregate"), ""], [word("own_settings"), ""], [word("source"), ""]],
  W.rows.map(([local, parts, aggregate, settings, source, value], place) => {
    const found = item(place);
    return h("tr", { class: found.kind === "node" ? "node" : "leaf" },
      h("th", { scope: "row", class: "who l" + Math.min(8, found.level) }, found.title, h("small", {}, found.id)),
      h("td", { class: "n" }, local, value === null ? null : bar(value, 1)), h("td", { class: "n" }, found.weight),
      parts.map((part) => h("td", { class: "n" }, part)), h("td", {}, text(aggregate)), h("td", {}, lines(settings)),
      h("td", {}, text(source)));
  }), "tree");

const who = (expert) => (expert < 0 ? word("experts_group") : bdi(expert));
const matrixTable = () => (W.matrices.length ? table(word("consistency"),
  [[word("matrix"), "who"], [word("expert"), ""], [word("size"), "n"], ["λmax", "n"], ["CI", "n"], ["RI", "n"],
    [word("ri_table"), ""], ["CR", "n"], [word("verdict"), ""], [word("priorities"), ""]],
  W.matrices.map(([title, expert, size, lambda, ci, ri, list, cr, good, priorities, out, note]) =>
    h("tr", { class: good ? "" : "bad" }, h("th", { scope: "row", class: "who" }, text(title)),
      h("td", { class: "term" }, who(expert)),
      [size, lambda, ci, ri].map((shown) => h("td", { class: "n" }, shown)), h("td", {}, text(list)),
      h("td", { class: "n" }, cr),
      h("td", { class: "term" }, good ? "✓ " + word("consistent") : h("strong", {}, "✗ " + word("inconsistent")),
        out ? h("span", { class: "line" }, h("strong", {}, word("left_out"))) : null, note < 0 ? null : lines([note])),
      h("td", { class: "long" }, shares(priorities)))), "matrices") : null);

const opinionTable = () => (W.opinions.length ? table(word("opinions"),
  [[word("node"), "who"], [word("expert"), ""], [word("method"), ""], [word("priorities"), ""], [word("remarks"), ""]],
  W.opinions.map(([title, expert, method, found, remarks]) => h("tr", {},
    h("th", { scope: "row", class: "who" }, text(title)), h("td", { class: "term" }, who(expert)),
    h("td", {}, text(method)),
    h("td", { class: "long" }, shares(found)), h("td", { class: "term" }, lines(remarks)))), "matrices") : null);

const drawWeights = () => {
  const place = document.getElementById("weights-app");
  place.lang = app.lang;
  place.replaceChildren();
  put(place, {}, [treeTable(), matrixTable(), opinionTable()]);
  [...place.children].forEach((one) => one.classList.add("tall"));
};
