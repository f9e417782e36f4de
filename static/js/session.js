// Says five minutes before a sign-in ends that it does. To ask how long it lasts is no activity;
// another page of the portal, where somebody works, extends it for this one too.
// Once it is over the page is taken out of the document, with all that was typed, and put back when
// the same reader has signed in again.
const WARNING = 300;
const words = document.getElementById("session-warning").dataset;
const dialog = document.createElement("dialog");
dialog.className = "session-warning";
dialog.setAttribute("aria-labelledby", "session-warning-title");

function part(name, text, properties = {}) {
  const element = Object.assign(document.createElement(name), { textContent: text }, properties);
  dialog.append(element);
  return element;
}

part("h2", words.title, { id: "session-warning-title" });
const text = part("p", words.soon, { role: "status" });
const extend = part("button", words.extend, { type: "button", className: "btn btn-primary" });
const again = part("a", words.again, {
  href: words.signIn,
  target: "_blank",
  rel: "noopener",
  className: "btn btn-primary",
  hidden: true,
});
const close = part("button", words.close, { type: "button", className: "btn btn-link" });
document.body.append(dialog);

let timer = null;
let ends = Date.now() + 1000 * Number(words.left);
let isAway = false;
const away = document.createDocumentFragment();

function putAway() {
  isAway = true;
  away.append(...[...document.body.childNodes].filter((node) => node !== dialog));
}

function putBack() {
  isAway = false;
  document.body.prepend(away);
}

function plan(seconds) {
  clearTimeout(timer);
  timer = setTimeout(look, 1000 * Math.max(seconds, 1));
}

async function secondsLeft(method) {
  const headers = {};
  if (method === "POST") {
    headers["X-CSRFToken"] = document.querySelector("[name=csrfmiddlewaretoken]").value;
  }
  const answer = await fetch(words.address, { method, headers, redirect: "manual" });
  if (answer.status === 429 || answer.status >= 500) {
    // Asked too often, or being updated: it says nothing of the sign-in.
    throw new Error(`No answer: ${answer.status}`);
  }
  if (!answer.ok) {
    return 0;
  }
  const { seconds_left: left, reader } = await answer.json();
  return String(reader) === words.reader ? left : 0;
}

function open() {
  if (!dialog.open) {
    dialog.showModal();
  }
}

function show(left) {
  ends = Date.now() + 1000 * left;
  if (left > 0) {
    if (isAway) {
      putBack();
      extend.hidden = false;
    }
    again.hidden = true;
    close.hidden = false;
  }
  if (left > WARNING) {
    text.textContent = words.soon;
    extend.hidden = false;
    dialog.close();
    plan(left - WARNING);
  } else if (left > 0) {
    if (!extend.hidden) {
      text.textContent = words.soon;
    }
    open();
    plan(left + 1);
  } else {
    if (!isAway) {
      text.textContent = words.over;
      extend.hidden = true;
      again.hidden = false;
      close.hidden = true;
      putAway();
      open();
    }
    // Whoever signs in in a window beside this one brings neither to the front.
    plan(60);
  }
}

async function look() {
  try {
    show(await secondsLeft("GET"));
  } catch {
    // Not reached: nothing new can be said now.
    if (Date.now() > ends) {
      show(0);
    }
    plan(60);
  }
}

extend.addEventListener("click", async () => {
  let left;
  try {
    left = await secondsLeft("POST");
  } catch {
    text.textContent = words.unreached;
    return;
  }
  if (left > 0 && left <= WARNING) {
    text.textContent = words.last;
    extend.hidden = true;
    plan(left + 1);
  } else {
    show(left);
  }
});
close.addEventListener("click", () => dialog.close());
// The escape key closes it too.
dialog.addEventListener("close", () => isAway && open());
// A machine that slept has not counted.
document.addEventListener("visibilitychange", () => document.hidden || look());
window.addEventListener("focus", look);
plan(Number(words.left) - WARNING);
