"""Generate the OpenAPI specification from the routes, guards, forms and JSON types."""
