// Names on the map: shown where they fit, hidden where they would cover each other.
const labelPane = map.createPane("names");
labelPane.style.zIndex = 620;
labelPane.style.pointerEvents = "none";
const labels = [];
const DISC = 6;
const ASIDE = [0, -12, 12, -18, 18];

for (const layer of ground) {
  layer.group.eachLayer((shape) => {
    const { at, label } = shape.feature.properties;
    if (!at) return;
    const text = document.createElement("span");
    text.textContent = label;
    const icon = L.divIcon({ className: `name name-${layer.point ? "point" : "place"}`, html: text, iconSize: null });
    const marker = L.marker([at[1], at[0]], { pane: "names", interactive: false, keyboard: false, icon });
    labels.push({ layer, shape, text, marker });
  });
}

function drawLabels() {
  for (const { layer, text, marker } of labels) {
    const shown = map.hasLayer(layer.group);
    if (shown !== map.hasLayer(marker)) shown ? marker.addTo(map) : marker.remove();
    // lighter than its line on a dark ground, darker on a light one
    text.style.color = layer.covers ? surface("ink") : `color-mix(in srgb, ${layer.style[now.theme].colour} 55%, ${surface("ink")})`;
  }
  spreadLabels();
}

function spreadLabels() {
  const taken = [...controls(), ...numbers()];
  const points = discs();
  for (const { layer, shape, text, marker } of labels) {
    if (!map.hasLayer(marker)) continue;
    const [width, height] = [text.offsetWidth, text.offsetHeight];
    const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
    const room = layer.covers ? roomOf(shape) >= width : true;
    // a name steps aside from a disc where it can, and gives way to another name only; that of a point stands under its point
    const free = (layer.point ? [0] : ASIDE).filter((down) => room && isFree(boxOf(x, y, down), taken));
    const shift = free.find((down) => isFree(boxOf(x, y, down), points)) ?? free[0];
    text.style.visibility = shift === undefined ? "hidden" : "visible";
    text.style.marginTop = `${shift ?? 0}px`;
    if (shift !== undefined) taken.push(boxOf(x, y, shift));

    function boxOf(middle, level, down) {
      const top = (layer.point ? level + DISC : level - height / 2) + down;
      return [middle - width / 2, top, middle + width / 2, top + height];
    }
  }
}

function isFree(box, taken) {
  return taken.every((other) => box[2] < other[0] || other[2] < box[0] || box[3] < other[1] || other[3] < box[1]);
}

// the numbers of outlines, which no name may cover
function numbers() {
  const found = [];
  badges.eachLayer((badge) => {
    const number = badge.getElement().firstChild;
    const { x, y } = map.latLngToLayerPoint(badge.getLatLng());
    const [across, up] = [number.offsetWidth / 2, number.offsetHeight / 2];
    found.push([x - across, y - up, x + across, y + up]);
  });
  return found;
}

// the discs of single places
function discs() {
  const found = [];
  for (const { layer, marker } of labels) {
    if (!layer.point || !map.hasLayer(marker)) continue;
    const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
    found.push([x - DISC, y - DISC, x + DISC, y + DISC]);
  }
  return found;
}

// what stands in the corners covers a name
function controls() {
  const frame = map.getContainer().getBoundingClientRect();
  return [...map.getContainer().querySelectorAll(".leaflet-control")].map((control) => {
    const box = control.getBoundingClientRect();
    const corner = map.containerPointToLayerPoint([box.left - frame.left, box.top - frame.top]);
    return [corner.x, corner.y, corner.x + box.width, corner.y + box.height];
  });
}

function roomOf(shape) {
  const bounds = shape.getBounds();
  return map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
}

// the scale bar takes its length after the move
map.on("zoomend moveend resize", () => requestAnimationFrame(spreadLabels));
map.getContainer().addEventListener("toggle", spreadLabels, true);
