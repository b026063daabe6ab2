// Draws the specification. Requests that are tried carry the key that was entered, never the cookie.

const target = document.getElementById("specification");
const dark = matchMedia("(prefers-color-scheme: dark)");

const followColours = () => document.documentElement.classList.toggle("dark-mode", dark.matches);

// What needs a session is done in the portal; a page cannot send a cookie of one's choice.
const onlyKeys = () => ({
  statePlugins: {
    auth: {
      wrapSelectors: {
        definitionsToAuthorize: (original) => (state) => original(state).filter((scheme) => scheme.has("key")),
      },
    },
  },
});

followColours();
dark.addEventListener("change", followColours);

window.SwaggerUIBundle({
  url: target.dataset.url,
  domNode: target,
  plugins: [onlyKeys],
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  syntaxHighlight: false,
  requestInterceptor: (request) => Object.assign(request, { credentials: "omit" }),
});
