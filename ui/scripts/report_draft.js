// Keeps what is typed in this browser until it is saved: a new session of the server asks for it back.
const RETRY_MS = 2000;
const PRESS_MS = 60000;
const connected = () => document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState === "CONNECTED";

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const place = `finegrid.draft.${data.name}`;
  const photo = `finegrid.photo.${data.name}`;
  const load = () => {
    try {
      return JSON.parse(localStorage.getItem(place)) ?? {};
    } catch {
      return {};
    }
  };
  // a browser that keeps nothing still lets the form be filled in
  const keep = (draft) => {
    try {
      localStorage.setItem(place, JSON.stringify(draft));
    } catch {}
  };
  const field = () => document.querySelector(data.field);
  const recent = (press) => press && Date.now() - press.at < PRESS_MS;
  let asking = 0;

  if (data.done) {
    if (load().number === data.done) for (const key of [place, `${photo}.id`, `${photo}.data`]) localStorage.removeItem(key);
  } else if (data.values) {
    const { pressed, ...draft } = { ...load(), ...data.values };
    // one of another session was told with the rest; one of this session counts as heard when the server counted one more
    const waits = recent(pressed) && pressed.session === data.session && pressed.heard >= data.heard;
    keep(waits ? { ...draft, pressed } : draft);
    asking = setInterval(() => {
      const press = load().pressed;
      if (recent(press) && press.heard >= data.heard && Date.now() - press.at > RETRY_MS && connected()) setTriggerValue("pressed", press.at);
    }, RETRY_MS);
  } else {
    const draft = load();
    draft.number ??= data.number;
    if (field()?.value) draft.text = field().value;
    keep(draft);
    // an answer that meets another run is lost: it is given until the server has it
    const answer = () => {
      const now = { ...draft, ...load(), typed: Boolean(field()?.value), photo: localStorage.getItem(`${photo}.id`) };
      setTriggerValue("kept", { ...now, pressed: recent(now.pressed), session: data.session });
    };
    answer();
    asking = setInterval(() => connected() && answer(), RETRY_MS);
  }

  const hear = (event) => {
    if (!data.done && event.target === field()) keep({ ...load(), text: event.target.value });
  };
  // a press that reaches a server which just came back may be lost on it: it is kept, for a moment, until the server heard it
  const press = (event) => {
    if (data.press && event.target.closest?.(data.press))
      keep({ ...load(), pressed: { at: Date.now(), session: data.session, heard: data.heard ?? 0 } });
  };
  // every change of data comes here again, and only the last of these is ever told to stop: it stops the one before
  parentElement.finegridStop?.();
  document.addEventListener("input", hear);
  document.addEventListener("click", press, true);
  const stop = () => {
    clearInterval(asking);
    document.removeEventListener("input", hear);
    document.removeEventListener("click", press, true);
  };
  parentElement.finegridStop = stop;
  return stop;
}
