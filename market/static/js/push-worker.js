// The service worker, at /sw.js: shows what is pushed, and opens what it is about. It keeps no page and answers none.
const read = (event) => { try { return event.data.json(); } catch { return {}; } };

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title = "Chợ số", says = "Có tin mới cho bạn.", link = "/", tag } = read(event);
  event.waitUntil(self.registration.showNotification(title, { body: says, tag, data: { link }, lang: "vi", icon: "/static/img/mark-192.png" }));
});

// The page of it that is open already comes to the front, and looks for itself what is new; else it is opened.
const open = async (link) => {
  const to = new URL(link, self.location.origin);
  if (to.origin !== self.location.origin) return;
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = tabs.find((tab) => new URL(tab.url).pathname === to.pathname);
  await (there ? there.focus() : self.clients.openWindow(to.href));
};

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data.link));
});

// The browser's push service gave it another address: the market is told, by the cookies that this browser has.
const move = async () => {
  const answer = await fetch("/bao-tin/khoa", { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { key, csrf_token } = await answer.json();
  const applicationServerKey = Uint8Array.from(atob(key.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const subscription = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = subscription.toJSON();
  await fetch("/bao-tin/doi", { method: "POST", body: new URLSearchParams({ csrf_token, endpoint, ...keys }) });
};

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(move()));
