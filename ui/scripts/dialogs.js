// Streamlit's own boxes speak to programmers: say in the page's language what happened and what to do. `boxes`: title → [title, sentence].
(boxes) => {
  const say = (element, words) => element && element.setAttribute('data-said', words);
  const read = () => {
    for (const head of document.querySelectorAll('[role=dialog] > h2')) {
      const said = window.finegridBoxes[head.textContent];
      if (!said) continue;
      say(head, said[0]);
      say(head.nextElementSibling, said[1]);
    }
  };
  const first = !window.finegridBoxes;
  window.finegridBoxes = boxes;
  // a box is put beside the page, at the end of its body
  if (first) new MutationObserver(read).observe(document.body, { childList: true });
  read();
}
