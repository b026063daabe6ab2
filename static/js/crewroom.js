// What htmx and the browser do not do by themselves: the dialog, notices, selected rows, copying, menus.
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const dialog = one("#dialog");
  const dialogBody = one("#dialog-body");
  const notices = one("#flash-region");
  const actions = {};
  let opener = "";

  // Requests: the CSRF token goes along, and only HTML comes in.

  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
    if (ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = one('meta[name="csrf-token"]').content;
  });

  document.addEventListener("htmx:before:response", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    if (response.status >= 400) sourceElement.closest(".role-form")?.reset();
    if (response.status >= 500) tellUnreachable();
    if (!response.headers.get("content-type")?.startsWith("text/html")) event.preventDefault();
  });

  document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
    if (ctx.response.status < 400 && ctx.target !== dialogBody && dialog.contains(ctx.sourceElement)) closeDialog();
  });

  document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target === dialogBody && ctx.response.status < 400) openDialog();
    else if (document.activeElement === document.body) one("#main").focus({ preventScroll: true });
    refresh();
  });

  document.addEventListener("htmx:error", ({ target, detail: { ctx } }) => {
    if (!ctx || ctx.response) return;

    target.closest(".role-form")?.reset();
    tellUnreachable();
  });

  // The dialog. Notices move into it while it is open: nothing outside it can be reached or heard.

  function openDialog() {
    if (dialog.open) return;

    one("#flash").replaceChildren();
    dialog.prepend(notices);
    dialog.setAttribute("aria-labelledby", "dialog-title");
    dialog.showModal();
  }

  function closeDialog() {
    one(".skip").after(notices);
    dialog.close();
    document.getElementById(opener)?.focus();
  }

  dialog.addEventListener("close", () => notices.parentElement === dialog && closeDialog());

  actions.closeDialog = (_, event) => {
    if (!dialog.open) return;

    event.preventDefault();
    closeDialog();
  };

  // Notices: a success goes after a while, unless somebody is at it or it carries a link.

  actions.dismiss = (button) => button.closest(".flash").remove();

  function tellUnreachable() {
    one("#flash").replaceChildren(one("#unreachable").content.cloneNode(true));
  }

  function fade(flash) {
    const timer = setInterval(() => {
      if (flash.matches(":hover, :focus-within")) return;

      clearInterval(timer);
      flash.remove();
    }, 10000);
  }

  // Selected rows.

  actions.clearSelection = () => select(false);

  function select(checked) {
    all(".row-check").forEach((row) => { row.checked = checked; });
    countSelected();
  }

  function countSelected() {
    const everyone = one("#select-all");
    if (!everyone) return;

    const rows = all(".row-check").length;
    const selected = all(".row-check:checked").length;
    everyone.checked = selected > 0 && selected === rows;
    everyone.indeterminate = selected > 0 && selected < rows;
    if (one("#selected-count")) one("#selected-count").textContent = `${selected} selected`;
  }

  document.addEventListener("change", ({ target }) => {
    if (target.id === "select-all") select(target.checked);
    if (target.matches(".row-check")) countSelected();
    const hint = target.selectedOptions?.[0]?.dataset.hint;
    if (hint) document.getElementById(`${target.id}-hint`).textContent = hint;
  });

  // Copying.

  actions.copy = async (button) => {
    const source = one(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent);
    const label = one("span", button);
    const before = label.textContent;
    label.textContent = one("#announcer").textContent = "Copied";
    setTimeout(() => {
      label.textContent = before;
      one("#announcer").textContent = "";
      button.closest("[popover]")?.hidePopover();
    }, 1000);
  };

  // Menus: the first entry gets the focus, arrow keys walk, Tab leaves.

  const entries = (menu) => all('[role="menuitem"]', menu).filter((entry) => entry.checkVisibility());

  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches(".menu")) return;

    one(`[popovertarget="${target.id}"]`).setAttribute("aria-expanded", newState === "open");
    if (newState === "open") entries(target)[0]?.focus();
  }, true);

  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest(".menu");
    if (!menu) return;
    if (event.key === "Tab") return menu.hidePopover();

    const shown = entries(menu);
    const here = shown.indexOf(event.target);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;

    event.preventDefault();
    shown.at(next % shown.length).focus();
  });

  // Clicks: what opens the dialog is remembered, `data-…` attributes name their action.

  document.addEventListener("click", (event) => {
    const getter = event.target.closest('[hx-target="#dialog-body"]');
    if (getter) opener = one(`[popovertarget="${getter.closest(".menu")?.id}"]`)?.id ?? getter.id;

    const control = event.target.closest("[data-close-dialog], [data-dismiss], [data-clear-selection], [data-copy]");
    for (const name in control?.dataset) actions[name]?.(control, event);
  });

  // Pictures that cannot be had give way to the initials behind them.

  document.addEventListener("error", ({ target }) => target.matches?.(".avatar img") && target.remove(), true);

  function refresh() {
    all(".avatar img").forEach((image) => image.complete && !image.naturalWidth && image.remove());
    all('[data-flash="success"]:not(:has(input))').forEach(fade);
    countSelected();
  }

  document.documentElement.classList.toggle("no-clipboard", !navigator.clipboard);
  refresh();
})();
