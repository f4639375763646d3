// What is looked at: a ring around one place, brought into view once when it changes; a chosen zone that is out of view or too small.
const CLOSE_UP = 17;
const ring = L.circleMarker([0, 0], { radius: 13, weight: 4, fill: false, interactive: false });
let looked = "";
// pixels
const READABLE = 40;
let followed = null;
let closer = false;

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

// and the whole area is shown again when it is let go
function followChosen(figures) {
  if (followed === figures.chosen) return;
  followed = figures.chosen;
  const zone = followed && figures.zones && groundByKey.get(figures.zones.layer)?.byCode.get(followed);
  if (zone && (roomOf(zone) < READABLE || !map.getBounds().intersects(zone.getBounds()))) {
    map.fitBounds(zone.getBounds().pad(0.2), { animate: false, maxZoom: CLOSE_UP });
    closer = touched = true;
  } else if (!zone && closer) {
    closer = false;
    showWhole();
  }
}
