// The one thing that the server cannot say: that it was not reached.
for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => {
    const line = event.target.closest("#autosave");
    if (line) {
      line.querySelector(".autosave-state").textContent = line.dataset.unreachable;
    }
  });
}
