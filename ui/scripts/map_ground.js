// The drawn layers: their order, their styles in both themes, and which are switched on.
const now = { language: "zh", theme: "light", figures: null };
const coarse = window.matchMedia("(pointer: coarse)").matches;
map.options.renderer = L.canvas({ padding: 0.4, tolerance: coarse ? 12 : 3 });

const ground = config.layers.map((layer, place) => ({ ...layer, group: drawn[place], byCode: new Map() }));
const groundByKey = new Map(ground.map((layer) => [layer.key, layer]));
for (const layer of ground) layer.group.eachLayer((shape) => layer.byCode.set(shape.feature.properties.code, shape));

// the land lies under everything, whether or not the boundary's line is switched on
const edge = ground.find((layer) => layer.land);
const land = edge && !config.tiles ? L.geoJSON(edge.group.toGeoJSON(), { interactive: false }).addTo(map) : null;
// borders of zones are drawn once more over the cells, which would hide them
const covering = ground.filter((layer) => layer.covers);
const borders = L.featureGroup(covering.flatMap((layer) => copyOf(layer)));
const ORDER = { cells: 15, borders: 16, edge: 18, outlines: 65, sectors: 75, cases: 80 };

function copyOf(layer) {
  const copy = L.geoJSON(layer.group.toGeoJSON(), { interactive: false }).getLayers();
  for (const shape of copy) shape.owner = layer;
  return copy;
}

function surface(name) {
  return config.surfaces[now.theme][name];
}

function styleOf(layer, shape) {
  const style = layer.style[now.theme];
  const kind = shape.feature.properties.kind;
  const colour = scaleColour(layer, shape.feature.properties.code) ?? style.colours[kind] ?? style.colour;
  if (layer.point) return { color: surface("halo"), weight: 1.5, fill: true, fillColor: colour, fillOpacity: style.fill, radius: style.radius };
  if (layer.covers) return { stroke: false, fill: true, ...zoneFill(layer, shape.feature.properties.code) };
  const area = shape.feature.geometry.type.endsWith("Polygon");
  return { color: colour, weight: style.weight, dashArray: style.dash || null, fill: area && style.fill > 0, fillColor: colour, fillOpacity: style.fill };
}

// lines, points and areas that cover nothing can be coloured by a figure too
function scaleColour(layer, code) {
  const zones = now.figures.zones;
  if (zones?.layer !== layer.key || layer.covers) return null;
  return zones.colours[zones.classes[code]?.[0] ?? -1] ?? surface("unknown");
}

// cells say where cases are, zones how each does: with cells on, zones are borders only
function zoneFill(layer, code) {
  const zones = now.figures.zones;
  if (zones?.layer !== layer.key || now.figures.cells) return { fillColor: surface("nothing"), fillOpacity: 0.1 };
  const [place] = zones.classes[code] ?? [-1];
  return { fillColor: zones.colours[place] ?? surface("nothing"), fillOpacity: config.tiles ? 0.6 : 0.9 };
}

// over the squares of a city borders are so thin that they hide none
function thinnest(frame) {
  if (!frame?.first) return Infinity;
  const [west, east] = [0, 1].map((x) => map.latLngToLayerPoint(cornerOf(frame, x, 0)));
  return (east.x - west.x) / 30;
}

function drawBorders(figures) {
  const most = thinnest(figures.cells);
  for (const shape of borders.getLayers()) {
    const layer = shape.owner;
    if (map.hasLayer(layer.group) !== map.hasLayer(shape)) map.hasLayer(layer.group) ? shape.addTo(map) : shape.remove();
    const chosen = figures.chosen === shape.feature.properties.code && figures.zones?.layer === layer.key;
    const plain = { color: surface("border"), weight: Math.min(layer.style[now.theme].weight, most), fill: false };
    shape.setStyle(chosen ? { ...plain, color: surface("chosen"), weight: 4 } : plain);
    shape.chosen = chosen;
  }
}

function drawGround(figures) {
  const visible = new Set(figures.visible);
  land?.setStyle({ stroke: false, fill: true, fillColor: surface("land"), fillOpacity: 1 });
  for (const layer of ground) {
    if (visible.has(layer.key) !== map.hasLayer(layer.group)) {
      if (visible.has(layer.key)) layer.group.addTo(map);
      else layer.group.remove();
    }
    layer.group.eachLayer((shape) => shape.setStyle(styleOf(layer, shape)));
  }
}

// one canvas draws all, so the order of drawing is the order of this list
function drawInOrder() {
  const parts = ground.map((layer) => [layer.land ? ORDER.edge : layer.order, layer.group.getLayers()]);
  const lines = borders.getLayers();
  lines.sort((one, other) => one.chosen - other.chosen);
  parts.push([ORDER.borders, lines], [ORDER.cells, cells.getLayers()], [ORDER.outlines, outlines.getLayers()], [ORDER.sectors, sectors.getLayers()], [ORDER.cases, cases.getLayers()]);
  parts.sort((one, other) => one[0] - other[0]);
  for (const [, shapes] of parts) for (const shape of shapes) if (map.hasLayer(shape)) shape.bringToFront();
  land?.bringToBack();
}
