// What the server cannot say: that it was not reached, or answered with another page.
function say(target, reason) {
  const autosave = target.closest("#autosave");
  if (autosave) {
    autosave.querySelector(".autosave-state").textContent = autosave.dataset[reason];
  }
}

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.body.addEventListener(failure, (event) => say(event.target, "unreachable"));
}

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.xhr.responseText.includes("autosave-state")) {
    event.detail.shouldSwap = false;
    say(event.target, "refused");
  }
});

// Two saves at once would be one too many: the button waits for the one that is on its way,
// so that it sends the version which that one leads to, and none begins behind it.
const form = document.querySelector(".report-form");
let leaving = false;
let waiting = null;

form.addEventListener("submit", (event) => {
  if (form.querySelector("#autosave.htmx-request")) {
    event.preventDefault();
    waiting = event.submitter;
  } else {
    leaving = true;
  }
});

document.body.addEventListener("htmx:afterRequest", () => {
  if (waiting) {
    const button = waiting;
    waiting = null;
    // Behind htmx's own work with the answer.
    setTimeout(() => form.requestSubmit(button));
  }
});

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving || waiting) {
    event.preventDefault();
  }
});

window.addEventListener("pageshow", () => {
  leaving = false;
});
