// The table of communities: search, sort, shades, and the trial beside the official result.
const shownGroups = () => D.groups.map((_, place) => place)
  .filter((place) => new Set(units().map((one) => one.groups[place])).size > 1);
const hasChange = () => period().before !== null;

const columns = (trial) => [
  { key: "rank", label: word("rank"), kind: "n", from: (one) => number(one.rank), up: true },
  trial && { key: "trialrank", label: word("trial_column") + " " + word("rank"), kind: "n trialed",
    from: (one) => trial[one.position].rank, up: true },
  { key: "name", label: word("community"), kind: "who", from: (one) => one.name, up: true },
  { key: "score", label: word("score"), kind: "n score", from: (one) => one.value },
  trial && { key: "trialscore", label: word("trial_column") + " " + word("score"), kind: "n trialed",
    from: (one) => trial[one.position].score },
  D.grades.length && { key: "grade", label: word("grade"), kind: "", from: (one) => (one.grade < 0 ? null : one.grade),
    up: true },
  trial && live.graded && D.grades.length && { key: "trialgrade", label: word("trial_column") + " " + word("grade"),
    kind: "trialed", from: (one) => (trial[one.position].grade < 0 ? null : trial[one.position].grade), up: true },
  hasChange() && { key: "change", label: word("change"), kind: "n",
    from: (one) => (one.change === DASH ? null : Number(one.change.replace("−", "-"))) },
  { key: "coverage", label: word("coverage"), kind: "n", from: (one) => number(one.coverage.replace("%", "")) },
  ...shownGroups().map((place) => ({ key: "group" + place, label: text(D.groups[place]), kind: "group", up: true,
    from: (one) => text(one.groups[place]) })),
  ...D.dimensions.map((place) => ({ key: "node" + place, label: node(place).title, kind: "n dim",
    from: (one) => number(one.nodes[place]), place })),
].filter(Boolean);

const sorted = (list, all) => {
  const { column, down } = state.sort;
  const chosen = all.find((one) => one.key === column) || all[0];
  const compare = new Intl.Collator(state.language ? "en" : "zh-Hans", { numeric: true }).compare;
  const value = new Map(list.map((one) => [one, chosen.from(one)]));
  const missing = (one) => one.value === null || value.get(one) === null;
  return [...list].sort((one, other) => {
    if (missing(one) !== missing(other)) { return missing(one) ? 1 : -1; }
    const left = value.get(one);
    const right = value.get(other);
    const order = typeof left === "string" && typeof right === "string" ? compare(left, right) : left - right;
    return (down ? -order : order) || one.position - other.position;
  });
};

const matches = (one, query) => !query || [one.name, one.id, ...one.groups.map(text)]
  .some((part) => part.toLowerCase().includes(query));

const cell = (one, column, trial) => {
  const other = trial && trial[one.position];
  const small = (shown) => h("td", { class: column.kind }, shown);
  if (column.place !== undefined) {
    const value = number(one.nodes[column.place]);
    const step = heat(value, fulls[column.place]);
    return h("td", { class: column.kind + (step === null ? "" : " h" + step) }, one.nodes[column.place]);
  }
  switch (column.key) {
    case "rank": return small(one.rank);
    case "trialrank": return small([other.rank === null ? DASH : String(other.rank), " ",
      h("small", {}, other.rank === null || one.rank === DASH ? "" : places(Number(one.rank) - other.rank))]);
    case "name": return h("th", { scope: "row", class: "who" }, link(one), h("small", {}, h("bdi", {}, one.id)),
      one.note < 0 ? null : h("small", { class: "why" }, text(one.note)));
    case "score": return small([one.score, bar(one.value, fulls[0])]);
    case "trialscore": return small([other.text, bar(other.score, fulls[0])]);
    case "grade": return small([gradeOf(one), one.gates.length
      ? h("small", { class: "cap" }, word("gate_mark"), one.before >= 0 ? " ← " + D.grades[one.before][0] : "")
      : one.reasons.length ? h("small", { class: "cap" }, word("capped_mark"),
        one.before >= 0 && one.before !== one.grade ? " ← " + D.grades[one.before][0] : "") : null]);
    case "trialgrade": return small(badge(other.grade));
    case "change": return small(h("span", { class: signClass(one.change) }, one.change));
    case "coverage": return small([one.coverage, one.touched < 0 ? null
      : h("small", { class: "cap" }, text(one.touched))]);
    default: return h("td", { class: column.kind }, h("bdi", {}, column.from(one)));
  }
};

const rankingBody = (trial) => {
  const all = columns(trial);
  const query = state.query.trim().toLowerCase();
  const list = sorted(units().filter((one) => matches(one, query)), all);
  const heads = all.map((column) => {
    const active = state.sort.column === column.key;
    const direction = active ? (state.sort.down ? "descending" : "ascending") : null;
    return h("th", { scope: "col", class: column.kind, "aria-sort": direction, "data-column": column.key },
      h("button", { type: "button", class: "sort", onclick: () => {
        state.sort = { column: column.key, down: active ? !state.sort.down : !column.up };
        drawRanking();
        document.querySelector('[data-column="' + column.key + '"] button').focus();
      } }, column.label, h("span", { "aria-hidden": "true" },
        "\u00a0" + (active ? (state.sort.down ? "▼" : "▲") : "↕"))),
      h("span", { class: "onpaper", "aria-hidden": "true" }, column.label));
  });
  const means = all.map((column) => (column.key === "name" ? h("th", { scope: "row", class: "who" }, word("mean"))
    : h("td", { class: column.kind }, column.key === "score" ? period().mean
      : column.place === undefined ? "" : period().means[column.place])));
  return { count: list.length, parts: [
    h("thead", {}, h("tr", {}, heads)),
    h("tbody", {}, list.map((one) => h("tr", one.value === null ? { class: "unscored" } : {},
      all.map((column) => cell(one, column, trial))))),
    h("tfoot", {}, h("tr", {}, means)),
  ] };
};

let rankingTable = null;
let rankingCount = null;
let rankingMark = null;
const drawRanking = () => {
  const made = rankingBody(state.weights && recomputed(state.weights, state.period));
  rankingTable.tBodies[0] && rankingTable.tBodies[0].remove();
  rankingTable.tHead && rankingTable.tHead.remove();
  rankingTable.tFoot && rankingTable.tFoot.remove();
  rankingTable.append(...made.parts);
  rankingMark.hidden = state.weights === null;
  rankingCount.textContent = made.count
    ? word("shown_rows") + " " + made.count + " / " + units().length : word("no_match");
};

const ranking = () => {
  rankingTable = h("table", { class: "ranking" }, h("caption", { id: "ranking-live" },
    h("div", {}, word("ranking_caption"), " ", h("bdi", {}, period().label))));
  rankingMark = h("div", { class: "trialmark", id: "trial-mark" }, h("strong", {}, "⚠ " + word("trial_mark")));
  rankingCount = h("span", { role: "status", class: "hint" });
  const search = h("input", { type: "search", id: "search", placeholder: word("search_hint"), autocomplete: "off",
    value: state.query, oninput: (event) => { state.query = event.target.value; drawRanking(); } });
  const made = h("div", { id: "ranking" },
    h("div", { class: "bar-of-tools" }, h("label", { for: "search" }, word("search")), search, rankingCount),
    rankingMark,
    h("div", { class: "scroll tall", role: "region", tabindex: "0", "aria-labelledby": "ranking-live" }, rankingTable),
    period().left_out ? h("p", { class: "notice" }, period().left_out, " ", word("rows_left_out")) : null,
    h("p", { class: "hint" }, word("sort_hint"), " ", word("shade_about"), " ", word("coverage_about"),
      D.ranked_by < 0 ? null : [" ", word("ranked_within"), " ", text(D.groups[D.ranked_by])]));
  drawRanking();
  return made;
};
