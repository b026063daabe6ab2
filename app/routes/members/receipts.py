"""`/organization/receipts/`: the receipts of removals."""

from flask import Blueprint, Response

from app.base.codes import Code
from app.base.permissions import Action
from app.models import Receipt
from app.routes.members import api
from app.services.core.actors import Access
from app.services.members import receipts
from app.web.forms.base_field import Invalid
from app.web.forms.forms import Field, InOrganization, NumberField, TextField
from app.web.guard.access import requires
from app.web.response import replies
from app.web.response.screens import Screen

routes = Blueprint("receipts", __name__)

_MOST = 10**9


class ReceiptRead(InOrganization):
    """The receipts to list, or the one to show, optionally as plain text."""

    number = NumberField.optional(
        "Number", "The number of the receipt to retrieve.", least=1, most=_MOST, example=1
    )
    before = NumberField.optional(
        "Before",
        "Only receipts with a lower number than this, to get the next page.",
        least=1,
        most=_MOST,
        example=100,
    )
    format = TextField.optional(
        "Format", "The format to download the result in, instead of JSON.", example="txt"
    )

    def validate_format(self, field: Field[str | None]) -> None:
        """Refuse unknown formats."""
        if field.value not in {None, "", "txt"}:
            raise Invalid(Code.INVALID_CHOICE, "format must be txt")


@routes.get("/organization/receipts/")
@requires(Action.AUDIT_READ, ReceiptRead, api=api.RECEIPTS_INDEX)
def index(access: Access, form: ReceiptRead) -> replies.Result:
    """List the receipts of removals, or retrieve one."""
    number = form.number.value
    if number is None:
        rows = receipts.in_organization(access, before=form.before.value)
        return replies.shown(lambda: {"data": [api.receipt(row) for row in rows]}, lambda: _list_screen(rows))

    receipt = receipts.read(access, number)
    if form.format.value == "txt":
        return _download(access, receipt)
    return replies.shown(lambda: {"data": api.receipt(receipt)}, lambda: _screen(receipt))


def _download(access: Access, receipt: Receipt) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="receipt-{receipt.number}.txt"'}
    text = receipts.as_text(access.organization.name, receipt)
    return Response(text, mimetype="text/plain", headers=headers)


def _list_screen(rows: list[Receipt]) -> Screen:
    more = rows[-1].number if len(rows) == receipts.MOST else None
    context = {"receipts": rows, "more": more}
    return Screen("members/receipts/index.html", "members/receipts/_list.html", "receipts", context)


def _screen(receipt: Receipt) -> Screen:
    context = {"receipt": receipt, "lines": receipts.lines(receipt)}
    return Screen("members/receipts/show.html", "members/receipts/_receipt.html", "receipt", context)
