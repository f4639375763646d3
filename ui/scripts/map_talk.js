// Talking with the page around the frame: figures come in through draw(), clicks and views go out as events on the frame.
let touched = false;
let reported = null;
let viewTimer = 0;

function tell(detail) {
  const frame = window.frameElement;
  frame?.dispatchEvent(new window.parent.CustomEvent("finegrid", { bubbles: true, detail }));
}

// without a boundary the first view is of the layer that the page is about: a river may leave the town far behind
// and a page that is about one thing frames that
function wholeBounds() {
  const frame = now.figures?.frame;
  if (frame) return L.latLngBounds([frame[1], frame[0]], [frame[3], frame[2]]);
  const home = config.framed ? null : groundByKey.get(now.figures?.home)?.group.getBounds();
  return home?.isValid() ? home : config.bounds;
}

function showWhole() {
  const bounds = wholeBounds();
  if (bounds) map.fitBounds(bounds, { padding: [12, 12], animate: false, maxZoom: 17 });
  touched = false;
}

// a cell counts by its middle; of a square of a city, which can be larger than the view, counts the part that is in it
function casesIn(bounds) {
  const coarse = now.figures.cells?.first > 0;
  let sum = 0;
  for (const shape of cellById.values()) sum += shape.count * (coarse ? shareIn(bounds, shape.getBounds()) : bounds.contains(shape.getCenter()));
  return sum;
}

function shareIn(bounds, box) {
  const wide = Math.min(bounds.getEast(), box.getEast()) - Math.max(bounds.getWest(), box.getWest());
  const high = Math.min(bounds.getNorth(), box.getNorth()) - Math.max(bounds.getSouth(), box.getSouth());
  const whole = (box.getEast() - box.getWest()) * (box.getNorth() - box.getSouth());
  return (Math.max(0, wide) * Math.max(0, high)) / whole;
}

// the server sends single cases only for a view that holds few enough; it hears of a view when that changes
function reportView() {
  const figures = now.figures;
  if (!figures?.cells || !figures.wantsView) return;
  const bounds = map.getBounds();
  const few = casesIn(bounds) <= figures.maxCases;
  // how many cases lie in a part of a square is a guess: where the server found too many it hears of a closer view
  const answered = figures.cases || !figures.cells.first;
  if (few && answered && reported && reported.contains(bounds) && casesIn(reported) <= figures.maxCases) return;
  if (!few && !reported) return;
  const wide = bounds.pad(0.25);
  const next = few ? (casesIn(wide) <= figures.maxCases ? wide : bounds) : null;
  if (next && reported?.equals(next)) return;
  reported = next;
  const corners = reported && [reported.getWest(), reported.getSouth(), reported.getEast(), reported.getNorth()];
  tell({ view: corners && corners.map((degree) => Number(degree.toFixed(5))) });
}

function draw(figures) {
  const [first, home, frame] = [now.figures === null, now.figures?.home, String(now.figures?.frame ?? "")];
  Object.assign(now, { language: figures.language, theme: figures.theme, figures });
  document.documentElement.lang = figures.language;
  document.documentElement.dataset.theme = figures.theme;
  for (const [name, colour] of Object.entries(config.surfaces[figures.theme])) document.documentElement.style.setProperty(`--${name}`, colour);
  if (first && figures.view) reported = L.latLngBounds([figures.view[1], figures.view[0]], [figures.view[3], figures.view[2]]);
  drawCells(figures.cells, figures.cases !== null);
  drawGround(figures);
  drawCases(figures);
  drawOutlines(figures);
  drawSectors(figures);
  drawBorders(figures);
  drawInOrder();
  if ((!config.framed && home !== figures.home) || frame !== String(figures.frame ?? "")) showWhole();
  followChosen(figures);
  drawFocus(figures);
  drawControls(figures);
  drawLabels();
  clearTimeout(viewTimer);
  viewTimer = setTimeout(reportView, 300);
}

map.on("moveend", () => {
  clearTimeout(viewTimer);
  viewTimer = setTimeout(reportView, 300);
});
map.on("zoomend", () => now.figures?.cells?.first && drawBorders(now.figures));
map.on("mousedown touchstart keydown wheel", () => (touched = true));
map.on("resize", () => touched || showWhole());

// what is on the map, for tests and for curious people
function count() {
  const shapes = Object.fromEntries(ground.map((layer) => [layer.key, map.hasLayer(layer.group) ? layer.byCode.size : 0]));
  return { ...shapes, cells: cellById.size, cases: caseById.size, outlines: outlines.getLayers().length };
}

showWhole();
window.finegrid = { draw, count, cameras: cameraCount, map, ground: groundByKey };
tell({ ready: true });
