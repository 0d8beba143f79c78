// Scan anywhere: a scanner types like a very fast keyboard and ends with Enter.
// The code goes to the page's own form (form[data-scan-form] with an input[name=code]),
// else to the server, which knows where such a code leads.

const FASTEST_HUMAN_MS = 35;
const SHORTEST = 4;
const PAUSE_MS = 500; // a radio scanner or a busy tablet may stutter inside one code

export function tone(good) {
  try {
    const context = (tone.context ||= new AudioContext());
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    oscillator.frequency.value = good ? 1320 : 220;
    volume.gain.setValueAtTime(0.12, context.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, context.currentTime + (good ? 0.12 : 0.35));
    oscillator.connect(volume).connect(context.destination);
    oscillator.start();
    oscillator.stop(context.currentTime + 0.4);
  } catch { /* no sound on this device */ }
  if (!good) navigator.vibrate?.(120);
}

export function startScanning(page, toast) {
  let typed = "";
  let gaps = [];
  let last = 0;
  let draft = ""; // stands in the page's own field and was not sent yet

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const now = event.timeStamp;
    if (event.key === "Enter") {
      const isScan = typed.length >= SHORTEST && now - last < PAUSE_MS && middle(gaps) < FASTEST_HUMAN_MS;
      const code = typed;
      typed = "";
      gaps = [];
      if (isOwnField(event.target)) { // it holds the whole code, however slowly it came
        const field = event.target;
        const isCut = code.endsWith(field.value); // by a focus that came in between
        if (isScan && isCut) field.value = code;
        draft = "";
        field.select(); // at once: the first key of the next code replaces this one
        return;
      }
      if (!isScan || event.target?.matches?.("[data-scan-field]")) return; // a line of its own
      event.preventDefault();
      takeBack(event.target, code);
      document.dispatchEvent(new CustomEvent("scan", { detail: { code } }));
      return;
    }
    if (event.key.length !== 1) return;
    if (now - last < PAUSE_MS) gaps.push(now - last);
    else [typed, gaps] = ["", []];
    typed += event.key;
    last = now;
  }, true);

  // Whatever stands in the page's own field gives way to the next code.
  addEventListener("focusin", (event) => { if (isOwnField(event.target)) event.target.select(); });
  // An answer that arrives in the middle of the next code must not select what is typed so far,
  // however long the code pauses there.
  document.addEventListener("input", (event) => { if (isOwnField(event.target)) draft = event.target.value; });
  document.addEventListener("htmx:afterSettle", () => { if (!draft) selectOwnField(); });
  const first = document.activeElement;
  if (isOwnField(first) && first.value !== first.defaultValue) draft = first.value; // scanned before we began
  else selectOwnField();

  keepEveryScan();
  document.addEventListener("input", countInField);
  document.addEventListener("change", countInField); // a stepper's buttons
  document.addEventListener("scan", (event) => route(event.detail.code, page, toast));
  // Answers say how a scan went: HX-Trigger: scan-good / scan-bad.
  document.body.addEventListener("scan-good", () => { tone(true); toast(""); });
  document.body.addEventListener("scan-bad", (event) => { tone(false); toast(event.detail?.value, true); });
}

// Most keys of a scan follow each other faster than any hand; one late key does not make it typing.
function middle(gaps) {
  return [...gaps].sort((one, other) => one - other)[gaps.length >> 1];
}

// Scans come faster than answers. A form with hx-sync="this:queue all" sends them one after
// the other, each as it was when it was scanned and not as the field reads by then.
function keepEveryScan() {
  const waiting = new WeakMap();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-scan-form][hx-sync]")) return;
    waiting.set(form, [...(waiting.get(form) || []), new FormData(form)]);
  }, true);
  document.addEventListener("htmx:configRequest", (event) => {
    const scanned = waiting.get(event.detail.elt)?.shift();
    if (!scanned) return;
    for (const name of ["code", "damaged"]) {
      event.detail.formData.delete(name);
      if (scanned.has(name)) event.detail.formData.set(name, scanned.get(name));
    }
  });
}

function isOwnField(field) {
  return field?.name === "code" && Boolean(field.form?.hasAttribute("data-scan-form"));
}

function selectOwnField() {
  if (isOwnField(document.activeElement)) document.activeElement.select();
}

// The burst also landed in the field that had the focus: take it out again.
function takeBack(field, code) {
  if (typeof field.value === "string" && field.value.endsWith(code) && field.name !== "code") {
    field.value = field.value.slice(0, -code.length);
  }
}

// A field that takes serial numbers, one a line, takes them wherever the focus is: the first
// that still wants some. What none wants is refused in words, at the line that was scanned last.
let lastField = null;

function keepInField(code) {
  const fields = [...document.querySelectorAll("[data-scan-field]")];
  if (!fields.length) return false;
  fields.forEach(judge);
  const twice = fields.find((one) => linesOf(one).some((line) => line.toUpperCase() === code.trim().toUpperCase()));
  const field = twice ? null : fields.find((one) => linesOf(one).length < wantedBy(one));
  if (field) {
    field.value = [...linesOf(field), code].join("\n") + "\n";
    lastField = field;
    judge(field);
  } else if (twice) {
    say(twice, twice.dataset.wordsTwice, code);
  } else {
    const full = fields.includes(lastField) ? lastField : fields[0];
    say(full, full.dataset.wordsFull, code);
  }
  tone(Boolean(field));
  return true;
}

function linesOf(field) {
  return field.value.split("\n").map((line) => line.trim()).filter(Boolean);
}

// As many as the line has units, or as somebody has set beside it.
function wantedBy(field) {
  const set = field.dataset.scanCount ? field.form?.elements[field.dataset.scanCount] : null;
  return Number(set ? set.value : field.dataset.scanField);
}

// What was typed or scanned into the field itself stays there, and is counted in words.
function judge(field) {
  const isTooMany = linesOf(field).length > wantedBy(field);
  say(field, isTooMany ? field.dataset.wordsMany : "", "");
}

function say(field, words, code) {
  const place = field.closest(".field--scan").querySelector("[data-scan-words]");
  place.textContent = words.replace("{code}", code);
  place.hidden = !words;
  field.setAttribute("aria-invalid", String(Boolean(words)));
  if (words) place.scrollIntoView({ block: "nearest" });
}

function countInField({ target }) {
  for (const field of document.querySelectorAll("[data-scan-field]")) {
    if (field === target) lastField = field;
    if (field === target || field.form?.elements[field.dataset.scanCount] === target) judge(field);
  }
}

async function route(code, page, toast) {
  if (keepInField(code)) return;
  const form = document.querySelector("form[data-scan-form]");
  if (form) {
    form.elements.code.value = code;
    form.requestSubmit();
    return;
  }
  if (!page.scan) return;
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const body = new URLSearchParams({ code });
  try {
    const response = await fetch(page.scan, { method: "POST", headers, body });
    const answer = await response.json();
    tone(Boolean(answer.url));
    if (answer.url) location.assign(answer.url);
    else toast(answer.words, true);
  } catch {
    tone(false);
  }
}
