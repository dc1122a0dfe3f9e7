// Filters and marks. Everything it shows is in the page already; nothing of a document is ever made into markup here.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const cuts = new Map(data.cuts.map((cut) => [cut.number, cut]));
  const documents = new Map(data.documents.map((one) => [one.number, one]));
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  const by = (id) => document.getElementById(id);

  // Marks are kept in the browser, where it lets a file keep something, so that a review can go on another day.
  const place = "cleannews report " + data.digest;
  const wrong = new Set(), reviewed = new Set();
  try {
    const kept = JSON.parse(localStorage.getItem(place) || "{}");
    for (const number of kept.wrong || []) if (cuts.has(number)) wrong.add(number);
    for (const number of kept.reviewed || []) if (documents.has(number)) reviewed.add(number);
  } catch (error) { /* no storage: marks last as long as the page is open */ }
  const keep = () => {
    try {
      localStorage.setItem(place, JSON.stringify({ wrong: [...wrong], reviewed: [...reviewed] }));
    } catch (error) { /* as above */ }
  };

  function showMarks() {
    for (const button of all("button[data-mark]")) {
      const marked = wrong.has(Number(button.dataset.mark));
      if (button.getAttribute("aria-pressed") === String(marked)) continue;
      button.setAttribute("aria-pressed", marked);
      button.closest(".cut").classList.toggle("wrong", marked);
    }
    for (const box of all("input[data-reviewed]")) box.checked = reviewed.has(Number(box.dataset.reviewed));
    const count = (number, one, many) => number + " " + (number === 1 ? one : many);
    by("marked").textContent = count(wrong.size, "cut", "cuts") + " marked, " +
      count(reviewed.size, "document", "documents") + " reviewed";
    by("download").disabled = by("clear").disabled = !(wrong.size || reviewed.size);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-mark]");
    if (!button) return;
    const number = Number(button.dataset.mark);
    if (!wrong.delete(number)) wrong.add(number);
    keep(); showMarks();
    if (by("only-marked").checked) filter();
  });
  document.addEventListener("change", (event) => {
    const box = event.target.closest("input[data-reviewed]");
    if (!box) return;
    const number = Number(box.dataset.reviewed);
    if (box.checked) reviewed.add(number); else reviewed.delete(number);
    keep(); showMarks();
  });
  by("clear").addEventListener("click", () => {
    if (!confirm("Forget all marks?")) return;
    wrong.clear(); reviewed.clear(); keep(); showMarks(); filter();
  });

  // The article as the reviewer would have it: every cut made but those marked. Offsets are code points.
  function gold(one) {
    const points = Array.from(one.text);
    const parts = [];
    let at = 0;
    for (const cut of data.cuts.filter((cut) => cut.document === one.number).sort((a, b) => a.start - b.start)) {
      if (wrong.has(cut.number)) continue;
      parts.push(points.slice(at, cut.start).join(""), cut.replacement);
      at = cut.end;
    }
    parts.push(points.slice(at).join(""));
    return parts.join("");
  }

  function labels() {
    const lines = [];
    const touched = new Set(reviewed);
    for (const number of [...wrong].sort((a, b) => a - b)) {
      const { document: from, line, category, rule, score, start, end } = cuts.get(number);
      const { language, site, file, record, id } = documents.get(from);
      touched.add(from);
      lines.push({ label: "keep", line: line.trim(), language, category, rule: data.rules[rule], score, site, file, record, id, start, end });
    }
    for (const number of [...touched].sort((a, b) => a - b)) {
      const one = documents.get(number);
      if (one.text === null) continue;
      lines.push({ label: "document", gold: gold(one), texts: { reviewed: one.text }, publisher: one.site,
        language: one.language, file: one.file, record: one.record, id: one.id, reviewed: reviewed.has(number) });
    }
    // As escapes, so that half a surrogate pair in a text survives the way to a file, and a line stays one.
    return lines.map((line) => JSON.stringify(line).replace(/[\ud800-\udfff\u0085\u2028\u2029]/g,
      (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0")) + "\n").join("");
  }

  by("download").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([labels()], { type: "application/jsonl" }));
    link.download = "marks.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  function filter() {
    const category = by("category").value, site = by("site").value, marked = by("only-marked").checked;
    const bound = (id, otherwise) => by(id).value === "" ? otherwise : Number(by(id).value);
    const least = bound("least", 0), most = bound("most", 1);
    const fits = (number) => {
      const cut = cuts.get(number);
      return (!category || cut.category === category) && (!site || documents.get(cut.document).site === site) &&
        cut.score >= least && cut.score <= most && (!marked || wrong.has(number));
    };
    const counted = { items: 0, documents: 0 };
    for (const item of all("li.cut")) {
      item.hidden = !fits(Number(item.dataset.cut));
      counted.items += !item.hidden;
    }
    for (const one of all("details.document")) {
      let any = false;
      for (const cut of all(".cut", one)) {
        const fit = fits(Number(cut.dataset.cut));
        cut.classList.toggle("dim", !fit);
        any = any || fit;
      }
      one.hidden = !any;
      counted.documents += any;
    }
    by("found").textContent = counted.items + " of " + all("li.cut").length + " uncertain cuts and " +
      counted.documents + " of " + all("details.document").length + " documents fit.";
  }
  by("filters").addEventListener("input", filter);
  by("filters").addEventListener("submit", (event) => event.preventDefault());
  by("filters").addEventListener("reset", () => setTimeout(filter));

  // A link to a document opens it, and a printed page shows all of them.
  const open = () => {
    const target = location.hash.length > 1 && by(location.hash.slice(1));
    if (target && target.matches("details")) target.open = true;
  };
  addEventListener("hashchange", open);
  addEventListener("beforeprint", () => { for (const one of all("details")) one.open = true; });

  by("filters").hidden = by("marks").hidden = false;
  for (const button of all("button[data-mark]")) button.hidden = false;
  open(); showMarks(); filter();
})();
