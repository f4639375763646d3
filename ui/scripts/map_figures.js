// The live figures: cells, single cases and outlines, each kept by its id so that a change moves nothing else.
const cells = L.featureGroup().addTo(map);
const cases = L.featureGroup().addTo(map);
const outlines = L.featureGroup().addTo(map);
const badges = L.layerGroup().addTo(map);
const cellById = new Map();
const caseById = new Map();

// keep what stays, add what is new, remove what is gone
function renew(group, known, wanted, make, change) {
  for (const [id, shape] of known) {
    if (!wanted.has(id)) {
      group.removeLayer(shape);
      known.delete(id);
    }
  }
  for (const [id, row] of wanted) {
    if (!known.has(id)) {
      known.set(id, make(row));
      group.addLayer(known.get(id));
    }
    change(known.get(id), row, id);
  }
}

// a cubic in u and v, in the order in which the server fitted it
function along(curve, u, v) {
  let place = 0;
  let sum = 0;
  for (let i = 0; i < 4; i++) for (let j = 0; j < 4 - i; j++) sum += curve[place++] * u ** i * v ** j;
  return sum;
}

function cornerOf(frame, x, y) {
  const [u, v] = [x / frame.size[0], y / frame.size[1]];
  return [along(frame.lat, u, v), along(frame.lon, u, v)];
}

function classOf(breaks, count) {
  return Math.max(0, breaks.filter((lower) => count >= lower).length - 1);
}

function drawCells(frame, faded) {
  const wanted = new Map();
  for (const row of frame?.rows ?? []) wanted.set(frame.first + (frame.west + row[0]) * 1e6 + frame.south + row[1], row);
  const corners = [[0, 0], [1, 0], [1, 1], [0, 1]];
  renew(
    cells,
    cellById,
    wanted,
    ([x, y]) => L.polygon(corners.map(([east, north]) => cornerOf(frame, x + east, y + north))),
    (shape, [, , count], id) => {
      shape.count = count;
      shape.subject = { layer: "cells", code: String(id) };
      const place = classOf(frame.breaks, count);
      shape.place = place;
      shape.setStyle({ color: surface("land"), weight: 1, opacity: 0.5, fillColor: frame.colours[place], fillOpacity: faded ? 0.25 : 0.85 });
    },
  );
}

// ids have 63 bits, more than a number of JavaScript holds: they come in base 36 and go back in base 10
function idOf(text) {
  let id = 0n;
  for (const digit of text) id = id * 36n + BigInt(parseInt(digit, 36));
  return id.toString();
}

function drawCases(figures) {
  const { west, south, texts, rows } = figures.cases ?? { rows: [] };
  const wanted = new Map(rows.map((row) => [row[0], row]));
  renew(
    cases,
    caseById,
    wanted,
    () => L.circleMarker([0, 0], { radius: coarse ? 7 : 5 }),
    (shape, [id, east, north, kind, text]) => {
      shape.setLatLng([(south + north) / 1e5, (west + east) / 1e5]);
      shape.subject = { layer: "cases", code: idOf(id) };
      shape.words = [figures.caseStyle[kind][1], ...texts[text].split("\n")];
      shape.setStyle({ color: surface("halo"), weight: 1, fillColor: figures.caseStyle[kind][0], fillOpacity: 0.95 });
    },
  );
}

function drawOutlines(figures) {
  outlines.clearLayers();
  badges.clearLayers();
  for (const [code, geometry, text, label, dashed] of figures.outlines) {
    L.geoJSON(geometry).eachLayer((shape) => {
      shape.subject = { layer: "outlines", code };
      shape.words = text.split("\n");
      shape.setStyle({ color: surface("hot"), weight: 4, dashArray: dashed ? "6 6" : null, fillColor: surface("hot"), fillOpacity: 0.06 });
      outlines.addLayer(shape);
      if (label) badges.addLayer(badgeAt(shape.getBounds().getNorthEast(), label));
    });
  }
}

function badgeAt(place, label) {
  const number = document.createElement("span");
  number.textContent = label;
  return L.marker(place, { pane: "names", zIndexOffset: 10000, interactive: false, keyboard: false, icon: L.divIcon({ className: "badge", html: number, iconSize: null }) });
}
