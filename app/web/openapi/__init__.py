"""The specification of the JSON API, made of the running code: routes, guards, forms and JSON types."""
