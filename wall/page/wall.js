// The wall: shows the scenes in turn, asks for new pictures, and keeps the last ones when the server is away.
const address = new URL(window.location.href);
const asked = address.searchParams;
const light = asked.get('theme') === 'light';
const english = !(asked.get('lang') || navigator.language || 'zh').toLowerCase().startsWith('zh');
const fixed = Number(asked.get('seconds')) || 0;
const REFRESH = (Number(asked.get('refresh')) || 30) * 1000;
const RETRY = 3000;
const WAIT = 15000;
const PATIENCE = 2000;
const WORDS = english
  ? {
    lost: { server: 'Connection lost', database: 'No answer from the database' },
    shown: (time) => `, picture of ${time}`,
    first: 'Waiting for the server …',
    check: { server: '; if it lasts, have the server checked', database: '; have it checked if it lasts' },
    refused: 'Not let in: sign in, or open /wall?key=… with the wall key',
  }
  : {
    lost: { server: '连接中断', database: '数据库没有回答' },
    shown: (time) => `，显示的是 ${time} 的画面`,
    first: '正在等待服务器……',
    check: { server: '；久不恢复请管理员检查服务器', database: '；久不恢复请管理员检查数据库' },
    refused: '没有权限：请先登录，或用带密钥的大屏地址 /wall?key=… 打开',
  };

const stage = document.getElementById('stage');
const steps = document.getElementById('steps');
const note = document.getElementById('note');
document.body.className = light ? 'light' : 'dark';
document.documentElement.lang = english ? 'en' : 'zh';

const wall = { scenes: [], place: 0, turns: 0, paused: false, version: '', page: '', seen: null, timer: 0 };
window.wall = wall;
let refused = false;
// who does not answer: the server, or the database behind it
let missing = 'server';

// two layers for good: the lower one keeps its picture until the upper one hides it
const layers = [0, 1].map(() => {
  const layer = document.createElement('div');
  layer.className = 'scene';
  stage.append(layer);
  return layer;
});
let top = 0;

function picture(scene) {
  const parsed = new DOMParser().parseFromString(scene.svg, 'image/svg+xml');
  if (parsed.querySelector('parsererror, script, foreignObject')) throw new Error('a picture that cannot be shown');
  const svg = document.importNode(parsed.documentElement, true);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${scene.title}：${scene.headline}`);
  return svg;
}

function show(place) {
  if (!wall.scenes.length) return;
  wall.place = (place + wall.scenes.length) % wall.scenes.length;
  const scene = wall.scenes[wall.place];
  const next = layers[1 - top];
  const old = layers[top];
  next.replaceChildren(picture(scene));
  next.dataset.scene = scene.key;
  old.className = 'scene shown';
  // one that is still coming would go on being half there while the next one replaces what lay under it
  for (const change of old.getAnimations()) change.finish();
  old.style.zIndex = '0';
  next.style.zIndex = '1';
  next.className = 'scene';
  void next.offsetWidth;
  // the first picture has nothing to come over
  next.className = old.firstChild ? 'scene coming' : 'scene shown';
  top = 1 - top;
  wall.turns += 1;
  for (const [number, mark] of [...steps.children].entries()) mark.className = number === wall.place ? 'now' : '';
  wait();
}

function wait() {
  window.clearTimeout(wall.timer);
  if (wall.paused || wall.scenes.length < 2) return;
  const seconds = fixed || wall.scenes[wall.place].seconds;
  wall.timer = window.setTimeout(() => show(wall.place + 1), seconds * 1000);
}

function take(answer) {
  if (wall.page && wall.page !== answer.page) { window.location.reload(); return; }
  wall.page = answer.page;
  wall.seen = new Date();
  if (answer.version === wall.version) return;
  const standing = wall.scenes[wall.place]?.key;
  const first = !wall.scenes.length;
  wall.version = answer.version;
  wall.scenes = answer.scenes;
  if (steps.children.length !== answer.scenes.length) {
    steps.replaceChildren(...answer.scenes.map(() => document.createElement('i')));
  }
  const place = answer.scenes.findIndex((scene) => scene.key === standing);
  if (first) show(0);
  else if (place < 0) show(0);
  else {
    wall.place = place;
    // the picture that stands is renewed where it stands; its turn goes on
    layers[top].replaceChildren(picture(answer.scenes[place]));
  }
}

// the hour alone would lie about a picture of the day before
function momentOf(seen) {
  const tongue = english ? 'en-GB' : 'zh-CN';
  const hour = seen.toLocaleTimeString(tongue, { hour: '2-digit', minute: '2-digit' });
  if (seen.toDateString() === new Date().toDateString()) return hour;
  return `${seen.toLocaleDateString(tongue, { month: english ? 'short' : 'long', day: 'numeric' })} ${hour}`;
}

// what is wrong, how old the picture is, and what to do; the wall itself comes back without anybody
function trouble() {
  if (refused) return WORDS.refused;
  if (wall.seen) return WORDS.lost[missing] + WORDS.shown(momentOf(wall.seen)) + WORDS.check[missing];
  return (missing === 'server' ? WORDS.first : WORDS.lost[missing]) + WORDS.check[missing];
}

function found(ok) {
  document.body.classList.toggle('lost', !ok);
  if (ok) { note.hidden = true; return; }
  note.textContent = trouble();
  note.hidden = false;
}

async function ask() {
  const query = new URLSearchParams();
  for (const name of ['scenes', 'theme', 'key']) if (asked.get(name)) query.set(name, asked.get(name));
  query.set('lang', english ? 'en' : 'zh');
  missing = 'server';
  try {
    const answer = await fetch(`wall/scenes?${query}`, { cache: 'no-store', signal: AbortSignal.timeout(WAIT) });
    refused = answer.status === 401;
    if (answer.status === 503) missing = 'database';
    if (!answer.ok) throw new Error(String(answer.status));
    take(await answer.json());
    found(true);
    window.setTimeout(ask, REFRESH);
  } catch {
    found(false);
    window.setTimeout(ask, RETRY);
  }
}

const KEYS = {
  ArrowRight: () => show(wall.place + 1), PageDown: () => show(wall.place + 1), ArrowDown: () => show(wall.place + 1),
  ArrowLeft: () => show(wall.place - 1), PageUp: () => show(wall.place - 1), ArrowUp: () => show(wall.place - 1),
  Home: () => show(0), End: () => show(wall.scenes.length - 1),
  ' ': () => {
    wall.paused = !wall.paused;
    document.body.classList.toggle('paused', wall.paused);
    wait();
  },
};
window.addEventListener('keydown', (event) => {
  const act = KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});

// a server that takes long to draw the first picture: black says nothing
window.setTimeout(() => { if (!wall.seen && note.hidden) found(false); }, PATIENCE);
ask();
