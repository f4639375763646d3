// What stands in the corners: zoom, scale, north, attribution and the legend.
const WORDS = {
  map: { zh: "地图：方向键移动，加减键缩放", en: "Map: arrow keys move, plus and minus zoom" },
  closer: { zh: "放大", en: "Zoom in" },
  wider: { zh: "缩小", en: "Zoom out" },
  whole: { zh: "全部范围", en: "Whole area" },
  legend: { zh: "图例", en: "Legend" },
  nothing: { zh: "无数据", en: "No data" },
  closerForCases: { zh: "放大可查看单个案件", en: "Zoom in to see single cases" },
  north: { zh: "北", en: "N" },
};

const bar = L.control({ position: "topleft" });
const buttons = {};
bar.onAdd = () => {
  const frame = L.DomUtil.create("div", "leaflet-bar bar");
  const acts = { closer: ["+", () => map.zoomIn()], wider: ["−", () => map.zoomOut()], whole: ["⤢", showWhole] };
  for (const [name, [sign, act]] of Object.entries(acts)) {
    const button = L.DomUtil.create("button", "", frame);
    button.type = "button";
    button.textContent = sign;
    button.addEventListener("click", act);
    buttons[name] = button;
  }
  L.DomEvent.disableClickPropagation(frame);
  return frame;
};
bar.addTo(map);

const legend = L.control({ position: "bottomright" });
legend.onAdd = () => {
  const frame = L.DomUtil.create("details", "legend");
  frame.open = window.innerWidth > 640;
  part(frame, "summary");
  part(frame, "div", "rows");
  L.DomEvent.disableClickPropagation(frame);
  L.DomEvent.disableScrollPropagation(frame);
  return frame;
};
legend.addTo(map);

const north = L.control({ position: "bottomleft" });
north.onAdd = () => L.DomUtil.create("div", "north");
L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
north.addTo(map);
map.attributionControl.setPrefix(false);
if (config.attribution) map.attributionControl.addAttribution(config.attribution);

function part(parent, tag, name = "", text = undefined) {
  const made = L.DomUtil.create(tag, name, parent);
  if (text !== undefined) made.textContent = text;
  return made;
}

function legendPart(frame, title, rows, kind) {
  const section = part(frame, "section", kind);
  if (title) part(section, "h3", "", title);
  for (const [colour, label, point, dashed] of rows) {
    const row = part(section, "div", "row");
    const sign = part(row, "i", point ? "dot" : "");
    sign.style.background = dashed ? `repeating-linear-gradient(90deg, ${colour} 0 5px, transparent 5px 8px)` : colour;
    part(row, "span", "", label);
  }
}

function outlineRows(frame, kinds) {
  const section = part(frame, "section", "outlined");
  for (const [label, dashed] of kinds) {
    const row = part(section, "div", "row");
    part(row, "i").style.border = `3px ${dashed ? "dashed" : "solid"} ${surface("hot")}`;
    part(row, "span", "", label);
  }
}

function layerRows() {
  const shown = ground.filter((layer) => map.hasLayer(layer.group) && !(now.figures.zones?.layer === layer.key));
  return shown.flatMap((layer) => {
    const style = layer.style[now.theme];
    const label = layer.label[now.language];
    const kinds = Object.entries(style.colours).map(([kind, colour]) => [colour, `${label} · ${layer.kinds[kind][now.language]}`, layer.point]);
    return kinds.length ? kinds : [[style.colour, label, layer.point, style.dash]];
  });
}

function scaleRows(scale) {
  const rows = scale.colours.map((colour, place) => [colour, scale.labels[place]]);
  const zones = groundByKey.get(scale.layer);
  const without = zones && [...zones.byCode.keys()].some((code) => (scale.classes[code]?.[0] ?? -1) < 0);
  return without ? [...rows, [surface(zones.covers ? "nothing" : "unknown"), WORDS.nothing[now.language]]] : rows;
}

function drawControls(figures) {
  for (const [name, button] of Object.entries(buttons)) {
    button.title = WORDS[name][now.language];
    button.setAttribute("aria-label", WORDS[name][now.language]);
  }
  const frame = legend.getContainer().querySelector(".rows");
  frame.replaceChildren();
  frame.previousSibling.textContent = WORDS.legend[now.language];
  const scale = figures.cells ?? figures.zones;
  if (scale) legendPart(frame, scale.title, scaleRows(scale), "area");
  if (figures.cases) legendPart(frame, figures.caseTitle, figures.caseStyle.map((style) => [...style, true]), "area");
  else if (figures.cells && figures.wantsView) part(frame, "p", "", WORDS.closerForCases[now.language]);
  if (figures.outlineKinds.length) outlineRows(frame, figures.outlineKinds);
  if (figures.sectors.length) legendPart(frame, "", sectorRows(figures), "area");
  if (figures.doubt) part(frame, "p", "", figures.doubt);
  legendPart(frame, "", layerRows(), "line");
  north.getContainer().textContent = `▲ ${WORDS.north[now.language]}`;
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", WORDS.map[now.language]);
}
