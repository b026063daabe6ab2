"""The handler of each kind of job."""

from app.services.accounts import password_reset
from app.services.apps import bundle_files
from app.services.audit_log import refused_attempts
from app.services.jobs.jobs import Handler
from app.services.login import lockout_reports
from app.services.mail import outbox
from app.services.organizations import two_factor_policy

HANDLERS: dict[str, Handler] = {
    bundle_files.KIND: bundle_files.remove_unused,
    outbox.KIND: outbox.deliver,
    lockout_reports.KIND: lockout_reports.report,
    lockout_reports.SWEEP: lockout_reports.sweep,
    refused_attempts.KIND: refused_attempts.record_repeats,
    password_reset.KIND: password_reset.send_link,
    two_factor_policy.KIND: two_factor_policy.remind,
}
