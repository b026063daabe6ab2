"""The question before a bundle is deleted: a dialog of the app's page, and a page of its own."""

from app.base.permissions import Action
from app.routes.apps.apps import by_app
from app.routes.apps.bundles import BundleRemove, routes
from app.services.apps import bundles
from app.services.apps.apps import AppAccess
from app.web.guard.access import requires
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


@routes.get("/bundle/remove/")
@requires(Action.APPS_MANAGE, BundleRemove, way=by_app)
def remove_form(access: AppAccess, form: BundleRemove) -> Shown:
    """Ask once more before a bundle is deleted, and name it."""
    bundle = bundles.by_version(access, form.version.value)
    context = {"app": access.app, "bundle": bundle}
    return replies.page(
        lambda: Screen(
            "apps/bundles/remove.html", "apps/bundles/_remove_form.html", "remove-bundle-form", context
        ),
    )
