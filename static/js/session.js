// What a page shows goes when the session ends: by a log-out in another tab, or when somebody looks at it again.
(() => {
  const tabs = new BroadcastChannel("session");
  if (!("signedIn" in document.body.dataset)) {
    tabs.postMessage("ended?");
    return;
  }

  // The log-in page sends on whoever is in already; asking it is no use of the session.
  async function look() {
    const options = { headers: { Accept: "application/json" }, redirect: "manual" };
    const answer = await fetch(document.body.dataset.signedIn, options).catch(() => null);
    if (answer?.status === 200) location.replace(location.pathname + location.search);
  }

  tabs.addEventListener("message", look);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
})();
