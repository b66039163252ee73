// The page of all communities.
const percent = (value) => (Math.round(value * 1000) / 10).toFixed(1) + "%";
const signed = (value, digits) => {
  const shown = Math.abs(value).toFixed(digits);
  return Number(shown) === 0 ? shown : (value > 0 ? "+" : "−") + shown;
};
const tile = (big, label, small) =>
  h("div", { class: "tile" }, h("p", { class: "big" }, big, small ? h("small", {}, small) : null), h("p", {}, label));

const periodSwitch = () => (D.periods.length < 2 ? null : h("div", { class: "pills", role: "group",
  "aria-label": word("period") }, D.periods.map((one, place) => h("button", { type: "button", class: "pill",
  "aria-pressed": String(place === state.period), onclick: () => {
    state.period = place;
    draw();
    document.querySelectorAll("#app .pills button")[place].focus();
  } }, h("bdi", {}, one.label)))));

const legend = ({ counts, bounds, gated }) => h("ul", { class: "legend" }, D.grades.map((grade, place) =>
  h("li", {}, h("b", { class: "g g" + place }, grade[0]), " ", text(grade[1]), " ",
    bounds[place] ? [h("span", { class: "bound" }, "≥ " + bounds[place]), " "] : null, h("b", {}, counts[place]))),
gated ? h("li", {}, h("b", { class: "g none" }, DASH), " ", word("gated"), " ", h("b", {}, gated)) : null,
counts[D.grades.length] > gated ? h("li", {}, h("b", { class: "g none" }, DASH), " ", word("no_grade"), " ",
  h("span", { class: "bound" }, word("no_grade_about")), " ", h("b", {}, counts[D.grades.length] - gated)) : null);

const meansFigure = () => figure(word("dimension_means"), null, h("ul", { class: "bars" }, D.dimensions.map((place) =>
  h("li", {}, h("span", {}, node(place).title), h("b", {}, period().means[place]),
    bar(number(period().means[place]), fulls[place], "wide")))));

const changes = () => {
  const moves = period().moves;
  if (!moves) { return null; }
  const changed = units().filter((one) => one.change !== DASH)
    .map((one) => [Number(one.change.replace("−", "-")), one]).sort((one, other) => other[0] - one[0]);
  const most = Math.max(1e-9, ...changed.map(([value]) => Math.abs(value)));
  const line = ([value, one]) => h("li", {}, h("span", {}, link(one)),
    h("b", { class: signClass(one.change) }, one.change), bar(Math.abs(value), most, "wide " + signClass(one.change)));
  const rises = changed.filter(([value]) => value > 0).slice(0, 5);
  const falls = changed.filter(([value]) => value < 0).reverse().slice(0, 5);
  const best = fulls[0];
  const trend = [...D.periods].reverse().map((one) => ({ label: one.label, text: one.mean, value: number(one.mean) }));
  return figure(word("since") + aside(period().before), null,
    h("p", {}, word("since_about"), " ", h("b", { class: "rise" }, "▲ " + word("up") + " " + moves[0]), " · ",
      h("b", { class: "fall" }, "▼ " + word("down") + " " + moves[1]), " · ", word("same") + " " + moves[2], " · ",
      word("mean_change") + " ", h("b", { class: signClass(period().mean_change) }, period().mean_change)),
    historyChart(trend, best, led(word("mean_score")) + trend.map((one) => one.label + " " + one.text).join(", ")),
    h("div", { class: "pair" },
      rises.length ? h("div", {}, h("h3", {}, word("risers")), h("ul", { class: "bars" }, rises.map(line))) : null,
      falls.length ? h("div", {}, h("h3", {}, word("fallers")), h("ul", { class: "bars" }, falls.map(line))) : null));
};

const heatMap = () => {
  const listed = units().filter((one) => one.value !== null);
  const rows = D.nodes.map((_, place) => place).filter((place) => node(place).level > 0 && node(place).level < 3);
  if (!rows.length || !listed.length) { return null; }
  return figure(word("heat"), word("heat_about"), h("div", { class: "heatmap" }, rows.map((place) => [
    h("span", { class: "l" + node(place).level }, node(place).title),
    h("b", {}, period().means[place]),
    heatLine(listed, place, led(node(place).title) + word("mean") + " " + period().means[place])])),
  h("p", { class: "scale", "aria-hidden": "true" }, word("low"), " ",
    [...Array(10).keys()].map((step) => h("span", { class: "h" + step }, "\u00a0")), " ", word("high")));
};

const groupTables = () => period().groups.map(([place, rows]) => table(
  word("groups") + " · " + text(D.groups[place]),
  [[text(D.groups[place]), "who"], [word("scored"), "n"], [word("mean_score"), "n"],
    ...D.grades.map((grade) => [grade[0] + " " + text(grade[1]), "n"])],
  rows.map(([label, count, scored, mean, counts]) => h("tr", {},
    h("th", { scope: "row", class: "who" }, h("bdi", {}, text(label) || DASH)),
    h("td", { class: "n" }, scored + " / " + count), h("td", { class: "n" }, mean, bar(number(mean), fulls[0])),
    counts.map((one) => h("td", { class: "n" }, one)))), "groups"));

const capped = () => {
  const list = units().filter((one) => one.reasons.length);
  return list.length ? [h("h3", {}, word("capped_caption")), h("ul", { class: "capped" }, list.map((one) =>
    h("li", {}, link(one), " ", badge(one.before), " → ", badge(one.grade),
      h("ul", {}, one.reasons.map((reason) => h("li", {}, text(reason)))))))] : null;
};

const gated = () => {
  const list = units().filter((one) => one.gates.length);
  return list.length ? [h("h3", {}, word("gate_caption")), h("ul", { class: "capped" }, list.map((one) =>
    h("li", {}, link(one), " ", one.before >= 0 ? badge(one.before) : null, " → ", gradeOf(one),
      h("ul", {}, one.gates.map((reason) => h("li", {}, text(reason)))))))] : null;
};

const cityPage = () => {
  const now = period();
  const lowered = units().filter((one) => one.reasons.length).length;
  return [
    periodSwitch(),
    h("div", { class: "tiles" }, tile(now.scored, word("scored"), " / " + now.total), tile(now.mean, word("mean_score"),
      now.before === null ? null : " " + now.mean_change),
    now.total > now.scored ? tile(now.total - now.scored, word("unscored")) : null,
    lowered ? tile(lowered, word("capped")) : null, now.gated ? tile(now.gated, word("gated")) : null),
    now.scored ? null : h("p", { class: "notice" }, word("nothing_scored")),
    h("div", { class: "charts" },
      D.grades.length ? figure(word("grades"), null, gradeBar(now.counts, word("grades")), legend(now)) : null,
      D.dimensions.length ? meansFigure() : null,
      figure(word("distribution"), word("distribution_about"), histogram(now.classes, word("distribution")))),
    D.map ? h("div", { class: "charts" }, figure(word("map"), word("map_about"), cityMap(byId[state.period], null)),
      changes()) : null,
    trialPanel(), ranking(), gated(), capped(), D.map ? null : changes(), heatMap(), groupTables(), cityDiagnosis(),
  ];
};
