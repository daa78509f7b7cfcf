// What one sees of the wallet: a button in the header and the panel that it opens.
import { REJECTED } from "./failures.js";
import { connect, current, disconnect, roleOf, selected, switchTo, wallets } from "./wallets.js";

const PARTIES = ["buyer", "seller", "referrer", "arbiter", "operator", "outsider"];

export function prepare(root) {
  const button = element("button", { type: "button", className: "handle", ariaHasPopup: "dialog" });
  const notes = element("div", { className: "notes", role: "status" });
  const panel = element("div", { className: "panel", role: "dialog", popover: "auto" });
  const picker = { root, button, notes, panel, drawn: "" };
  button.addEventListener("click", () => panel.togglePopover());
  panel.addEventListener("toggle", (event) => {
    button.ariaExpanded = String(event.newState === "open");
    if (event.newState === "open") place(picker);
  });
  button.ariaExpanded = "false";
  root.replaceChildren(button, notes, panel);
  return picker;
}

// Below the button, inside the window.
function place({ button, panel }) {
  const box = button.getBoundingClientRect();
  const width = Math.min(340, window.innerWidth - 16);
  panel.style.width = `${width}px`;
  panel.style.top = `${box.bottom + 6}px`;
  panel.style.left = `${Math.max(8, Math.min(box.right - width, window.innerWidth - width - 8))}px`;
  panel.style.maxHeight = `${window.innerHeight - box.bottom - 16}px`;
}

export function draw(picker, { chain, texts }, asking) {
  const state = current();
  const wrong = state.account !== null && state.chainId !== chain.id;
  const announced = wallets();
  const seen = JSON.stringify([state, wrong, asking, announced.map((wallet) => wallet.info), chain, texts]);
  if (seen === picker.drawn) return;
  picker.drawn = seen;
  drawButton(picker.button, state, wrong, texts);
  drawNotes(picker.notes, state, wrong, asking, chain, texts);
  picker.panel.ariaLabel = texts.connect;
  const focused = picker.panel.getRootNode().activeElement?.dataset?.wallet;
  picker.panel.replaceChildren(...panelOf(picker.panel, state, announced, texts));
  if (focused) picker.panel.querySelector(`[data-wallet="${CSS.escape(focused)}"]`)?.focus();
}

function drawButton(button, state, wrong, texts) {
  button.classList.toggle("primary", !state.account);
  if (!state.account) {
    button.ariaLabel = null;
    button.replaceChildren(element("span", { textContent: texts.connect }));
    return;
  }
  const name = titleOf(selected(), texts);
  button.ariaLabel = `${name} ${state.account}`;
  button.replaceChildren(
    element("span", { className: wrong ? "dot wrong" : "dot" }),
    element("span", { className: "name", textContent: name }),
    element("span", { className: "address", textContent: short(state.account) }),
    element("span", { className: "arrow", ariaHidden: "true" }),
  );
}

function drawNotes(notes, state, wrong, asking, chain, texts) {
  const lines = [];
  if (asking) lines.push(element("span", { className: "hint", textContent: texts.confirm }));
  if (wrong) {
    const change = element("button", {
      type: "button",
      textContent: texts.switch.replace("{chain}", chain.name),
    });
    change.addEventListener("click", () => switchTo(chain));
    lines.push(element("span", { className: "warning", textContent: texts.wrong_chain }), change);
  }
  if (state.error) {
    const { code, message } = state.error;
    const sentence =
      code === REJECTED
        ? texts.rejected
        : message
          ? texts.failed.replace("{message}", message)
          : texts.no_accounts;
    lines.push(element("span", { className: "warning", textContent: sentence }));
  }
  notes.replaceChildren(...lines);
}

function panelOf(panel, state, announced, texts) {
  const roles = announced.filter((wallet) => roleOf(wallet));
  const others = announced.filter((wallet) => !roleOf(wallet));
  const parts = [];
  if (state.account) parts.push(accountPart(state, texts));
  if (others.length) parts.push(listPart(panel, texts.choose_wallet, others, state, texts, "list"));
  if (roles.length) parts.push(rolesPart(panel, roles, state, texts));
  if (!announced.length) {
    parts.push(
      element("strong", { textContent: texts.no_wallet }),
      element("p", { textContent: texts.no_wallet_help }),
    );
  }
  return parts;
}

function accountPart(state, texts) {
  const part = element("section", { className: "account" });
  const name = texts.connected_to.replace("{wallet}", titleOf(selected(), texts));
  const copy = element("button", { type: "button", textContent: texts.copy });
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(state.account);
    copy.textContent = texts.copied;
  });
  const leave = element("button", { type: "button", textContent: texts.disconnect });
  leave.addEventListener("click", disconnect);
  const buttons = element("div", { className: "row" });
  buttons.append(copy, leave);
  part.append(
    element("span", { className: "hint", textContent: name }),
    element("code", { textContent: state.account }),
    buttons,
  );
  return part;
}

function listPart(panel, title, listed, state, texts, className) {
  const part = element("section");
  const list = element("div", { className });
  part.append(element("span", { className: "hint", textContent: title }), list);
  for (const wallet of listed) {
    const { uuid, icon } = wallet.info;
    const choice = element("button", { type: "button", disabled: state.connecting });
    choice.dataset.wallet = uuid;
    choice.ariaCurrent = String(state.selected === uuid);
    if (/^data:image\//.test(icon ?? "")) choice.append(element("img", { src: icon, alt: "" }));
    choice.append(element("span", { textContent: titleOf(wallet, texts) }));
    choice.addEventListener("click", () =>
      connect(uuid).then(() => current().account && panel.hidePopover()),
    );
    list.append(choice);
  }
  return part;
}

// The parties of a trade first; the rest when asked for, or when one of them is connected.
function rolesPart(panel, roles, state, texts) {
  const parties = PARTIES.flatMap((role) => roles.filter((wallet) => roleOf(wallet) === role));
  const rest = roles.filter((wallet) => !parties.includes(wallet));
  const part = listPart(panel, texts.choose_role, parties, state, texts, "list roles");
  const more = element("details", { open: rest.some((wallet) => wallet.info.uuid === state.selected) });
  more.append(
    element("summary", { textContent: texts.more_roles }),
    ...listPart(panel, "", rest, state, texts, "list roles").children,
  );
  part.append(more);
  return part;
}

function titleOf(wallet, texts) {
  return texts.roles?.[roleOf(wallet)] || wallet.info.name;
}

const short = (address) => `${address.slice(0, 6)}…${address.slice(-4)}`;

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}
