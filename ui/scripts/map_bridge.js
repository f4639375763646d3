// Carries figures from the server into the map's frame, and clicks and views back.
const PATIENCE_MS = 10000;

export default function (component) {
  const { parentElement, data, setTriggerValue, setStateValue } = component;
  const panel = (parentElement.host ?? parentElement).closest(`.st-key-${data.panel}`);
  if (!panel) return;

  const send = () => {
    const frame = panel.querySelector("iframe");
    if (frame) frame.title = data.title;
    const map = frame?.contentWindow?.finegrid;
    map?.draw(data.figures);
    return Boolean(map);
  };
  const hear = (event) => {
    const { ready, click, view } = event.detail;
    if (ready && send()) parentElement.replaceChildren();
    if (click) setTriggerValue("click", click);
    if (view !== undefined) setStateValue("view", view);
  };
  // every change of data comes here again: the newest listener replaces the one before
  if (panel.finegrid) panel.removeEventListener("finegrid", panel.finegrid);
  panel.finegrid = hear;
  panel.addEventListener("finegrid", hear);

  // a map whose files did not come stays blank without a word: say it; but nothing is drawn here, where the figures may be old by then
  const complain = () => {
    if (panel.querySelector("iframe")?.contentWindow?.finegrid) return;
    const words = document.createElement("div");
    words.setAttribute("role", "alert");
    words.textContent = data.missing;
    parentElement.replaceChildren(words);
  };
  const watch = send() ? 0 : setTimeout(complain, PATIENCE_MS);
  return () => {
    clearTimeout(watch);
    panel.removeEventListener("finegrid", hear);
  };
}
