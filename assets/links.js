/* The address bar holds the experiment that is shown, so that an address is a link at any moment. The server writes it and reads it. A
   shared link also says what its run gave: when the run has come to rest here, the two are held against each other. */
(function (nnbench) {
  "use strict";

  const CALM = 250;
  const HASHES = 16;
  const byId = (id) => document.getElementById(id);

  /* What leads to the run that is shown, once the server has said it; what the link said that is being opened; which run the line is
     about. */
  let query = null;
  let opening = null;
  let about = null;
  let timer = 0;

  /* Until the run of an address is shown, the first experiment, which the page comes with, is not shown in its place. */
  const { classList } = document.documentElement;
  classList.toggle("arriving", location.search.length > 1);

  /* A bench of somebody's own has no link. */
  const shared = () => byId("share") !== null;

  /* The query that this tab was opened with; what it has written itself before a reload is no news. */
  const brought = () => (shared() && location.search.length > 1 && !(history.state && nnbench.tab.remembered()) ? location.search : null);

  /* Opens a link; false when the server did not say where it leads. */
  async function follow(link) {
    const body = JSON.stringify({ query: link }), headers = { "Content-Type": "application/json" };
    const response = await fetch(nnbench.here("link"), { method: "POST", headers, body }).catch(() => null);
    const told = response && response.ok ? await response.json().catch(() => null) : null;
    if (!told) return false;
    opening = told;
    nnbench.lesson.show(told.lesson);
    bring(told);
    return true;
  }

  /* What comes from elsewhere comes with its filter; a step back leaves the one that is chosen. */
  function bring(told) {
    nnbench.bench.knobs.filter = told.experiment.filter;
    nnbench.open(told);
  }

  function settled(answer) {
    classList.remove("arriving");
    if (opening) arrived(opening, answer);
    else if (about && !nnbench.history.sameRun(about, answer.summary)) tell(null);
    nnbench.lesson.beside(answer.key);
    if (!shared()) return;
    if (query && query.serial !== answer.serial) query = null;
    clearTimeout(timer);
    timer = setTimeout(current, CALM);
  }

  function arrived({ said, run }, answer) {
    opening = null;
    const [words, agrees] = run ? compared(run, answer) : ["", true];
    if (words || said) tell([words, said].filter(Boolean).join(" "), agrees && !said);
  }

  /* The k-th pair of digits is over the losses before this step. */
  const stepOf = (k, samples) => Math.floor((k * samples + HASHES / 2) / HASHES);

  function compared(run, { along, summary: { fingerprint, samples } }) {
    const pairs = Array.from({ length: HASHES }, (_, k) => k), pair = (text, k) => text.slice(2 * k, 2 * k + 2);
    const parts = pairs.find((k) => pair(run.along, k) !== pair(along, k));
    if (parts !== undefined) return [`Not reproduced. First differs between steps ${stepOf(parts, samples)} and ${stepOf(parts + 1, samples)}.`, false];
    if (run.fingerprint !== fingerprint) return ["Not reproduced. All losses agree, and the weights at the end do not.", false];
    return [`Reproduced. This machine gets the same run, ${nnbench.grouped(fingerprint)}.`, true];
  }

  /* One line above the sentence, until another run is shown. */
  function tell(sentence, good = true) {
    about = sentence && nnbench.bench.shown.summary;
    byId("told-text").textContent = sentence || "";
    byId("told").dataset.good = String(good);
    byId("told").hidden = !sentence;
  }

  /* The query of the run that is shown, written into the address bar; null when the page has moved on meanwhile. */
  async function current() {
    const { serial } = nnbench.bench.shown;
    clearTimeout(timer);
    if (!query) {
      const told = await nnbench.aside("address", {});
      if (!told) return null;
      query = { text: told.query, chapter: told.chapter, serial };
    }
    write();
    return query.text + nnbench.lesson.inLink();
  }

  function write() {
    if (!query) return;
    const link = `${location.pathname}?${query.text}${nnbench.lesson.inLink()}`;
    history.replaceState({ nnbench: true }, "", link);
    byId("printed-link").textContent = `${location.origin}${link}`;
  }

  /* The link with what its run gives, on the clipboard; where the browser keeps that from us, to be copied by hand. */
  async function share() {
    const text = await current();
    if (text === null) return;
    const { along, summary } = nnbench.bench.shown;
    const link = `${location.origin}${location.pathname}?${text}&run=${summary.fingerprint}${along}`;
    const copied = navigator.clipboard && (await navigator.clipboard.writeText(link).then(() => true, () => false));
    tell(copied ? `Link copied. Whoever opens it gets run ${nnbench.grouped(summary.fingerprint)}, or is told where theirs differs.` : "Copy this link: ");
    if (!copied) byHand(link);
  }

  function byHand(link) {
    const field = nnbench.make("input", { value: link, readonly: true, "aria-label": "Link to this run" });
    byId("told-text").append(field);
    field.select();
  }

  /* The chapter that is about what is on the bench. */
  async function tellStory() {
    if ((await current()) !== null) follow(`?lesson=${query.chapter}`);
  }

  const acts = { share, "share-phone": share, story: tellStory, "story-phone": tellStory, "told-close": () => tell(null) };
  document.addEventListener("click", ({ target }) => {
    const button = target.closest && target.closest("button");
    if (button && acts[button.id] && nnbench.bench.shown) acts[button.id]();
  });
  nnbench.whenSettled(settled);

  nnbench.links = { brought, follow, bring, current, write, tell };
})((window.nnbench = window.nnbench || {}));
