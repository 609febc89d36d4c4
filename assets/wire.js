/* The wire: how a request leaves its slot, and what comes back.

   It posts what Dash's own client would post for the slot's callback, and reads the answer as it arrives: the way through two of
   Dash's stores would take a third of the time between a knob and its curve. A request that fails frees its slot, in words: what the
   server could not take now goes again when the server says so; what it refused for good does not. */
(function (nnbench) {
  "use strict";

  const LATER = [429, 503];

  /* An address beside this page, whatever the sub-path. */
  const here = (path) => JSON.parse(document.getElementById("_dash-config").textContent).requests_pathname_prefix + path;

  function envelope(slot, value) {
    const asked = `request-${slot}`, given = `answer-${slot}`, property = "data";
    return { output: `${given}.data`, outputs: { id: given, property }, inputs: [{ id: asked, property, value }], changedPropIds: [`${asked}.data`] };
  }

  async function post(slot, request) {
    const body = JSON.stringify(envelope(slot, request)), headers = { "Content-Type": "application/json" };
    const response = await fetch(here("_dash-update-component"), { method: "POST", headers, body }).catch(() => null);
    const told = response && response.ok ? await response.json().catch(() => null) : null;
    if (told) nnbench.accept(told.response[`answer-${slot}`].data);
    else nnbench.failed(request.serial, response && !response.ok ? await refusal(response) : null);
    nnbench.startPlotly();
  }

  async function refusal(response) {
    const seconds = Number(response.headers.get("Retry-After"));
    const words = await response.json().catch(() => ({}));
    return { sentence: words.error || "The server could not answer.", again: LATER.includes(response.status) ? seconds || 1 : null };
  }

  Object.assign(nnbench, { post, here });
})((window.nnbench = window.nnbench || {}));
