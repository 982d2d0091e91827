/**
 * Runs in the page before anything of its own, and notes when it was ready and which tasks were long. `cubbyVisit()`
 * answers that once there was no long task for so many milliseconds, and undefined until then.
 */
/* global document, MutationObserver, PerformanceObserver */
{
  const tasks = [];
  let readyMs;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push({ end: startTime + duration, duration });
  }).observe({ type: "longtask", buffered: true });
  const observer = new MutationObserver(() => {
    // The session is there, and so is the first thing to do with it.
    if (document.querySelector(".chip") === null || document.querySelector(".invitation .button") === null) return;
    readyMs = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { childList: true, subtree: true });

  globalThis.cubbyVisit = (quietMs) => {
    if (readyMs === undefined) return undefined;
    const last = Math.max(readyMs, ...tasks.map(({ end }) => end));
    if (performance.now() - last < quietMs) return undefined;
    const paintMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    return { tasks, readyMs, paintMs };
  };
}
