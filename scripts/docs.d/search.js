// The search box: entries that hold all words stay, in the page and in the list beside it.
const box = document.getElementById("search");
const entries = [...document.querySelectorAll("main article, main section.guide")];
const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a.closest("li")]));
const groups = [...document.querySelectorAll("nav details")];
const texts = new Map(entries.map((e) => [e, (e.id + " " + e.textContent).toLowerCase()]));

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const entry of entries) {
    const hit = words.every((word) => texts.get(entry).includes(word));
    entry.classList.toggle("hidden", !hit);
    links.get(entry.id)?.classList.toggle("hidden", !hit);
    found += hit;
  }
  for (const part of document.querySelectorAll("main section:not(.guide)")) {
    part.classList.toggle("hidden", words.length > 0 && !part.querySelector("article:not(.hidden)"));
  }
  for (const group of groups) {
    const hit = group.querySelector("li:not(.hidden)") !== null;
    group.classList.toggle("hidden", !hit);
    group.open = words.length > 0 ? hit : group.dataset.open === "true";
  }
  for (const aside of document.querySelectorAll("main .intro, main h3")) {
    aside.classList.toggle("hidden", words.length > 0);
  }
  document.querySelector("nav .none").style.display = found === 0 ? "block" : "none";
}

box.addEventListener("input", search);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== box) {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "Escape" && document.activeElement === box) {
    box.value = "";
    search();
  } else if (event.key === "Enter" && document.activeElement === box) {
    const names = entries.filter((e) => !e.classList.contains("hidden"));
    const exact = names.find((e) => e.id.toLowerCase().endsWith(box.value.trim().toLowerCase()));
    const target = exact ?? names[0];
    if (target) location.hash = target.id;
  }
});
addEventListener("hashchange", () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target?.classList.contains("hidden")) {
    box.value = "";
    search();
    target.scrollIntoView();
  }
});
