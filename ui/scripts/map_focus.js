// What is looked at: a ring around one place, brought into view once when it changes.
const CLOSE_UP = 17;
const ring = L.circleMarker([0, 0], { radius: 13, weight: 4, fill: false, interactive: false });
let looked = "";

function drawFocus(figures) {
  const place = figures.focus;
  if (place) {
    ring.setLatLng([place[1], place[0]]).setStyle({ color: surface("chosen") }).addTo(map).bringToFront();
    if (looked !== place.join()) {
      map.setView(ring.getLatLng(), Math.max(map.getZoom(), CLOSE_UP), { animate: false });
      touched = true;
    }
  } else ring.remove();
  looked = place ? place.join() : "";
}
