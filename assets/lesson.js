/* The text of a lesson, above the sentence until it is dismissed: a chapter of the notebook's story, or what a link brought. It is text
   and nothing else. */
(function (nnbench) {
  "use strict";

  const byId = (id) => document.getElementById(id);
  let lesson = null;

  function show(given) {
    lesson = given;
    byId("lesson").hidden = !given;
    if (!given) return;
    byId("lesson-title").textContent = given.title;
    byId("lesson-prompt").textContent = given.prompt;
    byId("lesson-place").textContent = given.place;
    byId("lesson-back").hidden = !given.back;
    byId("lesson-next").hidden = !given.next;
  }

  /* A chapter is about one experiment, and goes with it. */
  function beside(key) {
    if (lesson && lesson.row && lesson.row !== key) show(null);
  }

  /* What a link says of the lesson. */
  function inLink() {
    if (!lesson) return "";
    const { key, title, prompt } = lesson, said = key ? { lesson: key } : { title, prompt };
    return `&${new URLSearchParams(said)}`;
  }

  function dismiss() {
    show(null);
    nnbench.links.write();
  }

  const turn = (way) => nnbench.links.follow(`?lesson=${lesson[way]}`);

  document.addEventListener("click", ({ target }) => {
    const acts = { "lesson-back": () => turn("back"), "lesson-next": () => turn("next"), "lesson-close": dismiss };
    const button = target.closest && target.closest("button");
    if (button && acts[button.id] && lesson) acts[button.id]();
  });

  nnbench.lesson = { show, beside, inLink };
})((window.nnbench = window.nnbench || {}));
