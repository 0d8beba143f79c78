// Live updates: the socket says only {topic, version}; what changed is fetched afresh.
// An element that shows a topic says hx-trigger="live:work.msk-1 from:body, every 30s".

export function startLive(page) {
  const topics = (page.topics || "").split(/\s+/).filter(Boolean);
  if (!topics.length) return;
  const lamp = document.querySelector("[data-live-lamp]");
  const base = page.live || `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
  const seen = {};
  let wait = 1000;

  const tell = (topic) => {
    document.body.dispatchEvent(new CustomEvent("live", { detail: { topic } }));
    document.body.dispatchEvent(new CustomEvent(`live:${topic}`, { detail: { topic } }));
  };
  const connect = () => {
    const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
    const socket = new WebSocket(`${base.replace(/\/$/, "")}/ws/live/?${query}`);
    socket.onopen = () => {
      lamp?.classList.add("is-on");
      if (wait > 1000) topics.forEach(tell); // back after a gap: look at everything again
      wait = 1000;
    };
    socket.onmessage = (event) => {
      const { topic, version } = JSON.parse(event.data);
      // Only the same one twice is old news: machines have clocks of their own.
      if (seen[topic] !== version) { seen[topic] = version; tell(topic); }
    };
    socket.onclose = (event) => {
      lamp?.classList.remove("is-on");
      if (event.code === 4403) return; // not for us; the slow poll remains
      wait = Math.min(wait * 2, 30000);
      setTimeout(connect, wait + Math.random() * 1000);
    };
  };
  connect();
}
