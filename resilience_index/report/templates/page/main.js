// Switches of language and scheme, routes, and the start.
const app = document.getElementById("app");
const chosen = () => {
  const hash = location.hash;
  if (!hash.startsWith("#c/")) { return null; }
  try { return decodeURIComponent(hash.slice(3)); } catch (error) { return null; }
};
const draw = () => {
  const id = chosen();
  let one = id === null ? null : byId[state.period].get(id);
  if (id !== null && !one) {
    const place = byId.findIndex((known) => known.has(id));
    if (place >= 0) { state.period = place; one = byId[place].get(id); }
  }
  serial = 0;
  document.body.setAttribute("data-view", one ? "community" : "city");
  app.replaceChildren();
  put(app, {}, one ? communityPage(one) : cityPage());
  document.title = (one ? one.name + " · " : "") + text(D.title);
  return one;
};

const languages = ["zh", "en"].map((code) => document.getElementById("lang-" + code));
const speak = () => {
  if (languages[0]) {
    state.language = languages[1].checked ? 1 : 0;
    document.documentElement.lang = state.language ? "en" : "zh-Hans";
  } else {
    state.language = document.documentElement.lang === "en" ? 1 : 0;
  }
  app.lang = state.language ? "en" : "zh";
};
if (languages[0]) {
  for (const wanted of navigator.languages || [navigator.language || ""]) {
    const code = String(wanted).slice(0, 2).toLowerCase();
    if (code === "zh" || code === "en") { languages[code === "en" ? 1 : 0].checked = true; break; }
  }
  languages.forEach((radio) => radio.addEventListener("change", () => { speak(); draw(); drawWeights(); }));
}

const schemes = [...document.querySelectorAll("[data-scheme]")];
const paint = (scheme) => {
  if (scheme === "auto") {
    document.documentElement.removeAttribute("data-theme");
  } else {
    document.documentElement.setAttribute("data-theme", scheme);
  }
  schemes.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.scheme === scheme)));
};
schemes.forEach((button) => button.addEventListener("click", () => paint(button.dataset.scheme)));
document.getElementById("schemes").hidden = false;
paint("auto");

// Links of the contents lead to the city page's parts: from a community's page that page comes back first.
let shown = null;
window.addEventListener("hashchange", () => {
  const before = shown;
  shown = chosen();
  if (shown === null && before === null) { return; }
  const one = draw();
  if (one) {
    document.getElementById("community-title").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  } else {
    const target = document.getElementById(location.hash.slice(1) || "results");
    if (target) { target.scrollIntoView(); }
    const link = before === null ? null : app.querySelector('.ranking a[href="#c/' + encodeURIComponent(before) + '"]');
    if (link && location.hash === "#results") { link.focus(); }
  }
});

speak();
shown = chosen();
document.getElementById("plain").hidden = true;
app.hidden = false;
draw();
drawWeights();
