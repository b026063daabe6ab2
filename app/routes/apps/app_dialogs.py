"""The forms about apps, each as a page and as a dialog."""

from app.base.permissions import Action
from app.routes.apps.apps import AppCreate, AppOnly, AppRename, by_app, new_screen, rename_screen, routes
from app.services.apps.apps import AppAccess
from app.services.core.actors import Access
from app.web.forms.forms import InOrganization
from app.web.guard.access import requires
from app.web.response import replies
from app.web.response.replies import Shown
from app.web.response.screens import Screen


@routes.get("/app/new/")
@requires(Action.APPS_MANAGE, InOrganization)
def new(access: Access, form: InOrganization) -> Shown:
    """Show the form for creating an app."""
    blank = AppCreate()
    blank.org_id.value = form.org_id.value
    return replies.page(
        lambda: new_screen(blank),
    )


@routes.get("/app/rename/")
@requires(Action.APPS_MANAGE, AppOnly, way=by_app)
def rename_form(access: AppAccess, form: AppOnly) -> Shown:
    """Show the form for renaming an app."""
    filled = AppRename(data={"name": access.app.name})
    filled.app_id.value = access.app.id
    return replies.page(lambda: rename_screen(filled))


@routes.get("/app/remove/")
@requires(Action.APPS_MANAGE, AppOnly, way=by_app)
def remove_form(access: AppAccess, form: AppOnly) -> Shown:
    """Ask for confirmation before an app is deleted."""
    context = {"app": access.app}
    return replies.page(
        lambda: Screen("apps/remove.html", "apps/_remove_form.html", "remove-app-form", context),
    )
