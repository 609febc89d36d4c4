/* What fails on its way to the server: a request that gets no answer frees its slot, in words.

   Dash would print such a request to the console and tell nobody. Here it is told to the gate, and Dash hears that there is nothing to
   update. What the server could not take now goes again when the server says so; what it refused for good does not. */
(function (nnbench) {
  "use strict";

  const NOTHING = () => new Response(null, { status: 204 });
  const LATER = [429, 503];
  const ask = window.fetch.bind(window);

  function serialOf(body) {
    return JSON.parse(body).inputs[0].value.serial;
  }

  async function refusal(response) {
    const seconds = Number(response.headers.get("Retry-After"));
    const words = await response.json().catch(() => ({}));
    return { sentence: words.error || "The server could not answer.", again: LATER.includes(response.status) ? seconds || 1 : null };
  }

  window.fetch = async function (resource, options) {
    if (!String(resource).includes("_dash-update-component")) return ask(resource, options);
    const response = await ask(resource, options).catch(() => null);
    if (response && response.ok) return response;
    nnbench.failed(serialOf(options.body), response && (await refusal(response)));
    return NOTHING();
  };
})((window.nnbench = window.nnbench || {}));
