// The sliders, and how far their result is from the official one.
const officialShares = () => {
  const total = live.weights.reduce((sum, weight) => sum + weight, 0);
  return live.weights.map((weight) => (live.relative ? weight / total : weight));
};
const sharesOf = (weights) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (!live.relative ? weight : total > 0 ? weight / total : 0));
};
const weightText = (value) => (live.relative ? percent(value) : String(Math.round(value * 1000) / 1000));

const tellDistance = (panel, inputs, outputs) => {
  const list = units();
  const shares = sharesOf(state.weights || live.weights);
  outputs.forEach((output, place) => {
    output.textContent = weightText(shares[place]);
    inputs[place].setAttribute("aria-valuetext", output.textContent);
  });
  panel.classList.toggle("ontrial", state.weights !== null);
  const box = panel.querySelector(".distance");
  if (state.weights === null) {
    box.replaceChildren(h("strong", {}, "✓ " + word("official")), h("dl", { class: "facts" }, facts([
      [word("weight_shift"), weightText(0)], [word("ranks_moved"), "0 / " + period().scored],
      ...(live.graded && D.grades.length ? [[word("grades_moved"), "0"]] : [])])));
    return;
  }
  const trial = recomputed(state.weights, state.period);
  const found = distance(trial, list);
  const moved = officialShares().reduce((sum, weight, place) => sum + Math.abs(weight - shares[place]), 0) / 2;
  const counts = [...D.grades.map((_, place) => trial.filter((one) => one.grade === place).length),
    trial.filter((one) => one.score !== null && one.grade < 0).length];
  box.replaceChildren(
    h("strong", {}, "⚠ " + word("trial_mark")), state.weights.some((weight) => weight > 0) ? ""
      : h("p", {}, word("all_zero")),
    h("dl", { class: "facts" }, facts([
      [word("weight_shift"), weightText(moved)],
      [word("ranks_moved"), found.moved + " / " + found.count],
      [word("mean_move"), found.mean.toFixed(2)],
      [word("largest_move"), found.largest.one
        ? [link(found.largest.one), " " + places(found.largest.by)] : "0"],
      ...(live.graded && D.grades.length ? [[word("grades_moved"), String(found.grades)]] : []),
      [word("mean_score_move"), signed(found.score, D.digits)],
      ...(found.scored ? [[word("scored_moved"), String(found.scored)]] : [])])),
    D.grades.length && live.graded ? gradeBar(counts, word("trial") + " " + word("grades")) : "");
};
const facts = (pairs) => pairs.map(([label, shown]) => h("div", {}, h("dt", {}, label), h("dd", {}, shown)));

let afterTrial = null;
const trialPanel = () => {
  const title = h("h3", { id: "trial-title" }, word("trial"));
  if (live.off) {
    return h("section", { class: "trial", "aria-labelledby": "trial-title" }, title,
      h("p", { class: "notice" }, word(live.off), live.method ? aside(live.method) : ""));
  }
  const outputs = [];
  const inputs = [];
  const most = live.relative ? 1 : 2 * Math.max(...live.weights, 1e-9);
  const shares = officialShares();
  const panel = h("section", { class: "trial", "aria-labelledby": "trial-title" }, title,
    h("p", { class: "hint" }, word("trial_about"), " ", led(word("root_method")), word(live.method),
      live.graded || !D.grades.length ? null : [" ", word("trial_ungraded")]));
  const later = () => {
    if (afterTrial !== null) { cancelAnimationFrame(afterTrial); }
    afterTrial = requestAnimationFrame(() => {
      afterTrial = null;
      tellDistance(panel, inputs, outputs);
      drawRanking();
    });
  };
  const slide = (place) => (event) => {
    state.weights = state.weights || [...shares];
    state.weights[place] = Number(event.target.value);
    later();
  };
  const lines = live.children.map((child, place) => {
    const now = (state.weights || shares)[place];
    const input = h("input", { type: "range", id: "w" + place, min: 0, max: most, step: "any", value: now,
      "aria-describedby": "w" + place + "-official", oninput: slide(place) });
    const output = h("output", { for: "w" + place, "aria-live": "off" });
    inputs.push(input);
    outputs.push(output);
    return h("div", { class: "slider" }, h("label", { for: "w" + place }, item(child).title), input, output,
      h("small", { id: "w" + place + "-official" }, word("official_weight") + " " + weightText(shares[place])));
  });
  panel.append(h("div", { class: "sliders" }, lines),
    h("h4", {}, word("distance")), h("div", { class: "distance", role: "status" }),
    h("button", { type: "button", class: "pill reset", onclick: () => {
      state.weights = null;
      inputs.forEach((input, place) => { input.value = shares[place]; });
      tellDistance(panel, inputs, outputs);
      drawRanking();
    } }, word("reset")));
  tellDistance(panel, inputs, outputs);
  return panel;
};
