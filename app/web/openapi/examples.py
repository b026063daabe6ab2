"""Example values, which include those of the original API documents."""

from typing import Any

Example = dict[str, Any]

# Examples of inputs, by the name of the field.
INPUTS: Example = {
    "orgId": "org_123",
    "org_id": "org_123",
    "app_id": "app_123",
    "bundle_id": "bundle_123",
    "id": "key_123",
    "email": "newmember@example.com",
    "role": "write",
    "name": "New Organization",
    "logo": "https://example.com/logo.png",
    "image_url": "https://example.com/avatar.png",
    "management_email": "newemail@example.com",
    "password": "correct horse battery",
    "new_password": "correct horse battery",
    "end_keys": False,
    "keep_sessions": False,
    "current_password": "my previous password",
    "token": "the token from the emailed link",
    "code": "123456",
    "setup": "the setup value from the GET request",
    "version": "1.4.0",
    "file": "(the contents of the file)",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "limit": 100,
    "cursor": "MjAyNC0wMS0wMVQwMDowMDowMCswMDowMCAx",
    "number": 1,
    "before": 100,
    "max_days": 90,
    "expiry_required": True,
    "regenerate": True,
    "overlap_hours": 24,
    "expires_in_days": 90,
    "required": True,
    "deadline_days": 7,
    "credential": {"id": "…", "rawId": "…", "type": "public-key", "response": {}},
    "others": True,
    "confirmed": True,
    "since": "2024-01-01",
    "until": "2024-01-01T12:00:00Z",
    "action": "member",
    "actor": "john@example.com",
    "target": "user_789",
    "q": "write",
}

# Examples of responses, by the name of the type.
OBJECTS: dict[str, Example] = {
    "Organization": {
        "id": "org_123",
        "created_by": "user_123",
        "created_at": "2024-01-01T00:00:00Z",
        "updated_at": "2024-01-01T00:00:00Z",
        "logo": "https://example.com/logo.png",
        "name": "My Company",
        "management_email": "admin@example.com",
        "customer_id": "cus_123",
    },
    "OrganizationCreated": {"status": "Organization created", "id": "org_456"},
    "OrganizationDeleted": {"status": "Organization deleted", "id": "org_123"},
    "Member": {
        "uid": "user_789",
        "email": "newmember@example.com",
        "role": "invite_write",
        "image_url": None,
    },
    "Refusal": {"error": "Name is required", "status": "KO"},
    "Done": {"status": "OK"},
}

# Examples of whole bodies, where the values by field name would not fit together.
BODIES: dict[str, Example] = {
    "OrganizationUpdate": {
        "orgId": "org_123",
        "name": "New Company Name",
        "management_email": "newemail@example.com",
    },
    "OrganizationDelete": {"orgId": "org_123", "name": "My Company"},
    "MemberRemove": {"orgId": "org_123", "email": "user@example.com"},
    "MemberOnly": {"orgId": "org_123", "email": "user@example.com"},
    "KeyCreate": {"name": "deploy", "role": "upload", "org_id": "org_123", "expires_in_days": 90},
    "AppCreate": {"orgId": "org_123", "name": "Shop"},
    "AppRename": {"id": "app_123", "name": "Storefront"},
    "AppOnly": {"id": "app_123"},
    "FactorRename": {"id": "factor_123", "name": "My phone"},
    "FactorRemove": {"id": "factor_123", "password": "correct horse battery"},
    "SessionRevoke": {"id": "session_123"},
    "ProfileUpdate": {"name": "John", "image_url": "https://example.com/avatar.png"},
    "Register": {"name": "John", "email": "john@example.com", "password": "correct horse battery"},
    "SecondStep": {"code": "123456"},
    "MemberBulk": {"orgId": "org_123", "email": ["user@example.com"], "action": "role", "role": "read"},
}
