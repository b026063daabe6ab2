"""The table of codes: one for each refusal, with the sentence that explains it to API clients.

Programs receive the name in lower case, such as `member_exists`. Names never change; new ones may be added.
"""

from enum import Enum, unique


@unique
class Code(Enum):
    """The code of a refusal. Its value is its sentence in the API's documentation."""

    @property
    def word(self) -> str:
        """The code as responses and the log contain it."""
        return self.name.lower()

    # The request as a whole.
    NOT_FOUND = "Nothing exists at this address."
    METHOD_NOT_ALLOWED = "The address does not support this method."
    NOT_ACCEPTABLE = "The address is a page, and the request does not accept HTML."
    PRECONDITION_FAILED = "The file does not match `If-Match` or `If-Unmodified-Since`."
    RANGE_NOT_SATISFIABLE = "The requested range is outside the file."
    MALFORMED_REQUEST = "The request is not well-formed HTTP, or uses a part of it that is not supported."
    HEADERS_TOO_LONG = "The address or the headers are too long."
    MALFORMED_BODY = "The body or the query is not well-formed, not UTF-8, or not a JSON object."
    INCOMPLETE_BODY = "The connection ended before the whole body arrived. Nothing was changed."
    REQUEST_TIMEOUT = "The request did not arrive in time. Nothing was changed."
    BODY_TOO_LARGE = "The body is larger than allowed."
    TOO_MANY_FIELDS = "The request has more fields than allowed."
    UNSUPPORTED_MEDIA_TYPE = "The type or the encoding of the body is not supported."

    # Limits and failures.
    RATE_LIMITED = "Too many requests. Wait for the seconds in `Retry-After`."
    LOCKED_OUT = "Too many wrong passwords. Wait for the seconds in `Retry-After`."
    TOO_MANY_CODES = "Too many wrong codes of a second factor. Wait for the seconds in `Retry-After`."
    TOO_MANY_UPLOADS = "You have too many uploads in progress."
    PIPELINED = "The client sent too many requests without waiting for the responses."
    UNAVAILABLE = "The database cannot work right now. Wait for the seconds in `Retry-After`."
    BUSY = "The server has no capacity right now. Wait for the seconds in `Retry-After`."
    NO_TEMPORARY_SPACE = "The server has no space to prepare a long response."
    NO_SPACE = "The portal has no space left for uploads."
    INTERNAL_ERROR = "The server failed. The operator's log has the details."
    PAGE_FAILED = "The change was made, but the page that shows it could not be rendered."

    # Authentication.
    INVALID_KEY = "There is no valid API key or session: it is missing, wrong, revoked or expired."
    INVALID_METRICS_TOKEN = "The token for the metrics is missing or wrong."
    INVALID_CREDENTIALS = "The email address or the password is wrong."
    SIGN_IN_EXPIRED = "The sign-in took too long. Start again with the password."
    SESSION_REQUIRED = "API keys may not do this. Sign in to the portal."
    PASSWORD_REQUIRED = "The account's password is required to do this."
    PASSWORD_OR_CODE_REQUIRED = "The account's password or a code of a second factor is required to do this."
    WRONG_PASSWORD = "The password of the account is wrong."
    WRONG_CODE = "The code of the second factor is wrong, or was used before."
    FORM_EXPIRED = "The CSRF token is missing or does not belong to the session."
    OTHER_SITE = "The request comes from another site and uses the session cookie."
    WRONG_ADDRESS = "The portal has another address than the one that the browser used."
    COOKIE_MISSING = "The browser did not send the session cookie."

    # Permissions.
    INSUFFICIENT_ROLE = "The caller cannot access the organization, or needs a higher role or a key with one."
    ROLE_TOO_HIGH = "The role to grant, or the role of the member to change, is above the caller's own."
    KEY_NOT_ALLOWED = "The organization's key policy does not allow this key."
    SECOND_FACTOR_REQUIRED = "The organization requires a second factor, and the caller has none."
    EMAIL_NOT_CONFIRMED = "The caller has not confirmed their email address."
    REGISTRATION_CLOSED = "The portal does not accept registrations."

    # Fields. `field` names the field.
    FIELD_REQUIRED = "A required field is missing or blank."
    FIELD_EMPTY = "A field is an empty text. Leave it out, or send null for none."
    FIELD_REPEATED = "A field that takes one value is given twice."
    FIELD_CONFLICT = "Fields contradict each other, or a field differs between the address, query and body."
    FIELD_MISPLACED = "A field is in the wrong part of the request."
    UNKNOWN_FIELD = "The operation has no such field."
    WRONG_TYPE = "The value has the wrong type, such as a number instead of a text."
    TOO_LONG = "The text is too long."
    TOO_MANY_VALUES = "The field has too many values."
    INVALID_TEXT = "The text has characters that cannot be stored or that mislead readers."
    INVALID_CHOICE = "The value is not one of the values that the field accepts."
    INVALID_NUMBER = "The value is not a whole number within the bounds."
    INVALID_DATE = "The value is not a date or a time."
    INVALID_EMAIL = "The value is not an email address."
    INVALID_URL = "The value is not an https URL."
    INVALID_ROLE = "The value is not one of the five roles."
    INVALID_VERSION = "The value is not a semantic version."
    INVALID_CHECKSUM = "The value is not a SHA-256 checksum in hex."
    INVALID_CURSOR = "The cursor is not one that the portal returned."
    CONFIRMATION_MISMATCH = "The name or address typed as a confirmation is not the right one."

    # Accounts and sign-in.
    PASSWORD_LENGTH = "The new password is too short or too long."
    PASSWORD_TOO_EASY = "The new password is too easy to guess."
    EMAIL_UNCHANGED = "The new email address is the current one."
    EMAIL_UNUSABLE = "The new email address cannot be used."
    CONFIRMATION_LINK_EXPIRED = "The link to confirm an address has expired, was used, or was replaced."
    RESET_LINK_EXPIRED = "The link to reset the password has expired, was used, or was replaced."
    EMAIL_CHANGE_EXPIRED = "The link to change the email address has expired, was used, or was replaced."
    SESSION_NOT_FOUND = "The caller has no such session."
    FACTOR_NOT_FOUND = "The caller has no such second factor."
    FACTOR_LIMIT = "The account has as many second factors as allowed."
    FACTOR_NEEDED = "An organization requires the second factor, so it cannot be removed."
    LAST_USABLE_FACTOR = "The second factor is the last one that works at this address of the portal."
    NO_FACTOR = "The caller has no second factor yet."
    NO_FACTOR_TO_RESET = "The member has no second factor."
    OWN_FACTORS = "The caller cannot reset their own second factors, only remove them."
    TOTP_EXISTS = "The account has an authenticator app already."
    SETUP_EXPIRED = "The setup of the authenticator app has expired."
    INVALID_PASSKEY = "The passkey is wrong, or its response is invalid."
    PASSKEY_EXPIRED = "The passkey's response arrived too late."
    PASSKEY_OF_OTHER_HOST = "The passkey was made for another host."
    PASSKEY_EXISTS = "The passkey is registered already."
    NO_PASSKEY = "The account has no passkey for this host."
    PASSKEYS_UNSUPPORTED = "The portal's address does not support passkeys."

    # Organizations, members and invitations.
    ORGANIZATION_LIMIT = "The caller has created as many organizations as allowed."
    MEMBER_NOT_FOUND = "The address has no account, or does not belong to a member."
    MEMBER_EXISTS = "The person has this role already, or was invited to it within the last five minutes."
    LAST_SUPER_ADMIN = "The organization would be left without a super admin who can act."
    NO_SECURED_SUPER_ADMIN = "No super admin of the organization has a second factor."
    INVITATION_LIMIT = "The organization has as many pending invitations as allowed."
    INVITATION_NOT_FOUND = "The caller has no such invitation."
    INVITATION_FOR_OTHER_ACCOUNT = "The invitation is for another account."
    INVITATION_USED = "The invitation was accepted already."
    INVITATION_DECLINED = "The invitation was declined."
    INVITATION_EXPIRED = "The invitation has expired."
    INVITATION_CANCELLED = "The invitation was canceled."
    INVITATION_REPLACED = "The invitation was replaced by a newer one."
    RECEIPT_NOT_FOUND = "The organization has no such receipt."

    # API keys.
    KEY_NOT_FOUND = "There is no such API key, or the caller cannot manage it."
    KEY_LIMIT = "There are as many API keys as allowed."
    EXPIRY_REFUSED = "The organization's key policy does not allow this lifetime."

    # Apps and bundles.
    APP_NOT_FOUND = "The app does not exist, or the caller cannot access it."
    APP_EXISTS = "The organization has an app of this name."
    APP_LIMIT = "The organization has as many apps as allowed."
    BUNDLE_NOT_FOUND = "The bundle does not exist, or the caller cannot access it."
    VERSION_EXISTS = "The app has a bundle of this version."
    STORAGE_LIMIT = "The file would exceed the storage limit of the organization or the portal."
    FILE_TOO_LARGE = "The file is larger than the portal's upload limit."
    FILE_EMPTY = "The file is empty."
    CHECKSUM_MISMATCH = "The file does not have the checksum that was sent with it."
