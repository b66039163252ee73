(function () {
  "use strict";
  var zh = document.getElementById("lang-zh"), en = document.getElementById("lang-en");
  var wanted = navigator.languages || [navigator.language || ""];
  for (var i = 0; i < wanted.length; i += 1) {
    var code = String(wanted[i]).slice(0, 2).toLowerCase();
    if (code === "zh" || code === "en") { (code === "en" ? en : zh).checked = true; break; }
  }
  function tell() { document.documentElement.lang = en.checked ? "en" : "zh-Hans"; }
  zh.addEventListener("change", tell);
  en.addEventListener("change", tell);
  tell();
}());
