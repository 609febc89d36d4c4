/* Side questions: what the page asks about the run that it shows, beside the turning of its knobs. An answer that comes when another run
   is shown is no answer any more. Whoever has something to ask or to draw once a run has come to rest says so with `whenSettled`. */
(function (nnbench) {
  "use strict";

  const LATER = [429, 503];
  const listeners = [];
  let serial = Date.now();

  const whenSettled = (listener) => listeners.push(listener);
  const settled = (answer) => listeners.forEach((listener) => listener(answer));

  /* The answer; null when there is none, or when the page has moved on. `knobs` are turned for this question alone. */
  async function aside(name, asked, knobs = {}) {
    const { bench } = nnbench, about = bench.shown.summary;
    const still = () => nnbench.history.sameRun(about, bench.shown.summary);
    const standing = { tab: bench.tab, key: bench.key, knobs: Object.assign(nnbench.knobsOf(bench.experiment), knobs) };
    while (still()) {
      const response = await post(name, Object.assign({ serial: ++serial, asked }, standing));
      const answer = response && response.ok ? await response.json().catch(() => null) : null;
      const seconds = answer ? answer.later : later(response);
      if (!seconds) return still() ? told(answer) : null;
      await new Promise((done) => setTimeout(done, 1000 * seconds));
    }
    return null;
  }

  function post(name, body) {
    const headers = { "Content-Type": "application/json" };
    return fetch(nnbench.here(`aside/${name}`), { method: "POST", headers, body: JSON.stringify(body) }).catch(() => null);
  }

  const later = (response) => (response && LATER.includes(response.status) ? Number(response.headers.get("Retry-After")) || 1 : 0);

  function told(answer) {
    if (!answer || answer.lost || answer.dropped) return null;
    if (!answer.refused) return answer;
    nnbench.note(answer.refused);
    return null;
  }

  Object.assign(nnbench, { aside, whenSettled, settled });
})((window.nnbench = window.nnbench || {}));
