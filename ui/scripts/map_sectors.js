// What cameras see: a dot where each stands, its sector, and a dashed edge where only its rough direction is known.
const sectors = L.featureGroup().addTo(map);
const WIDEST_DEG = 359.9;
const ARC_STEP_DEG = 6;

// the place so many metres away in a direction from true north; off by millimetres within a few hundred metres
function placeFrom([lat, lon], bearing, metres) {
  const [turn, phi] = [(bearing * Math.PI) / 180, (lat * Math.PI) / 180];
  const north = 111132.95 - 559.85 * Math.cos(2 * phi) + 1.18 * Math.cos(4 * phi);
  const east = 111412.88 * Math.cos(phi) - 93.5 * Math.cos(3 * phi) + 0.12 * Math.cos(5 * phi);
  return [lat + (metres * Math.cos(turn)) / north, lon + (metres * Math.sin(turn)) / east];
}

function sectorAt(place, bearing, view, metres) {
  const round = bearing === null || view >= WIDEST_DEG;
  const span = round ? 360 : view;
  const steps = Math.ceil(span / ARC_STEP_DEG);
  const arc = [];
  for (let step = 0; step <= steps; step++) arc.push(placeFrom(place, (bearing ?? 0) - span / 2 + (span * step) / steps, metres));
  return round ? arc : [place, ...arc];
}

function drawSectors(figures) {
  sectors.clearLayers();
  const [views, dots] = [[], []];
  for (const [code, lon, lat, bearing, view, metres, doubt, kind, text] of figures.sectors) {
    const place = [lat, lon];
    const color = figures.sectorStyle[kind][0];
    const add = (list, shape) => list.push(Object.assign(shape, { subject: { layer: "sectors", code }, words: text.split("\n") }));
    if (metres && doubt) add(views, L.polygon(sectorAt(place, bearing, view + 2 * doubt, metres), { color, weight: 1.5, dashArray: "4 4", fill: false }));
    if (metres) add(views, L.polygon(sectorAt(place, bearing, view, metres), { color, weight: 1.5, fillColor: color, fillOpacity: 0.3 }));
    add(dots, L.circleMarker(place, { radius: metres ? 4 : 3, color: surface("halo"), weight: 1, fillColor: color, fillOpacity: 1 }));
    dots.at(-1).kind = kind;
  }
  for (const shape of [...views, ...dots]) sectors.addLayer(shape);
}

function cameraCount() {
  return sectors.getLayers().filter((shape) => shape.kind !== undefined).length;
}

// only the kinds that are there
function sectorRows(figures) {
  const kinds = new Set(figures.sectors.map((row) => row[7]));
  return figures.sectorStyle.map((style) => [...style, true]).filter((_, kind) => kinds.has(kind));
}

listen(sectors, (shape) => shape.words, (shape) => shape.subject);
