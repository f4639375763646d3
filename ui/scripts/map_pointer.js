// Pointing at things: one tip that follows the pointer, clicks that tell the server ids, gestures that leave the page its scroll.
const tip = L.tooltip({ direction: "top", offset: [0, -8], opacity: 1, className: "tip" });

function wordsOf(layer, shape) {
  const { code, name, kind } = shape.feature.properties;
  const title = name ? (name === code || !layer.covers ? name : `${code} · ${name}`) : code;
  const words = [title];
  const zones = now.figures.zones;
  if (zones && zones.layer === layer.key) words.push(...(zones.classes[code]?.[1] ?? "").split("\n"));
  else words.push([layer.label[now.language], layer.kinds[kind]?.[now.language]].filter(Boolean).join(" · "));
  return words.filter(Boolean);
}

function cellWords(shape) {
  return [`${now.figures.cells.title}: ${shape.count.toLocaleString("en")}`];
}

// text nodes only: a name is never read as HTML
function showTip(words, latlng) {
  const box = document.createElement("div");
  words.forEach((line, place) => {
    const part = document.createElement(place ? "div" : "strong");
    part.textContent = line;
    box.append(part);
  });
  tip.setLatLng(latlng).setContent(box);
  if (!map.hasLayer(tip)) tip.addTo(map);
}

function zoneAt(latlng) {
  const layer = now.figures.zones && groundByKey.get(now.figures.zones.layer);
  if (!layer) return null;
  const point = map.latLngToLayerPoint(latlng);
  for (const [code, shape] of layer.byCode) if (shape.getBounds().contains(latlng) && map.hasLayer(shape) && shape._containsPoint(point)) return code;
  return null;
}

function listen(group, words, subject) {
  group.on("mousemove", (event) => showTip(words(event.layer), event.latlng));
  group.on("mouseout", () => tip.remove());
  group.on("click", (event) => {
    showTip(words(event.layer), event.latlng);
    const found = subject(event.layer);
    if (now.figures.clickable.includes(found.layer)) tell({ click: { ...found, zone: zoneAt(event.latlng) } });
  });
}

for (const layer of ground) {
  if (layer.land) layer.group.eachLayer((shape) => (shape.options.interactive = false));
  else listen(layer.group, (shape) => wordsOf(layer, shape), (shape) => ({ layer: layer.key, code: shape.feature.properties.code }));
}
listen(cells, cellWords, (shape) => shape.subject);
listen(cases, (shape) => shape.words, (shape) => shape.subject);
listen(outlines, (shape) => shape.words, (shape) => shape.subject);
// a page that asks for a place hears where the map was pressed, whatever lies there
map.on("click", (event) => {
  const { lng, lat } = event.latlng;
  if (now.figures?.clickable.includes("place")) tell({ click: { layer: "place", code: `${lng.toFixed(6)},${lat.toFixed(6)}`, zone: zoneAt(event.latlng) } });
});
map.on("movestart zoomstart", () => tip.remove());

// the wheel scrolls the page until the map was clicked or Ctrl is held; one finger scrolls it too, two move the map
const hint = document.createElement("div");
hint.className = "hint";
hint.setAttribute("aria-hidden", "true");
let hintTimer = 0;

function showHint(words) {
  hint.textContent = words[now.language];
  hint.classList.add("shown");
  clearTimeout(hintTimer);
  hintTimer = setTimeout(() => hint.classList.remove("shown"), 1200);
}

const TWO_FINGERS = { zh: "双指移动地图", en: "Use two fingers to move the map" };
const HOLD_CTRL = { zh: "按住 Ctrl 滚动可缩放", en: "Hold Ctrl and scroll to zoom" };
const box = map.getContainer();
box.append(hint);
if (coarse) {
  map.dragging.disable();
  box.addEventListener("touchmove", (event) => event.touches.length === 1 && showHint(TWO_FINGERS), { passive: true });
} else {
  let active = false;
  box.addEventListener("pointerdown", () => (active = true));
  box.addEventListener("pointerleave", () => (active = false));
  const guard = (event) => {
    if (active || event.ctrlKey || event.metaKey) return;
    event.stopImmediatePropagation();
    showHint(HOLD_CTRL);
  };
  // before Leaflet hears it, which listens on the same element
  box.parentElement.addEventListener("wheel", guard, { capture: true, passive: true });
}
