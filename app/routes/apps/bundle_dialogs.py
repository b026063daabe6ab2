"""The confirmation before a bundle is deleted, as a page and as a dialog."""

from app.base.permissions import Action
from app.routes.apps.apps import by_app
from app.routes.apps.bundles import BundleRemove, routes
from app.services.apps import bundles
from app.services.apps.apps import AppAccess
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Shown


@routes.get("/bundle/remove/")
@requires(Action.APPS_MANAGE, BundleRemove, find_access=by_app)
def remove_form(access: AppAccess, form: BundleRemove) -> Shown:
    """Ask for confirmation before a bundle is deleted."""
    bundle = bundles.by_version(access, form.version.value)
    title = f"Delete {access.app.name} {bundle.version}"
    return replies.page(
        lambda: screens.form(
            "apps/bundles/_remove_form.html",
            "remove-bundle-form",
            title=title,
            section="apps",
            app=access.app,
            bundle=bundle,
        )
    )
