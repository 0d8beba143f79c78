// A form that stays on its page carries a new one-time key for each sending. Where no
// answer came, the same content goes again under the same key: it takes effect once.

const ONCE = "_once";
const unanswered = new WeakMap();

const freshKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const contentOf = (sent) => JSON.stringify([...sent].filter(([name]) => name !== ONCE));

export function startSending() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    const form = detail.elt;
    const key = form.elements?.[ONCE];
    if (!key) return;
    const content = contentOf(detail.formData);
    if (unanswered.has(form) && unanswered.get(form) !== content) key.value = freshKey();
    unanswered.set(form, content);
    detail.parameters[ONCE] = key.value;
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const key = detail.elt.elements?.[ONCE];
    if (!key || !detail.xhr.status) return;
    unanswered.delete(detail.elt);
    key.value = freshKey();
  });
}
