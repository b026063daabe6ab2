// Uploading a bundle: drop a file on the page, see how far it is, cancel. Without this the form posts as it is.
(() => {
  const form = document.querySelector("#upload-form");
  if (!form) return;

  const part = (name) => document.getElementById(`upload-${name}`);
  const [file, version, button, bar, status] = ["file", "version", "button", "bar", "status"].map(part);
  const VERSION = /(?:^|[^0-9.])v?((?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:alpha|beta|rc)(?:\.\d+)*)?)/i;
  let running = null;

  // Files: chosen or dropped, judged before anything is sent.

  file.addEventListener("change", () => {
    const chosen = file.files[0];
    if (chosen && !version.value) version.value = chosen.name.match(VERSION)?.[1] ?? "";
    tell(tooLarge(chosen) ? `The file is larger than ${form.dataset.limitText}` : "", file);
  });

  const tooLarge = (chosen) => chosen && chosen.size > Number(form.dataset.limit);
  const brings = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

  document.addEventListener("dragover", (event) => {
    if (!brings(event)) return;

    event.preventDefault();
    event.dataTransfer.dropEffect = running ? "none" : "copy";
    form.classList.toggle("is-target", !running);
  });

  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) form.classList.remove("is-target");
  });

  document.addEventListener("drop", (event) => {
    if (!brings(event)) return;

    event.preventDefault();
    form.classList.remove("is-target");
    if (running) return;

    if (event.dataTransfer.files.length > 1) return tell("Drop one file at a time", file);
    file.files = event.dataTransfer.files;
    file.dispatchEvent(new Event("change", { bubbles: true }));
    (version.value ? button : version).focus();
  });

  // Sending.

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    if (tooLarge(file.files[0])) return tell(`The file is larger than ${form.dataset.limitText}`, file);

    tell("");
    send(new FormData(form), version.value.trim());
  });

  part("cancel").addEventListener("click", () => running?.abort());

  function send(data, name) {
    const request = running = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "json";
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", document.querySelector('meta[name="csrf-token"]').content);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
    request.addEventListener("load", () => (request.status < 400 ? done(name) : refused(request)));
    request.addEventListener("error", () => tell("Could not reach Crewroom. Nothing was kept; try again."));
    request.addEventListener("abort", () => announce("The upload is cancelled. Nothing was kept."));
    request.addEventListener("loadend", () => show(false));
    progress(0);
    show(true);
    request.send(data);
  }

  function progress(share) {
    bar.value = share;
    status.textContent = share < 1 ? `${Math.floor(share * 100)} %` : "Checking";
  }

  function show(sending) {
    if (!sending) running = null;
    const focused = document.activeElement === part("cancel");
    part("progress").hidden = !sending;
    button.disabled = file.disabled = version.readOnly = sending;
    if (!sending && focused) button.focus();
  }

  function done(name) {
    form.reset();
    announce(`${name} is uploaded.`);
    htmx.ajax("GET", location.pathname + location.search, { target: "#bundles", swap: "outerHTML" });
  }

  function refused({ status: code, response }) {
    if (code === 401) return location.reload();

    const text = [response?.error ?? "The upload was refused", response?.message].filter(Boolean).join(". ");
    tell(text, { file, version }[response?.field]);
  }

  // Telling.

  function tell(text, field) {
    part("problem").hidden = !text;
    part("problem").querySelector("span").textContent = text;
    for (const control of [file, version]) {
      control.toggleAttribute("aria-invalid", false);
      if (text && control === field) control.setAttribute("aria-invalid", "true");
    }
    if (text) field?.focus();
  }

  const announce = (text) => { document.querySelector("#announcer").textContent = text; };
})();
