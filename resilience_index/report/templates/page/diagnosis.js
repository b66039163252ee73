// Statements, obstacles and actions, where the report has them.
const kept = (place) => D.diagnosis.kept[place];
const cite = (source) => (source < 0 || !text(source) ? null : h("cite", {}, text(source)));

const statement = ([same, title, said, detail, figures]) => {
  const [kind, source, chain, chainSource, dilemma, dilemmaText, dilemmaSource, threshold, paths] = kept(same);
  const lines = [
    [word("figures"), figures.map(([label, value]) => h("span", { class: "share" }, text(label) + " " + text(value)))],
    [filled(threshold) && word("reference"), filled(threshold)],
    [word("detail"), filled(detail)],
    [chain.map(([label]) => text(label)).join(" → "),
      chain.length ? [chain.map(([, shown]) => filled(shown)).join(" → "), " ", cite(chainSource)] : null],
    [word("dilemma"), dilemma < 0 ? null : [h("b", {}, text(dilemma)), " ", filled(dilemmaText), " ",
      cite(dilemmaSource)]],
    ...paths.map(([label, shown, from]) => [word("path"), [h("b", {}, text(label)), " ",
      filled(shown) === text(label) ? "" : filled(shown), " ", cite(from)]]),
  ].filter(([label, shown]) => label && shown && (!Array.isArray(shown) || shown.length));
  return h("li", { class: "statement " + kind }, h("h4", {}, filled(title)),
    h("p", {}, filled(said), " ", cite(source)),
    h("dl", {}, lines.map(([label, shown]) => h("div", {}, h("dt", {}, label), h("dd", {}, shown)))));
};
const statements = (found) => [found.statements.length
  ? h("ul", { class: "statements" }, found.statements.map(statement)) : h("p", {}, word("no_statement")),
found.unjudged.length ? h("p", { class: "hint" }, led(word("not_judged")),
  found.unjudged.map((one) => h("span", { class: "share" }, text(one)))) : null];

const actions = (found) => (found.actions.length ? [h("h4", {}, word("actions")),
  h("p", { class: "hint" }, word("actions_about")),
  h("ol", { class: "actions" }, found.actions.map(([place, degree, about]) => {
    const [said, source, path, changeable] = kept(place);
    return h("li", {}, h("p", {}, filled(said), " ", cite(source)), h("p", { class: "hint" },
      [[word("serves"), text(kept(about))], [word("degree"), degree], [word("ease"), text(changeable)],
        [word("path"), text(path)]].filter(([, shown]) => shown).map(([label, shown]) =>
        h("span", { class: "share" }, label + " ", h("b", {}, shown)))));
  }))] : null);

const obstacles = (found) => {
  if (!found.obstacles.length) { return null; }
  const most = Math.max(...found.obstacles.map((one) => parseFloat(one[1]) || 0), 1);
  return figure(word("obstacles") + aside(word("degree")), null, h("ul", { class: "bars" },
    found.obstacles.map(([fact, degree]) => {
      const [title, raw, value] = found.facts[fact];
      return h("li", {}, h("span", {}, text(title),
        h("small", {}, word("raw") + " " + text(raw) + " · " + word("value") + " " + value)), h("b", {}, degree),
      bar(parseFloat(degree), most, "wide fall"));
    })), found.dimensions.length ? h("p", { class: "hint" }, led(word("dimension_degrees")),
    found.dimensions.map(([title, degree]) => h("span", { class: "share" }, text(title) + " ", h("b", {}, degree))))
    : null);
};

const coupling = (found) => (found.coupling === null ? null : h("p", {}, h("b", {}, word("coupling")),
  " D = " + found.coupling[2] + " ", h("span", { class: "mark" }, text(found.coupling[4])),
  " C = " + found.coupling[0] + aside(text(found.coupling[5])) + word("comma") + "T = " + found.coupling[1]));

const points = (facts, list) => h("ul", {}, list.map(([fact, reference]) => {
  const [title, raw, value] = facts[fact];
  return h("li", {}, text(title), " ", h("b", {}, value), " ", h("small", { class: "inline" },
    text(raw) + (reference === DASH ? "" : " · " + word("reference") + " " + reference)));
}));
const comparisons = (found) => (found.against.length ? [h("h4", {}, word("compared")),
  h("div", { class: "cards" }, found.against.map(([title, rank, reference, gap, strong, weak]) => h("div",
    { class: "card" },
    h("h5", {}, filled(title)),
    rank === DASH && reference === DASH ? null : h("p", { class: "hint" }, [[word("rank"), rank],
      [word("reference"), reference], [word("gap"), gap]].filter(([, shown]) => shown !== DASH)
      .map(([label, shown]) => h("span", { class: "share" }, label + " ", h("b", {}, shown)))),
    strong.length ? [h("h6", {}, "▲ " + word("strengths")), points(found.facts, strong)] : null,
    weak.length ? [h("h6", {}, "▼ " + word("weaknesses")), points(found.facts, weak)] : null)))] : null);

const neighbours = (found) => (found.near.length ? table(word("near"),
  [[word("community"), "who"], [word("similarity"), "n"], [word("score"), "n"]],
  found.near.map(([id, label, apart, score]) => {
    const known = byId[state.period].get(text(id));
    return h("tr", {}, h("th", { scope: "row", class: "who" }, known ? link(known) : h("bdi", {}, text(label)),
      h("small", {}, h("bdi", {}, text(id)))), h("td", { class: "n" }, apart), h("td", { class: "n" }, score));
  }), "near") : null);

const diagnosisOf = (found) => [coupling(found), statements(found), actions(found),
  h("div", { class: "charts" }, obstacles(found)), comparisons(found), neighbours(found)];

const diagnosed = () => D.diagnosis && D.diagnosis.period === period().label;
const cityDiagnosis = () => {
  if (!diagnosed()) { return null; }
  return h("section", { "aria-labelledby": "diagnosis-title" }, h("h3", { id: "diagnosis-title" }, word("diagnosis")),
    diagnosisOf(D.diagnosis.city),
    D.diagnosis.often.length ? table(word("often"), [[word("statement"), "who"], [word("scored"), "n"]],
      D.diagnosis.often.map(([title, shown, count]) => h("tr", {},
        h("th", { scope: "row", class: "who" }, filled(title)),
        h("td", { class: "n" }, shown, bar(count, units().length)))), "often") : null,
    h("details", {}, h("summary", {}, word("diagnosis_notes")),
      h("ul", {}, [...D.diagnosis.notes, ...D.diagnosis.findings].map((note) => h("li", {}, filled(note))))));
};
