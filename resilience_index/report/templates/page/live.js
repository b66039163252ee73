// The root's score under other weights, by the steps of the official calculation: missing rule, aggregation,
// inversion, rounding on decimal digits, ranks at ten decimals of the inside scale, grades, red lines.
const live = D.live;
const dec = (value) => {
  const [base, exponent] = String(value).split("e");
  const [whole, part] = base.split(".");
  return { m: BigInt(whole + (part || "")), e: Number(exponent || 0) - (part || "").length };
};
const times = (one, other) => ({ m: one.m * other.m, e: one.e + other.e });
const rounded = (value, digits, mode) => {
  if (value.e >= -digits) { return value; }
  const step = 10n ** BigInt(-digits - value.e);
  const size = value.m < 0n ? -value.m : value.m;
  const rest = 2n * (size % step);
  let found = size / step;
  if (rest > step || (rest === step && (mode !== "half_even" || found % 2n === 1n))) { found += 1n; }
  return { m: value.m < 0n ? -found : found, e: -digits };
};
const plain = (value) => Number(String(value.m) + "e" + value.e);
const below = (one, other) => {
  const e = Math.min(one.e, other.e);
  return one.m * 10n ** BigInt(one.e - e) < other.m * 10n ** BigInt(other.e - e);
};
const fixed = (value, digits) => {
  const found = rounded(value, digits, "half_up");
  const size = (found.m < 0n ? -found.m : found.m) * 10n ** BigInt(found.e + digits);
  const signs = String(size).padStart(digits + 1, "0");
  const shown = digits ? signs.slice(0, -digits) + "." + signs.slice(-digits) : signs;
  return found.m < 0n && size ? "-" + shown : shown;
};

const aggregated = (values, excused, weights) => {
  const gone = (place) => excused.includes(place);
  const taken = values.map((value, place) =>
    (value === null && live.missing === "zero" && !gone(place) ? 0 : value));
  const present = values.filter((value) => value !== null).length;
  const applicable = values.length - excused.length;
  if (applicable < 1) { return null; }
  if (live.missing === "available") {
    if (present < 1 || (live.coverage !== null && present / applicable < live.coverage - 1e-9)) { return null; }
    if (live.least !== null && present < live.least) { return null; }
  }
  const there = taken.map((value, place) => [value, weights[place]]).filter(([value]) => value !== null);
  if (live.method === "sum") {
    return there.length ? there.reduce((sum, [value, weight]) => sum + value * weight, 0) : null;
  }
  const counted = there.filter(([, weight]) => weight > 0);
  if (!counted.length) { return null; }
  const high = (value) => (live.floor === null ? value : Math.max(value, live.floor));
  const steps = {
    arithmetic: [(value) => value, (mean) => mean],
    geometric: [(value) => Math.log(high(value)), Math.exp],
    harmonic: [(value) => 1 / high(value), (mean) => 1 / mean],
    power: [(value) => (live.power > 0 ? value : high(value)) ** live.power, (mean) => mean ** (1 / live.power)],
  }[live.method];
  const strict = live.method !== "arithmetic" && !(live.method === "power" && live.power > 0);
  if (strict && counted.some(([value]) => high(value) <= 0)) { return null; }
  let total = 0;
  let divisor = 0;
  for (const [value, weight] of counted) {
    total += steps[0](value) * weight;
    divisor += weight;
  }
  const found = steps[1](total / divisor);
  return Number.isFinite(found) ? found : null;
};

const scoreText = (shown, compared) => {
  const bounds = live.bounds.map(dec);
  for (let digits = D.digits; digits < 12; digits += 1) {
    const written = fixed(dec(shown), digits);
    if (bounds.every((bound) => below(dec(written), bound) === below(compared, bound))) { return written; }
  }
  return String(plain(compared));
};

const ranked = (keys, blocks) => {
  const order = keys.map((_, place) => place).filter((place) => keys[place] !== null)
    .sort((one, other) => blocks[one] - blocks[other] || keys[other] - keys[one] || one - other);
  const ranks = keys.map(() => null);
  let start = 0;
  while (start < order.length) {
    let stop = start;
    while (stop < order.length && blocks[order[stop]] === blocks[order[start]]) { stop += 1; }
    let dense = 0;
    for (let from = start; from < stop;) {
      let to = from;
      while (to < stop && keys[order[to]] === keys[order[from]]) { to += 1; }
      dense += 1;
      const rank = live.ties === "dense" ? dense
        : live.ties === "average" ? from - start + 1 + (to - from - 1) / 2 : from - start + 1;
      for (let place = from; place < to; place += 1) { ranks[order[place]] = rank; }
      from = to;
    }
    start = stop;
  }
  return ranks;
};

// The units of a period under weights: score (shown scale), its text, rank, grade; in the order of the period.
const recomputed = (weights, which) => {
  const list = unitLists[which];
  const first = offsets[which];
  const found = list.map((_, position) => {
    const flat = first + position;
    let value = aggregated(live.values[flat], live.excused[flat] || [], weights);
    if (value === null) { return { score: null, text: DASH, key: null, grade: -1 }; }
    if (live.invert) { value = 1 - value; }
    const shown = live.round
      ? plain(rounded(times(dec(value), dec(live.scale)), live.round[0], live.round[1])) : value * live.scale;
    const key = rounded(dec(shown / live.scale), 10, "half_up");
    const compared = times(key, dec(live.scale));
    let grade = live.bounds.findIndex((bound) => !below(compared, dec(bound)));
    const cap = live.caps[flat];
    if (cap !== undefined && grade >= 0 && grade < cap) { grade = cap; }
    return { score: shown, text: scoreText(shown, compared), key: plain(key), grade };
  });
  const blocks = found.map((_, position) => (live.blocks ? live.blocks[first + position] : 0));
  const ranks = ranked(found.map((one) => one.key), blocks);
  return found.map((one, position) => ({ ...one, rank: ranks[position] }));
};

// How far a trial is from the official result.
const officials = [];
const official = (which) => {
  officials[which] = officials[which] || recomputed(live.weights, which);
  return officials[which];
};
const distance = (trial, list) => {
  const exact = official(state.period);
  const pairs = list.map((one) => [one, trial[one.position]])
    .filter(([one, other]) => one.value !== null && other.score !== null);
  const moves = pairs.map(([one, other]) => ({ one, by: Number(one.rank) - other.rank }));
  const largest = moves.reduce((best, move) => (Math.abs(move.by) > Math.abs(best.by) ? move : best),
    { one: null, by: 0 });
  const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0);
  return {
    count: pairs.length,
    moved: moves.filter((move) => move.by !== 0).length,
    largest,
    mean: mean(moves.map((move) => Math.abs(move.by))),
    grades: pairs.filter(([one, other]) => one.grade !== other.grade).length,
    score: mean(pairs.map(([one, other]) => other.score - exact[one.position].score)),
    scored: list.filter((one) => (one.value === null) !== (trial[one.position].score === null)).length,
  };
};
