// Names on the map: shown where they fit, hidden where they would cover each other.
const labelPane = map.createPane("names");
labelPane.style.zIndex = 620;
labelPane.style.pointerEvents = "none";
const labels = [];

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
    text.style.color = layer.covers ? surface("ink") : layer.style[now.theme].colour;
  }
  spreadLabels();
}

function spreadLabels() {
  const taken = [];
  for (const { layer, shape, text, marker } of labels) {
    if (!map.hasLayer(marker)) continue;
    const [width, height] = [text.offsetWidth, text.offsetHeight];
    const { x, y } = map.latLngToLayerPoint(marker.getLatLng());
    const top = layer.point ? y + 6 : y - height / 2;
    const box = [x - width / 2, top, x + width / 2, top + height];
    const room = layer.covers ? roomOf(shape) >= width : true;
    const free = room && taken.every((other) => box[2] < other[0] || other[2] < box[0] || box[3] < other[1] || other[3] < box[1]);
    text.style.visibility = free ? "visible" : "hidden";
    if (free) taken.push(box);
  }
}

function roomOf(shape) {
  const bounds = shape.getBounds();
  return map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x;
}

map.on("zoomend resize", spreadLabels);
