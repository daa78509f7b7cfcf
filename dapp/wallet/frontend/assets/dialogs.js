// Windows of the page's own around sealed evidence. Everything that came from outside goes in as text or as
// pixels, never as markup; what is saved is saved as plain bytes.
const PICTURES = { png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", webp: "image/webp", gif: "image/gif" };
const TEXTS = ["txt", "md", "csv", "json"];
const TEXT_LIMIT = 100_000;
const MAX_PIXELS = 24_000_000;
const LONGEST_SIDE = 1200;

// Shows an opened file: { name, description, bytes }. texts: save, close.
export function showFile({ name, description, bytes }, texts) {
  const dialog = open();
  const address = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  const save = pressable("a", { textContent: texts.save, href: address, download: harmless(name) });
  const close = pressable("button", { type: "button", textContent: texts.close, onclick: () => dialog.close() });
  dialog.addEventListener("close", () => URL.revokeObjectURL(address));
  const preview = element("div");
  Object.assign(preview.style, { maxHeight: "55vh", overflow: "auto" });
  dialog.append(heading(harmless(name)), paragraph(description), preview, row(save, close));
  fill(preview, name, bytes);
}

// Asks for the passphrase of a contract wallet's key; null if the user leaves. texts: passphrase,
// passphrase_help, continue, cancel.
export function askPassphrase(texts) {
  const input = element("input", { type: "password", autocomplete: "off", ariaLabel: texts.passphrase });
  input.style.width = "100%";
  return answer(texts.passphrase, texts.passphrase_help, input, texts, () => input.value);
}

// Shows a new passphrase until the user says that it is kept. texts: new_passphrase, new_passphrase_help, …
export function showPassphrase(words, texts) {
  const shown = element("code", { textContent: words });
  Object.assign(shown.style, { fontSize: "1.1rem", userSelect: "all", overflowWrap: "anywhere" });
  return answer(texts.new_passphrase, texts.new_passphrase_help, shown, texts, () => words);
}

function answer(title, help, middle, texts, value) {
  return new Promise((resolve) => {
    const dialog = open();
    const form = element("form", { method: "dialog" });
    const go = pressable("button", { type: "submit", textContent: texts.continue });
    const leave = pressable("button", { type: "button", textContent: texts.cancel, onclick: () => dialog.close() });
    let given = null;
    form.addEventListener("submit", () => (given = value()));
    dialog.addEventListener("close", () => resolve(given));
    form.append(middle, row(go, leave));
    dialog.append(heading(title), paragraph(help), form);
  });
}

async function fill(preview, name, bytes) {
  const ending = name.split(".").pop().toLowerCase();
  if (TEXTS.includes(ending)) {
    const text = element("pre", { textContent: new TextDecoder().decode(bytes.subarray(0, TEXT_LIMIT)) });
    text.style.whiteSpace = "pre-wrap";
    preview.append(text);
  } else if (PICTURES[ending]) {
    try {
      preview.append(await picture(new Blob([bytes], { type: PICTURES[ending] })));
    } catch {
      // Not a picture after all: it can still be saved.
    }
  }
}

async function picture(blob) {
  const bitmap = await createImageBitmap(blob);
  if (bitmap.width * bitmap.height > MAX_PIXELS) throw new Error("too large");
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas", { width: bitmap.width * scale, height: bitmap.height * scale });
  canvas.style.maxWidth = "100%";
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return canvas;
}

function open() {
  const theme = getComputedStyle(document.querySelector(".stApp") ?? document.body);
  const dialog = element("dialog", { className: "hanse-dialog" });
  Object.assign(dialog.style, {
    width: "min(44rem, calc(100vw - 2rem))",
    padding: "1.25rem",
    border: "1px solid rgb(128 128 128 / 40%)",
    borderRadius: "0.5rem",
    background: theme.backgroundColor,
    color: theme.color,
    fontFamily: theme.fontFamily,
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

function heading(text) {
  const title = element("h3", { textContent: text });
  Object.assign(title.style, { margin: "0 0 0.5rem", overflowWrap: "anywhere" });
  return title;
}

function paragraph(text) {
  const body = element("p", { textContent: text ?? "" });
  Object.assign(body.style, { margin: "0 0 1rem", whiteSpace: "pre-wrap", overflowWrap: "anywhere" });
  return body;
}

function row(...children) {
  const line = element("div");
  Object.assign(line.style, { display: "flex", gap: "1rem", alignItems: "center", marginTop: "1rem" });
  line.append(...children);
  return line;
}

function pressable(tag, properties) {
  const made = element(tag, properties);
  Object.assign(made.style, {
    padding: "0.4rem 0.9rem",
    border: "1px solid rgb(128 128 128 / 40%)",
    borderRadius: "0.5rem",
    background: "transparent",
    color: "inherit",
    font: "inherit",
    textDecoration: "none",
    cursor: "pointer",
  });
  return made;
}

// Without folders, control characters and marks that turn the direction of writing.
export function harmless(name) {
  const last = String(name).split(/[/\\]/).pop();
  return last.replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, "").trim().slice(-120) || "file";
}

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}
