// The page looks again by itself when its order changes. Nothing depends on this script.
const { live, link, topic } = document.body.dataset;
const base = live || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
const query = new URLSearchParams({ topic, link });
let wait = 1000;
let version = 0;

async function lookAgain() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(document.adoptNode(fresh.querySelector("main")));
}

function connect() {
  const socket = new WebSocket(`${base.replace(/\/$/, "")}/ws/live/?${query}`);
  socket.onopen = () => { lookAgain(); wait = 1000; }; // what changed before it was open
  socket.onmessage = (event) => {
    const told = JSON.parse(event.data).version;
    if (told !== version) { version = told; lookAgain(); }
  };
  socket.onclose = (event) => {
    if (event.code === 4403) return;
    wait = Math.min(wait * 2, 60000);
    setTimeout(connect, wait + Math.random() * 1000);
  };
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) lookAgain(); });
connect();
