// Records a walk: every point is kept in this browser first and sent when there is a connection; a reload or a dead server loses none.
const STORE = "finegrid.walk";
const OPTIONS = { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 };
const LEAST_STEP_M = 3;
const MOST_PAUSE_S = 10;
const TICK_MS = 2000;
const SEND_MS = 15000;
const TROUBLES = { 1: "denied", 2: "unavailable", 3: "timeout" };

// one recorder for the whole visit: it goes on while another page of the dashboard is open
function recorder() {
  if (window.finegridWalk) return window.finegridWalk;
  const listeners = new Set();
  const it = { walk: load(), watch: null, lock: null, trouble: "", listeners };
  const changed = () => listeners.forEach((listener) => listener());
  it.keep = () => {
    try {
      it.walk ? localStorage.setItem(STORE, JSON.stringify(it.walk)) : localStorage.removeItem(STORE);
    } catch {}
  };
  it.start = (subject) => {
    const bits = crypto.getRandomValues(new Uint32Array(3));
    it.walk = { run: [...bits].map((one) => one.toString(36)).join(""), subject, started: Date.now(), ended: null, points: [] };
    it.keep();
    it.follow();
    changed();
  };
  it.end = () => {
    it.walk.ended = Date.now();
    it.keep();
    it.leave();
    changed();
  };
  it.forget = () => {
    it.walk = null;
    it.keep();
    it.leave();
    changed();
  };
  it.follow = () => {
    if (it.watch !== null || !it.walk || it.walk.ended) return;
    if (!window.isSecureContext || !navigator.geolocation) {
      it.trouble = "insecure";
      return;
    }
    it.watch = navigator.geolocation.watchPosition(
      (position) => {
        it.trouble = "";
        if (add(it.walk, position)) it.keep();
        changed();
      },
      (error) => {
        it.trouble = TROUBLES[error.code] ?? "unavailable";
        changed();
      },
      OPTIONS,
    );
    stayAwake(it);
  };
  it.leave = () => {
    if (it.watch !== null) navigator.geolocation.clearWatch(it.watch);
    it.watch = null;
    it.lock?.release().catch(() => {});
    it.lock = null;
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && it.watch !== null && stayAwake(it));
  window.finegridWalk = it;
  return it;
}

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORE));
  } catch {
    return null;
  }
}

// a sleeping phone gives no position
function stayAwake(it) {
  navigator.wakeLock?.request("screen").then((lock) => (it.lock = lock), () => {});
}

function add(walk, { coords }) {
  const second = (Date.now() - walk.started) / 1000;
  const last = walk.points.at(-1);
  if (last && metres(last, coords) < LEAST_STEP_M && second - last[3] < MOST_PAUSE_S) return false;
  const round = (value, digits) => Number(value.toFixed(digits));
  walk.points.push([round(coords.longitude, 6), round(coords.latitude, 6), round(coords.accuracy, 1), round(second, 1)]);
  return true;
}

function metres([lon, lat], { longitude, latitude }) {
  const east = (longitude - lon) * Math.cos((lat * Math.PI) / 180);
  return Math.hypot(east, latitude - lat) * 111320;
}

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const it = recorder();
  const part = (name) => parentElement.querySelector(`.${name}`);
  const sent = (parentElement.finegridSent ??= { at: 0, ended: false });
  const { words } = data;

  if (it.walk && data.done.includes(it.walk.run)) it.forget();
  it.follow();
  const mine = () => it.walk?.run === data.run;

  const connected = () => document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState === "CONNECTED";
  const news = () => it.walk && (!mine() || it.walk.points.length > data.have || Boolean(it.walk.ended) !== data.ended);
  const urgent = () => !mine() || Boolean(it.walk.ended) !== data.ended || data.have === 0;
  const send = () => {
    if (!news() || !connected()) return;
    const wait = urgent() ? TICK_MS : SEND_MS;
    if (Date.now() - sent.at < wait) return;
    sent.at = Date.now();
    const from = mine() ? data.have : 0;
    const { run, subject, started, ended, points } = it.walk;
    setTriggerValue("heard", { run, subject, started, ended, now: Date.now(), from, points: points.slice(from) });
  };

  const draw = () => {
    const walk = it.walk;
    const running = Boolean(walk && !walk.ended);
    part("start").hidden = Boolean(walk) || !data.may;
    part("end").hidden = !running;
    part("start").textContent = words.start;
    part("end").textContent = words.end;
    part("live").hidden = !walk;
    if (walk) {
      const span = Math.max(0, Math.floor(((walk.ended ?? Date.now()) - walk.started) / 1000));
      part("clock").textContent = `${Math.floor(span / 60)}:${String(span % 60).padStart(2, "0")}`;
      const doubt = walk.points.at(-1)?.[2];
      const unsent = mine() ? walk.points.length - data.have : walk.points.length;
      const said = [words.points.replace("{n}", walk.points.length)];
      if (doubt !== undefined) said.push(words.doubt.replace("{metres}", Math.round(doubt)));
      if (unsent > 0) said.push(words.unsent.replace("{n}", unsent));
      part("said").textContent = said.join(" · ");
    }
    const trouble = it.trouble || (!walk && !window.isSecureContext ? "insecure" : "");
    part("word").textContent = trouble ? words[trouble] : running ? words.awake : "";
    part("word").classList.toggle("trouble", Boolean(trouble));
  };

  const tick = () => {
    draw();
    send();
  };
  part("start").onclick = () => {
    it.start(data.subject);
    tick();
  };
  part("end").onclick = () => {
    it.end();
    sent.at = 0;
    tick();
  };
  it.listeners.clear();
  it.listeners.add(tick);
  window.removeEventListener("online", parentElement.finegridOnline);
  parentElement.finegridOnline = tick;
  window.addEventListener("online", tick);
  clearInterval(parentElement.finegridTimer);
  // only its own: the end of an older round may come after the start of a newer one
  const timer = (parentElement.finegridTimer = setInterval(tick, TICK_MS));
  tick();
  return () => {
    clearInterval(timer);
    window.removeEventListener("online", tick);
    it.listeners.delete(tick);
  };
}
