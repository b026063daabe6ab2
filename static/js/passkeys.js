// Passkeys: asks the server what to ask the browser, and sends the form with the browser's answer.
(() => {
  const decode = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const encode = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const known = (list) => list?.map((item) => ({ ...item, id: decode(item.id) }));

  const ask = {
    create: (options) => navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: decode(options.challenge),
        user: { ...options.user, id: decode(options.user.id) },
        excludeCredentials: known(options.excludeCredentials),
      },
    }),
    get: (options) => navigator.credentials.get({
      publicKey: { ...options, challenge: decode(options.challenge), allowCredentials: known(options.allowCredentials) },
    }),
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-passkey]")) return;

    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      tell(form, "");
      form.elements.credential.value = JSON.stringify(written(await ask[form.dataset.passkey](await options(form))));
      form.submit();
    } catch (error) {
      tell(form, reason(error));
      button.disabled = false;
    }
  });

  async function options(form) {
    const fields = new FormData(form);
    ["credential", "name"].forEach((later) => fields.delete(later));
    const response = await fetch(form.dataset.options, {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(fields),
    });
    const answer = await response.json();
    if (!response.ok) throw new Refusal([answer.error, answer.message].filter(Boolean).join(". "));

    return answer.data;
  }

  // The answer as JSON: every part of it that is bytes becomes base64url.
  function written({ id, rawId, type, response }) {
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    const present = parts.filter((part) => response[part]);
    return { id, rawId: encode(rawId), type, response: Object.fromEntries(present.map((part) => [part, encode(response[part])])) };
  }

  class Refusal extends Error {}

  function reason(error) {
    if (error instanceof Refusal) return error.message;
    if (error.name === "InvalidStateError") return "This device has a passkey for your account already.";
    if (error.name === "NotAllowedError") return "No passkey was used. Try again, or choose another way.";
    return "The browser could not use a passkey here. Nothing was changed.";
  }

  function tell(form, text) {
    form.querySelector("[data-passkey-error]").textContent = text;
  }
})();
