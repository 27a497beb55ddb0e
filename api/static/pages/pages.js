// What pages do beyond HTML; every page works without it.
(function () {
  "use strict";
  // A form is sent once: a second click while the answer is on its way does nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") { return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    window.setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
  // What changed is said to those who listen.
  document.addEventListener("htmx:load", function (event) {
    var fresh = event.detail.elt;
    if (fresh === document.body) { return; }
    var said = fresh.matches("[data-say]") ? fresh : fresh.querySelector("[data-say]");
    if (said) { document.getElementById("said").textContent = said.dataset.say; }
    suit(fresh);
  });
  // What is wrong with a field of a form that stayed: the field says so too.
  document.addEventListener("htmx:afterSettle", function () {
    document.querySelectorAll(".wrong-text[data-later]").forEach(function (text) {
      var field = document.getElementById("f-" + text.id.slice(2));
      if (text.textContent) { field.setAttribute("aria-invalid", "true"); } else { field.removeAttribute("aria-invalid"); }
    });
  });
  // What could not be fetched is a link or a button away, as it is without JavaScript.
  ["htmx:responseError", "htmx:sendError"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      event.detail.elt.querySelectorAll("[data-without-script]").forEach(function (part) { part.hidden = false; });
    });
  });
  // Faults come first.
  var faults = document.getElementById("faults");
  if (faults) { faults.focus(); }
  // Buttons that only make sense with JavaScript are shown by it.
  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  });
  function suit(root) {
    root.querySelectorAll("[data-with-script]").forEach(function (part) { part.hidden = false; });
    root.querySelectorAll("[data-without-script]").forEach(function (part) { part.hidden = true; });
  }
  suit(document);
})();
