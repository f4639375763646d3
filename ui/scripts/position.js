// Asks the browser once for the place (W3C Geolocation: WGS-84 degrees, metres of doubt), or says in a sentence why there is none.
const OPTIONS = { enableHighAccuracy: true, timeout: 15000, maximumAge: 10000 };
const TROUBLES = { 1: "denied", 2: "unavailable", 3: "timeout" };

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const button = parentElement.querySelector("button");
  const word = parentElement.querySelector(".word");
  const told = (parentElement.finegridPosition ??= { asked: false, word: "idle" });

  const say = (name) => {
    told.word = name;
    word.textContent = data.words[name] ?? "";
    word.classList.toggle("trouble", name in data.troubles);
    button.textContent = data.words.ask;
    button.disabled = name === "asking";
    button.hidden = name === "insecure";
  };
  const trouble = (name) => {
    say(name);
    setStateValue("found", { trouble: name });
  };
  const ask = () => {
    told.asked = true;
    if (!window.isSecureContext || !navigator.geolocation) return trouble("insecure");
    say("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords, timestamp }) => {
        say("idle");
        setStateValue("found", { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy, at: timestamp });
      },
      (error) => trouble(TROUBLES[error.code] ?? "unavailable"),
      OPTIONS,
    );
  };

  button.onclick = ask;
  say(told.word);
  if (data.atOnce && !told.asked) ask();
}
