// What htmx and the browser do not do by themselves: the dialog, flashes, copying, menus, selecting rows.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const dialog = one("#dialog");
  const dialogBody = one("#dialog-body");
  const notices = one("#flash-region");
  let opener = "";

  // Requests: the CSRF token goes along, only HTML comes in.

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = one('meta[name="csrf-token"]').content;
  });

  document.addEventListener("htmx:before:swap", (event) => {
    const { ctx } = event.detail;
    if (!ctx.response) return;

    if (!ctx.response.headers.get("content-type")?.startsWith("text/html")) event.preventDefault();
    else if (ctx.response.status < 400 && ctx.target !== dialogBody && dialog.contains(ctx.sourceElement)) closeDialog();
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target === dialogBody && ctx.response?.status < 400 && dialogBody.firstElementChild) openDialog();
    one('form [aria-invalid="true"]', dialog.open ? dialog : document)?.focus();
    if (document.activeElement === document.body) one("#main").focus({ preventScroll: true });
    countSelected();
    all(".flash").forEach(fade);
  });

  document.addEventListener("htmx:response:error", ({ detail: { ctx } }) => {
    ctx.sourceElement.closest(".role-form")?.reset();
    if (ctx.response.status >= 500) showUnreachable();
  });

  document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || ctx.response) return;

    ctx.sourceElement.closest(".role-form")?.reset();
    showUnreachable();
  });

  // The dialog: notices move into it while it is open, for nothing outside it can be seen or read.

  function openDialog() {
    dialog.setAttribute("aria-labelledby", "dialog-title");
    if (dialog.open) return;

    one("#flash").replaceChildren();
    dialog.prepend(notices);
    dialog.showModal();
  }

  function closeDialog() {
    if (notices.parentElement === dialog) one(".skip").after(notices);
    dialog.close();
    document.getElementById(opener)?.focus();
  }

  dialog.addEventListener("close", () => {
    if (notices.parentElement === dialog) closeDialog();
  });

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) closeDialog();
  });

  // Flashes: a success leaves after a while, unless somebody reads it or it carries a link.

  function showUnreachable() {
    one("#flash").replaceChildren(one("#unreachable").content.cloneNode(true));
  }

  function fade(flash) {
    if (flash.dataset.flash !== "success" || one("input", flash) || flash.dataset.fading) return;

    flash.dataset.fading = "yes";
    const timer = setInterval(() => {
      if (flash.matches(":hover, :focus-within")) return;

      clearInterval(timer);
      flash.remove();
    }, 10000);
  }

  // Selected rows.

  function countSelected() {
    const rows = all(".row-check");
    const count = rows.filter((row) => row.checked).length;
    const everything = one("[data-select-all]");
    if (everything) {
      everything.checked = count > 0 && count === rows.length;
      everything.indeterminate = count > 0 && count < rows.length;
    }
    if (one("#selected-count")) one("#selected-count").textContent = `${count} selected`;
  }

  function select(checked) {
    all(".row-check").forEach((row) => { row.checked = checked; });
    countSelected();
  }

  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-select-all]")) select(target.checked);
    if (target.matches(".row-check")) countSelected();
    const hint = target.selectedOptions?.[0]?.dataset.hint;
    if (hint) document.getElementById(`${target.id}-hint`).textContent = hint;
  });

  // Clicks on what carries a data attribute.

  async function copy(button) {
    const source = one(button.dataset.copy);
    const label = one("span", button);
    const before = label.textContent;
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    label.textContent = one("#announcer").textContent = "Copied";
    setTimeout(() => {
      label.textContent = before;
      one("#announcer").textContent = "";
      button.closest("[popover]")?.hidePopover();
    }, 1000);
  }

  document.addEventListener("click", (event) => {
    const within = (selector) => event.target.closest(selector);
    const getter = within('[hx-target="#dialog-body"]');
    if (getter) opener = one(`[popovertarget="${getter.closest("[popover]")?.id}"]`)?.id ?? getter.id;
    if (within("[data-dismiss]")) within(".flash").remove();
    if (within("[data-copy]")) copy(within("[data-copy]"));
    if (within("[data-clear-selection]")) select(false);
    if (within("[data-close-dialog]") && dialog.open) {
      event.preventDefault();
      closeDialog();
    }
  });

  // Menus: the first entry has the focus, arrow keys walk.

  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches("[popover]")) return;

    one(`[popovertarget="${target.id}"]`)?.setAttribute("aria-expanded", newState === "open");
    if (newState === "open") one('[role="menuitem"]', target)?.focus();
  }, true);

  document.addEventListener("keydown", (event) => {
    const items = all('[role="menuitem"]', event.target.closest('[role="menu"]') ?? dialogBody).filter((item) => item.checkVisibility());
    const here = items.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (here < 0 || next === undefined) return;

    event.preventDefault();
    items.at(next % items.length).focus();
  });

  document.addEventListener("error", ({ target }) => target.closest(".avatar") && target.remove(), true);
  all(".avatar img").forEach((image) => image.complete && !image.naturalWidth && image.remove());
  if (!navigator.clipboard) document.documentElement.classList.add("no-clipboard");
  countSelected();
  all(".flash").forEach(fade);
})();
