// The camera in one tap: the photo is made small here, so that it is sent in a moment, and kept until the server has it.
const LONGEST = 1600;
const QUALITY = 0.86;
const MOST_BYTES = 12e6;
const HEAD_BYTES = 262144;
const RETRY_MS = 3000;

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const place = `finegrid.photo.${data.name}`;
  const root = parentElement;
  const part = (name) => root.querySelector(`.${name}`);
  const kept = (root.finegridPhoto ??= { id: null, value: null });

  const recall = () => {
    if (kept.value) return;
    try {
      kept.id = localStorage.getItem(`${place}.id`);
      kept.value = JSON.parse(localStorage.getItem(`${place}.data`));
    } catch {}
  };
  const forget = () => {
    Object.assign(kept, { id: null, value: null });
    for (const key of ["id", "data"]) localStorage.removeItem(`${place}.${key}`);
  };
  const keep = (id, value) => {
    forget();
    Object.assign(kept, { id, value });
    // where it does not fit it is still in memory
    try {
      localStorage.setItem(`${place}.data`, JSON.stringify(value));
      localStorage.setItem(`${place}.id`, id);
    } catch {}
  };

  const connected = () => document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState === "CONNECTED";
  const send = () => {
    if (!connected()) return;
    if (kept.value && kept.id !== data.have) setTriggerValue("photo", { id: kept.id, ...kept.value });
    else if (data.wanted && data.wanted !== data.have && kept.id !== data.wanted) setTriggerValue("photo", { id: data.wanted, missing: true });
  };
  const draw = () => {
    const picture = part("picture");
    picture.hidden = !kept.value;
    picture.alt = data.words.alt;
    if (kept.value) picture.src = `data:image/jpeg;base64,${kept.value.photo}`;
    part("camera-word").textContent = kept.value ? data.words.again : data.words.camera;
    part("album-word").textContent = data.words.album;
  };
  const say = (words) => (part("word").textContent = words);

  const take = async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    say(data.words.working);
    const value = await shrink(file).catch(() => null);
    say(value ? "" : data.words.tooBig);
    if (!value) return;
    const bits = crypto.getRandomValues(new Uint32Array(2));
    keep([...bits].map((one) => one.toString(36)).join(""), value);
    draw();
    send();
  };

  recall();
  if (data.drop && kept.id === data.drop) forget();
  draw();
  send();
  for (const input of root.querySelectorAll("input")) input.onchange = take;
  clearInterval(root.finegridTimer);
  // only its own: the end of an older round may come after the start of a newer one
  const timer = (root.finegridTimer = setInterval(send, RETRY_MS));
  return () => clearInterval(timer);
}

async function shrink(file) {
  const exif = await exifOf(file);
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return { photo: await base64(blob), exif };
  } catch {
    // what the browser cannot open the server looks at
    return file.size <= MOST_BYTES ? { photo: await base64(file), exif: "" } : null;
  }
}

// the EXIF block of a JPEG (its APP1 segment): where and when it was taken
async function exifOf(file) {
  const head = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (head.byteLength < 4 || head.getUint16(0) !== 0xffd8) return "";
  for (let at = 2; at + 10 <= head.byteLength && head.getUint8(at) === 0xff; at += 2 + head.getUint16(at + 2)) {
    const end = at + 2 + head.getUint16(at + 2);
    if (head.getUint8(at + 1) === 0xda) break;
    if (head.getUint8(at + 1) === 0xe1 && head.getUint32(at + 4) === 0x45786966 && end <= head.byteLength)
      return base64(new Blob([head.buffer.slice(at + 4, end)]));
  }
  return "";
}

function base64(blob) {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = fail;
    reader.readAsDataURL(blob);
  });
}
