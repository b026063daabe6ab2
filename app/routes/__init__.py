"""The routes: one module per group of addresses, and one function per operation."""

from importlib import import_module
from pkgutil import walk_packages

from flask import Flask

from app.routes.portal import api


def init_app(app: Flask) -> None:
    """Register the blueprint of every module, and what the specification says of the API as a whole.

    All modules are imported first, since several can add routes to one blueprint.
    """
    app.extensions["reference"] = api.REFERENCE
    modules = [import_module(found.name) for found in walk_packages(__path__, f"{__name__}.")]
    for blueprint in dict.fromkeys(module.routes for module in modules if hasattr(module, "routes")):
        app.register_blueprint(blueprint)
