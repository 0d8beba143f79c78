// The tablet's own behaviour: live refetch, scanning, idle lock, one press per button.
import { startLive } from "./live.js";
import { startScanning, tone } from "./scan.js";
import { startSending } from "./sending.js";

const page = document.body.dataset;

export function toast(words, bad = false) {
  const place = document.querySelector("[data-toast]");
  if (!place) return;
  place.hidden = true; // what was said before is over
  if (!words) return;
  place.textContent = words;
  place.classList.toggle("is-bad", bad);
  place.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { place.hidden = true; }, 4000);
}

// A form is sent once: its buttons are off until the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.hasAttribute("hx-post") || form.method === "get") return;
  form.dataset.sent = "1";
  for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});

// A button may wait to be pressed a second time within a few seconds: data-sure="Really?"
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-sure]");
  if (!button || button.dataset.armed) return;
  event.preventDefault();
  const before = [...button.childNodes]; // its icon too
  button.dataset.armed = "1";
  button.replaceChildren(button.dataset.sure);
  setTimeout(() => { delete button.dataset.armed; button.replaceChildren(...before); }, 4000);
});

// Steppers: <div class="stepper"><button data-step="-1">…<input>…<button data-step="1">
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-step]");
  const input = button?.closest(".stepper")?.querySelector("input");
  if (!input) return;
  event.preventDefault();
  button.dataset.step < 0 ? input.stepDown() : input.stepUp();
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// The PIN pad types into its field and works without it, by keyboard, as well.
const pin = document.querySelector("[data-pin]");
if (pin) {
  document.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]");
    if (!key) return;
    pin.value = key.dataset.key === "back" ? pin.value.slice(0, -1) : pin.value + key.dataset.key;
    pin.focus();
  });
}

// Left alone: the tablet asks for the PIN and comes back to this page.
const lockForm = document.querySelector("[data-lock-form]");
if (lockForm && page.lock) {
  let timer;
  const wake = () => {
    clearTimeout(timer);
    timer = setTimeout(() => lockForm.submit(), Number(page.lockAfter || 300) * 1000);
  };
  for (const kind of ["pointerdown", "keydown", "touchstart"]) addEventListener(kind, wake, { passive: true });
  wake();
}

// The line is lost when it breaks or an answer stays out. A browser that never saw a network
// (navigator.onLine is false) may still stand beside the server: this page has just come.
const offline = document.querySelector("[data-offline]");
const sayConnection = (isLost) => () => { if (offline) offline.hidden = !isLost; };
addEventListener("online", sayConnection(false));
addEventListener("offline", sayConnection(true));
document.addEventListener("htmx:sendError", sayConnection(true));
document.addEventListener("htmx:afterOnLoad", sayConnection(false));

// What was refused is said aloud and is in sight, however far down the page was.
const refusal = (place) => place.querySelector(".refusal, .notice--error");
if (refusal(document)) tone(false);
document.addEventListener("htmx:afterSettle", () => refusal(document)?.scrollIntoView({ block: "nearest" }));

startLive(page);
startScanning(page, toast);
startSending(); // after scanning, which says what is sent
