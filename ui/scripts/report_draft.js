// Keeps what is typed in this browser until it is saved: a new session of the server asks for it back.
const RETRY_MS = 2000;
const PRESS_MS = 60000;
const connected = () => document.querySelector("[data-testid=stApp]")?.dataset.testConnectionState === "CONNECTED";

export default function (component) {
  const { data, setTriggerValue } = component;
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
  let asking = 0;

  if (data.done) {
    if (load().number === data.done) for (const key of [place, `${photo}.id`, `${photo}.data`]) localStorage.removeItem(key);
  } else if (data.values) {
    keep({ ...load(), ...data.values, pressed: undefined });
  } else {
    const draft = load();
    draft.number ??= data.number;
    if (field()?.value) draft.text = field().value;
    keep(draft);
    // an answer that meets another run is lost: it is given until the server has it
    const answer = () => {
      const now = { ...draft, ...load() };
      const pressed = Date.now() - (now.pressed ?? 0) < PRESS_MS;
      setTriggerValue("kept", { ...now, pressed, photo: localStorage.getItem(`${photo}.id`), session: data.session });
    };
    answer();
    asking = setInterval(() => connected() && answer(), RETRY_MS);
  }

  const hear = (event) => {
    if (!data.done && event.target === field()) keep({ ...load(), text: event.target.value });
  };
  // a press that reaches a server which just came back is lost on it: it is kept too, for a moment
  const press = (event) => {
    if (data.press && event.target.closest?.(data.press)) keep({ ...load(), pressed: Date.now() });
  };
  document.addEventListener("input", hear);
  document.addEventListener("click", press, true);
  return () => {
    clearInterval(asking);
    document.removeEventListener("input", hear);
    document.removeEventListener("click", press, true);
  };
}
