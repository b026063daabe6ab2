"""Descriptions of input fields, by name, or by name and label where one name has several meanings."""

from wtforms import Field

_BY_NAME = {
    "action": "Only entries of this event, first part of an event's name, or group of events.",
    "actor": "Only entries of this person, given by user ID or email address.",
    "app_id": "The ID of the app.",
    "before": "Only receipts with a lower number than this, to get the next page.",
    "bundle_id": "The ID of the bundle.",
    "code": "A code from your authenticator app, or a recovery code.",
    "confirmed": "Must be true for the action `remove`. Otherwise the response is a preview.",
    "credential": "The browser's WebAuthn response.",
    "current_password": "Your current password.",
    "cursor": "The `next_cursor` of the previous page.",
    "deadline_days": "The number of days that members have to set up a second factor. Defaults to 7.",
    "email": "The email address.",
    "end_keys": "Whether to revoke all your API keys.",
    "expires_in_days": "The number of days until the key expires.",
    "expiry_required": "Whether every API key must have an expiry date.",
    "file": "The file. Send it after the other fields, so that errors are returned before it is read.",
    "format": "The format to download the result in, instead of JSON.",
    "image_url": "The https URL of your picture, or null or an empty text to remove it.",
    "keep_sessions": "Whether to keep your other sessions.",
    "limit": "The maximum number of items to return.",
    "logo": "The https URL of the logo, or null or an empty text to remove it.",
    "management_email": "The email address for notices about the organization as a whole.",
    "max_days": "The longest lifetime of API keys in days, or null for no limit.",
    "name": "The name.",
    "new_password": "A new password, to take the account over.",
    "next": "The path of the page to continue to after signing in again.",
    "number": "The number of the receipt to retrieve.",
    "orgId": "The ID of the organization.",
    "org_id": "The ID of the organization to limit the key to. If null or omitted, it works in all of yours.",
    "others": "Whether to end all sessions except the current one.",
    "overlap_hours": "The number of hours that the old secret keeps working. Defaults to 0.",
    "password": "The password of the account.",
    "q": "Only entries that contain this text.",
    "regenerate": "Whether to replace the secret.",
    "required": "Whether members need a second factor.",
    "role": "The role.",
    "setup": "The `setup` value from the previous response.",
    "sha256": "The expected SHA-256 checksum of the file in hex. If it differs, the upload is refused.",
    "since": "Only entries at or after this date or time.",
    "target": "Only entries about this object or person, given by ID or email address.",
    "token": "The token from the emailed link.",
    "until": "Only entries at or before this date or time.",
    "version": "The semantic version of the bundle.",
}
_BY_LABEL = {
    ("action", "Action"): "The action to perform: `role` to change roles, or `remove`.",
    ("code", "Code from the app"): "The first code from your authenticator app.",
    ("email", "Members"): "The email addresses of the members.",
    ("email", "New address"): "Your new email address.",
    ("id", "App"): "The ID of the app.",
    ("id", "Factor"): "The ID of the second factor.",
    ("id", "Key"): "The ID of the API key.",
    ("id", "Session"): "The ID of the session.",
    ("password", "New password"): "The new password.",
    ("password", "Your password"): "Your password.",
    ("role", "Highest role"): "The highest role that the key can use.",
}


def description_of(field: Field) -> str:
    """Return the description of a field in the specification."""
    name, label = field.name, field.label.text
    return _BY_LABEL.get((name, label)) or _BY_NAME[name]
