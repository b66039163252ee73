// Charts as SVG. Every figure in them also stands as a number.
const share = (value, full) => (value === null || !(full > 0) ? 0 : Math.min(100, Math.max(0, (100 * value) / full)));
const fine = (value) => String(Math.round(value * 10) / 10);
const heat = (value, full) => (value === null ? null : Math.min(9, Math.floor(share(value, full) / 10)));
const fullOf = (place) => {
  const own = node(place).scale;
  return Math.max(own, ...unitLists.map((list) => Math.max(0, ...list.map((one) => number(one.nodes[place]) || 0))));
};
const fulls = D.nodes.map((_, place) => fullOf(place));

const bar = (value, full, kind) => s("svg", { class: "bar " + (kind || ""), viewBox: "0 0 100 4",
  preserveAspectRatio: "none", "aria-hidden": "true" },
s("path", { d: "M0 0h" + fine(share(value, full)) + "v4H0z", fill: "currentColor" }));

const gradeBar = (counts, label) => {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let start = 0;
  const pieces = counts.map((count, place) => {
    const width = total ? (100 * count) / total : 0;
    const known = place < D.grades.length;
    const shown = known ? D.grades[place][0] : DASH;
    const kind = known ? String(place) : "none";
    const x = start;
    start += width;
    if (!count) { return null; }
    return [
      s("rect", { x: fine(x) + "%", width: fine(width) + "%", height: 34, class: "fill" + kind }),
      width >= 4 + 2 * shown.length
        ? s("text", { x: fine(x + width / 2) + "%", y: 22, "text-anchor": "middle", class: "ink" + kind }, shown)
        : null,
    ];
  });
  return s("svg", { class: "stack", width: "100%", height: 34, role: "img", "aria-label": label }, pieces);
};

const histogram = (classes, label) => {
  const most = Math.max(1, ...classes.map((one) => one[2]));
  const pieces = classes.map(([low, high, count], place) => {
    const height = (110 * count) / most;
    return [
      s("rect", { x: fine(place * 10 + 0.5) + "%", y: fine(130 - height), width: "9%", height: fine(height),
        class: "accent" }),
      count ? s("text", { x: place * 10 + 5 + "%", y: fine(124 - height), "text-anchor": "middle" }, count) : null,
      place % 2 ? null
        : s("text", { x: place * 10 + "%", y: 148, class: "axis", "text-anchor": place ? "middle" : "start" }, low),
      place === classes.length - 1 ? s("text", { x: "100%", y: 148, class: "axis", "text-anchor": "end" }, high) : null,
    ];
  });
  return s("svg", { class: "histogram", width: "100%", height: 154, role: "img", "aria-label": label }, pieces,
    s("line", { x1: 0, x2: "100%", y1: 130.5, y2: 130.5, class: "axisline" }));
};

// One line of a heat map: a column for each unit.
const heatLine = (list, place, label) => {
  const full = fulls[place];
  const shades = new Map();
  list.forEach((one, at) => {
    const step = heat(number(one.nodes[place]), full);
    const key = step === null ? "none" : "h" + step;
    shades.set(key, (shades.get(key) || "") + "M" + at + " 0h1v1h-1z");
  });
  return s("svg", { class: "heat", viewBox: "0 0 " + Math.max(1, list.length) + " 1", preserveAspectRatio: "none",
    role: "img", "aria-label": label }, [...shades].map(([key, d]) => s("path", { d, class: "s" + key })));
};

const wrapped = (label) => {
  const lines = [""];
  const wide = /[\u3400-\u9fff]/.test(label);
  for (const part of wide ? label.match(/.{1,7}[、，。：；！？）”》]*/gu) : label.split(" ")) {
    const last = lines[lines.length - 1];
    if (!wide && last && (last + " " + part).length > 17) { lines.push(part); } else if (wide && last) {
      lines.push(part);
    } else { lines[lines.length - 1] = last ? last + " " + part : part; }
  }
  return lines.length > 3 ? [...lines.slice(0, 2), lines[2] + "…"] : lines;
};

const radar = (axes, label) => {
  const centre = [240, 170];
  const at = (place, length) => {
    const angle = (2 * Math.PI * place) / axes.length - Math.PI / 2;
    return [centre[0] + 110 * length * Math.cos(angle), centre[1] + 110 * length * Math.sin(angle)];
  };
  const ring = (length) => axes.map((_, place) => at(place, length).map(fine).join(" ")).join("L");
  const shape = (key) => "M" + axes.map((axis, place) => at(place, share(axis[key], axis.full) / 100).map(fine)
    .join(" ")).join("L") + "z";
  const labels = axes.map((axis, place) => {
    const [x, y] = at(place, 1.13);
    const anchor = x > 250 ? "start" : x < 230 ? "end" : "middle";
    const lines = wrapped(axis.title);
    const top = y < 100 ? y - 15 * (lines.length - 1) : y > 240 ? y + 10 : y - 7 * (lines.length - 1) + 4;
    return s("text", { x: fine(x), y: fine(top), "text-anchor": anchor }, lines.map((line, count) =>
      s("tspan", { x: fine(x), dy: count ? "1.15em" : "0" }, line)));
  });
  return s("svg", { class: "radar", viewBox: "0 0 480 340", role: "img", "aria-label": label },
    [0.25, 0.5, 0.75, 1].map((length) => s("path", { d: "M" + ring(length) + "z", class: "grid" })),
    axes.map((_, place) => s("path", { d: "M240 170L" + at(place, 1).map(fine).join(" "), class: "grid" })),
    s("path", { d: shape("other"), class: "mean" }), s("path", { d: shape("value"), class: "own" }),
    axes.map((axis, place) => {
      const [cx, cy] = at(place, share(axis.value, axis.full) / 100).map(fine);
      return s("circle", { cx, cy, r: 4, class: "dot" });
    }), labels);
};

// All units on one axis: the unit itself, its peers, the others, the mean.
const strip = (values, own, peers, mean, full, label) => {
  const lines = (list) => list.map((value) => "M" + fine(10 * share(value, full)) + " 6v16").join("");
  const x = (value) => fine(10 * share(value, full));
  return s("svg", { class: "strip", role: "img", "aria-label": label },
    s("svg", { viewBox: "0 0 1000 24", preserveAspectRatio: "none", width: "100%", height: 24, "aria-hidden": "true" },
      s("path", { d: "M0 22h1000", class: "axisline" }), s("path", { d: lines(values), class: "others" }),
      s("path", { d: lines(peers), class: "peers" }),
      own === null ? null : s("path", { d: "M" + x(own) + " 0v24", class: "self" })),
    mean === null ? null : s("text", { x: fine(share(mean, full)) + "%", y: 33, "text-anchor": "middle",
      class: "meanmark" }, "▲"));
};

const historyChart = (moments, full, label) => {
  const step = moments.length > 1 ? 84 / (moments.length - 1) : 0;
  const y = (value) => 96 - (72 * share(value, full)) / 100;
  const points = moments.map((moment, place) => ({ x: 8 + step * place, ...moment }));
  const joined = points.slice(1).map((point, place) => [points[place], point])
    .filter(([from, to]) => from.value !== null && to.value !== null);
  return s("svg", { class: "history", width: "100%", height: 128, role: "img", "aria-label": label },
    s("line", { x1: 0, x2: "100%", y1: 96.5, y2: 96.5, class: "axisline" }),
    joined.map(([from, to]) => s("line", { x1: from.x + "%", x2: to.x + "%", y1: fine(y(from.value)),
      y2: fine(y(to.value)), class: "trend" })),
    points.map((point) => [
      point.value === null ? null : s("circle", { cx: point.x + "%", cy: fine(y(point.value)), r: 5, class: "dot" }),
      s("text", { x: point.x + "%", y: point.value === null ? 88 : fine(y(point.value) - 10), "text-anchor": "middle" },
        point.text),
      s("text", { x: point.x + "%", y: 116, class: "axis", "text-anchor": "middle" }, point.label)]));
};

const cityMap = (known, chosen) => {
  const found = D.map;
  const wide = Math.max(found.width, found.height) / 220;
  const areas = found.shapes.map(([id, d, x, y, room]) => {
    const one = known.get(id);
    const kind = !one || one.grade < 0 ? "none" : String(one.grade);
    const area = s("path", { d, class: "area fill" + kind + (chosen === id ? " chosen" : ""),
      "vector-effect": "non-scaling-stroke" },
    s("title", {}, one ? one.name + " " + one.score + (one.grade < 0 ? "" : " " + D.grades[one.grade][0]) : id));
    const letter = kind === "none" || room < 34 ? null
      : s("text", { x, y: y + 8, "text-anchor": "middle", class: "ink" + kind, "aria-hidden": "true" },
        D.grades[one.grade][0]);
    return one ? s("a", { href: route(one), "aria-label": one.name + " " + one.score }, area, letter) : area;
  });
  return s("svg", { class: "map", role: "group", "aria-label": word("map"),
    viewBox: [-wide, -wide, found.width + 2 * wide, found.height + 2 * wide].map(fine).join(" ") }, areas);
};
