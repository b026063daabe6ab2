"""The forms about apps, each as a page and as a dialog."""

from app.base.permissions import Action
from app.routes.apps.apps import AppCreate, AppReference, AppRename, by_app, new_screen, rename_screen, routes
from app.services.apps.apps import AppAccess
from app.services.core.actors import Access
from app.web.forms.forms import InOrganization
from app.web.guard.access import requires
from app.web.response import replies, screens
from app.web.response.replies import Shown


@routes.get("/app/new/")
@requires(Action.APPS_MANAGE, InOrganization)
def new(access: Access, form: InOrganization) -> Shown:
    """Show the form for creating an app."""
    blank = AppCreate()
    blank.org_id.value = form.org_id.value
    return replies.page(lambda: new_screen(blank))


@routes.get("/app/rename/")
@requires(Action.APPS_MANAGE, AppReference, find_access=by_app)
def rename_form(access: AppAccess, form: AppReference) -> Shown:
    """Show the form for renaming an app."""
    filled = AppRename(data={"name": access.app.name})
    filled.app_id.value = access.app.id
    return replies.page(lambda: rename_screen(filled))


@routes.get("/app/remove/")
@requires(Action.APPS_MANAGE, AppReference, find_access=by_app)
def remove_form(access: AppAccess, form: AppReference) -> Shown:
    """Ask for confirmation before an app is deleted."""
    app, title = access.app, f"Delete {access.app.name}"
    return replies.page(
        lambda: screens.form(
            "apps/_remove_form.html", "remove-app-form", title=title, section="apps", app=app
        )
    )
