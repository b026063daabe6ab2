// What htmx and the browser do not do by themselves: the dialog, notices, selected rows, copying, menus.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (event, deed, capture = false) => document.addEventListener(event, deed, capture);
  const [dialog, dialogBody, notices] = ["#dialog", "#dialog-body", "#flash-region"].map((id) => one(id));
  let opener = "";

  // Requests: sent once, with the CSRF token; only HTML comes in. A page out of the browser's memory is loaded anew.

  on("htmx:config:request", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    if (sourceElement.matches('.htmx-request[hx-sync="this:drop"]')) event.preventDefault();
    if (request.method !== "GET") request.headers["X-CSRFToken"] = one('meta[name="csrf-token"]').content;
    sourceElement.closest(".menu")?.hidePopover();
  });

  // A secret is shown once: a reload opens the page it belongs to instead of sending the form again, and what the
  // browser keeps for its back button holds no secret.

  const address = one("#flash[data-address]")?.dataset.address;
  if (address) history.replaceState(null, "", address);
  window.addEventListener("pagehide", () => all("[data-secret]").forEach((secret) => (secret.closest(".flash") ?? secret).remove()));

  window.addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

  on("htmx:before:response", (event) => {
    const { response } = event.detail.ctx;
    if (response.status >= 400) undo();
    if (response.status >= 500) tellUnreachable();
    if (!response.headers.get("content-type")?.startsWith("text/html")) event.preventDefault();
  });

  on("htmx:error", ({ detail: { ctx } }) => {
    if (!ctx || ctx.response) return;

    undo();
    tellUnreachable();
  });

  on("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400 && ctx.target !== dialogBody && dialog.contains(ctx.sourceElement)) closeDialog();
  });

  on("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target === dialogBody && ctx.response.status < 400) openDialog();
    else if (document.activeElement === document.body) one("#main").focus({ preventScroll: true });
    refresh();
  });

  // The dialog. Notices move into it while it is open: nothing outside it can be reached or heard.

  function openDialog() {
    one("#flash").replaceChildren();
    dialog.prepend(notices);
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.showModal();
  }

  function closeDialog() {
    [one("#flash"), dialogBody].forEach((part) => part.replaceChildren());
    one(".skip").after(notices);
    dialog.close();
    document.getElementById(opener)?.focus();
  }

  dialog.addEventListener("close", () => dialog.contains(notices) && closeDialog());

  // Notices: a success goes after a while, unless somebody is at it or it carries a link.

  const tellUnreachable = () => one("#flash").replaceChildren(one("#unreachable").content.cloneNode(true));

  function fade(flash) {
    setTimeout(() => (flash.matches(":hover, :focus-within") ? fade(flash) : flash.remove()), 10000);
  }

  // Selects: a refused role jumps back, a chosen one explains itself; rows are counted.

  const undo = () => all(".role-form").forEach((form) => form.reset());

  function select(checked) {
    all(".row-check").forEach((row) => { row.checked = checked; });
    countSelected();
  }

  function countSelected() {
    const [rows, selected] = [all(".row-check").length, all(".row-check:checked").length];
    const states = { checked: rows > 0 && selected === rows, indeterminate: selected > 0 && selected < rows };
    Object.assign(one("#select-all") ?? {}, states);
    if (rows) one("#selected-count").textContent = `${selected} selected`;
  }

  on("change", ({ target }) => {
    if (target.id === "select-all") select(target.checked);
    if (target.matches(".row-check")) countSelected();
    const hint = target.selectedOptions?.[0]?.dataset.hint;
    if (hint) document.getElementById(`${target.id}-hint`).textContent = hint;
  });

  async function copy(button) {
    const [source, label] = [one(button.dataset.copy), one("span", button)];
    const before = (button.dataset.label ??= label.textContent);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    label.textContent = one("#announcer").textContent = "Copied";
    setTimeout(() => {
      label.textContent = before;
      one("#announcer").textContent = "";
      button.closest(".menu")?.hidePopover();
    }, 1000);
  }

  on("click", (event) => {
    const closest = (selector) => event.target.closest(selector);
    const getter = closest('[hx-target="#dialog-body"]');
    if (getter) opener = one(`[popovertarget="${closest(".menu")?.id}"]`)?.id ?? getter.id;
    if (closest("[data-copy]")) copy(closest("[data-copy]"));
    if (closest("[data-dismiss]")) closest(".flash").remove();
    if (closest("[data-clear-selection]")) select(false);
    if (closest("[data-close-dialog]") && dialog.open) {
      event.preventDefault();
      closeDialog();
    }
  });

  // Menus: the first entry gets the focus, arrow keys walk, Tab leaves.

  const entries = (menu) => all('[role="menuitem"]', menu).filter((entry) => entry.checkVisibility());

  on("toggle", ({ target, newState }) => {
    if (newState === "open" && target.matches(".menu")) entries(target)[0]?.focus();
  }, true);

  on("keydown", (event) => {
    const menu = event.target.closest(".menu");
    const shown = menu ? entries(menu) : [];
    const here = shown.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (menu && event.key === "Tab") menu.hidePopover();
    if (here < 0 || next === undefined) return;

    event.preventDefault();
    shown.at(next % shown.length).focus();
  });

  // Pictures that cannot be had give way to the initials behind them.

  on("error", ({ target }) => target.matches?.(".avatar img") && target.remove(), true);

  function refresh() {
    all(".avatar img").forEach((image) => image.complete && !image.naturalWidth && image.remove());
    all('[data-flash="success"]:not(:has(input))').forEach(fade);
    countSelected();
  }

  document.documentElement.classList.toggle("no-clipboard", !navigator.clipboard);
  refresh();
})();
