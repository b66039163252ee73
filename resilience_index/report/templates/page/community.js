// The page of one community.
const meanOf = (place) => period().means[place];
const axisOf = (one, place) => ({ title: node(place).title, full: fulls[place], value: number(one.nodes[place]),
  other: number(meanOf(place)) });

const steps = (one) => {
  const list = units();
  const arrow = (other, label) => (other ? h("a", { class: "pill", href: route(other), title: other.name }, label)
    : h("span", { class: "pill off" }, label));
  return h("nav", { class: "steps-nav", "aria-label": word("list") }, h("a", { class: "pill", href: "#results" },
    "← " + word("back")), arrow(list[one.position - 1], "↑ " + word("previous")),
  arrow(list[one.position + 1], "↓ " + word("next")));
};

const scoreTable = (one) => table(word("dimension_scores"),
  [[word("node"), "who"], [word("score"), "n"], [word("mean"), "n"], [word("global"), "n"]],
  D.nodes.map((_, place) => {
    const shown = node(place);
    return h("tr", { class: shown.level < 2 ? "node" : "leaf" },
      h("th", { scope: "row", class: "who l" + Math.min(8, shown.level) }, shown.title),
      h("td", { class: "n" }, one.nodes[place], bar(number(one.nodes[place]), fulls[place])),
      h("td", { class: "n" }, meanOf(place)), h("td", { class: "n" }, shown.weight));
  }), "levels");

const strips = (one) => {
  const scored = units().filter((other) => other.value !== null);
  const grouping = shownGroups()[0];
  const peer = (other) => grouping !== undefined && other.groups[grouping] === one.groups[grouping] && other !== one;
  const rows = [0, ...D.dimensions].map((place) => {
    const value = (other) => number(other.nodes[place]);
    const known = scored.filter((other) => value(other) !== null && other !== one);
    const title = node(place).title;
    const own = one.nodes[place];
    return [h("span", {}, title), strip(known.filter((other) => !peer(other)).map(value), number(own),
      known.filter(peer).map(value), number(meanOf(place)), fulls[place],
      led(title) + own + ", " + word("mean") + " " + meanOf(place)), h("b", {}, own),
    h("small", {}, word("mean") + " " + meanOf(place))];
  });
  return figure(word("position"), word("position_about"), h("div", { class: "strips" }, rows),
    grouping === undefined ? null : h("p", { class: "hint" },
      h("span", { class: "key peerkey", "aria-hidden": "true" }, "▌"), led(word("peers")), h("bdi", {}, text(one.groups[grouping]))));
};

const history = (one) => {
  const moments = D.periods.map((found, place) => [found.label, byId[place].get(one.id)]).reverse()
    .map(([label, other]) => ({ label, text: other ? other.score : DASH, value: other ? number(other.score) : null }));
  return moments.length < 2 ? null : figure(word("history"), null, historyChart(moments, fulls[0],
    led(word("history")) + moments.map((moment) => moment.label + " " + moment.text).join(", ")));
};

const linesOf = (one) => (D.leaves && D.leaves.period === period().label ? D.leaves.units[one.id] : null);

const contributions = (one) => {
  const lines = linesOf(one);
  if (!lines || one.value === null) { return null; }
  const parts = D.leaves.items.map((place, at) => ({ leaf: item(place), shown: unpacked(lines[4][at], D.digits) }))
    .map((part) => ({ ...part, value: number(part.shown) })).filter((part) => part.value !== null)
    .sort((part, other) => other.value - part.value);
  const most = Math.max(1e-9, ...parts.map((part) => part.value));
  const row = (part) => h("li", {}, h("span", {}, part.leaf.title), h("b", {}, part.shown),
    bar(part.value, most, "wide"));
  return figure(word("contributions"), word("contributions_about"),
    h("ul", { class: "bars two" }, parts.slice(0, 12).map(row)),
    parts.length > 12 ? h("details", {}, h("summary", {}, "+ " + (parts.length - 12)),
      h("ul", { class: "bars two" }, parts.slice(12).map(row))) : null);
};

const trace = (one) => {
  const lines = linesOf(one);
  if (!lines) { return h("p", { class: "hint" }, D.leaves ? word("newest_only") : word("no_trace")); }
  const [file, rows, raw, values, given, marks, taken] = lines;
  const heads = [[word("indicator"), "who"], [word("raw"), "n"], [word("goalposts"), "goal"],
    [word("normalized"), "n"], [word("global"), "n"], [word("points"), "n"], [word("column"), ""], [word("row"), "n"]];
  const made = D.leaves.items.map((place, at) => {
    const leaf = item(place);
    const shown = unpacked(values[at], decimals(leaf.scale));
    const mark = marks[at] ? h("span", { class: "mark" }, word(marks[at])) : null;
    const amount = raw[at] === null ? null : String(raw[at]);
    return h("tr", { class: leaf.kind }, h("th", { scope: "row", class: "who" }, leaf.title, h("small", {}, leaf.id)),
      h("td", { class: "n" }, amount === null ? (mark ? "" : DASH)
        : [amount, " ", h("small", { class: "inline" }, leaf.unit(amount))], " ", mark,
      taken[at] === undefined ? null : [" → ", taken[at]]),
      h("td", { class: "goal" }, leaf.goalposts), h("td", { class: "n" }, shown, bar(number(shown), leaf.scale)),
      h("td", { class: "n" }, leaf.weight), h("td", { class: "n" }, unpacked(given[at], D.digits)),
      h("td", {}, h("bdi", {}, text(D.leaves.columns[at]))),
      h("td", { class: "n" }, (Array.isArray(rows) ? rows[at] : rows) ?? DASH));
  });
  return [table(word("trace"), heads, made, "trace"),
    h("p", { class: "hint" }, word("trace_about"), " ", led(word("file")), h("bdi", {}, text(file)))];
};

const communityPage = (one) => {
  const axes = D.dimensions.map((place) => axisOf(one, place));
  const radarText = axes.map((axis) => axis.title + " " + (axis.value === null ? DASH : axis.value)).join(", ");
  const found = diagnosed() ? D.diagnosis.units[one.id] : null;
  return [
    steps(one),
    h("h2", { id: "community-title", tabindex: "-1" }, h("bdi", {}, one.name), " ",
      h("small", { class: "inline" }, h("bdi", {}, one.id), D.periods.length > 1 ? [" · ", h("bdi", {}, period().label)]
        : null)),
    one.groups.length
      ? h("p", { class: "kicker" }, one.groups.map((group) => [h("bdi", {}, text(group)), " "])) : null,
    periodSwitch(),
    h("div", { class: "tiles" },
      tile(one.score, word("score") + " · " + word("mean") + " " + period().mean),
      tile(one.rank, word("rank"), one.rank === DASH ? null : " / " + period().scored),
      D.grades.length ? tile(gradeOf(one), one.grade >= 0 ? text(D.grades[one.grade][1])
        : one.state ? text(one.state[1]) : word("grade")) : null,
      hasChange() ? tile(h("span", { class: signClass(one.change) }, one.change), word("change")) : null,
      tile(one.coverage, word("coverage"), one.touched < 0 ? null : " " + text(one.touched))),
    one.note < 0 ? null : h("p", { class: "notice" }, text(one.note)),
    one.reasons.length ? h("p", { class: "notice" }, h("strong", {}, word("capped_mark")),
      one.before >= 0 ? [badge(one.before), " → ", badge(one.grade), " "] : null,
      one.reasons.map(text).join(" ")) : null,
    one.gates.length ? h("p", { class: "notice" }, h("strong", {}, word("gate_mark")),
      one.before >= 0 ? [badge(one.before), " → ", gradeOf(one), " "] : null, one.gates.map(text).join(" ")) : null,
    h("div", { class: "charts two" },
      h("div", { class: "stacked" }, axes.length > 2
        ? figure(word("profile"), word("profile_about"), radar(axes, led(word("profile")) + radarText)) : null,
      history(one), D.map ? figure(word("map"), word("map_about"), cityMap(byId[state.period], one.id)) : null),
      scoreTable(one)),
    strips(one),
    found ? h("section", { "aria-labelledby": "diagnosis-title" },
      h("h3", { id: "diagnosis-title" }, word("diagnosis")), diagnosisOf(found)) : null,
    contributions(one), trace(one),
  ];
};
